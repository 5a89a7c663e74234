"use strict";

const test = require("node:test");
const assert = require("node:assert");
const { Box } = require("../../../max_patch/build/simulator/box.js");
const { SCRIPT } = require("./load.js");

// A box that is joined to a bridge of its own; what it says, without the clock.
function joined(...args) {
    const box = new Box({ script: SCRIPT, arguments: args, seed: 3 });
    const said = [];
    const go = (message, inlet = 0) => {
        box.send(inlet, message);
        box.taken().forEach(([outlet, list]) => said.push([outlet, ...list]));
    };
    const later = (ms) => {
        for (let t = 0; t < ms; t += 5) {
            box.nowMs += 5;
            box.run();
            box.taken().forEach(([outlet, list]) => said.push([outlet, ...list]));
            said.filter((one) => one[0] === 1 && one[1] === "/obbligato/probe" && !one.heard).forEach((one) => {
                one.heard = true;
                go(["/obbligato/probe", one[2]], 1);
            });
        }
    };
    return { box, said, go, later };
}

test("what came before `ready` counts, and a second `ready` is nothing new", () => {
    const { said, go, later } = joined("max", "duo", 7999);
    go(["param", "density", 0.25]);
    go(["ready"]);
    go(["ready"]);
    later(300);
    assert.deepStrictEqual(said.find((one) => one[1] === "/hello").slice(2, 6), [1, "duo", 7771, "both"]);
    assert.ok(said.some((one) => one[0] === 0 && one[1] === "port" && one[2] === 7999));
    go(["/welcome", 1, "duo", "0.1.0", "chords", 1, 0], 1);
    later(50);
    assert.ok(said.some((one) => one[1] === "/set" && one[3] === "density" && one[4] === 0.25));
});

test("a text of several words is one value", () => {
    const { said, go, later } = joined("max");
    go(["ready"]);
    later(300);
    const session = said.find((one) => one[1] === "/hello")[3];
    go(["/welcome", 1, session, "0.1.0", "chords", 1, 0], 1);
    go(["param", "progression", "C", "Am", "|", "F", "G"]);
    later(20);
    assert.strictEqual(said.find((one) => one[3] === "progression")[4], "C Am | F G");
});

test("a session name that the wire does not take is replaced by one of its own", () => {
    for (const name of ["0", "two words", "", "x".repeat(49)]) {
        const { said, go, later } = joined("max", name);
        go(["ready"]);
        later(300);
        assert.match(said.find((one) => one[1] === "/hello")[3], /^max-[a-z0-9]+$/);
    }
});

test("nonsense at either inlet is survived without a word in the console", () => {
    const { box, go, later } = joined("max");
    go(["stop"]);
    go(["note", 60, 90, 0]);
    go(["ready"]);
    later(300);
    for (const message of [["param"], ["param", 5, 6], ["at"], ["at", "x"], ["note"], ["bar"], ["bar", 1, 2], ["host"],
        ["nonesuch", 1], ["enabled"], [1, 2, 3], [7], ["bang"]]) {
        go(message);
    }
    for (const message of [["/welcome"], ["/accompaniment", 1], ["/error", "x", "y", 1, 2], ["/x"], ["/obbligato/probe"]]) {
        go(message, 1);
    }
    later(500);
    assert.deepStrictEqual(box.posts, []);
});

test("a bar that is none is said to be none", () => {
    const { said, go, later } = joined("max");
    go(["ready"]);
    later(300);
    go(["bar", 0, 4, 4, 120, 0, 4, 60, 0, 1]);
    assert.ok(said.some((one) => one[1] === "advice" && one[2].startsWith("Not a bar")));
});

test("Write clip in Max alone says that it needs Live", () => {
    const { said, go, later } = joined("max");
    go(["ready"]);
    later(300);
    go(["writeclip"]);
    assert.ok(said.some((one) => one[1] === "advice" && one[2] === "Write clip needs Ableton Live"));
});
