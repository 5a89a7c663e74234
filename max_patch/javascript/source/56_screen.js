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
