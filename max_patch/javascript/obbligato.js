// Obbligato: the script of the device and of the Max abstraction. ES5, for Max's `js` object.
// Joined from max_patch/javascript/source by join.py: change it there.


// The one line under the light, from advice.json.

var Advice = (function () {
    "use strict";
    var byCode = {
    "starting": { text: "Starting" },
    "off": { text: "Switched off" },
    "no-bridge": { text: "No bridge on port {port}: type obbligato serve" },
    "gone": { text: "The bridge went down: type obbligato serve" },
    "no-port": { text: "No free port to listen on: close other music software" },
    "loading": { text: "The bridge is loading its model" },
    "not-ready": { text: "The bridge could not load its model: see its window" },
    "bad-token": { text: "The bridge wants its token" },
    "unsupported-protocol": { text: "Bridge and device do not fit: update the older one" },
    "too-many-sessions": { text: "The bridge is full: start it with a larger --max-sessions" },
    "connected": { text: "Connected: press play" },
    "hearing": { text: "Hearing the first bar" },
    "live": { text: "Accompanying what is played" },
    "clip": { text: "Accompanying the clip" },
    "listen": { text: "Listening for the Play device of group {group}" },
    "play": { text: "Playing for the Listen device of group {group}" },
    "silence": { text: "Nothing is heard: MIDI From the lead, Monitor In" },
    "no-clip": { text: "No clip plays on the lead's track: use Auto or Live" },
    "metre": { text: "This metre is not supported" },
    "late": { text: "An answer came late: its first notes were lost" },
    "lost": { text: "An answer was lost" },
    "busy": { text: "The bridge cannot keep up" },
    "invalid-value": { text: "The bridge refused a control: it has no such model or style" },
    "internal": { text: "A fault of the bridge: see its window" },
    "refused": { text: "The bridge refused a bar: update bridge and device" },
    "bad-bar": { text: "Not a bar: number num den tempo ahead known, then notes" },
    "test-running": { text: "Self-test: ping, one bar, four notes" },
    "test-pass": { text: "Self-test passed: did you hear four notes?" },
    "test-port": { text: "Self-test failed: the device cannot hear itself" },
    "test-bridge": { text: "Self-test failed: no bridge on port {port}" },
    "test-bar": { text: "Self-test failed: the bridge answers, but not with a bar" },
    "write-running": { text: "Writing the accompaniment of the clip" },
    "write-done": { text: "The clip is written: undo takes it away" },
    "write-select": { text: "Select the lead's MIDI clip first" },
    "write-slot": { text: "No free slot on this track: add a scene" },
    "write-bridge": { text: "The clip was not written: the bridge did not answer" },
    "write-live": { text: "Write clip needs Ableton Live" }
    };
    return { byCode: byCode };
}());

// The wire, protocol 1: one table, and argument lists to and from plain objects. It knows no socket and no Max.
// A place is "type name"; `v` is a control's value, which may be any of i, f, s. `each` repeats to the end.

var Protocol = (function () {
    "use strict";

    var NUMBER = 1;
    var NOTE = ["i pitch", "f onset", "f duration", "i velocity"];
    var CLIENT = {
        "/hello": { places: ["i protocol", "s session", "i reply_port", "s role", "s token"], each: [] },
        "/lead": {
            places: ["s session", "i seq", "i bar", "i numerator", "i denominator", "f tempo", "i ahead", "f known"],
            each: NOTE
        },
        "/set": { places: ["s session", "s name", "v value"], each: [] },
        "/get": { places: ["s session", "s name"], each: [] },
        "/reset": { places: ["s session"], each: [] },
        "/ping": { places: ["s session", "i n"], each: [] },
        "/bye": { places: ["s session"], each: [] }
    };
    var BRIDGE = {
        "/welcome": {
            places: ["i protocol", "s session", "s version", "s model", "i ready", "i bars"], each: []
        },
        "/accompaniment": {
            places: ["s session", "i seq", "i bar", "i index", "i count", "s part", "i numerator", "i denominator"],
            each: NOTE
        },
        "/chords": { places: ["s session", "i seq", "i bar"], each: ["f beat", "s name"] },
        "/value": { places: ["s session", "s name", "v value"], each: [] },
        "/control": {
            places: ["s session", "s name", "s type", "f min", "f max", "v value", "s text"], each: []
        },
        "/ack": { places: ["s session", "s address", "i seq"], each: [] },
        "/pong": { places: ["s session", "i n"], each: [] },
        "/status": {
            places: ["s session", "i ready", "i bars", "i late", "f median_ms", "f p99_ms"], each: []
        },
        "/error": { places: ["s session", "i seq", "s code", "s text"], each: [] },
        "/bye": { places: ["s session"], each: [] }
    };

    // An object to [address, argument, ...]; what repeats is in `message.each`.
    function build(address, message) {
        var row = CLIENT[address];
        var list = [address];
        var groups = message.each || [];
        var i, j;
        for (i = 0; i < row.places.length; i += 1) {
            list.push(message[row.places[i].slice(2)]);
        }
        for (i = 0; i < groups.length; i += 1) {
            for (j = 0; j < row.each.length; j += 1) {
                list.push(groups[i][row.each[j].slice(2)]);
            }
        }
        return list;
    }

    // Whether Max's atom fits a place. Max hands an OSC string of digits on as a symbol, and a float as a number.
    function fits(type, value) {
        if (type === "s") {
            return typeof value === "string";
        }
        if (type === "v") {
            return typeof value === "string" || (typeof value === "number" && isFinite(value));
        }
        if (typeof value !== "number" || !isFinite(value)) {
            return false;
        }
        return type === "f" || value === Math.floor(value);
    }

    function take(places, args, from) {
        var taken = {};
        var i, place;
        for (i = 0; i < places.length; i += 1) {
            place = places[i];
            if (!fits(place.charAt(0), args[from + i])) {
                return null;
            }
            taken[place.slice(2)] = args[from + i];
        }
        return taken;
    }

    // A message of the bridge as an object, its address in `to`; null where it is none (another version, a stray packet).
    function parse(address, args) {
        var row = BRIDGE.hasOwnProperty(address) ? BRIDGE[address] : null;
        var size = row ? row.each.length : 0;
        var message, rest, i, group;
        if (!row || args.length < row.places.length) {
            return null;
        }
        rest = args.length - row.places.length;
        if (size ? rest % size !== 0 : rest !== 0) {
            return null;
        }
        message = take(row.places, args, 0);
        if (message === null) {
            return null;
        }
        message.to = address;
        if (size) {
            message.each = [];
            for (i = row.places.length; i < args.length; i += size) {
                group = take(row.each, args, i);
                if (group === null) {
                    return null;
                }
                message.each.push(group);
            }
        }
        return message;
    }

    return { NUMBER: NUMBER, CLIENT: CLIENT, BRIDGE: BRIDGE, build: build, parse: parse };
}());

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

// Requests under way: numbered, sent again after a silence, answered once or given up; and how long answers took.

var Requests = (function () {
    "use strict";

    var RESEND_S = 0.080;      // the protocol page's number
    var MOST_TRIES = 8;        // then the bridge is not there, and only /hello goes on
    var DOUBT_TRIES = 3;       // so many unanswered: greet the bridge again without waiting for the missing heartbeat
    var PATIENCE = { "busy": RESEND_S, "not-ready": 0.25, "unknown-session": RESEND_S };  // refusals that pass
    var MEASURED = 200;

    // `until`: when the answer ceases to be of use, in seconds. `place`: whatever the asker wants to find again.
    function Desk(firstSeq) {
        this.seq = firstSeq;
        this.open = {};        // seq -> request
        this.trips = [];       // ms of the last answers
        this.lastTrip = -1;
        this.lost = 0;
        this.doubt = false;
    }

    Desk.prototype.ask = function (lead, place, now, until) {
        var request = {
            lead: lead, place: place, until: until, asked: now, due: now, tries: 0, refusals: 0,
            count: 0, got: 0, pieces: {}, notes: []
        };
        this.number(request);
        return request;
    };

    Desk.prototype.number = function (request) {
        this.seq += 1;
        request.lead.seq = this.seq;
        this.open[this.seq] = request;
    };

    Desk.prototype.each = function (visit) {
        var seqs = Object.keys(this.open);
        var i;
        for (i = 0; i < seqs.length; i += 1) {
            if (this.open.hasOwnProperty(seqs[i])) {
                visit(this.open[seqs[i]]);
            }
        }
    };

    Desk.prototype.end = function (request) {
        delete this.open[request.lead.seq];
    };

    // What is to be sent now. Bars that want nothing come first, so that what is wanted can build on them.
    Desk.prototype.wake = function (now) {
        var due = [];
        var desk = this;
        this.each(function (request) {
            if (now >= request.until) {
                desk.end(request);
                if (request.lead.ahead >= 0) {
                    desk.lost += 1;
                }
            } else if (now >= request.due && request.tries < MOST_TRIES) {
                request.tries += 1;
                request.due = now + RESEND_S;
                desk.doubt = desk.doubt || request.tries > DOUBT_TRIES;
                due.push(request);
            }
        });
        due.sort(function (a, b) {
            return (a.lead.ahead >= 0 ? 1 : 0) - (b.lead.ahead >= 0 ? 1 : 0) || a.lead.seq - b.lead.seq;
        });
        return due;
    };

    // When something has to be sent again or given up; Infinity when nothing has.
    Desk.prototype.due = function () {
        var next = Infinity;
        this.each(function (request) {
            next = Math.min(next, request.until, request.tries < MOST_TRIES ? request.due : Infinity);
        });
        return next;
    };

    // Whoever was asked has forgotten it: everything under way goes out again.
    Desk.prototype.hurry = function (now) {
        this.each(function (request) {
            request.due = now;
            request.tries = 0;
        });
    };

    Desk.prototype.drop = function () {
        this.open = {};
    };

    // Newer asks for the same bar make older ones pointless.
    Desk.prototype.supersede = function (bar) {
        var desk = this;
        this.each(function (request) {
            if (request.lead.ahead >= 0 && request.lead.bar + request.lead.ahead === bar) {
                desk.end(request);
            }
        });
    };

    // A piece of an answer: the request once it is whole, else null.
    Desk.prototype.piece = function (message, now) {
        var request = this.open[message.seq];
        if (!request || request.lead.ahead < 0 || request.pieces[message.index]) {
            return null;
        }
        request.pieces[message.index] = true;
        request.count = message.count;
        request.got += 1;
        request.notes = request.notes.concat(message.each);
        if (request.got < request.count) {
            return null;
        }
        this.settle(request, now);
        return request;
    };

    Desk.prototype.ack = function (seq, now) {
        var request = this.open[seq];
        if (request) {
            this.settle(request, now);
        }
        return request || null;
    };

    Desk.prototype.settle = function (request, now) {
        this.end(request);
        this.lastTrip = (now - request.asked) * 1000;
        this.trips.push(this.lastTrip);
        if (this.trips.length > MEASURED) {
            this.trips.shift();
        }
    };

    // A refusal. One that passes is asked anew under a new number (the old one would be answered with the same refusal
    // from memory); returns whether it is final.
    Desk.prototype.refuse = function (seq, code, now) {
        var request = this.open[seq];
        if (!request) {
            return false;
        }
        this.end(request);
        if (!PATIENCE.hasOwnProperty(code)) {
            if (code !== "superseded" && request.lead.ahead >= 0) {
                this.lost += 1;
            }
            return code !== "superseded";
        }
        request.due = now + PATIENCE[code] * Math.pow(2, request.refusals);
        request.refusals += 1;
        request.tries = 0;
        request.count = 0;
        request.got = 0;
        request.pieces = {};
        request.notes = [];
        this.number(request);
        return false;
    };

    // 99 % of the last answers took no longer than this, in ms; -1 before the first.
    Desk.prototype.p99 = function () {
        var sorted = this.trips.slice().sort(function (a, b) { return a - b; });
        return sorted.length ? sorted[Math.max(0, Math.ceil(sorted.length * 0.99) - 1)] : -1;
    };

    return { Desk: Desk, RESEND_S: RESEND_S };
}());

// One member of one session: greeting, heartbeat, controls, and its requests. Time comes in, argument lists come out.

var Conversation = (function () {
    "use strict";

    var HELLO_S = 0.25;        // how often a bridge is greeted that does not answer; after a while a little less often
    var CALM_HELLO_S = 0.5;
    var CALM_AFTER_S = 5;
    var LOADING_S = 1;         // while the model loads: the second /welcome may be lost on the way
    var REFUSED_S = 2;         // after a refusal that saying it again hardly mends
    var SILENCE_S = 2;         // the protocol page's number; any message is a sign of life
    var GIVEN_UP_S = 1;        // greeted for so long in vain, the bridge counts as gone
    var RESEND_S = 0.08;
    var MOST_TRIES = 6;
    var HELLO_REFUSALS = ["bad-token", "unsupported-protocol", "too-many-sessions"];

    function Member(session, role, replyPort, token, firstSeq) {
        this.session = session;
        this.role = role;
        this.replyPort = replyPort;
        this.token = token;
        this.desk = new Requests.Desk(firstSeq);
        this.state = "greeting";       // or "in"
        this.wasIn = false;
        this.isLoading = false;
        this.failure = "";             // the code with which /hello was refused
        this.version = "-";
        this.model = "-";
        this.heard = -Infinity;
        this.greetingSince = 0;
        this.helloDue = Infinity;
        this.memory = 0;               // how many bars of lead the bridge remembered at the last /welcome
        this.isFirst = true;           // whether that was the first one
        this.wanted = {};              // control -> value
        this.echoed = {};              // control -> the bridge's value
        this.unconfirmed = {};         // control, or "/reset" -> { tries, due }
    }

    Member.prototype.greet = function (now) {
        if (this.state !== "greeting" || this.helloDue === Infinity) {
            this.greetingSince = now;
        }
        this.state = "greeting";
        this.helloDue = Math.min(this.helloDue, now);
    };

    // Whether it is worth asking for bars.
    Member.prototype.isThere = function (now) {
        return this.state === "in" || this.wasIn && now - this.greetingSince < GIVEN_UP_S;
    };

    Member.prototype.set = function (name, value, now) {
        if (this.wanted[name] !== value) {
            this.wanted[name] = value;
            this.unconfirmed[name] = { tries: 0, due: now };
        }
    };

    Member.prototype.reset = function (now) {
        this.unconfirmed["/reset"] = { tries: 0, due: now };
    };

    Member.prototype.setAll = function (now) {
        var name;
        for (name in this.wanted) {
            if (this.wanted.hasOwnProperty(name)) {
                this.unconfirmed[name] = { tries: 0, due: now };
            }
        }
    };

    // What has to be said now, as argument lists.
    Member.prototype.wake = function (now) {
        var said = [];
        var i, due;
        if (this.state === "in" && now - this.heard >= SILENCE_S) {
            this.greet(now);
        }
        if (this.wasIn) {
            due = this.desk.wake(now);
            if (this.desk.doubt) {
                this.desk.doubt = false;
                this.greet(now);
            }
        } else {
            due = [];
        }
        if (this.state === "greeting" && now >= this.helloDue) {
            this.helloDue = now + (this.isLoading ? LOADING_S : this.failure ? REFUSED_S
                : now - this.greetingSince > CALM_AFTER_S ? CALM_HELLO_S : HELLO_S);
            said.push(Protocol.build("/hello", {
                protocol: Protocol.NUMBER, session: this.session, reply_port: this.replyPort,
                role: this.role, token: this.token
            }));
        }
        if (this.wasIn) {
            said = said.concat(this.settings(now));
        }
        for (i = 0; i < due.length; i += 1) {
            said.push(Protocol.build("/lead", due[i].lead));
        }
        return said;
    };

    // Controls that are not confirmed. `high` goes before `low`, and both again until both fit: each bounds the other.
    Member.prototype.settings = function (now) {
        var said = [];
        var names = Object.keys(this.unconfirmed).sort();
        var i, name, open;
        for (i = 0; i < names.length; i += 1) {
            name = names[i];
            open = this.unconfirmed[name];
            if (now >= open.due) {
                open.tries += 1;
                open.due = open.tries < MOST_TRIES ? now + RESEND_S : Infinity;
                said.push(name === "/reset" ? Protocol.build("/reset", { session: this.session })
                    : Protocol.build("/set", { session: this.session, name: name, value: this.wanted[name] }));
            }
        }
        return said;
    };

    // When something has to be said.
    Member.prototype.due = function () {
        var next = this.state === "greeting" ? this.helloDue : this.heard + SILENCE_S;
        var names = Object.keys(this.unconfirmed);
        var i;
        if (this.wasIn) {
            next = Math.min(next, this.desk.due());
            for (i = 0; i < names.length; i += 1) {
                next = Math.min(next, this.unconfirmed[names[i]].due);
            }
        }
        return next;
    };

    // Takes in one message. Returns what it means beyond itself: "joined", "gone", or "".
    Member.prototype.hear = function (message, now) {
        var open;
        this.heard = now;
        switch (message.to) {
        case "/welcome":
            this.version = message.version;
            this.model = message.model;
            this.failure = message.ready || this.failure !== "not-ready" ? "" : this.failure;
            this.isLoading = !message.ready;
            if (this.isLoading) {
                this.helloDue = Math.max(this.helloDue, now + LOADING_S);
                return "";
            }
            if (this.state === "in") {
                return "";
            }
            this.isFirst = !this.wasIn;
            this.state = "in";
            this.wasIn = true;
            this.helloDue = Infinity;
            this.memory = message.bars;
            if (this.isFirst || message.bars === 0) {
                this.setAll(now);
            }
            return "joined";
        case "/value":
            open = this.unconfirmed[message.name];
            this.echoed[message.name] = message.value;
            if (open && same(this.wanted[message.name], message.value)) {
                delete this.unconfirmed[message.name];
            }
            return "";
        case "/ack":
            if (message.address === "/reset") {
                delete this.unconfirmed["/reset"];
            }
            return "";
        case "/bye":
            this.greet(now + HELLO_S);
            this.greetingSince = now - GIVEN_UP_S;
            return "gone";
        case "/error":
            if (message.code === "unknown-session") {
                this.greet(now);
            } else if (message.seq < 0 && message.code === "not-ready") {
                this.failure = message.code;       // the model could not be loaded, and will not be
            } else if (message.seq < 0 && HELLO_REFUSALS.indexOf(message.code) >= 0) {
                this.failure = message.code;
                this.helloDue = now + REFUSED_S;
            }
            return "";
        default:
            return "";
        }
    };

    // As near as the wire's 32-bit floats hold it. The empty model means the bridge's own, whatever its name.
    function same(wanted, value) {
        if (typeof wanted === "string" || typeof value === "string") {
            return wanted === value || wanted === "";
        }
        return Math.abs(wanted - value) <= 1e-6 * Math.max(1, Math.abs(wanted));
    }

    return { Member: Member };
}());

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

// The accompanist's other half: from what happens in the song to what is asked, from answers to the score.
// It knows no Max: time is an argument (seconds), what it wants done goes to `host.emit(kind, list)`.
//
// host: emit(kind, list)  kind: wire, self, receive, score, sound, display, chord, clip
//       anchor()          { number, start } of the bar that sounds now as Live counts it, null where it cannot be asked
//       look(start, length)  the notes that the lead's clip will play in these ticks; null: no clip plays there
//       loop()            { start, end } of the song's loop in ticks, null while it is off
//       firstSeq, session, nonce

var Engine = {};

(function () {
    "use strict";

    var BRIDGE_PORT = 7770;
    var NOTICE_S = 4;              // how long a passing advice stays
    var AUTO = 0;
    var BOTH = 0;

    // Nothing has been heard of this song.
    function forget(player) {
        player.bar = null;
        player.ticks = 0;            // of the last moment known, and when it was
        player.moment = 0;
        player.tempo = 120;
        player.isTorn = false;       // a note has shown a jump that no moment has told of yet
        player.starts = {};          // bar number -> start, of bars that were visited
        player.served = {};          // start -> notes, of bars whose lead was known beforehand and was asked for
        player.given = {};           // start -> { notes, length }, of bars that a patch gave whole
        player.isConducted = false;  // by a patch that gives whole bars
        player.foreseen = {};        // start -> what was asked for there while the song stood
        player.foretold = {};        // start -> true where a loop's first bar was asked for
        player.history = [];
        player.foreign = {};         // seq -> pieces of answers to another device
        player.chords = {};          // bar number -> [{ beat, name }]
        player.early = [];           // notes played while the transport stood
        player.silent = 0;
        player.notes.clear();
    }

    Engine.Player = function (host) {
        this.host = host;
        this.isReady = false;
        this.isEnabled = true;
        this.isPlaying = false;
        this.params = { mode: AUTO, role: BOTH, group: 1, follow: 0, port: BRIDGE_PORT, seed: 0, lock: 0 };
        this.token = "";
        this.member = null;
        this.errand = null;
        this.tune = null;          // the self-test's notes: { next, due }
        this.port = 0;             // the port that is ours; 0 while it is looked for
        this.probe = null;         // { port, tries, due }
        this.lastSeq = host.firstSeq || 0;
        this.notes = new Collector.Notes();
        this.book = new Score.Book();
        this.shown = {};
        this.notice = { code: "", until: -Infinity };
        this.isUp = false;
        this.since = 0;            // since when it is up, or is not
        this.upDue = 0;
        this.late = 0;
        forget(this);
    };

    Engine.Player.prototype.forget = function () {
        forget(this);
    };

    Engine.Player.prototype.emit = function (kind, list) {
        this.host.emit(kind, list);
    };

    Engine.Player.prototype.say = function (lists) {
        var i;
        for (i = 0; i < lists.length; i += 1) {
            this.emit("wire", lists[i]);
        }
    };

    Engine.Player.prototype.write = function (lists) {
        var i;
        for (i = 0; i < lists.length; i += 1) {
            this.emit("score", lists[i]);
        }
    };

    Engine.Player.prototype.show = function (word, values) {
        var key = values.join(" ");
        if (this.shown[word] !== key) {
            this.shown[word] = key;
            this.emit("display", [word].concat(values));
        }
    };

    Engine.Player.prototype.tell = function (code, now) {
        this.notice = { code: code, until: now + NOTICE_S };
    };
}());

// The player joins: a port of its own, a session, its controls; and what its owner does to the device.

(function () {
    "use strict";

    var FIRST_PORT = 7771;
    var PORTS = 32;
    var PROBE_S = 0.1;
    var PROBES = 3;                // unheard probes before the next port is tried
    var PORTS_AGAIN_S = 5;
    var WIRE_CONTROLS = ["temperature", "density", "low", "high", "variation", "humanize", "swing", "style",
        "parts", "progression", "model"];
    var WHOLE = ["low", "high", "variation"];
    var ROLES = ["both", "listen", "play"];
    var BOTH = 0;
    var LISTEN = 1;

    Engine.Player.prototype.ready = function (now) {
        this.isReady = true;
        this.since = now;
        this.write(this.book.clear());
        this.emit("wire", ["port", this.params.port]);
        this.seekPort(FIRST_PORT, now);
        this.wake(now);
    };

    Engine.Player.prototype.seekPort = function (port, now) {
        this.port = 0;
        this.probe = { port: port, tries: 0, due: now + PROBE_S / 2 };
        this.emit("receive", ["port", port]);
        this.emit("self", ["port", port]);
    };

    Engine.Player.prototype.tryPort = function (now) {
        var probe = this.probe;
        if (!probe || now < probe.due) {
            return;
        }
        if (probe.tries >= PROBES) {
            if (probe.port - FIRST_PORT + 1 >= PORTS) {
                this.seekPort(FIRST_PORT, now + PORTS_AGAIN_S);
            } else {
                this.seekPort(probe.port + 1, now);
            }
            return;
        }
        probe.tries += 1;
        probe.due = now + PROBE_S;
        this.emit("self", ["/obbligato/probe", this.host.nonce]);
    };

    Engine.Player.prototype.heardProbe = function (nonce, now) {
        if (this.probe && nonce === this.host.nonce) {
            this.port = this.probe.port;
            this.probe = null;
            this.show("listening", [this.port]);
            this.join(now);
        }
    };

    Engine.Player.prototype.sessionName = function () {
        return this.params.role === BOTH ? this.host.session : "group-" + this.params.group;
    };

    Engine.Player.prototype.newMember = function (session, role) {
        this.lastSeq += 100000;    // numbers rise even when a member takes the place of another of the same name
        return new Conversation.Member(session, role, this.port, this.token, this.lastSeq);
    };

    Engine.Player.prototype.join = function (now) {
        this.leave();
        if (this.port && this.isEnabled) {
            this.member = this.newMember(this.sessionName(), ROLES[this.params.role]);
            this.sendControls(now);
            this.member.greet(now);
        }
        this.emit("sound", ["thru", this.params.role === LISTEN ? 1 : 0]);
    };

    Engine.Player.prototype.leave = function () {
        if (this.member && this.member.wasIn) {
            this.say([Protocol.build("/bye", { session: this.member.session })]);
        }
        this.member = null;
    };

    Engine.Player.prototype.sendControls = function (now) {
        var i, name, value;
        if (!this.member || this.params.role === LISTEN) {
            return;                // in a shared session the Play device's controls count
        }
        for (i = 0; i < WIRE_CONTROLS.length; i += 1) {
            name = WIRE_CONTROLS[i];
            if (this.params.hasOwnProperty(name)) {
                value = this.params[name];
                if (name === "model" && value === "default") {
                    value = "";
                }
                this.member.set(name, WHOLE.indexOf(name) >= 0 ? Math.round(value) : value, now);
            }
        }
        this.member.set("seed", this.params.lock ? Math.max(0, Math.round(this.params.seed)) : -1, now);
        this.member.set("chords", 1, now);
    };

    // ---- what the owner does to the device

    Engine.Player.prototype.param = function (name, value, now) {
        var before = this.params[name];
        this.params[name] = value;
        if (!this.isReady || before === value) {
            return;
        }
        if (name === "port") {
            this.emit("wire", ["port", value]);
            this.join(now);
        } else if (name === "role" || name === "group" && this.params.role !== BOTH) {
            this.silence();
            this.forget();
            this.isPlaying = false;
            this.join(now);
        } else {
            this.sendControls(now);
        }
        this.wake(now);
    };

    Engine.Player.prototype.address = function (host, now) {
        this.emit("wire", ["host", host]);
        this.join(now);
        this.wake(now);
    };

    Engine.Player.prototype.setToken = function (token, now) {
        this.token = token;
        this.join(now);
        this.wake(now);
    };

    Engine.Player.prototype.enable = function (isEnabled, now) {
        if (this.isEnabled === isEnabled) {
            return;
        }
        this.isEnabled = isEnabled;
        this.silence();
        this.stop(now);
        this.join(now);
        this.wake(now);
    };

    Engine.Player.prototype.silence = function () {
        this.write(this.book.clear());
        this.emit("sound", ["stop"]);
    };

    Engine.Player.prototype.panic = function (now) {
        this.silence();
        if (this.member) {
            this.member.desk.drop();
        }
        this.wake(now);
    };

    Engine.Player.prototype.reset = function (now) {
        var isPlaying = this.isPlaying;
        var bar = this.bar, ticks = this.ticks, moment = this.moment, tempo = this.tempo;
        this.silence();
        this.forget();
        if (isPlaying) {           // the song goes on: only what was heard of it is forgotten
            this.bar = bar;
            this.ticks = ticks;
            this.moment = moment;
            this.tempo = tempo;
        }
        this.late = 0;
        if (this.member) {
            this.member.desk.drop();
            this.member.desk.lost = 0;
            this.member.reset(now);
        }
        this.wake(now);
    };

    Engine.Player.prototype.bye = function () {
        this.leave();
        this.isReady = false;
    };
}());

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

// What the bridge says to the player.

(function () {
    "use strict";

    var SIXTEENTH = 120;
    var PLAY = 2;

    Engine.Player.prototype.receive = function (address, args, now) {
        var message;
        if (!this.isReady) {
            return;
        }
        if (address === "/obbligato/probe") {
            this.heardProbe(args[0], now);
            this.wake(now);
            return;
        }
        message = Protocol.parse(address, args);
        if (message === null) {
            return;
        }
        if (this.errand && message.session === this.errand.member.session) {
            this.errand.hear(message, now);
        } else if (this.member && (message.session === this.member.session
                || message.to === "/error" && message.session === "")) {
            this.hear(message, now);
        }
        this.wake(now);
    };

    Engine.Player.prototype.hear = function (message, now) {
        var member = this.member;
        var event = member.hear(message, now);
        var request;
        if (event === "joined") {
            this.joined(now);
        } else if (event === "gone") {
            this.tell("gone", now);
        }
        switch (message.to) {
        case "/accompaniment":
            request = member.desk.piece(message, now);
            if (request) {
                this.answered(request.place, request.notes, now);
            } else if (this.params.role === PLAY) {
                this.overheard(message, now);
            }
            break;
        case "/ack":
            if (message.address === "/lead") {
                member.desk.ack(message.seq, now);
            }
            break;
        case "/chords":
            this.chords[message.bar] = message.each;
            this.showChords();
            break;
        case "/value":
            this.emit("display", ["echo", message.name, message.value]);
            break;
        case "/error":
            this.refused(message, now);
            break;
        default:
            break;
        }
    };

    Engine.Player.prototype.refused = function (message, now) {
        if (message.code === "busy" || message.code === "invalid-value" || message.code === "internal"
                || message.code === "not-ready") {
            this.tell(message.code, now);
        }
        if (message.seq >= 0 && this.member.desk.refuse(message.seq, message.code, now) && message.code !== "internal") {
            this.tell("refused", now);
        }
    };

    // Welcome, for the first time or again. A bridge that was restarted knows nothing: it is told the last bars.
    Engine.Player.prototype.joined = function (now) {
        var member = this.member;
        var i, old;
        if (member.memory > 0) {
            if (member.isFirst && this.params.role !== PLAY && !this.history.length) {
                member.reset(now); // it remembers another song
            } else {
                member.desk.hurry(now);
            }
            return;
        }
        if (this.params.role === PLAY) {
            return;
        }
        for (i = 0; i < this.history.length; i += 1) {
            old = this.history[i];
            if (!this.bar || !this.isPlaying || old.number !== this.bar.number) {
                this.ask(old, -1, old.known, old.notes, old, now, false);
            }
        }
        if (this.isPlaying && this.bar) {
            this.readClip(true, now);
            if (!this.served[this.bar.start]) {
                this.foretold = {};
                this.catchUp(now);
            }
            if (this.bar.early && !this.served[this.next().start] && this.isListening()) {
                this.askNext(this.bar, this.next(), this.bar.length - SIXTEENTH, now);
            }
        }
    };

    // An answer to another device of the session: put together from its pieces, written where its bar lies.
    Engine.Player.prototype.overheard = function (message, now) {
        var key = message.seq + " " + message.bar;
        var open = this.foreign[key];
        var length = Barlines.lengthTicks(message.numerator, message.denominator);
        var keys;
        if (!open) {
            keys = Object.keys(this.foreign);
            if (keys.length > 8) {
                delete this.foreign[keys[0]];
            }
            open = this.foreign[key] = { pieces: {}, got: 0, notes: [] };
        }
        if (!open.pieces[message.index]) {
            open.pieces[message.index] = true;
            open.got += 1;
            open.notes = open.notes.concat(message.each);
            if (open.got === message.count) {
                this.answered({ number: message.bar, start: this.startOf(message.bar, length), length: length,
                    isAhead: false }, open.notes, now);
            }
        }
    };

    Engine.Player.prototype.answered = function (place, notes, now) {
        var into = this.isPlaying ? this.here(now) - place.start : -1;
        var isLate = place.isAhead && !place.isLoop && into > 0 && notes.some(function (n) {
            return n.onset * 480 + 5 < into;
        });
        var length = place.length;
        if (this.bar && this.bar.start === place.start) {
            length = this.bar.length;      // it turned out shorter or longer than when it was asked for
        }
        if (isLate) {
            this.late += 1;
            this.tell("late", now);
        }
        this.write(this.book.put(place.start, length, notes));
    };
}());

// What the device shows.

(function () {
    "use strict";

    var FIRST_PORT = 7771;
    var SILENT_BARS = 4;
    var CHORDS = 4;                // shown of each bar
    var CLIP = 2;
    var LISTEN = 1;
    var PLAY = 2;

    Engine.Player.prototype.showChords = function () {
        var numbers = this.bar ? [this.bar.number, this.next().number] : [];
        var i, j, each, key, chord;
        if (this.bar) {
            this.showChord("bar", [this.bar.number + 1]);
        }
        for (i = 0; i < 2; i += 1) {
            each = numbers.length && this.chords[numbers[i]] || [];
            for (j = 0; j < CHORDS; j += 1) {
                chord = each[j] || { name: "-", beat: 0 };
                key = "chord " + (i * CHORDS + j);
                this.showChord(key, [chord.name, chord.beat]);
            }
        }
    };

    Engine.Player.prototype.showChord = function (key, values) {
        var text = values.join(" ");
        if (this.shown[key] !== text) {
            this.shown[key] = text;
            this.emit("chord", key === "bar" ? ["bar"].concat(values) : ["chord", Number(key.slice(6))].concat(values));
        }
    };

    Engine.Player.prototype.state = function (now) {
        var member = this.member;
        if (!this.isEnabled) {
            return "off";
        }
        if (!this.port) {
            return this.probe && this.probe.port > FIRST_PORT + 4 ? "no-port" : "starting";
        }
        if (!member) {
            return "starting";
        }
        if (member.failure) {
            return member.failure;
        }
        if (member.isLoading) {
            return "loading";
        }
        if (!member.isThere(now)) {
            return now - member.greetingSince < 1 && !member.wasIn ? "starting" : "no-bridge";
        }
        if (this.params.role === PLAY) {
            return "play";
        }
        if (!this.isPlaying) {
            return this.params.role === LISTEN ? "listen" : "connected";
        }
        if (this.bar && this.served[this.bar.start]) {
            return "clip";
        }
        if (this.params.mode === CLIP) {
            return "no-clip";
        }
        if (this.silent >= SILENT_BARS) {
            return "silence";
        }
        if (this.params.role === LISTEN) {
            return "listen";
        }
        return this.history.length ? "live" : "hearing";
    };

    Engine.Player.prototype.light = function (now) {
        var member = this.member;
        if (!this.isEnabled) {
            return 0;
        }
        if (!member || member.failure || !member.isThere(now) && !member.isLoading) {
            return 1;
        }
        return member.isLoading || member.state !== "in" ? 2 : 3;
    };

    Engine.Player.prototype.showAll = function (now) {
        var member = this.member;
        var desk = member ? member.desk : null;
        var code = this.notice.code && now < this.notice.until ? this.notice.code : this.state(now);
        var row = Advice.byCode[code];
        var isUp = member !== null && member.isThere(now);
        if (isUp !== this.isUp) {
            this.isUp = isUp;
            this.since = now;
            this.upDue = now;
        }
        this.show("light", [this.light(now)]);
        this.show("advice", [row.text.replace("{port}", this.params.port).replace("{group}", this.params.group)]);
        this.show("bridge", member && member.wasIn ? [member.version, member.model] : ["-", "-"]);
        this.show("trip", desk ? [desk.lastTrip, desk.p99()] : [-1, -1]);
        this.show("missed", [this.late, desk ? desk.lost : 0]);
        this.show("doing", [!this.isPlaying || !this.bar ? 0 : this.served[this.bar.start] ? 2 : 1]);
        if (now >= this.upDue) {
            this.upDue = now + 1;
            this.show("up", [isUp ? Math.floor(now - this.since) : -Math.floor(now - this.since)]);
        }
    };
}());

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

// What is read from Live and written to it. Every access is guarded: a set without such a track, clip or property is
// nothing to fail about. Few LiveAPI objects are kept and pointed elsewhere by id; none is made before live.thisdevice.

var Live = (function () {
    "use strict";

    var DEVICE = "this_device";
    var DEEPEST_RACK = 8;
    var CLIP_NOTES_SINCE = 11;     // get_notes_extended

    // `make(path)` gives a LiveAPI object; handed in, so that this can be tried without Live.
    function Set(make) {
        this.make = make;
        this.song = make("live_set");
        this.one = make("live_set");       // pointed at whatever is looked at
        this.other = make("live_set");
        this.version = number(make("live_app").call("get_major_version"));
    }

    function first(value) {
        return Array.isArray(value) ? value[0] : value;
    }

    function number(value) {
        return Number(first(value));
    }

    // Max gives ids as ["id", 5].
    function idOf(value) {
        return Array.isArray(value) ? Number(value[1]) : 0;
    }

    // Dictionaries come as JSON text, from some versions as objects.
    function dictionary(value) {
        var text = first(value);
        if (typeof text === "object" && text !== null) {
            return text;
        }
        try {
            return JSON.parse(String(text));
        } catch (e) {
            return {};
        }
    }

    Set.prototype.at = function (api, id) {
        api.id = id;
        return api;
    };

    Set.prototype.idAt = function (path) {
        this.one.path = path;
        return Number(this.one.id);
    };

    // The track that the device lies on, however deep in racks.
    Set.prototype.ownTrack = function () {
        var path = DEVICE;
        var i;
        for (i = 0; i < DEEPEST_RACK; i += 1) {
            path += " canonical_parent";
            this.one.path = path;
            if (String(this.one.type) === "Track") {
                return Number(this.one.id);
            }
        }
        return 0;
    };

    // The track that sends its MIDI here, by the name in MIDI From; the device's own track where it only listens.
    Set.prototype.leadTrack = function (isOwn) {
        var own = this.ownTrack();
        var routing, name, count, i, id;
        if (isOwn || !own) {
            return own;
        }
        routing = dictionary(this.one.get("input_routing_type"));
        name = (routing.input_routing_type || routing).display_name;
        if (!name) {
            return 0;
        }
        count = this.song.getcount("tracks");
        for (i = 0; i < count; i += 1) {
            id = this.idAt("live_set tracks " + i);
            if (id !== own && String(first(this.one.get("name"))) === name) {
                return id;
            }
        }
        return 0;
    };

    // The clip that the track plays at a song position (beats), as Clip.bar wants it; null if none does.
    Set.prototype.clipAt = function (track, beats) {
        var slot, count, i, id, start;
        if (!track || this.version < CLIP_NOTES_SINCE) {
            return null;
        }
        slot = number(this.at(this.one, track).get("playing_slot_index"));
        if (slot >= 0) {
            this.one.path = this.one.unquotedpath + " clip_slots " + slot + " clip";
            return this.playing(Number(this.one.id), false, beats);
        }
        count = this.one.getcount("arrangement_clips");
        for (i = 0; i < count; i += 1) {
            this.at(this.one, track);
            this.one.path = this.one.unquotedpath + " arrangement_clips " + i;
            id = Number(this.one.id);
            start = number(this.one.get("start_time"));
            if (beats >= start - 1e-6 && beats < number(this.one.get("end_time")) - 1e-6) {
                return this.playing(id, true, beats);
            }
        }
        return null;
    };

    Set.prototype.playing = function (id, isArranged, beats) {
        var clip, live;
        if (!id) {
            return null;
        }
        clip = this.at(this.other, id);
        if (!number(clip.get("is_midi_clip"))) {
            return null;
        }
        live = {
            isLooping: number(clip.get("looping")) === 1,
            loopStart: number(clip.get("loop_start")),
            loopEnd: number(clip.get("loop_end")),
            end: number(clip.get("end_marker")),
            position: number(clip.get("playing_position")),
            at: number(this.song.get("current_song_time")),
            notes: function (from, span) {
                return dictionary(clip.call("get_notes_extended", 0, 128, from, span)).notes || [];
            }
        };
        if (isArranged) {
            live.at = number(clip.get("start_time"));
            live.position = number(clip.get("start_marker"));
            live.end = live.position + number(clip.get("end_time")) - live.at;
        } else if (!live.isLooping) {
            live.end = live.loopEnd;       // without a loop these two are where the clip begins and ends
        }
        return beats < live.at - 1e-6 && isArranged ? null : live;
    };

    // { number, start } of the bar at the song's position as Live counts it, in ticks; null if it does not say.
    Set.prototype.barNow = function () {
        var beats = number(this.song.get("current_song_time"));
        var parts = String(first(this.song.call("get_current_beats_song_time"))).split(".");
        var denominator = number(this.song.get("signature_denominator"));
        var sixteenths, line;
        if (parts.length < 3 || !isFinite(beats) || !(denominator > 0)) {
            return null;
        }
        // Bar lines lie on sixteenths. The fourth number counts 60 to a sixteenth; should a version count otherwise,
        // the third still says which sixteenth it is.
        sixteenths = (Number(parts[1]) - 1) * 16 / denominator + Number(parts[2]) - 1;
        line = beats * 4 - sixteenths - Number(parts[3] || 0) / 60;
        if (Math.abs(line - Math.round(line)) > 0.05) {
            line = Math.floor(beats * 4 - sixteenths + 1e-6);
        }
        return isFinite(line) ? { number: Number(parts[0]) - 1, start: Math.round(line) * 120 } : null;
    };

    // The bar in which Play would begin, with metre and tempo; null if Live does not say.
    Set.prototype.standing = function () {
        var bar = this.barNow();
        if (bar) {
            bar.numerator = number(this.song.get("signature_numerator"));
            bar.denominator = number(this.song.get("signature_denominator"));
            bar.tempo = number(this.song.get("tempo"));
        }
        return bar;
    };

    Set.prototype.loop = function () {
        var start;
        if (!number(this.song.get("loop"))) {
            return null;
        }
        start = number(this.song.get("loop_start"));
        return { start: start * 480, end: (start + number(this.song.get("loop_length"))) * 480 };
    };

    // The clip that is selected, for Write clip; null if it is no MIDI clip.
    Set.prototype.selected = function () {
        var clip = this.other;
        var start, length;
        clip.path = "live_set view detail_clip";
        if (!Number(clip.id) || !number(clip.get("is_midi_clip")) || this.version < CLIP_NOTES_SINCE) {
            return null;
        }
        start = number(clip.get("loop_start"));
        length = number(clip.get("loop_end")) - start;
        if (!(length > 0)) {
            return null;
        }
        return {
            id: Number(clip.id), length: length, tempo: number(this.song.get("tempo")),
            numerator: number(clip.get("signature_numerator")), denominator: number(clip.get("signature_denominator")),
            notes: (dictionary(clip.call("get_notes_extended", 0, 128, start, length)).notes || []).map(function (n) {
                return {
                    pitch: n.pitch, start_time: n.start_time - start, duration: n.duration, velocity: n.velocity,
                    mute: n.mute
                };
            })
        };
    };

    // The row of the lead's clip, if it lies in one: the new clip goes beside it or below.
    Set.prototype.rowOf = function (clipId) {
        var match;
        this.at(this.one, clipId);
        match = /clip_slots (\d+)/.exec(String(this.one.unquotedpath));
        return match ? Number(match[1]) : 0;
    };

    // A new clip with these notes in the first free slot of the own track from `row` on. Returns whether there was one.
    // Never overwrites; one step of undo where Live can join steps.
    Set.prototype.write = function (notes, length, row, name) {
        var own = this.ownTrack();
        var path = String(this.one.unquotedpath);
        var count = own ? this.one.getcount("clip_slots") : 0;
        var canJoin = String(this.song.info).indexOf("begin_undo_step") >= 0;
        var i;
        for (i = row; i < count; i += 1) {
            this.one.path = path + " clip_slots " + i;
            if (!number(this.one.get("has_clip"))) {
                if (canJoin) {
                    this.song.call("begin_undo_step");
                }
                this.one.call("create_clip", length);
                this.other.path = path + " clip_slots " + i + " clip";
                if (Number(this.other.id)) {
                    this.other.call("add_new_notes", { notes: notes });
                    this.other.set("name", name);
                }
                if (canJoin) {
                    this.song.call("end_undo_step");
                }
                return Number(this.other.id) > 0;
            }
        }
        return false;
    };

    return { Set: Set };
}());

// The box: Max's messages in, Max's messages out, a Task for the clock. Everything else is in the parts above.

autowatch = 0;
inlets = 2;
outlets = 7;

var OUT_WIRE = 0;
var OUT_SELF = 1;
var OUT_RECEIVE = 2;
var OUT_SCORE = 3;
var OUT_SOUND = 4;
var OUT_DISPLAY = 5;
var OUT_CHORDS = 6;

var LONGEST_WAIT_S = 1;
var SHORTEST_WAIT_S = 0.005;
var PEEK_S = 0.5;                // how often is looked, while the song stands, at what Play would bring
var LEAD_TRACK_S = 2;            // how often the lead's track is looked for
var SESSION = /^[A-Za-z0-9_.:-]{1,48}$/;

var live = null;
var leadTrack = 0;
var leadTrackUntil = 0;
var peekDue = 0;
var writeRow = 0;
var player = null;
var clock = new Task(tick, this);

function seconds() {
    return new Date().getTime() / 1000;
}
seconds.local = 1;

function emit(kind, list) {
    if (kind === "wire") {
        outlet(OUT_WIRE, list);
    } else if (kind === "self") {
        outlet(OUT_SELF, list);
    } else if (kind === "receive") {
        outlet(OUT_RECEIVE, list);
    } else if (kind === "score") {
        outlet(OUT_SCORE, list);
    } else if (kind === "sound") {
        outlet(OUT_SOUND, list);
    } else if (kind === "display") {
        outlet(OUT_DISPLAY, list);
    } else if (kind === "chord") {
        outlet(OUT_CHORDS, list);
    } else if (kind === "clip") {
        writeNotes(list[0], list[1]);
    }
}
emit.local = 1;

// Runs an action of the player and sets the clock for what comes next.
function act(action) {
    var now = seconds();
    if (player) {
        action(now);
        wind(now);
    }
}
act.local = 1;

function wind(now) {
    var wait = Math.min(player.due() - now, live && !player.isPlaying ? PEEK_S : LONGEST_WAIT_S);
    clock.cancel();
    if (player.isReady) {
        clock.schedule(Math.max(wait, SHORTEST_WAIT_S) * 1000);
    }
}
wind.local = 1;

function tick() {
    act(function (now) {
        var bar;
        player.wake(now);
        if (live && !player.isPlaying && now >= peekDue) {
            peekDue = now + PEEK_S;
            bar = live.standing();
            if (bar) {
                player.foresee(bar, now);
            }
        }
    });
}
tick.local = 1;

// ---- Live, where there is one

function anchor() {
    return live ? live.barNow() : null;
}
anchor.local = 1;

function loop() {
    return live ? live.loop() : null;
}
loop.local = 1;

function look(start, length) {
    var now = seconds();
    var clip;
    if (!live) {
        return null;
    }
    if (now >= leadTrackUntil) {
        leadTrackUntil = now + LEAD_TRACK_S;
        leadTrack = live.leadTrack(player.params.role === 1);
    }
    clip = live.clipAt(leadTrack, start / 480);
    return clip ? Clip.bar(clip, start / 480, length / 480) : null;
}
look.local = 1;

function writeNotes(notes, length) {
    var isWritten = live.write(notes, length, writeRow, "Obbligato");
    player.endWrite(isWritten ? "write-done" : "write-slot", seconds());
}
writeNotes.local = 1;

// ---- inlet 0

function ready() {
    var now = seconds();
    var place = String(jsarguments[1] || "max");
    var named = String(jsarguments[2] || "");
    var port = Number(jsarguments[3]) || 0;
    var nonce = Math.floor(Math.random() * 16000000) + 1;
    var before = player;
    if (place === "live" && !live) {
        live = new Live.Set(function (path) { return new LiveAPI(null, path); });
    }
    if (before && before.isReady) {
        return;
    }
    player = new Engine.Player({
        emit: emit, anchor: anchor, loop: loop, look: look, nonce: nonce,
        firstSeq: Math.floor(now) % 100000000,
        session: SESSION.test(named) && named !== "0" ? named : place + "-" + nonce.toString(36)
    });
    if (port > 0) {
        player.params.port = port;
    }
    early.forEach(function (pair) { player.param(pair[0], pair[1], now); });
    act(function (at) { player.ready(at); });
}

// Parameters that came before `ready`.
var early = [];

// A text of several words (a progression, the parts) comes as several atoms.
function param(name) {
    var given = arrayfromargs(arguments).slice(1);
    var value = given.length > 1 ? given.join(" ") : given[0];
    if (typeof name !== "string" || value === undefined) {
        return;
    }
    if (!player) {
        early.push([name, value]);
        return;
    }
    act(function (now) { player.param(name, value, now); });
}

function enabled(isOn) {
    act(function (now) { player.enable(isOn !== 0, now); });
}

function bye() {
    act(function () { player.bye(); });
    clock.cancel();
}

function notifydeleted() {
    clock.cancel();
}
notifydeleted.local = 1;

function at(bar, beat, units, numerator, denominator, tempo, ticks) {
    act(function (now) {
        player.at({
            bar: bar, beat: beat, units: units, numerator: numerator, denominator: denominator, tempo: tempo,
            ticks: ticks
        }, now);
    });
}

function stop() {
    act(function (now) { player.stop(now); });
}

function note(pitch, velocity, ticks) {
    act(function (now) { player.note(pitch, velocity, ticks, now); });
}

function bar() {
    var given = arrayfromargs(arguments);
    var each = [];
    var i;
    var isSound = given.length >= 6 && given.length % 4 === 2 && given.every(function (value) {
        return typeof value === "number" && isFinite(value);
    });
    if (!isSound) {
        act(function (now) {
            player.tell("bad-bar", now);
            player.wake(now);
        });
        return;
    }
    for (i = 6; i + 3 < given.length; i += 4) {
        each.push({ pitch: given[i], onset: given[i + 1], duration: given[i + 2], velocity: given[i + 3] });
    }
    act(function (now) {
        player.wholeBar(given[0], given[1], given[2], given[3], given[4], given[5], each, now);
    });
}

function host(name) {
    if (name === undefined) {
        return;
    }
    act(function (now) { player.address(String(name), now); });
}

function token(text) {
    if (text === undefined) {
        return;
    }
    act(function (now) { player.setToken(String(text), now); });
}

function reset() {
    act(function (now) { player.reset(now); });
}

function panic() {
    act(function (now) { player.panic(now); });
}

function selftest() {
    act(function (now) { player.selfTest(now); });
}

function writeclip() {
    act(function (now) {
        var clip = live ? live.selected() : null;
        if (!clip) {
            player.endWrite(live ? "write-select" : "write-live", now);
            player.wake(now);
        } else {
            writeRow = live.rowOf(clip.id);
            player.writeClip(clip, now);
        }
    });
}

// ---- inlet 1: whatever came from the bridge

function anything() {
    var address = messagename;
    var given = arrayfromargs(arguments);
    if (address.charAt(0) === "/") {
        act(function (now) { player.receive(address, given, now); });
    }
}
