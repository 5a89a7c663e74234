// A stand-in for Max's `js` box: runs the shipped script in a context that has Max's globals and nothing else.
// Time is virtual; LiveAPI walks a set that is given as plain data (live_set.js).

"use strict";

const fs = require("fs");
const vm = require("vm");
const { liveApi } = require("./live_set.js");

class Box {
    // options: { script, arguments, seed, set, song }
    constructor(options) {
        this.nowMs = 0;
        this.out = [];
        this.posts = [];
        this.due = null;
        this.task = null;
        this.set = options.set || null;
        this.song = options.song || {};
        this.context = vm.createContext(this.globals(options));
        vm.runInContext(fs.readFileSync(options.script, "utf8"), this.context, { filename: options.script });
    }

    globals(options) {
        const box = this;
        let random = (options.seed || 0) * 2654435761 % 4294967296;
        const maths = {};
        Object.getOwnPropertyNames(Math).forEach((name) => { maths[name] = Math[name]; });
        maths.random = () => (random = (random * 1664525 + 1013904223) % 4294967296) / 4294967296;
        function Now() { this.ms = box.nowMs; }
        Now.prototype.getTime = function () { return this.ms; };
        class Task {
            constructor(action, self) { this.action = action; this.self = self; }
            schedule(ms) { box.task = this; box.due = box.nowMs + ms; }
            cancel() { if (box.task === this) { box.due = null; } }
        }
        return {
            Math: maths,
            Date: Now,
            Task,
            LiveAPI: liveApi(this),
            jsarguments: [options.script.split("/").pop()].concat(options.arguments || []),
            messagename: "",
            inlet: 0,
            post: (...words) => { box.posts.push(words.join(" ")); },
            error: (...words) => { box.posts.push(words.join(" ")); },
            arrayfromargs: (args) => Array.prototype.slice.call(args),
            outlet: (index, ...atoms) => {
                const list = atoms.length === 1 && Array.isArray(atoms[0]) ? atoms[0] : atoms;
                list.forEach((atom) => {
                    if (typeof atom !== "string" && !(typeof atom === "number" && isFinite(atom))) {
                        throw new Error("outlet " + index + " was given " + String(atom) + " in " + list.join(" "));
                    }
                });
                box.out.push([index, Array.from(list)]);
            },
        };
    }

    // As Max finds the function for a message: by its first word, else `anything`; a function marked local is not found.
    send(inlet, message) {
        const [word, ...rest] = typeof message[0] === "string" ? message
            : [message.length > 1 ? "list" : Number.isInteger(message[0]) ? "msg_int" : "msg_float", ...message];
        const named = Object.prototype.hasOwnProperty.call(this.context, word) ? this.context[word] : null;
        this.context.messagename = word;
        this.context.inlet = inlet;
        if (typeof named === "function" && !named.local) {
            named.apply(this.context, rest);
        } else if (typeof this.context.anything === "function") {
            this.context.anything(...rest);
        } else {
            throw new Error("js: no function " + word);
        }
    }

    // What came out since the last time.
    taken() {
        const out = this.out;
        this.out = [];
        return out;
    }

    // Runs the task if it is due.
    run() {
        if (this.due !== null && this.nowMs >= this.due) {
            this.due = null;
            this.task.action.call(this.task.self);
        }
    }
}

module.exports = { Box };
