// Two jobs beside the performance, each in a session of its own so that the performance is not disturbed:
// the self-test, and a whole clip. An errand is over when `result` is not null.

var Errands = (function () {
    "use strict";

    var PATIENCE_S = 2;            // for the bridge's welcome, and for each bar
    var NOTE_S = 0.25;             // from note to note of the self-test
    var TEST_BAR = [60, 64, 67, 72];
    var BYES = 2;

    // `member`: a Conversation.Member of its own. `bars`: { numerator, denominator, tempo, notes } in order; each is
    // asked for as itself, known to its end, one after the other, so that every bar is thought of after the one before.
    // `clip`: what they were cut from; null for the self-test.
    function Bars(member, bars, clip, now) {
        this.member = member;
        this.clip = clip;
        this.bars = bars;
        this.answers = [];
        this.result = null;        // "done", "bridge" (no answer to the greeting) or "bar" (none to a bar)
        this.deadline = now + PATIENCE_S;
        member.greet(now);
    }

    Bars.prototype.askNext = function (now) {
        var number = this.answers.length;
        var bar = this.bars[number];
        if (!bar) {
            this.result = "done";
            return;
        }
        this.deadline = now + PATIENCE_S;
        this.member.desk.ask({
            session: this.member.session, bar: number, numerator: bar.numerator, denominator: bar.denominator,
            tempo: bar.tempo, ahead: 0, known: bar.numerator * 4 / bar.denominator, each: bar.notes
        }, null, now, now + PATIENCE_S);
    };

    Bars.prototype.hear = function (message, now) {
        var event = this.member.hear(message, now);
        var request;
        if (event === "joined" && this.member.isFirst) {
            this.askNext(now);
        }
        if (message.to === "/accompaniment") {
            request = this.member.desk.piece(message, now);
            if (request) {
                this.answers.push(request.notes);
                this.askNext(now);
            }
        } else if (message.to === "/error" && this.member.desk.refuse(message.seq, message.code, now)) {
            this.result = "bar";
        }
    };

    Bars.prototype.wake = function (now) {
        var said = this.member.wake(now);
        if (this.result === null && now >= this.deadline) {
            this.result = this.member.wasIn ? "bar" : "bridge";
        }
        return said;
    };

    Bars.prototype.due = function () {
        return Math.min(this.member.due(), this.deadline);
    };

    // What is said when it is over.
    Bars.prototype.farewell = function () {
        var said = [];
        while (this.member.wasIn && said.length < BYES) {
            said.push(Protocol.build("/bye", { session: this.member.session }));
        }
        return said;
    };

    function testBar() {
        return {
            numerator: 4, denominator: 4, tempo: 120,
            notes: TEST_BAR.map(function (pitch, beat) {
                return { pitch: pitch, onset: beat, duration: 1, velocity: 90 };
            })
        };
    }

    return { Bars: Bars, testBar: testBar, TEST_BAR: TEST_BAR, NOTE_S: NOTE_S };
}());
