// Where the bar lines are, from what `transport` says at single moments. Positions in ticks.

var Barlines = (function () {
    "use strict";

    var TICKS_PER_BEAT = 480;
    var SIXTEENTH = 120;
    var LONGEST_BEATS = 16;    // the wire's longest bar

    function lengthTicks(numerator, denominator) {
        return numerator * 4 * TICKS_PER_BEAT / denominator;
    }

    function isMetre(numerator, denominator) {
        return numerator >= 1 && numerator <= 32 && [1, 2, 4, 8, 16].indexOf(denominator) >= 0
            && lengthTicks(numerator, denominator) <= LONGEST_BEATS * TICKS_PER_BEAT;
    }

    // How far into its bar a moment is. `beat` counts denominators; should a version of Max count quarter notes
    // instead, only that reading puts the bar line where the bar's number says.
    function offset(moment) {
        var length = lengthTicks(moment.numerator, moment.denominator);
        var line = (moment.bar - 1) * length;
        var pulse = TICKS_PER_BEAT * 4 / moment.denominator;
        var byPulse = (moment.beat - 1) * pulse + moment.units;
        var byQuarter = (moment.beat - 1) * TICKS_PER_BEAT + moment.units;
        if (Math.abs(moment.ticks - byPulse - line) > 2 && Math.abs(moment.ticks - byQuarter - line) <= 2) {
            return byQuarter;
        }
        return byPulse;
    }

    function bar(number, start, moment) {
        return {
            number: number, start: start, length: lengthTicks(moment.numerator, moment.denominator),
            numerator: moment.numerator, denominator: moment.denominator
        };
    }

    // The bar that a moment after a start or a jump lies in. `anchor` ({ number, start }), where Live itself could be
    // asked, goes before the transport, which may count every bar of the song in the metre of this one.
    function locate(moment, anchor) {
        if (anchor) {
            return bar(anchor.number, anchor.start, moment);
        }
        return bar(moment.bar - 1, Math.round(moment.ticks - offset(moment)), moment);
    }

    // The bar of a moment that follows `last` without a jump; `passed` are the bars that ended in between.
    function advance(last, moment, anchor) {
        var current = last;
        var passed = [];
        var line;
        while (moment.ticks >= current.start + current.length) {
            passed.push(current);
            current = {
                number: current.number + 1, start: current.start + current.length, length: current.length,
                numerator: current.numerator, denominator: current.denominator
            };
        }
        if (current.numerator !== moment.numerator || current.denominator !== moment.denominator) {
            if (anchor) {
                current = bar(anchor.number, anchor.start, moment);
            } else if (moment.ticks - current.start < SIXTEENTH || !passed.length && current.start === last.start
                    && offset(moment) >= SIXTEENTH) {
                // on a bar line, or in the middle of a bar of which the transport knows nothing better
                line = moment.ticks - current.start < SIXTEENTH ? current.start : last.start;
                current = bar(current.number, line, moment);
            } else {
                // the transport began a new bar here: the old one was cut short
                passed.push(current);
                current = bar(current.number + 1, Math.round(moment.ticks - offset(moment)), moment);
            }
        }
        return { current: current, passed: passed };
    }

    return { lengthTicks: lengthTicks, isMetre: isMetre, locate: locate, advance: advance };
}());
