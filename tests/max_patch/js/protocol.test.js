"use strict";

const test = require("node:test");
const assert = require("node:assert");
const fs = require("fs");
const path = require("path");
const { parts, plain } = require("./load.js");

const { Protocol } = parts();
const FOLDER = path.join(__dirname, "../../golden/wire");
const examples = fs.readdirSync(FOLDER).filter((name) => name.endsWith(".json"))
    .map((name) => JSON.parse(fs.readFileSync(path.join(FOLDER, name), "utf8")));
const legal = examples.filter((example) => example.message);

test("there are golden files of every message in both directions", () => {
    const seen = new Set(legal.map((example) => example.direction + example.address));
    Object.keys(Protocol.CLIENT).forEach((address) => assert.ok(seen.has("client" + address), address));
    Object.keys(Protocol.BRIDGE).forEach((address) => assert.ok(seen.has("bridge" + address), address));
});

for (const example of legal.filter((one) => one.direction === "client" && !one.name.includes("as-pd"))) {
    test("what the device sends is the golden " + example.name, () => {
        assert.deepStrictEqual(plain(Protocol.build(example.address, example.message)),
            [example.address, ...example.args]);
    });
}

for (const example of legal.filter((one) => one.direction === "bridge")) {
    test("the golden " + example.name + " is understood", () => {
        assert.deepStrictEqual(plain(Protocol.parse(example.address, example.args)),
            { ...example.message, to: example.address });
    });
}

for (const example of examples.filter((one) => one.answer)) {
    test("the refusal of " + example.name + " is understood", () => {
        const { address, args } = example.answer;
        assert.strictEqual(Protocol.parse(address, args).code, example.error);
    });
}

test("a message that is cut, too long, or of other types is no message", () => {
    for (const example of legal.filter((one) => one.direction === "bridge" && one.args.length)) {
        const { address, args } = example;
        const fixed = Protocol.BRIDGE[address].places.length;
        assert.strictEqual(Protocol.parse(address, args.slice(0, fixed - 1)), null, example.name + " cut");
        assert.strictEqual(Protocol.parse(address, [...args, 1]), null, example.name + " too long");
        assert.strictEqual(Protocol.parse(address, args.map(() => ({}))), null, example.name + " of other types");
    }
    assert.strictEqual(Protocol.parse("/toString", []), null);
    assert.strictEqual(Protocol.parse("toString", []), null);
    assert.strictEqual(Protocol.parse("/lead", ["s", 1]), null);
});
