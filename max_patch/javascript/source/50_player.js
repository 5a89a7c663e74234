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
