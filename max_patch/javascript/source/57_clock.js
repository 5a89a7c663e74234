// The player's clock: what is due, and when to be called again.

(function () {
    "use strict";


    // To be called when `due` has come, and by everything above.
    Engine.Player.prototype.wake = function (now) {
        var lost;
        if (!this.isReady) {
            return;
        }
        this.tryPort(now);
        if (this.member) {
            lost = this.member.desk.lost;
            this.say(this.member.wake(now));
            if (this.member.desk.lost > lost) {
                this.tell("lost", now);
            }
        }
        this.runErrand(now);
        this.playTune(now);
        this.showAll(now);
    };

    // When `wake` has something to do.
    Engine.Player.prototype.due = function () {
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
}());
