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
