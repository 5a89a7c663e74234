// The MIDI Tool's script in a stand-in for Max: its rounds are answered in the same breath, its questions are not.

"use strict";

const assert = require("node:assert");
const fs = require("fs");
const path = require("path");
const { test } = require("node:test");
const vm = require("vm");

const SCRIPT = path.join(__dirname, "../../max_patch/javascript/obbligato_tool.js");
const plain = (value) => JSON.parse(JSON.stringify(value));
const LEAD = [
    { pitch: 60, start_time: 0, duration: 1, velocity: 100.4 }, { pitch: 64, start_time: 2, duration: 2, velocity: 90 },
    { pitch: 67, start_time: 4, duration: 4, velocity: 80, mute: 0 },
];
const CLIP = { clip: { time_selection_start: 0, time_selection_end: 8 } };

// Max, a bridge that answers each bar with its own number as velocity, and a clock that this test turns.
class Stage {
    constructor({ isUp = true, taken = [], song = {} } = {}) {
        Object.assign(this, { nowMs: 1e6, isUp, taken, dicts: {}, out: [], inbox: [], asked: [], due: null, port: 0 });
        const stage = this;
        function Dict(name) { this.name = name || "answer"; }
        Dict.prototype.parse = function (text) { stage.dicts[this.name] = text; };
        Dict.prototype.stringify = function () { return stage.dicts[this.name]; };
        this.context = vm.createContext({
            Dict, LiveAPI: function () { this.get = (name) => [song[name]]; },
            Date: function () { this.getTime = () => stage.nowMs; }, messagename: "",
            Task: function (action) {
                this.cancel = () => { stage.due = null; };
                this.schedule = (ms) => { stage.due = stage.nowMs + ms; stage.action = action; };
            },
            arrayfromargs: (args) => Array.from(args),
            outlet: (index, ...atoms) => stage.heard(index, Array.isArray(atoms[0]) ? atoms[0] : atoms),
        });
        vm.runInContext(fs.readFileSync(SCRIPT, "utf8"), this.context);
    }

    heard(index, list) {
        this.out.push([index, plain(list)]);
        if (index === 3) { this.port = list[1]; }
        if (index === 2 && list[0] !== "port" && !this.taken.includes(this.port)) { this.inbox.push(list); }
        if (index === 1 && this.isUp) { this.bridge(list); }
    }

    bridge([address, session, ...rest]) {
        if (address === "/hello") { this.inbox.push(["/welcome", 1, rest[0], "0.1.0", "chords", 1, 0]); }
        if (address === "/reset") { this.inbox.push(["/ack", session, "/reset", -1]); }
        if (address === "/set") { this.inbox.push(["/value", session, rest[0], rest[1]]); }
        if (address === "/lead") {
            const [seq, bar, numerator, denominator] = rest;
            this.asked.push(rest);
            this.inbox.push(["/accompaniment", session, seq, bar, 0, 1, "piano", numerator, denominator, 36, 0, 2, bar + 1]);
        }
    }

    run(ms) {
        const end = this.nowMs + ms;
        while (this.inbox.length || (this.due !== null && this.due <= end)) {
            if (this.inbox.length) {
                const [word, ...args] = this.inbox.shift();
                this.context.messagename = word;
                this.context.anything(...args);
            } else {
                this.nowMs = this.due;
                this.due = null;
                this.action();
            }
        }
        this.nowMs = end;
    }

    // One round as Live makes it; returns the notes it got back, which it must have by the time `notes` returns.
    round(notes = LEAD, surroundings = CLIP) {
        this.dicts.context = JSON.stringify(surroundings);
        this.dicts.given = JSON.stringify({ notes });
        const before = this.out.length;
        this.context.context("dictionary", "context");
        this.context.notes("dictionary", "given");
        const answers = this.out.slice(before).filter(([index]) => index === 0);
        assert.deepStrictEqual(answers, [[0, ["dictionary", "answer"]]]);
        return JSON.parse(this.dicts.answer).notes;
    }

    count(index) { return this.out.filter(([outlet]) => outlet === index).length; }

    last(word) { return this.out.filter(([index, list]) => index === 5 && list[0] === word).pop()[1][1]; }
}

const ready = (options) => {
    const stage = new Stage(options);
    stage.context.ready();
    stage.run(500);
    return stage;
};

test("the first round gives the notes back as they came, the second adds the accompaniment", () => {
    const stage = ready();
    assert.deepStrictEqual(stage.round(), LEAD);
    assert.strictEqual(stage.last("light"), 2);
    stage.run(500);
    assert.strictEqual(stage.count(4), 1);
    const full = stage.round();
    assert.deepStrictEqual(full.slice(0, 3), LEAD);
    assert.deepStrictEqual(full.slice(3), [
        { pitch: 36, start_time: 0, duration: 2, velocity: 1 }, { pitch: 36, start_time: 4, duration: 2, velocity: 2 },
    ]);
    assert.strictEqual(stage.last("light"), 3);
});

test("each bar is asked for whole, as itself, one after the other", () => {
    const stage = ready();
    stage.round();
    stage.run(500);
    assert.deepStrictEqual(stage.asked.map(([, bar, , , , ahead, known]) => [bar, ahead, known]), [[0, 0, 4], [1, 0, 4]]);
    assert.deepStrictEqual(stage.asked[0].slice(7), [60, 0, 1, 100, 64, 2, 2, 90]);
});

test("the same notes and controls are answered from memory, however often", () => {
    const stage = ready();
    stage.round();
    stage.run(500);
    const first = stage.round();
    stage.run(500);
    assert.deepStrictEqual(stage.round(), first);
    assert.strictEqual(stage.asked.length, 2);
});

test("another seed is another question, and the round begins anew by itself", () => {
    const stage = ready();
    stage.round();
    stage.run(500);
    stage.round();
    stage.context.param("seed", 5);
    assert.strictEqual(stage.count(4), 2);
    assert.deepStrictEqual(stage.round(), LEAD);
    stage.run(500);
    assert.strictEqual(stage.asked.length, 4);
    assert.ok(stage.out.some(([index, list]) => index === 1 && list[0] === "/set" && list[2] === "seed" && list[3] === 5));
});

test("controls that speak on loading do not touch the clip", () => {
    const stage = new Stage();
    stage.context.param("seed", 9);
    stage.context.ready();
    stage.context.param("temperature", 0.5);
    stage.run(2000);
    assert.strictEqual(stage.count(4), 0);
});

test("without a bridge the notes stay as they are, and the line says what to do", () => {
    const stage = ready({ isUp: false });
    assert.deepStrictEqual(stage.round(), LEAD);
    stage.run(4000);
    assert.deepStrictEqual(stage.round(), LEAD);
    assert.match(stage.last("advice"), /Asking|obbligato serve/);
    stage.run(4000);
    assert.match(stage.last("advice"), /obbligato serve/);
    assert.strictEqual(stage.last("light"), 1);
    assert.strictEqual(stage.count(4), 0);
});

test("a bridge that comes later is asked at the next round", () => {
    const stage = ready({ isUp: false });
    stage.round();
    stage.run(4000);
    stage.isUp = true;
    stage.round();
    stage.run(1000);
    assert.strictEqual(stage.round().length, 5);
});

test("other notes while the bridge thinks: only the last question counts", () => {
    const stage = ready();
    stage.round();
    stage.round(LEAD.slice(1));
    stage.run(1000);
    assert.strictEqual(stage.count(4), 1);
    assert.strictEqual(stage.round(LEAD.slice(1)).length, 4);
});

test("a selection inside the clip: whole bars are asked for, only the selection is filled", () => {
    const stage = ready();
    const within = { clip: { time_selection_start: 5, time_selection_end: 8 } };
    const lead = [{ pitch: 60, start_time: 5, duration: 1, velocity: 100 }];
    stage.round(lead, within);
    stage.run(500);
    assert.deepStrictEqual(stage.asked.map((asked) => asked.slice(7)), [[60, 1, 1, 100]]);
    assert.deepStrictEqual(stage.round(lead, within), lead);
});

test("in three the bars are three beats long", () => {
    const stage = ready({ song: { signature_numerator: 3, signature_denominator: 4, tempo: 90 } });
    stage.round();
    stage.run(500);
    assert.deepStrictEqual(stage.asked.map(([, bar, n, d, tempo]) => [bar, n, d, tempo]),
        [[0, 3, 4, 90], [1, 3, 4, 90], [2, 3, 4, 90]]);
});

test("no notes, no context, not ready: still an answer in the same breath", () => {
    const stage = new Stage();
    assert.deepStrictEqual(stage.round(), LEAD);
    stage.context.ready();
    assert.deepStrictEqual(stage.round([], {}), []);
    assert.match(stage.last("advice"), /No notes/);
    assert.deepStrictEqual(stage.round(LEAD, {}), LEAD);
    stage.run(1000);
    assert.strictEqual(stage.round(LEAD, {}).length, 5);
});

test("a port that another tool has is left for the next one", () => {
    const stage = ready({ taken: [7803, 7804] });
    assert.strictEqual(stage.port, 7805);
    stage.round();
    stage.run(500);
    assert.ok(stage.out.some(([index, list]) => index === 1 && list[0] === "/hello" && list[3] === 7805));
});

test("a round that Live never began again is said so", () => {
    const stage = ready();
    stage.round();
    stage.run(2000);
    assert.match(stage.last("advice"), /press Apply once more/);
});
