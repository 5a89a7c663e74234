// The shipped script's pure parts, out of its own file, without any of Max's globals but the few the shell needs to load.

"use strict";

const path = require("path");
const { Box } = require("../../../max_patch/build/simulator/box.js");

const SCRIPT = path.join(__dirname, "../../../max_patch/javascript/obbligato.js");

function parts() {
    const { context } = new Box({ script: SCRIPT, arguments: ["max"] });
    return context;
}

// Objects made inside the script's context as plain ones of this one, so that they can be compared.
const plain = (value) => JSON.parse(JSON.stringify(value));

module.exports = { parts, plain, SCRIPT };
