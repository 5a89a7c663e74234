"""Joins the parts in `source/` to the one script that ships, `obbligato.js`: the same bytes on every machine.

    python max_patch/javascript/join.py

Max's `js` box takes one file; `include` and `require` are not followed when a device is frozen.
"""

from __future__ import annotations

import json
from pathlib import Path

HERE = Path(__file__).parent
SOURCE = HERE / "source"
SHIPPED = HERE / "obbligato.js"

_HEAD = """// Obbligato: the script of the device and of the Max abstraction. ES5, for Max's `js` object.
// Joined from max_patch/javascript/source by join.py: change it there.

"""


def joined() -> str:
    """The text of `obbligato.js`."""
    parts = [_HEAD, _advice()]
    for part in sorted(SOURCE.glob("*.js")):
        parts.append(part.read_text(encoding="utf-8").strip() + "\n")
    return "\n".join(part for part in parts if part)


def advice() -> list[dict[str, str]]:
    """Every line that the device can show: `code`, `text` ({port} and {group} are filled in), `help` for the README."""
    rows: list[dict[str, str]] = json.loads((SOURCE / "advice.json").read_text(encoding="utf-8"))
    return rows


def _advice() -> str:
    rows = ",\n".join(
        f"    {json.dumps(row['code'])}: {{ text: {json.dumps(row['text'], ensure_ascii=False)} }}" for row in advice()
    )
    return (
        "// The one line under the light, from advice.json.\n\n"
        f'var Advice = (function () {{\n    "use strict";\n    var byCode = {{\n{rows}\n    }};\n'
        "    return { byCode: byCode };\n}());\n"
    )


if __name__ == "__main__":
    SHIPPED.write_text(joined(), encoding="utf-8", newline="\n")
    print(f"wrote {SHIPPED}")
