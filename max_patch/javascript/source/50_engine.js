// The accompanist's other half: from what happens in the song to what is asked, from answers to the score.
// It knows no Max: time is an argument (seconds), what it wants done goes to `host.emit(kind, list)`.
//
// host: emit(kind, list)  kind: wire, self, receive, score, sound, display, chord, clip
//       anchor()          { number, start } of the bar that sounds now as Live counts it, null where it cannot be asked
//       look(start, length)  the notes that the lead's clip will play in these ticks; null: no clip plays there
//       loop()            { start, end } of the song's loop in ticks, null while it is off
//       firstSeq, session, nonce

var Engine = (function () {
    "use strict";

    var BRIDGE_PORT = 7770;
    var FIRST_PORT = 7771;
    var PORTS = 32;
    var PROBE_S = 0.1;
    var PROBES = 3;                // unheard probes before the next port is tried
    var PORTS_AGAIN_S = 5;
    var SIXTEENTH = 120;
    var SLACK = 60;                // a moment may come so many ticks after its sixteenth
    var HISTORY = 16;              // bars that are sent again to a bridge that was restarted
    var TELL_S = 2;                // how long a bar that wants nothing is worth sending again
    var NOTICE_S = 4;              // how long a passing advice stays
    var EARLY_NOTE_S = 0.25;       // a note so shortly before Play belongs to the first bar
    var SILENT_BARS = 4;
    var CHORDS = 4;                // shown of each bar
    var WIRE_CONTROLS = ["temperature", "density", "low", "high", "variation", "humanize", "style", "model"];
    var WHOLE = ["low", "high", "variation"];
    var ROLES = ["both", "listen", "play"];
    var AUTO = 0, LIVE = 1, CLIP = 2;
    var BOTH = 0, LISTEN = 1, PLAY = 2;

    function Player(host) {
        this.host = host;
        this.isReady = false;
        this.isEnabled = true;
        this.isPlaying = false;
        this.params = { mode: AUTO, role: BOTH, group: 1, follow: 0, port: BRIDGE_PORT, seed: 0, lock: 0 };
        this.token = "";
        this.member = null;
        this.errand = null;
        this.tune = null;          // the self-test's notes: { next, due }
        this.port = 0;             // the port that is ours; 0 while it is looked for
        this.probe = null;         // { port, tries, due }
        this.lastSeq = host.firstSeq || 0;
        this.notes = new Collector.Notes();
        this.book = new Score.Book();
        this.shown = {};
        this.notice = { code: "", until: -Infinity };
        this.since = 0;
        this.upDue = 0;
        this.late = 0;
        this.forget();
    }

    // Nothing has been heard of this song.
    Player.prototype.forget = function () {
        this.bar = null;
        this.ticks = 0;            // of the last moment known, and when it was
        this.moment = 0;
        this.tempo = 120;
        this.isTorn = false;       // a note has shown a jump that no moment has told of yet
        this.starts = {};          // bar number -> start, of bars that were visited
        this.served = {};          // start -> true where a clip's bar was asked for
        this.foretold = {};        // start -> true where a loop's first bar was asked for
        this.history = [];
        this.foreign = {};         // seq -> pieces of answers to another device
        this.chords = {};          // bar number -> [{ beat, name }]
        this.early = [];           // notes played while the transport stood
        this.silent = 0;
        this.notes.clear();
    };

    Player.prototype.emit = function (kind, list) {
        this.host.emit(kind, list);
    };

    Player.prototype.say = function (lists) {
        var i;
        for (i = 0; i < lists.length; i += 1) {
            this.emit("wire", lists[i]);
        }
    };

    Player.prototype.write = function (lists) {
        var i;
        for (i = 0; i < lists.length; i += 1) {
            this.emit("score", lists[i]);
        }
    };

    Player.prototype.show = function (word, values) {
        var key = values.join(" ");
        if (this.shown[word] !== key) {
            this.shown[word] = key;
            this.emit("display", [word].concat(values));
        }
    };

    Player.prototype.tell = function (code, now) {
        this.notice = { code: code, until: now + NOTICE_S };
    };

    // ---- joining

    Player.prototype.ready = function (now) {
        this.isReady = true;
        this.since = now;
        this.write(this.book.clear());
        this.emit("wire", ["port", this.params.port]);
        this.seekPort(FIRST_PORT, now);
        this.wake(now);
    };

    Player.prototype.seekPort = function (port, now) {
        this.port = 0;
        this.probe = { port: port, tries: 0, due: now + PROBE_S / 2 };
        this.emit("receive", ["port", port]);
        this.emit("self", ["port", port]);
    };

    Player.prototype.tryPort = function (now) {
        var probe = this.probe;
        if (!probe || now < probe.due) {
            return;
        }
        if (probe.tries >= PROBES) {
            if (probe.port - FIRST_PORT + 1 >= PORTS) {
                this.seekPort(FIRST_PORT, now + PORTS_AGAIN_S);
            } else {
                this.seekPort(probe.port + 1, now);
            }
            return;
        }
        probe.tries += 1;
        probe.due = now + PROBE_S;
        this.emit("self", ["/obbligato/probe", this.host.nonce]);
    };

    Player.prototype.heardProbe = function (nonce, now) {
        if (this.probe && nonce === this.host.nonce) {
            this.port = this.probe.port;
            this.probe = null;
            this.show("listening", [this.port]);
            this.join(now);
        }
    };

    Player.prototype.sessionName = function () {
        return this.params.role === BOTH ? this.host.session : "group-" + this.params.group;
    };

    Player.prototype.newMember = function (session, role) {
        this.lastSeq += 100000;    // numbers rise even when a member takes the place of another of the same name
        return new Conversation.Member(session, role, this.port, this.token, this.lastSeq);
    };

    Player.prototype.join = function (now) {
        this.leave();
        if (this.port && this.isEnabled) {
            this.member = this.newMember(this.sessionName(), ROLES[this.params.role]);
            this.sendControls(now);
            this.member.greet(now);
            this.since = now;
        }
        this.emit("sound", ["thru", this.params.role === LISTEN ? 1 : 0]);
    };

    Player.prototype.leave = function () {
        if (this.member && this.member.wasIn) {
            this.say([Protocol.build("/bye", { session: this.member.session })]);
        }
        this.member = null;
    };

    Player.prototype.sendControls = function (now) {
        var i, name, value;
        if (!this.member || this.params.role === LISTEN) {
            return;                // in a shared session the Play device's controls count
        }
        for (i = 0; i < WIRE_CONTROLS.length; i += 1) {
            name = WIRE_CONTROLS[i];
            if (this.params.hasOwnProperty(name)) {
                value = this.params[name];
                if (name === "model" && value === "default") {
                    value = "";
                }
                this.member.set(name, WHOLE.indexOf(name) >= 0 ? Math.round(value) : value, now);
            }
        }
        this.member.set("seed", this.params.lock ? Math.max(0, Math.round(this.params.seed)) : -1, now);
        this.member.set("chords", 1, now);
    };

    // ---- what the player does to the device

    Player.prototype.param = function (name, value, now) {
        var before = this.params[name];
        this.params[name] = value;
        if (!this.isReady || before === value) {
            return;
        }
        if (name === "port") {
            this.emit("wire", ["port", value]);
            this.join(now);
        } else if (name === "role" || name === "group" && this.params.role !== BOTH) {
            this.silence();
            this.forget();
            this.isPlaying = false;
            this.join(now);
        } else {
            this.sendControls(now);
        }
        this.wake(now);
    };

    Player.prototype.address = function (host, now) {
        this.emit("wire", ["host", host]);
        this.join(now);
        this.wake(now);
    };

    Player.prototype.setToken = function (token, now) {
        this.token = token;
        this.join(now);
        this.wake(now);
    };

    Player.prototype.enable = function (isEnabled, now) {
        if (this.isEnabled === isEnabled) {
            return;
        }
        this.isEnabled = isEnabled;
        this.silence();
        this.stop(now);
        this.join(now);
        this.wake(now);
    };

    Player.prototype.silence = function () {
        this.write(this.book.clear());
        this.emit("sound", ["stop"]);
    };

    Player.prototype.panic = function (now) {
        this.silence();
        if (this.member) {
            this.member.desk.drop();
        }
        this.wake(now);
    };

    Player.prototype.reset = function (now) {
        var isPlaying = this.isPlaying;
        var bar = this.bar, ticks = this.ticks, moment = this.moment, tempo = this.tempo;
        this.silence();
        this.forget();
        if (isPlaying) {           // the song goes on: only what was heard of it is forgotten
            this.bar = bar;
            this.ticks = ticks;
            this.moment = moment;
            this.tempo = tempo;
        }
        this.late = 0;
        if (this.member) {
            this.member.desk.drop();
            this.member.desk.lost = 0;
            this.member.reset(now);
        }
        this.wake(now);
    };

    Player.prototype.bye = function () {
        this.leave();
        this.isReady = false;
    };

    // ---- errands

    Player.prototype.selfTest = function (now) {
        this.tune = null;
        this.show("selftest", [1]);
        this.tell("test-running", now);
        if (!this.port) {
            this.endTest("test-port", now);
        } else {
            this.endErrand();
            this.errand = new Errands.Bars(this.newMember(this.host.session + ".test", "both"),
                [Errands.testBar()], now);
            this.errand.kind = "test";
        }
        this.wake(now);
    };

    Player.prototype.endTest = function (code, now) {
        this.tell(code, now);
        this.show("selftest", [code === "test-pass" ? 2 : 3]);
    };

    Player.prototype.playTune = function (now) {
        while (this.tune && now >= this.tune.due) {
            this.emit("sound", ["note", Errands.TEST_BAR[this.tune.next], 90, Errands.NOTE_S * 900]);
            this.tune.next += 1;
            this.tune.due += Errands.NOTE_S;
            if (this.tune.next === Errands.TEST_BAR.length) {
                this.tune = null;
                this.endTest("test-pass", now);
            }
        }
    };

    // clip: { notes, length, numerator, denominator, tempo } of the selected clip, beats
    Player.prototype.writeClip = function (clip, now) {
        var name;
        this.show("written", [1]);
        this.tell("write-running", now);
        if (!this.port) {
            this.endWrite("write-bridge", now);
            return;
        }
        this.endErrand();
        this.errand = new Errands.Bars(this.newMember(this.host.session + ".write", "both"),
            Clip.bars(clip.notes, clip.length, clip.numerator, clip.denominator, clip.tempo), now);
        this.errand.kind = "write";
        this.errand.clip = clip;
        for (name in this.member.wanted) {
            if (this.member.wanted.hasOwnProperty(name) && name !== "chords") {
                this.errand.member.set(name, this.member.wanted[name], now);
            }
        }
        this.wake(now);
    };

    Player.prototype.endWrite = function (code, now) {
        this.tell(code, now);
        this.show("written", [code === "write-done" ? 2 : 3]);
    };

    Player.prototype.endErrand = function () {
        if (this.errand) {
            this.say(this.errand.farewell());
        }
        this.errand = null;
    };

    Player.prototype.runErrand = function (now) {
        var errand = this.errand;
        if (!errand) {
            return;
        }
        this.say(errand.wake(now));
        if (errand.result === null) {
            return;
        }
        this.endErrand();
        if (errand.kind === "test") {
            if (errand.result === "done") {
                this.tune = { next: 0, due: now };
            } else {
                this.endTest(errand.result === "bar" ? "test-bar" : "test-bridge", now);
            }
        } else if (errand.result === "done") {
            this.emit("clip", [Clip.written(errand.answers, errand.clip.length, errand.clip.numerator,
                errand.clip.denominator), errand.clip.length]);
        } else {
            this.endWrite("write-bridge", now);
        }
    };

    // ---- the song

    // Where the song is now, in ticks.
    Player.prototype.here = function (now) {
        return this.ticks + Math.max(0, now - this.moment) * this.tempo * 8;
    };

    Player.prototype.isJump = function (ticks) {
        return ticks < this.ticks - 10 || ticks > this.ticks + SIXTEENTH + SLACK;
    };

    Player.prototype.note = function (pitch, velocity, ticks, now) {
        if (!this.isReady || !this.isEnabled || this.params.role === PLAY) {
            return;
        }
        if (!this.isPlaying) {
            this.early.push({ pitch: pitch, velocity: velocity, ticks: ticks, at: now });
            this.early = this.early.slice(-32);
            return;
        }
        if (this.isJump(ticks)) {
            this.tear(ticks, now);
            this.isTorn = true;
        }
        this.ticks = Math.max(this.ticks, ticks);
        if (this.ticks === ticks) {
            this.moment = now;
        }
        this.notes.note(pitch, velocity, ticks);
    };

    // The song goes on at `ticks` and not where it was: what was heard of the bar that is left is told first.
    Player.prototype.tear = function (ticks, now) {
        var loop = this.host.loop();
        var left = Math.min(this.here(now), this.ticks + SIXTEENTH);
        var bar = this.bar;
        if (this.isTorn) {
            return;                // a note has told of it before
        }
        if (loop && loop.end >= this.ticks && loop.end <= this.ticks + SIXTEENTH + SLACK) {
            left = loop.end;
        }
        if (bar && !this.served[bar.start]) {
            this.complete(bar, Math.min(left, bar.start + bar.length), now);
        }
        this.notes.jump(left, ticks);
        this.ticks = ticks;
        this.moment = now;
    };

    // m: { bar, beat, units, numerator, denominator, tempo, ticks } of one poll of the transport
    Player.prototype.at = function (m, now) {
        var wasPlaying = this.isPlaying;
        var isFresh, before, step, i, hasNewMetre;
        if (!this.isReady || !this.isEnabled) {
            return;
        }
        if (!Barlines.isMetre(m.numerator, m.denominator) || !(m.tempo > 0)) {
            this.tell("metre", now);
            this.wake(now);
            return;
        }
        isFresh = !wasPlaying || !this.bar || this.isTorn || this.isJump(m.ticks);
        if (wasPlaying && isFresh && this.bar) {
            this.tear(m.ticks, now);
        }
        this.isTorn = false;
        this.isPlaying = true;
        before = this.bar;
        this.ticks = m.ticks;
        this.moment = now;
        this.tempo = m.tempo;
        if (isFresh) {
            this.bar = Barlines.locate(m, this.host.anchor());
            this.enter(now, true);
        } else {
            hasNewMetre = before.numerator !== m.numerator || before.denominator !== m.denominator;
            step = Barlines.advance(before, m, hasNewMetre ? this.host.anchor() : null);
            for (i = 0; i < step.passed.length; i += 1) {
                if (!this.served[step.passed[i].start]) {
                    this.complete(step.passed[i], step.passed[i].start + step.passed[i].length, now);
                }
            }
            this.bar = step.current;
            if (this.bar.start !== before.start || hasNewMetre) {
                this.bar.early = false;
                this.enter(now, hasNewMetre);
            }
        }
        if (!wasPlaying) {
            this.takeEarly(m.ticks, now);
        }
        this.think(now);
        this.wake(now);
    };

    Player.prototype.takeEarly = function (ticks, now) {
        var i, n;
        for (i = 0; i < this.early.length; i += 1) {
            n = this.early[i];
            if (now - n.at <= EARLY_NOTE_S && Math.abs(n.ticks - ticks) <= SIXTEENTH) {
                this.notes.note(n.pitch, n.velocity, Math.max(n.ticks, this.bar.start));
            }
        }
        this.early = [];
    };

    // The bar that will sound after this one.
    Player.prototype.next = function () {
        var bar = this.bar;
        var loop = this.host.loop();
        var back;
        if (loop && Math.abs(loop.end - bar.start - bar.length) < SIXTEENTH / 2 && loop.start <= bar.start) {
            back = (bar.start - loop.start) / bar.length;
            if (Math.abs(back - Math.round(back)) < 1e-6) {
                return {
                    number: bar.number - Math.round(back), start: Math.round(loop.start), length: bar.length,
                    numerator: bar.numerator, denominator: bar.denominator, isLoop: true
                };
            }
        }
        return {
            number: bar.number + 1, start: bar.start + bar.length, length: bar.length,
            numerator: bar.numerator, denominator: bar.denominator, isLoop: false
        };
    };

    // A new bar has begun. `isFresh`: not out of the one before (a start, a jump, another metre).
    Player.prototype.enter = function (now, isFresh) {
        var bar = this.bar;
        this.starts[bar.number] = bar.start;
        this.write(this.book.cut(bar.start, bar.start + bar.length));
        if (this.params.role !== PLAY) {
            this.readClip(isFresh, now);
            if (isFresh && !this.served[bar.start]) {
                this.catchUp(now);
            }
        }
        if (this.served[bar.start]) {
            this.remember(bar, this.served[bar.start], bar.length / 480);
        }
        delete this.foretold[bar.start];
        this.showChords();
    };

    Player.prototype.isThere = function (now) {
        return this.member !== null && this.member.isThere(now);
    };

    // What a clip will play is asked for before it sounds: this bar after a start or a jump, else the next one.
    Player.prototype.readClip = function (isFresh, now) {
        var mode = this.params.mode;
        var places = isFresh ? [this.bar, this.next()] : [this.next()];
        var i, notes;
        for (i = 0; i < places.length; i += 1) {
            notes = mode === LIVE ? null : this.host.look(places[i].start, places[i].length);
            if (notes) {
                this.served[places[i].start] = notes;
                this.ask(places[i], 0, places[i].length / 480, notes, places[i], now, i > 0 || !isFresh);
            } else {
                delete this.served[places[i].start];
            }
        }
    };

    // Into the middle of things: the rest of this bar is asked for, if anything was ever heard.
    Player.prototype.catchUp = function (now) {
        var bar = this.bar;
        if (this.params.mode !== CLIP && this.history.length && !this.foretold[bar.start]) {
            this.askHere(Math.min(Math.max(this.here(now) - bar.start, 0), bar.length), now);
        }
    };

    // This bar as far as it was heard, and its rest is wanted.
    Player.prototype.askHere = function (known, now) {
        var bar = this.bar;
        this.ask(bar, 0, known / 480, this.notes.bar(bar.start, bar.length, bar.start + known), bar, now, false);
    };

    // Within a bar: on its beats if wanted, and a sixteenth before its end.
    Player.prototype.think = function (now) {
        var bar = this.bar;
        var into = this.ticks - bar.start;
        var isCompound = bar.denominator >= 8 && bar.numerator > 3 && bar.numerator % 3 === 0;
        var pulse = isCompound ? 3 * 1920 / bar.denominator : Math.max(1920 / bar.denominator, 480);
        var beat = Math.floor(into / pulse);
        var next;
        if (this.params.role === PLAY || this.params.mode === CLIP) {
            return;
        }
        if (this.params.follow && beat > 0 && bar.beat !== beat && !this.served[bar.start]
                && into - beat * pulse < SIXTEENTH) {
            this.askHere(beat * pulse, now);
        }
        bar.beat = beat;
        if (into >= bar.length - SIXTEENTH && !bar.early) {
            bar.early = true;
            next = this.next();
            if (!this.served[next.start]) {
                this.askNext(bar, next, bar.length - SIXTEENTH, now);
            }
        }
    };

    // The bar after `bar`, of which `known` ticks were heard.
    Player.prototype.askNext = function (bar, next, known, now) {
        if (next.isLoop) {
            // back at a bar that was played before: as itself, with nothing heard of it yet
            this.foretold[next.start] = true;
            this.ask(next, 0, 0, [], next, now, true);
        } else {
            this.ask(bar, 1, known / 480, this.notes.bar(bar.start, bar.length, bar.start + known), next, now, true);
        }
    };

    // A bar is over, or was left at `until`: it is told whole.
    Player.prototype.complete = function (bar, until, now) {
        var notes = this.notes.bar(bar.start, bar.length, until);
        var known = Math.max(0, until - bar.start) / 480;
        var isWhole = until >= bar.start + bar.length;
        if (this.params.role === PLAY || this.params.mode === CLIP) {
            this.notes.forgetBefore(until - SIXTEENTH);
            return;
        }
        this.silent = notes.length ? 0 : this.silent + 1;
        if (isWhole || notes.length) {
            this.remember(bar, notes, known);
            if (isWhole && !bar.early && !this.served[bar.start + bar.length]) {
                this.ask(bar, 1, known, notes, this.following(bar), now, true);   // begun too late to be asked early
            } else {
                this.ask(bar, -1, known, notes, bar, now, false);
            }
        }
        this.notes.forgetBefore(until - SIXTEENTH / 6);
    };

    Player.prototype.following = function (bar) {
        return {
            number: bar.number + 1, start: bar.start + bar.length, length: bar.length,
            numerator: bar.numerator, denominator: bar.denominator
        };
    };

    Player.prototype.remember = function (bar, notes, known) {
        this.history = this.history.filter(function (old) { return old.number !== bar.number; });
        this.history.push({
            number: bar.number, start: bar.start, length: bar.length, numerator: bar.numerator,
            denominator: bar.denominator, notes: notes, known: known
        });
        this.history = this.history.slice(-HISTORY);
    };

    // `bar` is told, the accompaniment for `place` is wanted (ahead -1: none). `isAhead`: the place has not begun.
    Player.prototype.ask = function (bar, ahead, known, notes, place, now, isAhead) {
        var target = bar.number + ahead;
        var left;
        if (!this.isThere(now)) {
            return;
        }
        if (ahead >= 0) {
            this.member.desk.supersede(target);
        }
        left = place.start + place.length - this.here(now);
        if (place.isLoop) {
            left = this.bar.start + this.bar.length - this.here(now) + place.length;
        }
        this.member.desk.ask({
            session: this.member.session, bar: bar.number, numerator: bar.numerator, denominator: bar.denominator,
            tempo: Math.min(999, Math.max(5, this.tempo)), ahead: ahead, known: known, each: notes
        }, { number: target, start: place.start, length: place.length, isAhead: isAhead, isLoop: place.isLoop },
            now, ahead < 0 ? now + TELL_S : now + Math.max(0.1, left / (this.tempo * 8)));
    };

    Player.prototype.stop = function (now) {
        if (this.isPlaying) {
            if (this.member) {
                this.member.desk.drop();
            }
            this.isPlaying = false;
            this.write(this.book.clear());
            this.bar = null;
            this.starts = {};
            this.served = {};
            this.foretold = {};
            this.chords = {};
            this.early = [];
            this.silent = 0;
            this.notes.clear();
            this.showChords();
        }
        this.wake(now);
    };

    // A whole bar from a patch, as the wire has it: its answer is written where that bar lies.
    Player.prototype.wholeBar = function (number, numerator, denominator, tempo, ahead, known, each, now) {
        var bar, place;
        if (!Barlines.isMetre(numerator, denominator)) {
            this.tell("metre", now);
            this.wake(now);
            return;
        }
        bar = { number: number, numerator: numerator, denominator: denominator };
        bar.length = Barlines.lengthTicks(numerator, denominator);
        bar.start = this.startOf(number, bar.length);
        place = { number: number + ahead, start: this.startOf(number + ahead, bar.length), length: bar.length };
        if (!this.isPlaying) {
            this.tempo = tempo;
            this.ticks = bar.start;
            this.moment = now;
        }
        this.remember(bar, each, known);
        this.ask(bar, ahead, known, each, place, now, true);
        this.wake(now);
    };

    // Where a bar begins, in ticks.
    Player.prototype.startOf = function (number, length) {
        if (this.bar && number >= this.bar.number) {
            return this.bar.start + (number - this.bar.number) * this.bar.length;
        }
        return this.starts.hasOwnProperty(number) ? this.starts[number] : number * length;
    };

    // ---- what the bridge says

    Player.prototype.receive = function (address, args, now) {
        var message;
        if (!this.isReady) {
            return;
        }
        if (address === "/obbligato/probe") {
            this.heardProbe(args[0], now);
            this.wake(now);
            return;
        }
        message = Protocol.parse(address, args);
        if (message === null) {
            return;
        }
        if (this.errand && message.session === this.errand.member.session) {
            this.errand.hear(message, now);
        } else if (this.member && (message.session === this.member.session
                || message.to === "/error" && message.session === "")) {
            this.hear(message, now);
        }
        this.wake(now);
    };

    Player.prototype.hear = function (message, now) {
        var member = this.member;
        var event = member.hear(message, now);
        var request;
        if (event === "joined") {
            this.since = now;
            this.joined(now);
        } else if (event === "gone") {
            this.since = now;
            this.tell("gone", now);
        }
        switch (message.to) {
        case "/accompaniment":
            request = member.desk.piece(message, now);
            if (request) {
                this.answered(request.place, request.notes, now);
            } else if (this.params.role === PLAY) {
                this.overheard(message, now);
            }
            break;
        case "/ack":
            if (message.address === "/lead") {
                member.desk.ack(message.seq, now);
            }
            break;
        case "/chords":
            this.chords[message.bar] = message.each;
            this.showChords();
            break;
        case "/value":
            this.emit("display", ["echo", message.name, message.value]);
            break;
        case "/error":
            this.refused(message, now);
            break;
        default:
            break;
        }
    };

    Player.prototype.refused = function (message, now) {
        if (message.code === "busy" || message.code === "invalid-value" || message.code === "internal"
                || message.code === "not-ready") {
            this.tell(message.code, now);
        }
        if (message.seq >= 0 && this.member.desk.refuse(message.seq, message.code, now) && message.code !== "internal") {
            this.tell("refused", now);
        }
    };

    // Welcome, for the first time or again. A bridge that was restarted knows nothing: it is told the last bars.
    Player.prototype.joined = function (now) {
        var member = this.member;
        var i, old;
        if (member.memory > 0) {
            if (member.isFirst && this.params.role !== PLAY && !this.history.length) {
                member.reset(now); // it remembers another song
            } else {
                member.desk.hurry(now);
            }
            return;
        }
        if (this.params.role === PLAY) {
            return;
        }
        for (i = 0; i < this.history.length; i += 1) {
            old = this.history[i];
            if (!this.bar || !this.isPlaying || old.number !== this.bar.number) {
                this.ask(old, -1, old.known, old.notes, old, now, false);
            }
        }
        if (this.isPlaying && this.bar) {
            this.readClip(true, now);
            if (!this.served[this.bar.start]) {
                this.foretold = {};
                this.catchUp(now);
            }
            if (this.bar.early && !this.served[this.next().start] && this.params.mode !== CLIP) {
                this.askNext(this.bar, this.next(), this.bar.length - SIXTEENTH, now);
            }
        }
    };

    // An answer to another device of the session: put together from its pieces, written where its bar lies.
    Player.prototype.overheard = function (message, now) {
        var key = message.seq + " " + message.bar;
        var open = this.foreign[key];
        var length = Barlines.lengthTicks(message.numerator, message.denominator);
        var keys;
        if (!open) {
            keys = Object.keys(this.foreign);
            if (keys.length > 8) {
                delete this.foreign[keys[0]];
            }
            open = this.foreign[key] = { pieces: {}, got: 0, notes: [] };
        }
        if (!open.pieces[message.index]) {
            open.pieces[message.index] = true;
            open.got += 1;
            open.notes = open.notes.concat(message.each);
            if (open.got === message.count) {
                this.answered({ number: message.bar, start: this.startOf(message.bar, length), length: length,
                    isAhead: false }, open.notes, now);
            }
        }
    };

    Player.prototype.answered = function (place, notes, now) {
        var into = this.isPlaying ? this.here(now) - place.start : -1;
        var isLate = place.isAhead && !place.isLoop && into > 0 && notes.some(function (n) {
            return n.onset * 480 + 5 < into;
        });
        var length = place.length;
        if (this.bar && this.bar.start === place.start) {
            length = this.bar.length;      // it turned out shorter or longer than when it was asked for
        }
        if (isLate) {
            this.late += 1;
            this.tell("late", now);
        }
        this.write(this.book.put(place.start, length, notes));
    };

    // ---- what is shown

    Player.prototype.showChords = function () {
        var numbers = this.bar ? [this.bar.number, this.next().number] : [];
        var i, j, each, key, chord;
        if (this.bar) {
            this.showChord("bar", [this.bar.number + 1]);
        }
        for (i = 0; i < 2; i += 1) {
            each = numbers.length && this.chords[numbers[i]] || [];
            for (j = 0; j < CHORDS; j += 1) {
                chord = each[j] || { name: "-", beat: 0 };
                key = "chord " + (i * CHORDS + j);
                this.showChord(key, [chord.name, chord.beat]);
            }
        }
    };

    Player.prototype.showChord = function (key, values) {
        var text = values.join(" ");
        if (this.shown[key] !== text) {
            this.shown[key] = text;
            this.emit("chord", key === "bar" ? ["bar"].concat(values) : ["chord", Number(key.slice(6))].concat(values));
        }
    };

    Player.prototype.state = function (now) {
        var member = this.member;
        if (!this.isEnabled) {
            return "off";
        }
        if (!this.port) {
            return this.probe && this.probe.port > FIRST_PORT + 4 ? "no-port" : "starting";
        }
        if (!member) {
            return "starting";
        }
        if (member.failure) {
            return member.failure;
        }
        if (member.isLoading) {
            return "loading";
        }
        if (!member.isThere(now)) {
            return now - member.greetingSince < 1 && !member.wasIn ? "starting" : "no-bridge";
        }
        if (this.params.role === PLAY) {
            return "play";
        }
        if (!this.isPlaying) {
            return this.params.role === LISTEN ? "listen" : "connected";
        }
        if (this.bar && this.served[this.bar.start]) {
            return "clip";
        }
        if (this.params.mode === CLIP) {
            return "no-clip";
        }
        if (this.silent >= SILENT_BARS) {
            return "silence";
        }
        if (this.params.role === LISTEN) {
            return "listen";
        }
        return this.history.length ? "live" : "hearing";
    };

    Player.prototype.light = function (now) {
        var member = this.member;
        if (!this.isEnabled) {
            return 0;
        }
        if (!member || member.failure || !member.isThere(now) && !member.isLoading) {
            return 1;
        }
        return member.isLoading || member.state !== "in" ? 2 : 3;
    };

    Player.prototype.showAll = function (now) {
        var member = this.member;
        var desk = member ? member.desk : null;
        var code = this.notice.code && now < this.notice.until ? this.notice.code : this.state(now);
        var row = Advice.byCode[code];
        var isUp = member !== null && member.state === "in";
        this.show("light", [this.light(now)]);
        this.show("advice", [row.text.replace("{port}", this.params.port).replace("{group}", this.params.group)]);
        this.show("bridge", member && member.wasIn ? [member.version, member.model] : ["-", "-"]);
        this.show("trip", desk ? [desk.lastTrip, desk.p99()] : [-1, -1]);
        this.show("missed", [this.late, desk ? desk.lost : 0]);
        this.show("doing", [!this.isPlaying || !this.bar ? 0 : this.served[this.bar.start] ? 2 : 1]);
        if (now >= this.upDue) {
            this.upDue = now + 1;
            this.show("up", [isUp ? Math.floor(now - this.since) : -Math.floor(now - this.since)]);
        }
    };

    // ---- the clock

    // To be called when `due` has come, and by everything above.
    Player.prototype.wake = function (now) {
        if (!this.isReady) {
            return;
        }
        this.tryPort(now);
        if (this.member) {
            this.say(this.member.wake(now));
        }
        this.runErrand(now);
        this.playTune(now);
        this.showAll(now);
    };

    // When `wake` has something to do.
    Player.prototype.due = function () {
        var next = this.upDue;
        if (!this.isReady) {
            return Infinity;
        }
        if (this.probe) {
            next = Math.min(next, this.probe.due);
        }
        if (this.member) {
            next = Math.min(next, this.member.due());
        }
        if (this.errand) {
            next = Math.min(next, this.errand.due());
        }
        if (this.tune) {
            next = Math.min(next, this.tune.due);
        }
        return next;
    };

    return { Player: Player };
}());
