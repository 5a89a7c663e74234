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
