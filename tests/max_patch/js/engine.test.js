"use strict";

const test = require("node:test");
const assert = require("node:assert");
const { Stage } = require("./stage.js");

const BAR = 1920;
const melody = (from, bars, length = BAR) => {
    const notes = {};
    for (let bar = 0; bar < bars; bar += 1) {
        notes[from + bar * length] = [[60 + bar, 90]];
        notes[from + bar * length + 470] = [[60 + bar, 0]];
    }
    return notes;
};
const slots = (stage) => Object.keys(stage.score()).map(Number);

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

test("roles: Listen sends and lets through, Play asks nothing and plays what is answered to the other", () => {
    const listen = new Stage();
    listen.player.param("role", 1, 99);
    listen.ready();
    assert.deepStrictEqual(listen.sent[0].slice(3, 6), ["group-1", 7771, "listen"]);
    assert.deepStrictEqual(listen.done.sound, [["thru", 1]]);
    assert.ok(!listen.sent.some((list) => list[1] === "/set"));
    const play = new Stage();
    play.player.param("role", 2, 99);
    play.ready();
    play.play(0, 3 * 480, melody(0, 1));
    assert.deepStrictEqual(play.asked(), []);
    play.player.receive("/accompaniment", ["group-1", 900, 1, 1, 2, "piano", 4, 4, 55, 1, 1, 70], play.now);
    assert.deepStrictEqual(slots(play), []);
    play.player.receive("/accompaniment", ["group-1", 900, 1, 0, 2, "piano", 4, 4, 48, 0, 1, 70], play.now);
    assert.deepStrictEqual(slots(play), [192, 240]);
    play.player.receive("/accompaniment", ["someone", 901, 2, 0, 1, "piano", 4, 4, 48, 0, 1, 70], play.now);
    assert.deepStrictEqual(slots(play), [192, 240]);
});

test("low and high are sent until both fit", () => {
    const stage = new Stage();
    const held = { low: 28, high: 96 };
    const bridge = stage.bridge.bind(stage);
    stage.bridge = (list) => {
        const [address, session, name, value] = list;
        if (address === "/set" && name in held) {
            held[name] = name === "low" ? Math.min(value, held.high) : Math.max(value, held.low);
            stage.reply("/value", session, name, held[name]);
        } else {
            bridge(list);
        }
    };
    stage.player.param("low", 20, 99);
    stage.player.param("high", 25, 99);
    stage.ready();
    assert.deepStrictEqual(held, { low: 20, high: 25 });
    stage.player.param("low", 100, stage.now);
    stage.player.param("high", 110, stage.now);
    stage.wait(1);
    assert.deepStrictEqual(held, { low: 100, high: 110 });
});

test("every refusal of the greeting is shown in words", () => {
    for (const [code, text] of [["bad-token", "The bridge wants its token"],
        ["unsupported-protocol", "Bridge and device do not fit: update the older one"],
        ["too-many-sessions", "The bridge is full: start it with a larger --max-sessions"]]) {
        const stage = new Stage();
        stage.bridge = () => stage.reply("/error", "", -1, code, "no");
        stage.ready();
        assert.deepStrictEqual(stage.shown("advice"), [text]);
        assert.deepStrictEqual(stage.shown("light"), [1]);
    }
});

test("a model that cannot be loaded is said for as long as that is so", () => {
    const stage = new Stage();
    let isReady = 0;
    stage.bridge = (list) => list[0] === "/hello" && stage.reply("/welcome", 1, "song", "0.1.0", "big", isReady, 0);
    stage.ready();
    assert.deepStrictEqual(stage.shown("advice"), ["The bridge is loading its model"]);
    stage.player.receive("/error", ["song", -1, "not-ready", "the model big could not be loaded"], stage.now);
    stage.wait(20);
    assert.deepStrictEqual([stage.shown("advice"), stage.shown("light")],
        [["The bridge could not load its model: see its window"], [1]]);
    isReady = 1;
    stage.wait(3);
    assert.deepStrictEqual(stage.shown("light"), [3]);
});

test("the self-test passes and says so, and fails and says where", () => {
    const stage = new Stage().ready();
    stage.player.selfTest(stage.now);
    stage.wait(2);
    assert.deepStrictEqual(stage.shown("selftest"), [2]);
    assert.deepStrictEqual(stage.done.sound.filter((list) => list[0] === "note").map((list) => list[1]), [60, 64, 67, 72]);
    assert.ok(stage.sent.some((list) => list[1] === "/bye" && list[2] === "song.test"));
    stage.answer = () => null;
    stage.player.selfTest(stage.now);
    stage.wait(3);
    assert.deepStrictEqual(stage.shown("advice"), ["Self-test failed: the bridge answers, but not with a bar"]);
    stage.isUp = false;
    stage.player.selfTest(stage.now);
    stage.wait(3);
    assert.deepStrictEqual(stage.shown("advice"), ["Self-test failed: no bridge on port 7770"]);
    assert.deepStrictEqual(stage.shown("selftest"), [3]);
});

test("a whole clip is asked for bar by bar in a session of its own, with the controls of the device", () => {
    const stage = new Stage().ready();
    stage.player.param("density", 0.5, stage.now);
    const notes = [0, 4, 8].map((start_time, i) => ({ pitch: 60 + i, start_time, duration: 1, velocity: 80 }));
    stage.player.writeClip({ notes, length: 10, numerator: 4, denominator: 4, tempo: 100 }, stage.now);
    stage.wait(2);
    const leads = stage.sent.filter((list) => list[1] === "/lead");
    assert.deepStrictEqual(leads.map((list) => [list[2], list[4], list[8], list[9], list[10]]),
        [["song.write", 0, 0, 4, 60], ["song.write", 1, 0, 4, 61], ["song.write", 2, 0, 4, 62]]);
    assert.ok(stage.sent.some((list) => list[1] === "/set" && list[2] === "song.write" && list[3] === "density"));
    assert.deepStrictEqual(stage.done.clip.map(([written, length]) => [written.length, length]), [[5, 10]]);
});

test("whole bars from a patch go out as they are, and the answer lies where the bar lies", () => {
    const stage = new Stage().ready();
    stage.player.wholeBar(3, 3, 4, 90, 1, 3, [{ pitch: 60, onset: 0, duration: 1, velocity: 80 }], stage.now);
    stage.wait(0.5);
    assert.deepStrictEqual(stage.sent.find((list) => list[1] === "/lead").slice(4), [3, 3, 4, 90, 1, 3, 60, 0, 1, 80]);
    assert.deepStrictEqual(slots(stage), [4 * 144, 4 * 144 + 96]);
});

test("while a patch gives whole bars it conducts: what is played is not asked about until a reset", () => {
    const stage = new Stage().ready();
    for (let bar = 0; bar < 3; bar += 1) {
        stage.player.wholeBar(bar, 4, 4, 120, 0, 4, [{ pitch: 60 + bar, onset: 0, duration: 1, velocity: 80 }], stage.now);
        stage.wait(0.1);
    }
    assert.deepStrictEqual(slots(stage), [0, 96, 192, 288, 384, 480]);
    stage.play(0, 4 * BAR, melody(0, 4));
    assert.ok(stage.asked().every((ask) => ask[1] === 0 && ask[2] === 4));
    assert.deepStrictEqual(slots(stage), [0, 96, 192, 288, 384, 480]);
    stage.player.stop(stage.now);
    const from = stage.now;
    stage.play(0, BAR, {});
    assert.deepStrictEqual(stage.asked(from), [[0, 0, 4, [60]], [1, 0, 4, [61]]], "what was given stays given");
    stage.player.stop(stage.now);
    stage.player.reset(stage.now);
    const later = stage.now;
    stage.play(0, BAR, melody(0, 1));
    assert.deepStrictEqual(stage.asked(later), [[0, 1, 3.75, [60]]]);
});

test("bars of several metres lie one behind the other", () => {
    const stage = new Stage().ready();
    [[0, 4, 4], [1, 3, 4], [2, 6, 8]].forEach(([bar, numerator, denominator]) => {
        stage.player.wholeBar(bar, numerator, denominator, 120, 0, numerator * 4 / denominator, [], stage.now);
        stage.wait(0.1);
    });
    assert.deepStrictEqual(slots(stage), [0, 96, 192, 288, 192 + 144, 192 + 144 + 96]);
});

test("while the song stands, what Play would bring is asked for, and again when the clip or a control changes", () => {
    const stage = new Stage().ready();
    let pitch = 60;
    stage.clip = (start) => (start < 2 * BAR ? [{ pitch, onset: 0, duration: 1, velocity: 90 }] : null);
    const bar = () => ({ number: 0, start: 0, numerator: 4, denominator: 4, tempo: 120 });
    for (let i = 0; i < 3; i += 1) {
        stage.player.foresee(bar(), stage.now);
        stage.wait(0.2);
    }
    assert.deepStrictEqual(stage.asked(), [[0, 0, 4, [60]], [1, 0, 4, [60]]]);
    assert.deepStrictEqual(slots(stage), [0, 96, 192, 288]);
    pitch = 62;
    stage.player.foresee(bar(), stage.now);
    stage.player.param("density", 0.5, stage.now);
    stage.player.foresee(bar(), stage.now);
    assert.strictEqual(stage.asked().length, 6);
    stage.wait(0.2);
    stage.play(0, 10);
    assert.ok(slots(stage).includes(0));
});

test("what was foreseen for another place is not played where nothing was asked for", () => {
    const stage = new Stage().ready();
    stage.clip = () => [];
    stage.player.foresee({ number: 0, start: 0, numerator: 4, denominator: 4, tempo: 120 }, stage.now);
    stage.wait(0.2);
    assert.notDeepStrictEqual(slots(stage), []);
    stage.clip = () => null;
    stage.play(0, 10);
    assert.deepStrictEqual(slots(stage), []);
});

test("chords of this bar and the next, and the echo of the controls", () => {
    const stage = new Stage().ready();
    stage.play(0, 480, melody(0, 1));
    stage.player.receive("/chords", ["song", 1, 0, 0, "C", 2, "Am7"], stage.now);
    stage.player.receive("/chords", ["song", 2, 1, 0, "F"], stage.now);
    const last = {};
    stage.done.chord.forEach((list) => { last[list.slice(0, list[0] === "bar" ? 1 : 2).join(" ")] = list.slice(-2); });
    assert.deepStrictEqual([last["chord 0"], last["chord 1"], last["chord 4"]], [["C", 0], ["Am7", 2], ["F", 0]]);
    stage.play(480, BAR + 240, {});
    stage.done.chord.forEach((list) => { last[list.slice(0, list[0] === "bar" ? 1 : 2).join(" ")] = list.slice(-2); });
    assert.deepStrictEqual([last["chord 0"], last["chord 1"]], [["F", 0], ["-", 0]]);
});

test("switched off it leaves, is silent and asks nothing; switched on it is back", () => {
    const stage = new Stage().ready();
    stage.player.enable(false, stage.now);
    const from = stage.now;
    stage.play(0, BAR, melody(0, 1));
    assert.deepStrictEqual(stage.asked(from), []);
    assert.ok(stage.sent.some((list) => list[1] === "/bye"));
    assert.ok(stage.done.sound.some((list) => list[0] === "stop"));
    stage.player.enable(true, stage.now);
    stage.wait(0.5);
    assert.deepStrictEqual(stage.shown("light"), [3]);
});

test("another metre than the wire has is said, and nothing is asked", () => {
    const stage = new Stage().ready();
    stage.metre = [5, 32];
    stage.play(0, BAR);
    assert.deepStrictEqual(stage.asked(), []);
    assert.deepStrictEqual(stage.shown("advice"), ["This metre is not supported"]);
});

test("any order of events is survived, and every argument sent is a legal one", () => {
    let random = 12345;
    const roll = (n) => (random = (random * 1103515245 + 12345) % 2147483648) % n;
    for (let round = 0; round < 30; round += 1) {
        const stage = new Stage().ready();
        stage.drop = () => roll(5) === 0;
        for (let step = 0; step < 120; step += 1) {
            const acts = [
                () => stage.at(roll(200) * 60), () => stage.at((stage.player.ticks || 0) + 120),
                () => stage.at((stage.player.ticks || 0) + 120), () => stage.player.stop(stage.now),
                () => stage.player.note(40 + roll(40), roll(2) * 90, roll(20000), stage.now),
                () => stage.player.note(40 + roll(40), roll(2) * 90, (stage.player.ticks || 0) + roll(100), stage.now),
                () => stage.player.param("role", roll(3), stage.now), () => stage.player.param("mode", roll(3), stage.now),
                () => stage.player.reset(stage.now), () => stage.player.panic(stage.now),
                () => stage.player.selfTest(stage.now), () => stage.player.enable(roll(4) > 0, stage.now),
                () => { stage.isUp = roll(3) > 0; stage.bars = 0; }, () => { stage.metre = [[4, 4], [3, 4], [6, 8]][roll(3)]; },
                () => stage.player.receive("/bye", ["song"], stage.now), () => stage.wait(roll(30) / 10),
            ];
            acts[roll(acts.length)]();
            stage.wait(roll(40) / 100);
        }
        stage.sent.filter((list) => list[1] === "/lead").forEach((list) => {
            const [, , , seq, bar, numerator, denominator, tempo, ahead, known, ...notes] = list;
            assert.ok(seq >= 0 && Number.isInteger(bar) && ahead >= -1 && ahead <= 1 && tempo === 120);
            assert.ok(known >= 0 && known <= numerator * 4 / denominator, list.join(" "));
            for (let i = 0; i < notes.length; i += 4) {
                assert.ok(notes[i + 1] >= 0 && notes[i + 1] < numerator * 4 / denominator && notes[i + 2] > 0);
                assert.ok(notes[i + 3] >= 1 && notes[i + 3] <= 127);
            }
        });
        stage.done.score.forEach((list) => assert.ok(list[0] === "clear" || list[0] === "remove"
            || Number.isInteger(list[0]) && list.length % 3 === 1, list.join(" ")));
    }
});
