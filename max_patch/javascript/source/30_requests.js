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
