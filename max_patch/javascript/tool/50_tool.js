// A MIDI Tool's rounds. Live wants the notes back at once, in the same breath, so a round never waits: notes that were
// seen before are answered with their accompaniment from memory, others go back as they came while the bridge is asked;
// once it has answered, `again` begins the round anew and finds the answer in memory.
//
// It knows no Max: time is an argument (seconds), what it wants done goes to `host.emit(kind, list)`.
// kinds: wire (to the bridge), self (a probe to our own port), receive (port n), again (nothing), display (word, value)

var Tool = (function () {
    "use strict";

    var FIRST_PORT = 7803;     // beyond the devices' ports
    var PORTS = 16;
    var PROBE_S = 0.08;
    var PROBES = 2;
    var REMEMBERED = 16;       // answers
    var AGAIN_S = 0.3;         // a round that `again` asked for has come by then, or Live has moved on
    var TINY = 1e-6;

    // host: emit(kind, list), metre() -> { numerator, denominator, tempo }, nonce, firstSeq
    function Rounds(host) {
        this.host = host;
        this.params = { temperature: 1, density: 0, low: 28, high: 96, variation: 0, seed: 1, port: 7770 };
        this.isReady = false;
        this.port = 0;             // our own, once a probe came back
        this.probe = null;
        this.errand = null;
        this.asked = null;         // { key, ... } of the errand under way
        this.waiting = null;       // the question that waits for a port or for the errand before it
        this.answers = {};         // key -> notes
        this.keys = [];            // oldest first
        this.lastKey = "";
        this.againUntil = Infinity;
        this.seq = host.firstSeq;
        this.shown = {};
    }

    Rounds.prototype.show = function (word, value) {
        if (this.shown[word] !== value) {
            this.shown[word] = value;
            this.host.emit("display", [word, value]);
        }
    };

    Rounds.prototype.tell = function (code, light) {
        this.show("advice", Advice.byCode[code].text);
        this.show("light", light);
    };

    Rounds.prototype.ready = function (now) {
        this.isReady = true;
        this.host.emit("wire", ["port", this.params.port]);
        this.seek(FIRST_PORT, now);
        this.tell("tool-idle", 0);
    };

    // Whether the round has to begin anew: only if one was begun before, else loading the tool would touch the clip.
    Rounds.prototype.param = function (name, value) {
        if (!this.params.hasOwnProperty(name) || this.params[name] === value) {
            return;
        }
        this.params[name] = value;
        if (name === "port" && this.isReady) {
            this.host.emit("wire", ["port", value]);
        } else if (this.lastKey) {
            this.host.emit("again", []);
        }
    };

    // One round: the notes that go back to Live, now. `context` is Live's, and may be missing.
    Rounds.prototype.round = function (notes, context, now) {
        var question = this.question(notes, context);
        this.lastKey = question.key;
        this.againUntil = Infinity;
        if (!question.lead.length) {
            this.tell("tool-empty", 2);
            return notes;
        }
        if (this.answers.hasOwnProperty(question.key)) {
            this.tell("tool-done", 3);
            return notes.concat(this.answers[question.key]);
        }
        if (!this.asked || this.asked.key !== question.key) {
            this.waiting = question;
        }
        this.tell("tool-asking", 2);
        return notes;
    };

    // What is to be accompanied: whole bars around the selection, the lead counted from the first of them.
    Rounds.prototype.question = function (notes, context) {
        var metre = this.host.metre();
        var size = metre.numerator * 4 / metre.denominator;
        var clip = context && context.clip ? context.clip : {};
        var starts = notes.map(function (n) { return n.start_time; });
        var ends = notes.map(function (n) { return n.start_time + n.duration; });
        var from = typeof clip.time_selection_start === "number" ? clip.time_selection_start
            : Math.min.apply(null, starts.concat([Infinity]));
        var until = typeof clip.time_selection_end === "number" ? clip.time_selection_end
            : Math.max.apply(null, ends.concat([-Infinity]));
        var origin, lead;
        if (!(until > from)) {
            from = notes.length ? Math.min.apply(null, starts) : 0;
            until = notes.length ? Math.max.apply(null, ends) : 0;
        }
        origin = Math.floor(from / size + TINY) * size;
        lead = notes.filter(function (n) {
            return n.start_time >= from - TINY && n.start_time < until - TINY;
        }).map(function (n) {
            return {
                pitch: n.pitch, start_time: n.start_time - origin, duration: n.duration,
                velocity: n.velocity === undefined ? 100 : n.velocity, mute: n.mute
            };
        });
        return {
            key: JSON.stringify([lead, from, until, metre, this.params]), lead: lead, from: from, until: until,
            origin: origin, length: Math.ceil((until - origin) / size - TINY) * size, metre: metre
        };
    };

    Rounds.prototype.begin = function (question, now) {
        var metre = question.metre;
        var member, name;
        this.seq += 100000;
        member = new Conversation.Member("tool-" + this.host.nonce.toString(36), "both", this.port, "", this.seq);
        for (name in this.params) {
            if (this.params.hasOwnProperty(name) && name !== "port") {
                member.set(name, this.params[name], now);
            }
        }
        member.reset(now);
        this.errand = new Errands.Bars(member, Clip.bars(question.lead, question.length, metre.numerator,
            metre.denominator, metre.tempo), null, now);
        this.asked = question;
    };

    Rounds.prototype.end = function (now) {
        var errand = this.errand;
        var question = this.asked;
        var farewell = errand.farewell();
        this.errand = null;
        this.asked = null;
        farewell.forEach(function (list) { this.host.emit("wire", list); }, this);
        if (errand.result !== "done") {
            this.tell(errand.result === "bridge" ? "tool-bridge" : "tool-bar", 1);
            return;
        }
        this.remember(question, Clip.written(errand.answers, question.length, question.metre.numerator,
            question.metre.denominator));
        if (question.key === this.lastKey && !this.waiting) {
            this.againUntil = now + AGAIN_S;
            this.host.emit("again", []);
        }
    };

    Rounds.prototype.remember = function (question, notes) {
        this.answers[question.key] = notes.map(function (n) {
            return {
                pitch: n.pitch, start_time: n.start_time + question.origin, duration: n.duration, velocity: n.velocity
            };
        }).filter(function (n) {
            return n.start_time >= question.from - TINY && n.start_time < question.until - TINY;
        });
        this.keys.push(question.key);
        while (this.keys.length > REMEMBERED) {
            delete this.answers[this.keys.shift()];
        }
    };

    // ---- our own port: two tools cannot listen on one, and Max says so only in its console

    Rounds.prototype.seek = function (port, now) {
        this.port = 0;
        this.probe = { port: port, tries: 0, due: now + PROBE_S / 2 };
        this.host.emit("receive", ["port", port]);
        this.host.emit("self", ["port", port]);
    };

    Rounds.prototype.tryPort = function (now) {
        var probe = this.probe;
        if (!probe || now < probe.due) {
            return;
        }
        if (probe.tries < PROBES) {
            probe.tries += 1;
            probe.due = now + PROBE_S;
            this.host.emit("self", ["/obbligato/probe", this.host.nonce]);
        } else if (probe.port - FIRST_PORT + 1 < PORTS) {
            this.seek(probe.port + 1, now);
        } else {
            this.probe = null;
            this.tell("tool-port", 1);
        }
    };

    Rounds.prototype.receive = function (address, args, now) {
        var message;
        if (address === "/obbligato/probe") {
            if (this.probe && args[0] === this.host.nonce) {
                this.port = this.probe.port;
                this.probe = null;
            }
            return;
        }
        message = Protocol.parse(address, args);
        if (message && this.errand && message.session === this.errand.member.session) {
            this.errand.hear(message, now);
        }
    };

    // What has to be done by now; to be called again at `due()`.
    Rounds.prototype.wake = function (now) {
        this.tryPort(now);
        if (this.waiting && this.port) {
            if (this.errand) {
                this.errand.farewell().forEach(function (list) { this.host.emit("wire", list); }, this);
            }
            this.begin(this.waiting, now);
            this.waiting = null;
        }
        if (this.errand) {
            this.errand.wake(now).forEach(function (list) { this.host.emit("wire", list); }, this);
            if (this.errand.result !== null) {
                this.end(now);
            }
        }
        if (now >= this.againUntil) {
            this.againUntil = Infinity;
            this.tell("tool-again", 3);
        }
    };

    Rounds.prototype.due = function () {
        var next = this.waiting && this.port ? 0 : this.againUntil;
        if (this.probe) {
            next = Math.min(next, this.probe.due);
        }
        if (this.errand) {
            next = Math.min(next, this.errand.due());
        }
        return next;
    };

    return { Rounds: Rounds };
}());
