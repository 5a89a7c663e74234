// What the player asks the bridge for, and when.

(function () {
    "use strict";

    var SIXTEENTH = 120;
    var STEP = 40;
    var HISTORY = 16;              // bars that are sent again to a bridge that was restarted
    var TELL_S = 2;                // how long a bar that wants nothing is worth sending again
    var LIVE = 1;
    var CLIP = 2;
    var PLAY = 2;

    // A new bar has begun. `isFresh`: not out of the one before (a start, a jump, another metre). `isStart`: by Play.
    Engine.Player.prototype.enter = function (now, isFresh, isStart) {
        var bar = this.bar;
        this.starts[bar.number] = bar.start;
        this.write(this.book.cut(bar.start, bar.start + bar.length));
        if (this.params.role !== PLAY) {
            this.readClip(isFresh, now);
            if (isStart && !this.served[bar.start] && !this.isConducted) {
                this.write(this.book.clear());     // it was foreseen otherwise
            }
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

    Engine.Player.prototype.isThere = function (now) {
        return this.member !== null && this.member.isThere(now);
    };

    // What a clip will play is asked for before it sounds: this bar after a start or a jump, else the next one.
    Engine.Player.prototype.readClip = function (isFresh, now) {
        var places = isFresh ? [this.bar, this.next()] : [this.next()];
        var i, notes;
        for (i = 0; i < places.length; i += 1) {
            notes = this.foreknown(places[i]);
            if (notes) {
                this.served[places[i].start] = notes;
                this.ask(places[i], 0, places[i].length / 480, notes, places[i], now, i > 0 || !isFresh);
            } else {
                delete this.served[places[i].start];
            }
        }
    };

    // The lead of a bar that is to come, from the patch that gave it or from the lead's clip; null where nobody knows it.
    Engine.Player.prototype.foreknown = function (place) {
        var given = this.given[place.start];
        if (given && given.length === place.length) {
            return given.notes;
        }
        return this.params.mode === LIVE || this.isConducted ? null : this.host.look(place.start, place.length);
    };

    // Whether what is played counts: not in mode Clip, and not while a patch gives whole bars.
    Engine.Player.prototype.isListening = function () {
        return this.params.role !== PLAY && this.params.mode !== CLIP && !this.isConducted;
    };

    // Into the middle of things: the rest of this bar is asked for, if anything was ever heard.
    Engine.Player.prototype.catchUp = function (now) {
        var bar = this.bar;
        if (this.isListening() && this.history.length && !this.foretold[bar.start]) {
            this.askHere(Math.min(Math.max(this.here(now) - bar.start, 0), bar.length), now);
        }
    };

    // This bar as far as it was heard, and its rest is wanted.
    Engine.Player.prototype.askHere = function (known, now) {
        var bar = this.bar;
        this.ask(bar, 0, known / 480, this.notes.bar(bar.start, bar.length, bar.start + known), bar, now, false);
    };

    // Within a bar: a sixteenth before each of its beats if wanted, and a sixteenth before its end.
    Engine.Player.prototype.think = function (now) {
        var bar = this.bar;
        var into = this.ticks - bar.start;
        var isCompound = bar.denominator >= 8 && bar.numerator > 3 && bar.numerator % 3 === 0;
        var pulse = isCompound ? 3 * 1920 / bar.denominator : Math.max(1920 / bar.denominator, 480);
        var beat = Math.floor((into + SIXTEENTH) / pulse);
        var next;
        if (!this.isListening()) {
            return;
        }
        if (this.params.follow && beat > 0 && bar.beat !== beat && !this.served[bar.start]
                && beat * pulse < bar.length && into + SIXTEENTH - beat * pulse < SIXTEENTH) {
            // what begins at this very moment sounds already: a step more counts as known, so that it stays promised
            this.askHere(into + STEP, now);
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
    Engine.Player.prototype.askNext = function (bar, next, known, now) {
        if (next.isLoop) {
            // back at a bar that was played before: as itself, with nothing heard of it yet
            this.foretold[next.start] = true;
            this.ask(next, 0, 0, [], next, now, true);
        } else {
            this.ask(bar, 1, known / 480, this.notes.bar(bar.start, bar.length, bar.start + known), next, now, true);
        }
    };

    // A bar is over, or was left at `until`: it is told whole.
    Engine.Player.prototype.complete = function (bar, until, now) {
        var notes = this.notes.bar(bar.start, bar.length, until);
        var known = Math.max(0, until - bar.start) / 480;
        var isWhole = until >= bar.start + bar.length;
        if (!this.isListening()) {
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

    Engine.Player.prototype.following = function (bar) {
        return {
            number: bar.number + 1, start: bar.start + bar.length, length: bar.length,
            numerator: bar.numerator, denominator: bar.denominator
        };
    };

    Engine.Player.prototype.remember = function (bar, notes, known) {
        this.history = this.history.filter(function (old) { return old.number !== bar.number; });
        this.history.push({
            number: bar.number, start: bar.start, length: bar.length, numerator: bar.numerator,
            denominator: bar.denominator, notes: notes, known: known
        });
        this.history = this.history.slice(-HISTORY);
    };

    // `bar` is told, the accompaniment for `place` is wanted (ahead -1: none). `isAhead`: the place has not begun.
    Engine.Player.prototype.ask = function (bar, ahead, known, notes, place, now, isAhead) {
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

    Engine.Player.prototype.stop = function (now) {
        if (this.isPlaying) {
            if (this.member) {
                this.member.desk.drop();
            }
            this.isPlaying = false;
            this.write(this.book.clear());
            this.bar = null;
            this.starts = this.isConducted ? this.starts : {};
            this.served = {};
            this.foretold = {};
            this.foreseen = {};
            this.chords = {};
            this.early = [];
            this.silent = 0;
            this.notes.clear();
            this.showChords();
        }
        this.wake(now);
    };

    // While the song stands: the bar that Play would begin in, and the one after it, are asked for if a clip plays there,
    // so that the very first chord is in time. bar: { number, start, numerator, denominator, tempo }
    Engine.Player.prototype.foresee = function (bar, now) {
        var places, i, notes, key;
        if (this.isPlaying || !this.isEnabled || this.params.role === PLAY || !this.isThere(now)
                || !Barlines.isMetre(bar.numerator, bar.denominator)) {
            return;
        }
        bar.length = Barlines.lengthTicks(bar.numerator, bar.denominator);
        places = [bar, this.following(bar)];
        this.tempo = bar.tempo;
        this.ticks = bar.start;
        this.moment = now;
        for (i = 0; i < places.length; i += 1) {
            notes = this.foreknown(places[i]);
            key = JSON.stringify([notes, places[i].length, this.member.wanted]);
            if (notes && this.foreseen[places[i].start] !== key) {
                this.foreseen[places[i].start] = key;
                this.ask(places[i], 0, places[i].length / 480, notes, places[i], now, false);
            }
        }
        this.wake(now);
    };

    // A whole bar from a patch, as the wire has it: its answer is written where that bar lies. From then on, until
    // `reset`, the patch conducts: notes that are played are not asked about. What it gave stays given after a stop.
    Engine.Player.prototype.wholeBar = function (number, numerator, denominator, tempo, ahead, known, each, now) {
        var length, bar, place;
        if (!Barlines.isMetre(numerator, denominator)) {
            this.tell("metre", now);
            this.wake(now);
            return;
        }
        length = Barlines.lengthTicks(numerator, denominator);
        bar = {
            number: number, start: this.startOf(number, length), length: length, numerator: numerator,
            denominator: denominator
        };
        place = { number: number + ahead, start: this.startOf(number + ahead, length), length: length };
        if (!this.isPlaying) {
            this.tempo = tempo;
            this.ticks = bar.start;
            this.moment = now;
        }
        this.isConducted = true;
        this.starts[number] = bar.start;
        this.starts[number + 1] = bar.start + length;
        if (ahead === 0) {
            this.given[bar.start] = { notes: each, length: length };
            this.served[bar.start] = each;
        }
        this.remember(bar, each, known);
        this.ask(bar, ahead, known, each, place, now, true);
        this.wake(now);
    };

    // Where a bar begins, in ticks.
    Engine.Player.prototype.startOf = function (number, length) {
        if (this.starts.hasOwnProperty(number)) {
            return this.starts[number];
        }
        if (this.bar && number >= this.bar.number) {
            return this.bar.start + (number - this.bar.number) * this.bar.length;
        }
        return number * length;
    };
}());
