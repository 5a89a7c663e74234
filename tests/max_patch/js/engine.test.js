"use strict";

const test = require("node:test");
const assert = require("node:assert");
const { BAR, melody, slots } = require("./lead.js");
const { Stage } = require("./stage.js");

test("joins: its own port first, then a greeting that names it, then the controls", () => {
    const stage = new Stage();
    stage.player.param("temperature", 0.8, 99);
    stage.ready();
    assert.deepStrictEqual(stage.sent[0].slice(1), ["/hello", 1, "song", 7771, "both", ""]);
    assert.ok(stage.sent.some((list) => list[1] === "/set" && list[3] === "temperature" && list[4] === 0.8));
    assert.ok(stage.sent.some((list) => list[1] === "/set" && list[3] === "seed" && list[4] === -1));
    assert.deepStrictEqual([stage.shown("light"), stage.shown("bridge"), stage.shown("advice")],
        [[3], ["0.1.0", "chords"], ["Connected: press play"]]);
});

test("a port that another device has is passed over", () => {
    const stage = new Stage();
    stage.takenPorts = [7771, 7772];
    stage.player.ready(stage.now);
    stage.wait(2);
    assert.deepStrictEqual(stage.shown("listening"), [7773]);
    assert.strictEqual(stage.sent[0][4], 7773);
});

test("played live: asked a sixteenth before the bar line, told whole at it, answered in the next bar", () => {
    const stage = new Stage().ready();
    stage.play(0, 2 * BAR, { ...melody(0, 2), 1850: [[71, 80]], 1900: [[71, 0]] });
    assert.deepStrictEqual(stage.asked(), [
        [0, 1, 3.75, [60]], [0, -1, 4, [60, 71]], [1, 1, 3.75, [61]],
    ]);
    assert.deepStrictEqual(stage.score()[192], [48, 70, 956]);
    assert.deepStrictEqual(stage.shown("advice"), ["Accompanying what is played"]);
});

test("in 6/8 and in 3/4 the bar lines are where they are", () => {
    for (const metre of [[6, 8], [3, 4]]) {
        const stage = new Stage().ready();
        stage.metre = metre;
        stage.play(0, 3 * 1440 + 240, melody(0, 3, 1440));
        assert.deepStrictEqual(stage.asked().map((ask) => ask.slice(0, 3)),
            [[0, 1, 2.75], [0, -1, 3], [1, 1, 2.75], [1, -1, 3], [2, 1, 2.75], [2, -1, 3]]);
        assert.ok(slots(stage).includes(144));
    }
});

test("a note a moment before Play, and before the first `at`, is the first bar's", () => {
    const stage = new Stage().ready();
    stage.player.note(50, 90, 0, stage.now - 3);
    stage.player.note(50, 0, 0, stage.now - 2.9);
    stage.player.note(64, 90, 2, stage.now);
    stage.play(4, BAR, { 400: [[64, 0]] });
    assert.deepStrictEqual(stage.asked()[0], [0, 1, 3.75, [64]]);
});

test("thinks again before every beat if wanted, and what begins at that moment stays promised", () => {
    const known = (stage) => stage.asked().map(([bar, ahead, beats]) => [bar, ahead, Math.round(beats * 12) / 12]);
    const stage = new Stage().ready();
    stage.player.param("follow", 1, stage.now);
    stage.play(0, BAR, melody(0, 1));
    assert.deepStrictEqual(known(stage), [[0, 0, 10 / 12], [0, 0, 22 / 12], [0, 0, 34 / 12], [0, 1, 3.75]]);
    const compound = new Stage().ready();
    compound.player.param("follow", 1, compound.now);
    compound.metre = [6, 8];
    compound.play(0, 1440, melody(0, 1));
    assert.deepStrictEqual(known(compound), [[0, 0, 16 / 12], [0, 1, 2.75]]);
});

test("a clip is read a bar in advance and accompanied as itself", () => {
    const stage = new Stage().ready();
    stage.clip = (start) => (start < 3 * BAR ? [{ pitch: 60 + start / BAR, onset: 0, duration: 1, velocity: 90 }] : null);
    stage.play(0, 4 * BAR);
    assert.deepStrictEqual(stage.asked(), [
        [0, 0, 4, [60]], [1, 0, 4, [61]], [2, 0, 4, [62]],
        [2, 1, 3.75, []],                      // nothing in the clip after bar 2: from there on what is played counts
        [3, 1, 3.75, []],
    ]);
    assert.deepStrictEqual(stage.shown("doing"), [1]);
});

test("mode Live never reads a clip, mode Clip asks for nothing without one", () => {
    const live = new Stage().ready();
    live.clip = () => [];
    live.player.param("mode", 1, live.now);
    live.play(0, BAR, melody(0, 1));
    assert.strictEqual(live.asked()[0][1], 1);
    const clip = new Stage().ready();
    clip.player.param("mode", 2, clip.now);
    clip.play(0, 2 * BAR, melody(0, 2));
    assert.deepStrictEqual(clip.asked(), []);
    assert.deepStrictEqual(clip.shown("advice"), ["No clip plays on the lead's track: use Auto or Live"]);
});

test("silence is answered by the same request again, and an answer that never comes is counted", () => {
    const stage = new Stage().ready();
    let tries = 0;
    stage.drop = (list, way) => list[0] === "/lead" && way === "out" && (tries += 1) < 3;
    stage.play(0, BAR + 480, melody(0, 1));
    const leads = stage.sent.filter((list) => list[1] === "/lead" && list[8] === 1);
    assert.strictEqual(leads.length, 3);
    assert.strictEqual(new Set(leads.map((list) => list[3])).size, 1);
    assert.ok(Math.abs(leads[1][0] - leads[0][0] - 0.08) < 0.01);
    stage.answer = () => null;
    stage.play(BAR + 480, 3 * BAR + 480, melody(BAR, 3));
    assert.strictEqual(stage.shown("missed")[1], 1);
});

test("a refusal that passes is asked anew under another number, one that stands is shown", () => {
    const stage = new Stage().ready();
    let refusals = 0;
    stage.answer = (lead) => {
        if ((refusals += 1) < 3) {
            stage.reply("/error", lead.session, lead.seq, "busy", "too much");
            return null;
        }
        return [[48, 0, 1, 70]];
    };
    stage.play(0, BAR + 480, melody(0, 1));
    assert.deepStrictEqual(stage.score()[192], [48, 70, 476]);
    assert.strictEqual(stage.asked().filter((ask) => ask[1] === 1).length, 3);
    stage.answer = (lead) => { stage.reply("/error", lead.session, lead.seq, "invalid-bar", "no"); return null; };
    stage.play(BAR + 480, 2 * BAR, melody(BAR, 1));
    assert.deepStrictEqual(stage.shown("advice"), ["The bridge refused a bar: update bridge and device"]);
});

test("an answer that comes late loses what is past and is never shifted", () => {
    const stage = new Stage().ready();
    stage.answer = (lead) => {
        if (lead.bar === 0) {
            stage.inbox.push([stage.now + 0.5, "/accompaniment",
                ["song", lead.seq, 1, 0, 1, "piano", 4, 4, 48, 0, 1, 70, 50, 2, 1, 70]]);
        }
        return null;
    };
    stage.play(0, BAR + 960, melody(0, 1));
    assert.deepStrictEqual(slots(stage), [192, 288]);
    assert.strictEqual(stage.shown("missed")[0], 1);
});

test("stop forgets the score; Play somewhere else begins anew", () => {
    const stage = new Stage().ready();
    stage.play(0, BAR + 960, melody(0, 1));
    stage.player.stop(stage.now);
    assert.deepStrictEqual(slots(stage), []);
    assert.deepStrictEqual(stage.shown("doing"), [0]);
    const from = stage.now;
    stage.play(5 * BAR + 700, 6 * BAR + 10, melody(5 * BAR + 700, 1));
    assert.deepStrictEqual(stage.asked(from).map((ask) => ask.slice(0, 2)), [[5, 0], [5, 1], [5, -1]]);
});

test("a seek: the bar that is left is told as far as it went, the rest of the new one is asked for", () => {
    const stage = new Stage().ready();
    stage.play(0, 2 * BAR + 960, melody(0, 3));
    const from = stage.now;
    stage.play(7 * BAR, 7 * BAR + 480);
    assert.deepStrictEqual(stage.asked(from), [[2, -1, 2, [62]], [7, 0, 0, []]]);
    assert.ok(slots(stage).includes(7 * 192));
});

test("a loop's first bar is asked for before the loop turns, and what was struck for it is its own", () => {
    const stage = new Stage().ready();
    stage.loop = { start: 0, end: 2 * BAR };
    stage.play(0, 2 * BAR, { ...melody(0, 2), [2 * BAR - 10]: [[72, 90]] });
    const from = stage.now;
    stage.play(0, BAR, { 200: [[72, 0]] });
    assert.deepStrictEqual(stage.asked(from), [[1, -1, 4, [61]], [0, 1, 3.75, [72]]]);
    assert.deepStrictEqual(stage.asked().filter((ask) => ask[2] === 0), [[0, 0, 0, []]]);
});

test("another metre in the middle of the song: what was foreseen is cut, and the bar is asked for anew", () => {
    const stage = new Stage().ready();
    stage.answer = (lead) => [[48, 0, 1, 70], [50, 3.5, 0.5, 70]];
    stage.play(0, 2 * BAR, melody(0, 2));
    stage.metre = [3, 4];
    stage.answer = (lead) => [[48, 0, 1, 70], [50, 2.5, 0.5, 70]];
    const from = stage.now;
    for (let ticks = 2 * BAR; ticks < 2 * BAR + 1440; ticks += 120) {
        stage.player.at({ bar: 3, beat: 1 + Math.floor((ticks - 2 * BAR) / 480), units: ticks % 480, numerator: 3,
            denominator: 4, tempo: 120, ticks }, stage.now);
        stage.wait(0.125);
    }
    assert.deepStrictEqual(stage.asked(from).map((ask) => ask.slice(0, 3)), [[1, -1, 4], [2, 0, 0], [2, 1, 2.75]]);
    assert.ok(!slots(stage).includes(384 + 168), "a note of the fourth beat would sound in the next bar");
});

test("a bridge that is killed and returns is told the last bars, and the music goes on at once", () => {
    const stage = new Stage().ready();
    stage.play(0, 3 * BAR, melody(0, 3));
    stage.isUp = false;
    stage.play(3 * BAR, 5 * BAR, melody(3 * BAR, 2));
    assert.deepStrictEqual(stage.shown("light"), [1]);
    assert.deepStrictEqual(stage.shown("advice"), ["No bridge on port 7770: type obbligato serve"]);
    stage.isUp = true;
    stage.bars = 0;
    const from = stage.now;
    stage.play(5 * BAR, 5 * BAR + 960, melody(5 * BAR, 1));
    const asked = stage.asked(from);
    assert.deepStrictEqual(asked.slice(0, 5).map((ask) => ask.slice(0, 2)), [[0, -1], [1, -1], [2, -1], [3, -1], [4, -1]]);
    assert.deepStrictEqual(asked[5].slice(0, 2), [5, 0]);
    assert.deepStrictEqual(stage.shown("light"), [3]);
    assert.ok(slots(stage).some((slot) => slot >= 5 * 192));
});

test("a bridge that is killed for a moment is noticed by its silence to requests", () => {
    const stage = new Stage().ready();
    stage.play(0, 2 * BAR, melody(0, 2));
    stage.isUp = false;
    stage.play(2 * BAR, 3 * BAR, melody(2 * BAR, 1));
    stage.isUp = true;
    stage.bars = 0;
    const from = stage.now;
    stage.play(3 * BAR, 4 * BAR, melody(3 * BAR, 1));
    const back = stage.sent.find((list) => list[0] >= from && list[1] === "/lead" && list[8] === 0);
    assert.ok(back[0] - from < 1, "asked after " + (back[0] - from) + " s");
});

test("a bridge that goes down says so, and is greeted until it is back", () => {
    const stage = new Stage().ready();
    stage.isUp = false;
    stage.player.receive("/bye", ["song"], stage.now);
    assert.deepStrictEqual(stage.shown("light"), [1]);
    assert.deepStrictEqual(stage.shown("advice"), ["The bridge went down: type obbligato serve"]);
    stage.wait(3);
    stage.isUp = true;
    stage.wait(1);
    assert.deepStrictEqual(stage.shown("light"), [3]);
});
