// A lead on the transport, and where the score has lines.
"use strict";

const BAR = 1920;
const melody = (from, bars, length = BAR) => {
    const notes = {};
    for (let bar = 0; bar < bars; bar += 1) {
        notes[from + bar * length] = [[60 + bar, 90]];
        notes[from + bar * length + 470] = [[60 + bar, 0]];
    }
    return notes;
};
const slots = (stage) => Object.keys(stage.score()).map(Number);

module.exports = { BAR, melody, slots };
