// What a clip will play in a stretch of the song. Beats only; where the clip's data comes from is the shell's business.
//
// A clip here: { position, isLooping, loopStart, loopEnd, end, notes(from, span) }: `position` is where in itself the
// clip plays at song beat `at`; `end` where it stops when it does not loop; `notes` reads
// [{ pitch, start_time, duration, velocity, mute }] that begin in a window of the clip.

var Clip = (function () {
    "use strict";

    var TINY = 1e-6;
    var SHORTEST = 1 / 12;
    var MOST_NOTES = 512;
    var MOST_LAPS = 512;           // of a loop inside one bar

    // The pieces of the clip that sound from song beat `from` on: [{ from, span, at }], `at` beats after `from`.
    // Empty: the clip does not play there.
    function pieces(clip, from, length) {
        var found = [];
        var place = clip.position + (from - clip.at);
        var lap = clip.loopEnd - clip.loopStart;
        var done = 0;
        var stop, span;
        if (clip.isLooping && lap > TINY && place >= clip.loopEnd - TINY) {
            place = clip.loopStart + (place - clip.loopStart) % lap;
            if (place >= clip.loopEnd - TINY) {
                place = clip.loopStart;
            }
        }
        while (length - done > TINY && found.length < MOST_LAPS) {
            stop = clip.isLooping ? clip.loopEnd : clip.end;
            span = Math.min(stop - place, length - done);
            if (span <= TINY) {
                break;
            }
            found.push({ from: place, span: span, at: done });
            done += span;
            place += span;
            if (clip.isLooping && lap > TINY && place >= clip.loopEnd - TINY) {
                place = clip.loopStart;
            }
        }
        return found;
    }

    // The clip's notes of the bar that begins at song beat `from`; null if the clip does not play there.
    function bar(clip, from, length) {
        var found = pieces(clip, from, length);
        var notes = [];
        var i, j, heard, n, onset;
        if (!found.length) {
            return null;
        }
        for (i = 0; i < found.length; i += 1) {
            heard = clip.notes(found[i].from, found[i].span);
            for (j = 0; j < heard.length && notes.length < MOST_NOTES; j += 1) {
                n = heard[j];
                onset = found[i].at + n.start_time - found[i].from;
                if (!n.mute && onset > -TINY && onset < length - TINY && n.velocity >= 1) {
                    notes.push({
                        pitch: n.pitch, onset: Math.max(0, onset), duration: Math.max(n.duration, SHORTEST),
                        velocity: Math.min(127, Math.round(n.velocity))
                    });
                }
            }
        }
        return notes;
    }

    // A whole clip cut into bars for Write clip; `length` in beats, `notes` from beat 0 of it.
    function bars(notes, length, numerator, denominator, tempo) {
        var size = numerator * 4 / denominator;
        var made = [];
        var i;
        function inBar(start) {
            return notes.filter(function (n) {
                return !n.mute && n.velocity >= 1 && n.start_time >= start - TINY && n.start_time < start + size - TINY;
            }).slice(0, MOST_NOTES).map(function (n) {
                return {
                    pitch: n.pitch, onset: Math.max(0, n.start_time - start),
                    duration: Math.max(n.duration, SHORTEST), velocity: Math.min(127, Math.round(n.velocity))
                };
            });
        }
        for (i = 0; i * size < length - TINY; i += 1) {
            made.push({ numerator: numerator, denominator: denominator, tempo: tempo, notes: inBar(i * size) });
        }
        return made;
    }

    // Answers for `bars` as the notes of a clip of `length` beats.
    function written(answers, length, numerator, denominator) {
        var size = numerator * 4 / denominator;
        var made = [];
        var i, j, n, start;
        for (i = 0; i < answers.length; i += 1) {
            for (j = 0; j < answers[i].length; j += 1) {
                n = answers[i][j];
                start = i * size + n.onset;
                if (start < length - TINY) {
                    made.push({
                        pitch: n.pitch, start_time: start, duration: Math.min(n.duration, length - start),
                        velocity: n.velocity
                    });
                }
            }
        }
        return made;
    }

    return { bar: bar, bars: bars, pieces: pieces, written: written };
}());
