"use strict";

const test = require("node:test");
const assert = require("node:assert");
const { parts, plain } = require("./load.js");

const { Collector, Barlines, Score, Clip } = parts();
const BAR = 1920;

function heard(...notes) {
    const collector = new Collector.Notes();
    notes.forEach(([pitch, velocity, ticks]) => collector.note(pitch, velocity, ticks));
    return collector;
}

test("a note is in its bar, in beats from the bar line", () => {
    const collector = heard([60, 90, BAR + 480], [60, 0, BAR + 720]);
    assert.deepStrictEqual(plain(collector.bar(BAR, BAR, 2 * BAR)),
        [{ pitch: 60, onset: 1, duration: 0.5, velocity: 90 }]);
    assert.deepStrictEqual(plain(collector.bar(0, BAR, BAR)), []);
});

test("a note that is held across the bar line is as long as it has sounded, then as long as it is", () => {
    const collector = heard([60, 90, 960]);
    assert.strictEqual(collector.bar(0, BAR, BAR)[0].duration, 2);
    collector.note(60, 0, 2400);
    assert.strictEqual(collector.bar(0, BAR, BAR)[0].duration, 3);
});

test("a note a hair before the bar line is meant for the line", () => {
    const collector = heard([60, 90, BAR - 15], [60, 0, BAR + 200]);
    assert.deepStrictEqual(plain(collector.bar(0, BAR, BAR)), []);
    assert.strictEqual(collector.bar(BAR, BAR, 2 * BAR)[0].onset, 0);
    assert.strictEqual(heard([60, 90, BAR - 25]).bar(0, BAR, BAR).length, 1);
});

test("what is not known yet is left out", () => {
    const collector = heard([60, 90, 0], [60, 0, 400], [62, 90, 1800]);
    assert.deepStrictEqual(plain(collector.bar(0, BAR, 1800)).map((n) => n.pitch), [60]);
});

test("the same pitch struck twice ends the first", () => {
    const notes = heard([60, 90, 0], [60, 80, 480], [60, 0, 960]).bar(0, BAR, BAR);
    assert.deepStrictEqual(plain(notes).map((n) => [n.onset, n.duration]), [[0, 1], [1, 1]]);
});

test("a jump ends what is held, and takes along what was struck for the place that came", () => {
    const collector = heard([60, 90, 1440], [64, 90, BAR - 10]);
    collector.jump(BAR, 7 * BAR);
    assert.deepStrictEqual(plain(collector.bar(0, BAR, BAR)),
        [{ pitch: 60, onset: 3, duration: 1, velocity: 90 }]);
    collector.note(64, 0, 7 * BAR + 240);
    assert.deepStrictEqual(plain(collector.bar(7 * BAR, BAR, 8 * BAR)),
        [{ pitch: 64, onset: 0, duration: 0.5, velocity: 90 }]);
});

test("nonsense is not a note", () => {
    assert.strictEqual(heard([128, 90, 0], [-1, 90, 0], [60, 90, NaN], ["x", 1, 0]).notes.length, 0);
});

const moment = (bar, beat, units, numerator, denominator, ticks) =>
    ({ bar, beat, units, numerator, denominator, ticks, tempo: 120 });

test("the bar of a moment, in every metre", () => {
    assert.deepStrictEqual(plain(Barlines.locate(moment(3, 2, 100, 4, 4, 2 * BAR + 580), null)),
        { number: 2, start: 2 * BAR, length: BAR, numerator: 4, denominator: 4 });
    assert.strictEqual(Barlines.locate(moment(2, 4, 0, 6, 8, 1440 + 720), null).start, 1440);
    assert.strictEqual(Barlines.locate(moment(2, 2, 240, 6, 8, 1440 + 720), null).start, 1440, "beats as quarters");
    assert.strictEqual(Barlines.locate(moment(9, 1, 0, 3, 4, 5000), { number: 4, start: 4800 }).start, 4800);
});

test("bars that pass, one or several", () => {
    const first = Barlines.locate(moment(1, 1, 0, 4, 4, 0), null);
    const step = Barlines.advance(first, moment(3, 1, 0, 4, 4, 2 * BAR), null);
    assert.deepStrictEqual(plain(step.passed).map((b) => b.number), [0, 1]);
    assert.strictEqual(step.current.number, 2);
    assert.strictEqual(Barlines.advance(first, moment(1, 4, 0, 4, 4, 1440), null).passed.length, 0);
});

test("another metre begins at the bar line, even where the transport counts the whole song in it", () => {
    const first = Barlines.locate(moment(8, 1, 0, 4, 4, 7 * BAR), null);
    const step = Barlines.advance(first, moment(11, 3, 5, 3, 4, 8 * BAR + 5), null);
    assert.deepStrictEqual(plain(step.current),
        { number: 8, start: 8 * BAR, length: 1440, numerator: 3, denominator: 4 });
});

test("an answer becomes lines of slots, ending a hair before the next onset", () => {
    const lines = Score.lines([
        { pitch: 64, onset: 0, duration: 2, velocity: 72 }, { pitch: 60, onset: 0, duration: 1, velocity: 70 },
        { pitch: 60, onset: 0.5, duration: 9, velocity: 70 },
    ], BAR, BAR);
    assert.deepStrictEqual(plain(lines), { 192: [60, 70, 236, 64, 72, 956], 216: [60, 70, 1676] });
});

test("a pitch struck twice at once sounds once, the louder; what lies outside the bar does not sound", () => {
    const lines = Score.lines([
        { pitch: 60, onset: 1, duration: 1, velocity: 50 }, { pitch: 60, onset: 1, duration: 1, velocity: 80 },
        { pitch: 60, onset: 4, duration: 1, velocity: 80 }, { pitch: 60, onset: -1, duration: 1, velocity: 80 },
    ], 0, BAR);
    assert.deepStrictEqual(plain(lines), { 48: [60, 80, 476] });
});

test("every third of a beat and every humanized place has its slot", () => {
    for (let step = 0; step < 48; step += 1) {
        const onset = Math.fround(step / 12);
        assert.deepStrictEqual(Object.keys(Score.lines([{ pitch: 60, onset, duration: 1, velocity: 9 }], 0, BAR)),
            [String(step * 4)]);
    }
});

test("a humanized note a hair before the bar line stays in its bar", () => {
    const lines = Score.lines([{ pitch: 60, onset: 3.995, duration: 0.005, velocity: 50 }], BAR, BAR);
    assert.deepStrictEqual(plain(lines), { 383: [60, 50, 6] });
});

test("only lines that changed go out, and lines that went are removed", () => {
    const book = new Score.Book();
    const c = { pitch: 60, onset: 0, duration: 1, velocity: 70 };
    const e = { pitch: 64, onset: 1, duration: 1, velocity: 70 };
    assert.deepStrictEqual(plain(book.put(0, BAR, [c, e])), [[0, 60, 70, 476], [48, 64, 70, 476]]);
    assert.deepStrictEqual(plain(book.put(0, BAR, [c, e])), []);
    assert.deepStrictEqual(plain(book.put(0, BAR, [c])), [["remove", 48]]);
    assert.deepStrictEqual(plain(book.put(0, BAR, [])), [["remove", 0]]);
    book.put(0, BAR, [c, { ...e, onset: 3 }]);
    assert.deepStrictEqual(plain(book.cut(0, 1440)), [["remove", 144]]);
});

test("bars that overlap, since the metre is another one now, never hold the same slot twice", () => {
    const book = new Score.Book();
    const at = (onset) => ({ pitch: 60, onset, duration: 1, velocity: 70 });
    book.put(0, BAR, [at(0), at(3)]);
    assert.deepStrictEqual(plain(book.put(1440, 1440, [at(1)])), [["remove", 144], [192, 60, 70, 476]]);
    assert.deepStrictEqual(plain(book.cut(0, 1440)), []);
    assert.deepStrictEqual(plain(book.put(0, 1440, [])), [["remove", 0]]);
    assert.deepStrictEqual(plain(book.lines), { 192: { text: "60,70,476", start: 1440 } });
});

function clip(given) {
    const notes = given.notes || [];
    return {
        isLooping: true, loopStart: 0, loopEnd: 4, end: 4, position: 0, at: 0,
        ...given, notes: (from, span) => notes.filter((n) => n.start_time >= from && n.start_time < from + span),
    };
}
const at = (start_time, pitch = 60) => ({ pitch, start_time, duration: 0.5, velocity: 90, mute: 0 });

test("a clip's bar, through its loop", () => {
    const notes = [at(0, 60), at(2.5, 62)];
    const looped = clip({ loopEnd: 3, notes });
    assert.deepStrictEqual(plain(Clip.bar(looped, 4, 4)).map((n) => [n.pitch, n.onset]), [[62, 1.5], [60, 2]]);
    assert.deepStrictEqual(plain(Clip.pieces(looped, 4, 4)),
        [{ from: 1, span: 2, at: 0 }, { from: 0, span: 2, at: 2 }]);
});

test("a clip that was launched in the middle of the song, and one that ends", () => {
    const launched = clip({ at: 8, position: 0.5 });
    assert.deepStrictEqual(plain(Clip.pieces(launched, 12, 4)),
        [{ from: 0.5, span: 3.5, at: 0 }, { from: 0, span: 0.5, at: 3.5 }]);
    const once = clip({ isLooping: false, end: 6 });
    assert.deepStrictEqual(plain(Clip.pieces(once, 4, 4)), [{ from: 4, span: 2, at: 0 }]);
    assert.strictEqual(Clip.bar(once, 8, 4), null);
});

test("a muted note is not heard", () => {
    const muted = clip({ notes: [{ ...at(0), mute: 1 }, at(1)] });
    assert.strictEqual(Clip.bar(muted, 0, 4).length, 1);
});

test("a whole clip in bars, and its answers as a clip", () => {
    const bars = Clip.bars([at(0), at(3.5), at(4)], 6, 4, 4, 100);
    assert.deepStrictEqual(plain(bars).map((b) => b.notes.map((n) => n.onset)), [[0, 3.5], [0]]);
    const answer = [{ pitch: 48, onset: 0, duration: 4, velocity: 70 }, { pitch: 50, onset: 3, duration: 1, velocity: 70 }];
    assert.deepStrictEqual(plain(Clip.written([answer, answer], 6, 4, 4)).map((n) => [n.start_time, n.duration]),
        [[0, 4], [3, 1], [4, 2]]);
});
