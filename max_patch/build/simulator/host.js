// One `js` box behind standard input and output: a line of JSON in, a line of JSON out.

"use strict";

const readline = require("readline");
const { Box } = require("./box.js");

let box = null;

function answer(question) {
    if (question.open) {
        box = new Box(question.open);
        return {};
    }
    if (question.set) {
        return { set: box.set, called: box.called };
    }
    box.nowMs = question.now;
    box.song = question.song;
    if (question.message) {
        box.send(question.inlet, question.message);
    } else {
        box.run();
    }
    const posts = box.posts;
    box.posts = [];
    return { out: box.taken(), due: box.due, posts };
}

readline.createInterface({ input: process.stdin }).on("line", (line) => {
    let said;
    try {
        said = answer(JSON.parse(line));
    } catch (error) {
        said = { error: error.stack };
    }
    process.stdout.write(JSON.stringify(said) + "\n");
});
