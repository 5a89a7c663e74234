// node es5.js FILE...: exits with 1 and says where a file is not ECMAScript 5, which is all that Max's `js` reads.

"use strict";

const fs = require("fs");
const acorn = require("acorn");

let failed = 0;
for (const file of process.argv.slice(2)) {
    try {
        acorn.parse(fs.readFileSync(file, "utf8"), { ecmaVersion: 5, sourceType: "script" });
    } catch (error) {
        console.log(file + ": " + error.message);
        failed = 1;
    }
}
process.exit(failed);
