// A stage for the engine's tests: a transport that says `at` on every sixteenth, a bridge that answers (or does not),
// and everything that the engine wanted done, by kind.

"use strict";

const { parts, plain } = require("./load.js");

class Stage {
    constructor(given = {}) {
        this.parts = parts();
        this.now = 100;
        this.done = { wire: [], self: [], receive: [], score: [], sound: [], display: [], chord: [], clip: [] };
        this.sent = [];                // [seconds, address, ...]
        this.isUp = true;              // the bridge
        this.bars = 0;                 // what it remembers
        this.drop = () => false;       // (list, direction) -> whether the network loses it
        this.takenPorts = [];
        this.port = 0;
        this.clip = null;
        this.loop = null;
        this.answer = (lead) => [[48, 0, 2, 70], [52, 2, 2, 70]];
        this.metre = [4, 4];
        this.tempo = 120;
        this.inbox = [];
        this.player = new this.parts.Engine.Player({
            emit: (kind, list) => this.emitted(kind, plain(list)),
            anchor: () => null, look: (start, length) => (this.clip ? this.clip(start, length) : null),
            loop: () => this.loop, firstSeq: 0, session: "song", nonce: 7, ...given,
        });
    }

    emitted(kind, list) {
        this.done[kind].push(list);
        if (kind === "receive") { this.port = list[1]; }
        if (kind === "self" && list[0][0] === "/" && !this.takenPorts.includes(this.port)) {
            this.inbox.push([this.now, list[0], list.slice(1)]);
        }
        if (kind === "wire" && list[0][0] === "/") {
            this.sent.push([this.now, ...list]);
            if (this.isUp && !this.drop(list, "out")) { this.bridge(list); }
        }
    }

    reply(...list) {
        if (!this.drop(list, "in")) { this.inbox.push([this.now + 0.005, list[0], list.slice(1)]); }
    }

    bridge([address, ...args]) {
        const { places } = this.parts.Protocol.CLIENT[address];
        const m = {};
        places.forEach((place, i) => { m[place.slice(2)] = args[i]; });
        if (address === "/hello") { this.reply("/welcome", 1, m.session, "0.1.0", "chords", 1, this.bars); }
        if (address === "/set") { this.reply("/value", m.session, m.name, m.value); }
        if (address === "/reset" || address === "/bye") { this.reply("/ack", m.session, address, -1); }
        if (address === "/lead") {
            this.bars = Math.max(this.bars, 1);
            if (m.ahead < 0) {
                this.reply("/ack", m.session, "/lead", m.seq);
            } else {
                const notes = this.answer(m);
                if (notes) {
                    this.reply("/accompaniment", m.session, m.seq, m.bar + m.ahead, 0, 1, "piano",
                        m.numerator, m.denominator, ...notes.flat());
                }
            }
        }
    }

    // Lets time go by, delivering what comes and waking the engine when it is due.
    until(then) {
        for (;;) {
            const mail = this.inbox.length ? Math.min(...this.inbox.map((m) => m[0])) : Infinity;
            const next = Math.min(mail, Math.max(this.player.due(), this.now + 0.001));
            if (next > then) { break; }
            this.now = Math.max(this.now, next);
            if (mail <= next) {
                const index = this.inbox.findIndex((m) => m[0] === mail);
                const [[, address, args]] = this.inbox.splice(index, 1);
                this.player.receive(address, args, this.now);
            } else {
                this.player.wake(this.now);
            }
        }
        this.now = then;
    }

    wait(seconds) { this.until(this.now + seconds); }

    ready() {
        this.player.ready(this.now);
        this.wait(0.5);
        return this;
    }

    at(ticks) {
        const [numerator, denominator] = this.metre;
        const pulse = 1920 / denominator;
        const length = numerator * pulse;
        this.player.at({
            bar: Math.floor(ticks / length) + 1, beat: Math.floor((ticks % length) / pulse) + 1, units: ticks % pulse,
            numerator, denominator, tempo: this.tempo, ticks,
        }, this.now);
    }

    // Plays from tick to tick; `notes`: { tick: [[pitch, velocity], ...] }.
    play(from, to, notes = {}) {
        const struck = Object.keys(notes).map(Number);
        for (let ticks = from; ticks < to; ticks += 10) {
            if (ticks % 120 < 10 || ticks === from) { this.at(ticks); }
            struck.filter((t) => t >= ticks && t < ticks + 10).forEach((t) => {
                notes[t].forEach(([pitch, velocity]) => this.player.note(pitch, velocity, t, this.now));
            });
            this.wait(10 / (this.tempo * 8));
        }
    }

    // The requests since `from` (seconds), without resends: [bar, ahead, known, pitches].
    asked(from = 0) {
        const seen = new Set();
        return this.sent.filter(([at, address, , seq]) => address === "/lead" && at >= from && !seen.has(seq) && seen.add(seq))
            .map(([, , , , bar, , , , ahead, known, ...notes]) => [bar, ahead, known, notes.filter((_, i) => i % 4 === 0)]);
    }

    // The coll as it is now: slot -> line.
    score() {
        const lines = {};
        this.done.score.forEach((list) => {
            if (list[0] === "clear") {
                Object.keys(lines).forEach((slot) => delete lines[slot]);
            } else if (list[0] === "remove") {
                delete lines[list[1]];
            } else {
                lines[list[0]] = list.slice(1);
            }
        });
        return lines;
    }

    shown(word) {
        const said = this.done.display.filter((list) => list[0] === word);
        return said.length ? said[said.length - 1].slice(1) : null;
    }
}

module.exports = { Stage };
