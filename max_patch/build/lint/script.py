"""What can be read off a `js` script without running it: ports, the words it understands, the words it sends.

Max drops a message that the script has no function for, and a message that leaves an outlet with nobody listening is
lost without a word; so both ends are compared. The script keeps to a few plain forms that this can read: `inlets = 2;`,
`outlets = 7;`, `function word(...)` at the left margin (`word.local = 1;` hides one), `var OUT_SCORE = 3;`, and

    outlet(OUT_SCORE, "word", ...)      outlet(OUT_SCORE, ["word", ...])
    emit("score", ["word", ...])        with   if (kind === "score") { outlet(OUT_SCORE, list);   in `emit`
    show("word", ...)                   which is emit("display", ["word", ...])

An outlet of which no literal word is read may say anything.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_FUNCTION = re.compile(r"^function\s+(\w+)\s*\(", re.MULTILINE)
_PORTS = re.compile(r"^(?:this\.)?(inlets|outlets)\s*=\s*(\d+)\s*;", re.MULTILINE)
_CONSTANT = re.compile(r"^var\s+([A-Z][A-Z0-9_]*)\s*=\s*(\d+)\s*;", re.MULTILINE)
_OUTLET = re.compile(r"\boutlet\(\s*(\w+)\s*,\s*\[?\s*(?:\"([^\"]*)\"|\w+)")
_KIND = re.compile(r"kind === \"(\w+)\"\)\s*\{\s*outlet\((\w+), list\)")
_EMIT = re.compile(r"\bemit\(\s*\"(\w+)\",([^;]*);")
_SHOW = re.compile(r"\bshow\(\s*\"(\w+)\"")
_FIRST_WORD = re.compile(r"\[\"([^\"]+)\"")
_LOCAL = re.compile(r"^(\w+)\.local\s*=\s*1\s*;", re.MULTILINE)


@dataclass(frozen=True)
class Script:
    """One script. `handlers` are the words that a message may begin with, `sends` outlet -> the words it sends;
    "" among them stands for a message whose first word is made up at run time."""

    name: str
    inlets: int = 1
    outlets: int = 1
    handlers: frozenset[str] = frozenset()
    sends: dict[int, frozenset[str]] = field(default_factory=dict)

    def understands(self, word: str) -> bool:
        """Whether a message that begins with this word reaches a function meant for it. `anything` is meant for what
        comes from the network (addresses with a `/`): it would swallow a misspelt word in silence."""
        renamed = {"int": "msg_int", "float": "msg_float"}.get(word, word)
        return renamed in self.handlers or (word.startswith("/") and "anything" in self.handlers)


def read(name: str, source: str) -> Script:
    """The script's facts."""
    code = _without_comments(source)
    ports = {key: int(value) for key, value in _PORTS.findall(code)}
    constants = {key: int(value) for key, value in _CONSTANT.findall(code)}
    local = set(_LOCAL.findall(code))
    outlets = {kind: constants[outlet] for kind, outlet in _KIND.findall(code) if outlet in constants}
    sends: dict[int, set[str]] = {index: set() for index in outlets.values()}
    for outlet, word in _OUTLET.findall(code):
        index = int(outlet) if outlet.isdigit() else constants.get(outlet, -1)
        sends.setdefault(index, set()).update({word} - {""})
    for kind, call in _EMIT.findall(code):
        sends.setdefault(outlets.get(kind, 0), set()).update(_FIRST_WORD.findall(call) if kind in outlets else ())
    if "display" in outlets:
        sends[outlets["display"]].update(_SHOW.findall(code))
    return Script(
        name,
        ports.get("inlets", 1),
        ports.get("outlets", 1),
        frozenset(word for word in _FUNCTION.findall(code) if word not in local),
        {index: frozenset(words or {""}) for index, words in sends.items()},
    )


def _without_comments(source: str) -> str:
    return re.sub(r"/\*.*?\*/|(?m:^[ \t]*//[^\n]*$)", "", source, flags=re.DOTALL)
