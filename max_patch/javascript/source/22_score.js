// The score that the clock reads: answers as lines of slots. What it puts out are the lines that changed.

var Score = (function () {
    "use strict";

    var TICKS_PER_BEAT = 480;
    var SLOT_TICKS = 10;
    var GAP_TICKS = 4;         // a note ends a hair before the next one or the bar line begins, whatever ms rounding does
    var SHORTEST_TICKS = 6;
    var MOST_NOTES = 64;       // in one slot: a Max list is safe up to 256 items

    function slotOf(ticks) {
        return Math.floor((ticks + SLOT_TICKS / 2) / SLOT_TICKS);
    }

    function byOnset(a, b) {
        return a.slot - b.slot || a.pitch - b.pitch || b.velocity - a.velocity;
    }

    // slot -> [pitch, velocity, ticks, ...] for a bar's notes; the louder one where a pitch is struck twice at once.
    function lines(notes, start, length) {
        var made = {};
        var next = {};         // pitch -> tick of its next onset
        var placed = [];
        var i, n, end, line;
        for (i = 0; i < notes.length; i += 1) {
            n = notes[i];
            if (n.onset >= 0 && n.onset * TICKS_PER_BEAT < length) {
                placed.push({
                    slot: slotOf(start + n.onset * TICKS_PER_BEAT), pitch: n.pitch, velocity: n.velocity,
                    onset: start + n.onset * TICKS_PER_BEAT, ticks: n.duration * TICKS_PER_BEAT
                });
            }
        }
        placed.sort(byOnset);
        for (i = placed.length - 1; i >= 0; i -= 1) {
            n = placed[i];
            if (i > 0 && placed[i - 1].slot === n.slot && placed[i - 1].pitch === n.pitch) {
                continue;
            }
            end = Math.min(n.onset + n.ticks, start + length);
            if (next.hasOwnProperty(n.pitch)) {
                end = Math.min(end, next[n.pitch]);
            }
            next[n.pitch] = n.onset;
            line = made[n.slot] || (made[n.slot] = []);
            if (line.length < 3 * MOST_NOTES) {
                line.unshift(n.pitch, n.velocity, Math.max(Math.round(end - n.onset) - GAP_TICKS, SHORTEST_TICKS));
            }
        }
        return made;
    }

    function Book() {
        this.bars = {};        // start tick -> { slot: line }
    }

    // Replace a bar. Returns the messages for the coll: changed lines, then lines that went.
    Book.prototype.put = function (start, length, notes) {
        var now = lines(notes, start, length);
        var before = this.bars[start] || {};
        var messages = [];
        var slot;
        for (slot in now) {
            if (now.hasOwnProperty(slot) && String(before[slot]) !== String(now[slot])) {
                messages.push([Number(slot)].concat(now[slot]));
            }
        }
        for (slot in before) {
            if (before.hasOwnProperty(slot) && !now.hasOwnProperty(slot)) {
                messages.push(["remove", Number(slot)]);
            }
        }
        this.bars[start] = now;
        return messages;
    };

    // A bar turned out to be shorter: what lies behind its end must not sound in the next one.
    Book.prototype.cut = function (start, end) {
        var line = this.bars[start] || {};
        var messages = [];
        var slot;
        for (slot in line) {
            if (line.hasOwnProperty(slot) && Number(slot) >= slotOf(end)) {
                messages.push(["remove", Number(slot)]);
                delete line[slot];
            }
        }
        return messages;
    };

    Book.prototype.clear = function () {
        this.bars = {};
        return [["clear"]];
    };

    return { Book: Book, lines: lines, slotOf: slotOf };
}());
