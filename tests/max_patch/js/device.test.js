"use strict";

const test = require("node:test");
const assert = require("node:assert");
const { BAR, melody, slots } = require("./lead.js");
const { Stage } = require("./stage.js");

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
