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
