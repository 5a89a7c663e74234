// The self-test and Write clip, seen from the player.

(function () {
    "use strict";


    Engine.Player.prototype.selfTest = function (now) {
        this.tune = null;
        this.show("selftest", [1]);
        this.tell("test-running", now);
        if (!this.port) {
            this.endTest("test-port", now);
        } else {
            this.endErrand();
            this.errand = new Errands.Bars(this.newMember(this.host.session + ".test", "both"),
                [Errands.testBar()], null, now);
        }
        this.wake(now);
    };

    Engine.Player.prototype.endTest = function (code, now) {
        this.tell(code, now);
        this.show("selftest", [code === "test-pass" ? 2 : 3]);
    };

    Engine.Player.prototype.playTune = function (now) {
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
    Engine.Player.prototype.writeClip = function (clip, now) {
        var name;
        this.show("written", [1]);
        this.tell("write-running", now);
        if (!this.port) {
            this.endWrite("write-bridge", now);
            return;
        }
        this.endErrand();
        this.errand = new Errands.Bars(this.newMember(this.host.session + ".write", "both"),
            Clip.bars(clip.notes, clip.length, clip.numerator, clip.denominator, clip.tempo), clip, now);
        for (name in this.member.wanted) {
            if (this.member.wanted.hasOwnProperty(name) && name !== "chords") {
                this.errand.member.set(name, this.member.wanted[name], now);
            }
        }
        this.wake(now);
    };

    Engine.Player.prototype.endWrite = function (code, now) {
        this.tell(code, now);
        this.show("written", [code === "write-done" ? 2 : 3]);
    };

    Engine.Player.prototype.endErrand = function () {
        if (this.errand) {
            this.say(this.errand.farewell());
        }
        this.errand = null;
    };

    Engine.Player.prototype.runErrand = function (now) {
        var errand = this.errand;
        if (!errand) {
            return;
        }
        this.say(errand.wake(now));
        if (errand.result === null) {
            return;
        }
        this.endErrand();
        if (!errand.clip) {
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
}());
