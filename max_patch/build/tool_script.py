"""The MIDI Tool's script: the parts it shares with the device's, and its own, joined to `obbligato_tool.js`."""

from __future__ import annotations

import json
from pathlib import Path

JAVASCRIPT = Path(__file__).resolve().parents[1] / "javascript"
NAME = "obbligato_tool.js"
SHARED = ("10_protocol.js", "30_requests.js", "40_conversation.js", "41_errands.js", "42_clip.js")

_HEAD = """// Obbligato: the script of the MIDI Tool generator (experimental). ES5, for Max's `js` object.
// Joined from max_patch/javascript/source and max_patch/javascript/tool by build/devices.py: change it there.
"""


def advice() -> list[dict[str, str]]:
    """Every line that the tool can show: `code`, `text`, and `help` for the README."""
    rows: list[dict[str, str]] = json.loads((JAVASCRIPT / "tool" / "advice.json").read_text(encoding="utf-8"))
    return rows


def joined() -> str:
    """The text of `obbligato_tool.js`."""
    table = {row["code"]: {"text": row["text"]} for row in advice()}
    texts = "".join(f"    {json.dumps(code)}: {json.dumps(row)},\n" for code, row in table.items()).rstrip(",\n")
    lines = f"// What the tool's one line can say, from advice.json.\nvar Advice = {{ byCode: {{\n{texts}\n}} }};\n"
    shared = [JAVASCRIPT / "source" / name for name in SHARED]
    own = sorted((JAVASCRIPT / "tool").glob("*.js"))
    return "\n".join([_HEAD, lines, *(path.read_text(encoding="utf-8").strip() + "\n" for path in [*shared, *own])])
