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
