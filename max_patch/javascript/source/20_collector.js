// Notes that are being played, at absolute ticks, cut into bars of beats. Ticks only: it knows no tempo and no clock.

var Collector = (function () {
    "use strict";

    var TICKS_PER_BEAT = 480;
    var HAIR_TICKS = 20;       // half a grid step: a note struck so shortly before a bar line is meant for that line
    var SHORTEST_TICKS = 40;   // a grid step: a note that has just begun still has a length
    var MOST_NOTES = 512;      // the wire's own bound

    function Notes() {
        this.notes = [];       // { pitch, velocity, onset, end }, ticks; `end` null while it is held
        this.held = {};        // pitch -> its note
    }

    Notes.prototype.note = function (pitch, velocity, ticks) {
        var begun;
        if (!(pitch >= 0 && pitch <= 127) || !isFinite(ticks)) {
            return;
        }
        this.release(pitch, ticks);
        if (velocity > 0) {
            begun = { pitch: Math.floor(pitch), velocity: Math.min(127, Math.floor(velocity)), onset: ticks, end: null };
            this.notes.push(begun);
            this.held[pitch] = begun;
        }
    };

    Notes.prototype.release = function (pitch, ticks) {
        var begun = this.held[pitch];
        if (begun) {
            begun.end = Math.max(ticks, begun.onset + 1);
            delete this.held[pitch];
        }
    };

    // The song went on elsewhere. What was struck a hair before the jump was meant for the place that came;
    // what is held ended where the song left.
    Notes.prototype.jump = function (from, to) {
        var pitch, begun;
        for (pitch in this.held) {
            if (this.held.hasOwnProperty(pitch)) {
                begun = this.held[pitch];
                if (begun.onset >= from - HAIR_TICKS) {
                    begun.onset = to;
                } else {
                    begun.end = Math.max(from, begun.onset + 1);
                    delete this.held[pitch];
                }
            }
        }
    };

    Notes.prototype.clear = function () {
        this.notes = [];
        this.held = {};
    };

    // Forget what began in [from, to) and is over: the same place is about to be played once more.
    Notes.prototype.forget = function (from, to) {
        this.notes = this.notes.filter(function (n) {
            return n.end === null || n.onset < from - HAIR_TICKS || n.onset >= to - HAIR_TICKS;
        });
    };

    // Forget what began before a place and is over.
    Notes.prototype.forgetBefore = function (ticks) {
        this.notes = this.notes.filter(function (n) {
            return n.end === null || n.onset >= ticks;
        });
    };

    // The notes of the bar from `start`, `length` ticks long, as far as it is known (`until`): positions in beats from
    // the bar line. A note that is still held is as long as it has sounded.
    Notes.prototype.bar = function (start, length, until) {
        var found = [];
        var i, n, end, onset;
        for (i = 0; i < this.notes.length && found.length < MOST_NOTES; i += 1) {
            n = this.notes[i];
            if (n.onset >= start - HAIR_TICKS && n.onset < start + length - HAIR_TICKS && n.onset < until) {
                onset = Math.max(n.onset, start);
                end = n.end === null ? Math.max(until, n.onset) : n.end;
                found.push({
                    pitch: n.pitch,
                    onset: (onset - start) / TICKS_PER_BEAT,
                    duration: Math.max(end - onset, SHORTEST_TICKS) / TICKS_PER_BEAT,
                    velocity: n.velocity
                });
            }
        }
        return found;
    };

    return { Notes: Notes, TICKS_PER_BEAT: TICKS_PER_BEAT };
}());
