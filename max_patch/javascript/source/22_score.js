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
                    slot: Math.min(slotOf(start + n.onset * TICKS_PER_BEAT), slotOf(start + length) - 1),
                    pitch: n.pitch, velocity: n.velocity, onset: start + n.onset * TICKS_PER_BEAT,
                    ticks: n.duration * TICKS_PER_BEAT
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
        this.lines = {};       // slot -> { text, start }: what the coll holds, and of which bar it is
        this.ends = {};        // start tick of a bar -> end tick of what was written for it
    }

    // Write a bar over whatever lay in its place. Returns the messages for the coll: only what changed.
    Book.prototype.put = function (start, length, notes) {
        var now = lines(notes, start, length);
        var last = slotOf(start + length);
        var messages = this.cut(start, start + length);
        var slot, text, old;
        for (slot = slotOf(start); slot < last; slot += 1) {
            old = this.lines[slot];
            if (now.hasOwnProperty(slot)) {
                text = String(now[slot]);
                if (!old || old.text !== text) {
                    messages.push([slot].concat(now[slot]));
                }
                this.lines[slot] = { text: text, start: start };
            } else if (old) {
                messages.push(this.removed(slot));
            }
        }
        this.ends[start] = start + length;
        return messages;
    };

    // A bar turned out to be shorter: what was written for it behind its end must not sound in the next one.
    Book.prototype.cut = function (start, end) {
        var messages = [];
        var slot;
        if (this.ends[start] > end) {
            for (slot = slotOf(end); slot < slotOf(this.ends[start]); slot += 1) {
                if (this.lines[slot] && this.lines[slot].start === start) {
                    messages.push(this.removed(slot));
                }
            }
            this.ends[start] = end;
        }
        return messages;
    };

    Book.prototype.removed = function (slot) {
        delete this.lines[slot];
        return ["remove", slot];
    };

    Book.prototype.clear = function () {
        this.lines = {};
        this.ends = {};
        return [["clear"]];
    };

    return { Book: Book, lines: lines, slotOf: slotOf };
}());
