// The player in the song: moments of the transport and notes come in, bars begin and end.

(function () {
    "use strict";

    var SIXTEENTH = 120;
    var SLACK = 60;                // a moment may come so many ticks after its sixteenth
    var EARLY_NOTE_S = 0.25;       // a note so shortly before Play belongs to the first bar
    var PLAY = 2;

    // Where the song is now, in ticks.
    Engine.Player.prototype.here = function (now) {
        return this.ticks + Math.max(0, now - this.moment) * this.tempo * 8;
    };

    Engine.Player.prototype.isJump = function (ticks) {
        return ticks < this.ticks - 10 || ticks > this.ticks + SIXTEENTH + SLACK;
    };

    Engine.Player.prototype.note = function (pitch, velocity, ticks, now) {
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
    Engine.Player.prototype.tear = function (ticks, now) {
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
    Engine.Player.prototype.at = function (m, now) {
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
            this.enter(now, true, !wasPlaying);
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
                this.enter(now, hasNewMetre, false);
            }
        }
        if (!wasPlaying) {
            this.takeEarly(m.ticks, now);
        }
        this.think(now);
        this.wake(now);
    };

    Engine.Player.prototype.takeEarly = function (ticks, now) {
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
    Engine.Player.prototype.next = function () {
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
}());
