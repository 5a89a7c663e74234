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
