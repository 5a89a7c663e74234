// The MIDI Tool's script against a real bridge: `node patches_tool_real.js PORT`, notes as JSON on standard input.
// Makes a round, lets the script ask, makes the round that `again` wants, and prints both answers as JSON.

"use strict";

const dgram = require("dgram");
const fs = require("fs");
const path = require("path");
const vm = require("vm");

const SCRIPT = path.join(__dirname, "../../max_patch/javascript/obbligato_tool.js");
const PATIENCE_MS = 20000;

const padded = (text) => Buffer.concat([Buffer.from(text), Buffer.alloc(4 - Buffer.byteLength(text) % 4)]);

// As Max's udpsend: whole numbers as i, others as f, words as s.
function packed([address, ...args]) {
    const types = args.map((arg) => (typeof arg === "string" ? "s" : Number.isInteger(arg) ? "i" : "f"));
    const values = args.map((arg, index) => {
        const four = Buffer.alloc(4);
        if (types[index] === "s") { return padded(arg); }
        if (types[index] === "i") { four.writeInt32BE(arg); } else { four.writeFloatBE(arg); }
        return four;
    });
    return Buffer.concat([padded(address), padded(`,${types.join("")}`), ...values]);
}

function unpacked(data) {
    let at = 0;
    const word = () => {
        const end = data.indexOf(0, at);
        const text = data.toString("utf8", at, end);
        at = end + 4 - end % 4;
        return text;
    };
    const list = [word()];
    for (const type of word().slice(1)) {
        if (type === "s") { list.push(word()); } else {
            list.push(type === "i" ? data.readInt32BE(at) : data.readFloatBE(at));
            at += 4;
        }
    }
    return list;
}

const bridgePort = Number(process.argv[2]);
const notes = JSON.parse(fs.readFileSync(0, "utf8"));
const dicts = { context: JSON.stringify({}), notes: JSON.stringify({ notes }) };
const rounds = [];
const mouth = dgram.createSocket("udp4");
let ear = null;
let ownPort = 0;

function Dict(name) { this.name = name || "answer"; }
Dict.prototype.parse = function (text) { dicts[this.name] = text; };
Dict.prototype.stringify = function () { return dicts[this.name]; };

function round() {
    context.context("dictionary", "context");
    context.notes("dictionary", "notes");
    rounds.push(JSON.parse(dicts.answer).notes);
}

function finish(code) {
    process.stdout.write(JSON.stringify(rounds));
    process.exit(code);
}

function listen(port) {
    if (ear) { ear.close(); }
    ownPort = port;
    ear = dgram.createSocket("udp4");
    ear.on("error", () => {});        // as Max: taken, and on it goes
    ear.on("message", (data) => {
        const [address, ...args] = unpacked(data);
        context.messagename = address;
        context.anything(...args);
    });
    ear.bind(port, "127.0.0.1");
}

const context = vm.createContext({
    Dict, LiveAPI: function () { this.get = () => [0]; }, messagename: "", Date, Math,
    Task: function (action) {
        this.cancel = () => clearTimeout(this.timer);
        this.schedule = (ms) => { this.timer = setTimeout(action, ms); };
    },
    arrayfromargs: (args) => Array.from(args),
    outlet: (index, ...atoms) => {
        const list = Array.isArray(atoms[0]) ? Array.from(atoms[0]) : atoms;
        if (index === 1 && list[0] !== "port") { mouth.send(packed(list), bridgePort, "127.0.0.1"); }
        if (index === 2 && list[0] !== "port") { mouth.send(packed(list), ownPort, "127.0.0.1"); }
        if (index === 3) { listen(list[1]); }
        if (index === 4) { setImmediate(() => { round(); finish(0); }); }
    },
});
vm.runInContext(fs.readFileSync(SCRIPT, "utf8"), context);
context.param("port", bridgePort);
context.ready();
round();
setTimeout(() => finish(1), PATIENCE_MS);
