// Obbligato: the script of the MIDI Tool generator (experimental). ES5, for Max's `js` object.
// Joined from max_patch/javascript/source and max_patch/javascript/tool by build/devices.py: change it there.

// What the tool's one line can say, from advice.json.
var Advice = { byCode: {
    "tool-idle": {"text": "Press Apply: the clip's notes are the lead"},
    "tool-empty": {"text": "No notes here: write or select a lead first"},
    "tool-asking": {"text": "Asking the bridge ..."},
    "tool-done": {"text": "Accompanied. Undo takes it away"},
    "tool-again": {"text": "The answer is there: press Apply once more"},
    "tool-bridge": {"text": "No bridge: type obbligato serve"},
    "tool-bar": {"text": "The bridge gave no answer: see its window"},
    "tool-port": {"text": "No free port to listen on"}
} };

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

// A MIDI Tool's rounds. Live wants the notes back at once, in the same breath, so a round never waits: notes that were
// seen before are answered with their accompaniment from memory, others go back as they came while the bridge is asked;
// once it has answered, `again` begins the round anew and finds the answer in memory.
//
// It knows no Max: time is an argument (seconds), what it wants done goes to `host.emit(kind, list)`.
// kinds: wire (to the bridge), self (a probe to our own port), receive (port n), again (nothing), display (word, value)

var Tool = (function () {
    "use strict";

    var FIRST_PORT = 7803;     // beyond the devices' ports
    var PORTS = 16;
    var PROBE_S = 0.08;
    var PROBES = 2;
    var REMEMBERED = 16;       // answers
    var AGAIN_S = 0.3;         // a round that `again` asked for has come by then, or Live has moved on
    var TINY = 1e-6;

    // host: emit(kind, list), metre() -> { numerator, denominator, tempo }, nonce, firstSeq
    function Rounds(host) {
        this.host = host;
        this.params = { temperature: 1, density: 0, low: 28, high: 96, variation: 0, seed: 1, port: 7770 };
        this.isReady = false;
        this.port = 0;             // our own, once a probe came back
        this.probe = null;
        this.errand = null;
        this.asked = null;         // { key, ... } of the errand under way
        this.waiting = null;       // the question that waits for a port or for the errand before it
        this.answers = {};         // key -> notes
        this.keys = [];            // oldest first
        this.lastKey = "";
        this.againUntil = Infinity;
        this.seq = host.firstSeq;
        this.shown = {};
    }

    Rounds.prototype.show = function (word, value) {
        if (this.shown[word] !== value) {
            this.shown[word] = value;
            this.host.emit("display", [word, value]);
        }
    };

    Rounds.prototype.tell = function (code, light) {
        this.show("advice", Advice.byCode[code].text);
        this.show("light", light);
    };

    Rounds.prototype.ready = function (now) {
        this.isReady = true;
        this.host.emit("wire", ["port", this.params.port]);
        this.seek(FIRST_PORT, now);
        this.tell("tool-idle", 0);
    };

    // Whether the round has to begin anew: only if one was begun before, else loading the tool would touch the clip.
    Rounds.prototype.param = function (name, value) {
        if (!this.params.hasOwnProperty(name) || this.params[name] === value) {
            return;
        }
        this.params[name] = value;
        if (name === "port" && this.isReady) {
            this.host.emit("wire", ["port", value]);
        } else if (this.lastKey) {
            this.host.emit("again", []);
        }
    };

    // One round: the notes that go back to Live, now. `context` is Live's, and may be missing.
    Rounds.prototype.round = function (notes, context, now) {
        var question = this.question(notes, context);
        this.lastKey = question.key;
        this.againUntil = Infinity;
        if (!question.lead.length) {
            this.tell("tool-empty", 2);
            return notes;
        }
        if (this.answers.hasOwnProperty(question.key)) {
            this.tell("tool-done", 3);
            return notes.concat(this.answers[question.key]);
        }
        if (!this.asked || this.asked.key !== question.key) {
            this.waiting = question;
        }
        this.tell("tool-asking", 2);
        return notes;
    };

    // What is to be accompanied: whole bars around the selection, the lead counted from the first of them.
    Rounds.prototype.question = function (notes, context) {
        var metre = this.host.metre();
        var size = metre.numerator * 4 / metre.denominator;
        var clip = context && context.clip ? context.clip : {};
        var starts = notes.map(function (n) { return n.start_time; });
        var ends = notes.map(function (n) { return n.start_time + n.duration; });
        var from = typeof clip.time_selection_start === "number" ? clip.time_selection_start
            : Math.min.apply(null, starts.concat([Infinity]));
        var until = typeof clip.time_selection_end === "number" ? clip.time_selection_end
            : Math.max.apply(null, ends.concat([-Infinity]));
        var origin, lead;
        if (!(until > from)) {
            from = notes.length ? Math.min.apply(null, starts) : 0;
            until = notes.length ? Math.max.apply(null, ends) : 0;
        }
        origin = Math.floor(from / size + TINY) * size;
        lead = notes.filter(function (n) {
            return n.start_time >= from - TINY && n.start_time < until - TINY;
        }).map(function (n) {
            return {
                pitch: n.pitch, start_time: n.start_time - origin, duration: n.duration,
                velocity: n.velocity === undefined ? 100 : n.velocity, mute: n.mute
            };
        });
        return {
            key: JSON.stringify([lead, from, until, metre, this.params]), lead: lead, from: from, until: until,
            origin: origin, length: Math.ceil((until - origin) / size - TINY) * size, metre: metre
        };
    };

    Rounds.prototype.begin = function (question, now) {
        var metre = question.metre;
        var member, name;
        this.seq += 100000;
        member = new Conversation.Member("tool-" + this.host.nonce.toString(36), "both", this.port, "", this.seq);
        for (name in this.params) {
            if (this.params.hasOwnProperty(name) && name !== "port") {
                member.set(name, this.params[name], now);
            }
        }
        member.reset(now);
        this.errand = new Errands.Bars(member, Clip.bars(question.lead, question.length, metre.numerator,
            metre.denominator, metre.tempo), null, now);
        this.asked = question;
    };

    Rounds.prototype.end = function (now) {
        var errand = this.errand;
        var question = this.asked;
        var farewell = errand.farewell();
        this.errand = null;
        this.asked = null;
        farewell.forEach(function (list) { this.host.emit("wire", list); }, this);
        if (errand.result !== "done") {
            this.tell(errand.result === "bridge" ? "tool-bridge" : "tool-bar", 1);
            return;
        }
        this.remember(question, Clip.written(errand.answers, question.length, question.metre.numerator,
            question.metre.denominator));
        if (question.key === this.lastKey && !this.waiting) {
            this.againUntil = now + AGAIN_S;
            this.host.emit("again", []);
        }
    };

    Rounds.prototype.remember = function (question, notes) {
        this.answers[question.key] = notes.map(function (n) {
            return {
                pitch: n.pitch, start_time: n.start_time + question.origin, duration: n.duration, velocity: n.velocity
            };
        }).filter(function (n) {
            return n.start_time >= question.from - TINY && n.start_time < question.until - TINY;
        });
        this.keys.push(question.key);
        while (this.keys.length > REMEMBERED) {
            delete this.answers[this.keys.shift()];
        }
    };

    // ---- our own port: two tools cannot listen on one, and Max says so only in its console

    Rounds.prototype.seek = function (port, now) {
        this.port = 0;
        this.probe = { port: port, tries: 0, due: now + PROBE_S / 2 };
        this.host.emit("receive", ["port", port]);
        this.host.emit("self", ["port", port]);
    };

    Rounds.prototype.tryPort = function (now) {
        var probe = this.probe;
        if (!probe || now < probe.due) {
            return;
        }
        if (probe.tries < PROBES) {
            probe.tries += 1;
            probe.due = now + PROBE_S;
            this.host.emit("self", ["/obbligato/probe", this.host.nonce]);
        } else if (probe.port - FIRST_PORT + 1 < PORTS) {
            this.seek(probe.port + 1, now);
        } else {
            this.probe = null;
            this.tell("tool-port", 1);
        }
    };

    Rounds.prototype.receive = function (address, args, now) {
        var message;
        if (address === "/obbligato/probe") {
            if (this.probe && args[0] === this.host.nonce) {
                this.port = this.probe.port;
                this.probe = null;
            }
            return;
        }
        message = Protocol.parse(address, args);
        if (message && this.errand && message.session === this.errand.member.session) {
            this.errand.hear(message, now);
        }
    };

    // What has to be done by now; to be called again at `due()`.
    Rounds.prototype.wake = function (now) {
        this.tryPort(now);
        if (this.waiting && this.port) {
            if (this.errand) {
                this.errand.farewell().forEach(function (list) { this.host.emit("wire", list); }, this);
            }
            this.begin(this.waiting, now);
            this.waiting = null;
        }
        if (this.errand) {
            this.errand.wake(now).forEach(function (list) { this.host.emit("wire", list); }, this);
            if (this.errand.result !== null) {
                this.end(now);
            }
        }
        if (now >= this.againUntil) {
            this.againUntil = Infinity;
            this.tell("tool-again", 3);
        }
    };

    Rounds.prototype.due = function () {
        var next = this.waiting && this.port ? 0 : this.againUntil;
        if (this.probe) {
            next = Math.min(next, this.probe.due);
        }
        if (this.errand) {
            next = Math.min(next, this.errand.due());
        }
        return next;
    };

    return { Rounds: Rounds };
}());

// The box: Live's dictionaries in, a dictionary out in the same breath; everything else waits for the Task.

autowatch = 0;
inlets = 2;
outlets = 6;

var OUT_ANSWER = 0;
var OUT_WIRE = 1;
var OUT_SELF = 2;
var OUT_RECEIVE = 3;
var OUT_AGAIN = 4;
var OUT_DISPLAY = 5;

var LONGEST_WAIT_S = 1;
var SHORTEST_WAIT_S = 0.005;

var rounds = null;
var surroundings = null;
var answer = null;
var song = null;
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
    } else if (kind === "again") {
        outlet(OUT_AGAIN, "bang");
    } else if (kind === "display") {
        outlet(OUT_DISPLAY, list);
    }
}
emit.local = 1;

function first(value) {
    return Number(Array.isArray(value) ? value[0] : value);
}
first.local = 1;

// The song's metre: what the clip's own may be is not told to a tool.
function metre() {
    return {
        numerator: first(song.get("signature_numerator")) || 4,
        denominator: first(song.get("signature_denominator")) || 4,
        tempo: first(song.get("tempo")) || 120
    };
}
metre.local = 1;

function wind(now) {
    clock.cancel();
    if (rounds) {
        clock.schedule(Math.max(Math.min(rounds.due() - now, LONGEST_WAIT_S), SHORTEST_WAIT_S) * 1000);
    }
}
wind.local = 1;

function tick() {
    var now = seconds();
    rounds.wake(now);
    wind(now);
}
tick.local = 1;

function read(name) {
    try {
        return JSON.parse(new Dict(name).stringify());
    } catch (e) {
        return {};
    }
}
read.local = 1;

// Parameters that came before `ready`.
var early = [];

function ready() {
    var now = seconds();
    if (rounds) {
        return;
    }
    song = new LiveAPI(null, "live_set");
    rounds = new Tool.Rounds({
        emit: emit, metre: metre, nonce: Math.floor(Math.random() * 16000000) + 1,
        firstSeq: Math.floor(now) % 100000000
    });
    early.forEach(function (pair) { rounds.param(pair[0], pair[1]); });
    rounds.ready(now);
    wind(now);
}

function param(name, value) {
    if (typeof name !== "string" || typeof value !== "number") {
        return;
    }
    if (rounds) {
        rounds.param(name, value);
    } else {
        early.push([name, value]);
    }
}

// `context dictionary NAME` comes before `notes dictionary NAME` of the same round.
function context(word, name) {
    surroundings = read(name);
}

function notes(word, name) {
    var given = read(name).notes || [];
    var now = seconds();
    answer = answer || new Dict();
    answer.parse(JSON.stringify({ notes: rounds ? rounds.round(given, surroundings, now) : given }));
    outlet(OUT_ANSWER, "dictionary", answer.name);
    wind(now);
}

function notifydeleted() {
    clock.cancel();
}
notifydeleted.local = 1;

// ---- inlet 1: whatever came from the bridge

function anything() {
    var now = seconds();
    if (rounds && messagename.charAt(0) === "/") {
        rounds.receive(messagename, arrayfromargs(arguments), now);
        rounds.wake(now);
        wind(now);
    }
}
