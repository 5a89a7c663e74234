"""What can be read off a `js` script without running it: ports, the words it understands, the words it sends.

Max drops a message that the script has no function for, and a message that leaves an outlet with nobody listening is
lost without a word; so both ends are compared. The script keeps to a few plain forms that this can read:
`inlets = 1;`, `outlets = 3;`, `function word(...)` at the left margin, `outlet(N, "word", ...)` or
`outlet(N, ["word", ...])`, with `N` a number or a constant (`var OUT_WIRE = 1;`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_FUNCTION = re.compile(r"^function\s+(\w+)\s*\(", re.MULTILINE)
_PORTS = re.compile(r"^(?:this\.)?(inlets|outlets)\s*=\s*(\d+)\s*;", re.MULTILINE)
_CONSTANT = re.compile(r"^var\s+([A-Z][A-Z0-9_]*)\s*=\s*(\d+)\s*;", re.MULTILINE)
_OUTLET = re.compile(r"\boutlet\(\s*([A-Z0-9_]+)\s*,\s*\[?\s*(\"[^\"]*\"|'[^']*')?")
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
        """Whether a message that begins with this word reaches a function."""
        renamed = {"int": "msg_int", "float": "msg_float"}.get(word, word)
        return renamed in self.handlers or "anything" in self.handlers


def read(name: str, source: str) -> Script:
    """The script's facts."""
    code = _without_comments(source)
    ports = {key: int(value) for key, value in _PORTS.findall(code)}
    constants = {key: int(value) for key, value in _CONSTANT.findall(code)}
    local = set(_LOCAL.findall(code))
    sends: dict[int, set[str]] = {}
    for outlet, word in _OUTLET.findall(code):
        index = int(outlet) if outlet.isdigit() else constants.get(outlet, -1)
        sends.setdefault(index, set()).add(word.strip("\"'"))
    return Script(
        name,
        ports.get("inlets", 1),
        ports.get("outlets", 1),
        frozenset(word for word in _FUNCTION.findall(code) if word not in local),
        {index: frozenset(words) for index, words in sends.items()},
    )


def _without_comments(source: str) -> str:
    return re.sub(r"/\*.*?\*/|(?m:^\s*//.*$)", "", source, flags=re.DOTALL)
