"""The objects that move and change data: numbers, lists, choices. Each as far as our patches use it, and no further."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable
from typing import ClassVar

from max_patch.build.simulator.messages import BANG, Atom, Message, SimulationError, atom, number
from max_patch.build.simulator.node import Node


class Trigger(Node, names=("t", "trigger")):
    """Sends from right to left, each outlet in its own type."""

    def receive(self, inlet: int, message: Message) -> None:
        for outlet in range(len(self.arguments) - 1, -1, -1):
            kind = self.arguments[outlet]
            if kind in ("b", "bang"):
                self.send(outlet, "bang")
            elif kind in ("l", "list", "s"):
                self.send(outlet, *message)
            elif kind in ("i", "int"):
                self.send(outlet, 0 if message == BANG else int(number(message)))
            elif kind in ("f", "float"):
                self.send(outlet, 0.0 if message == BANG else float(number(message)))
            else:
                self.send(outlet, kind)


class Select(Node, names=("sel", "select")):
    def receive(self, inlet: int, message: Message) -> None:
        if inlet != 0:
            raise self.puzzled(inlet, message)
        for outlet, wanted in enumerate(self.arguments):
            if message[0] == wanted and isinstance(message[0], str) == isinstance(wanted, str):
                self.send(outlet, "bang")
                return
        self.send(len(self.arguments), *message)


class Route(Node, names=("route", "routepass")):
    def receive(self, inlet: int, message: Message) -> None:
        for outlet, wanted in enumerate(self.arguments):
            if message[0] == wanted and isinstance(message[0], str) == isinstance(wanted, str):
                rest = message if self.name == "routepass" else message[1:]
                self.send(outlet, *(rest or BANG))
                return
        self.send(len(self.arguments), *message)


class Prepend(Node, names=("prepend",)):
    def receive(self, inlet: int, message: Message) -> None:
        self.send(0, *self.arguments, *(message if message != BANG else ()))


class Pack(Node, names=("pack", "pak")):
    def setup(self) -> None:
        self.values: list[Atom] = [_zero(argument) for argument in self.arguments]

    def receive(self, inlet: int, message: Message) -> None:
        if message != BANG:
            for offset, value in enumerate(message):
                if inlet + offset < len(self.values):
                    self.values[inlet + offset] = _like(self.values[inlet + offset], value)
        if inlet == 0 or self.name == "pak":
            self.send(0, *self.values)


class Unpack(Node, names=("unpack",)):
    def setup(self) -> None:
        self.values: list[Atom] = [_zero(argument) for argument in self.arguments]

    def receive(self, inlet: int, message: Message) -> None:
        for index, value in list(enumerate(message))[: len(self.values)]:
            self.values[index] = _like(self.values[index], value)
        for outlet in range(min(len(message), len(self.values)) - 1, -1, -1):
            self.send(outlet, self.values[outlet])


class Message_(Node, names=("message",)):
    """A message box: says its text, with what came in for $1 to $9; `set` changes the text."""

    def setup(self) -> None:
        self.text = str(self.box.get("text", ""))

    def receive(self, inlet: int, message: Message) -> None:
        if message[0] == "set":
            self.text = " ".join(str(part) for part in message[1:])
            return
        given = () if message == BANG else message
        for part in self.text.split(","):
            said = [self._filled(word, given) for word in part.split()]
            if said:
                self.send(0, *said)

    def _filled(self, word: str, given: Message) -> Atom:
        found = re.fullmatch(r"\$(\d)", word)
        if found is None:
            return atom(word.replace("\\", ""))
        index = int(found[1]) - 1
        return given[index] if index < len(given) else 0


class Gate(Node, names=("gate",)):
    def setup(self) -> None:
        self.is_open = int(number((self.argument(1, 0),)))

    def receive(self, inlet: int, message: Message) -> None:
        if inlet == 0:
            self.is_open = int(number(message))
        elif self.is_open:
            self.send(self.is_open - 1, *message)


class Hold(Node, names=("int", "i", "float", "f")):
    def setup(self) -> None:
        self.kind: Callable[[float], float] = int if self.name in ("int", "i") else float
        self.value = self.kind(number((self.argument(0, 0),)))

    def receive(self, inlet: int, message: Message) -> None:
        if message != BANG:
            self.value = self.kind(number(message))
        if inlet == 0:
            self.send(0, self.value)


class Change(Node, names=("change",)):
    """Only what is new goes on; `set` says what counts as old."""

    def setup(self) -> None:
        self.value = number((self.argument(0, 0),))

    def receive(self, inlet: int, message: Message) -> None:
        if message[0] == "set":
            self.value = number(message[1:])
        elif number(message) != self.value:
            self.value = number(message)
            self.send(0, self.value)


class Arithmetic(Node, names=("+", "-", "*", "/", "%", "==", "!=", "<", ">", "<=", ">=", "||", "&&", "!-")):
    operators: ClassVar[dict[str, Callable[[float, float], float]]] = {
        "+": operator.add,
        "-": operator.sub,
        "*": operator.mul,
        "!-": lambda a, b: b - a,
        "==": lambda a, b: int(a == b),
        "!=": lambda a, b: int(a != b),
        "<": lambda a, b: int(a < b),
        ">": lambda a, b: int(a > b),
        "<=": lambda a, b: int(a <= b),
        ">=": lambda a, b: int(a >= b),
        "||": lambda a, b: int(bool(a) or bool(b)),
        "&&": lambda a, b: int(bool(a) and bool(b)),
    }

    def setup(self) -> None:
        self.right: float = number((self.argument(0, 0),))
        self.left: float = 0
        self.is_float = isinstance(self.argument(0, 0), float)

    def receive(self, inlet: int, message: Message) -> None:
        if inlet == 1:
            self.right = number(message)
            return
        if message != BANG:
            self.left = number(message)
        if len(message) > 1:
            self.right = number(message[1:])
        left, right = (self.left, self.right) if self.is_float else (int(self.left), int(self.right))
        if self.name == "/":
            result = (left / right if self.is_float else int(left / right)) if right else 0
        elif self.name == "%":
            result = math.fmod(left, right) if right else 0
            result = result if self.is_float else int(result)
        else:
            result = self.operators[self.name](left, right)
        self.send(0, result)


class Absolute(Node, names=("abs",)):
    def receive(self, inlet: int, message: Message) -> None:
        self.send(0, abs(number(message)))


class Expression(Node, names=("expr",)):
    """A formula of $f1, $i1 and the four operations."""

    def setup(self) -> None:
        formula = self.device.expanded(str(self.box["text"])).split(None, 1)[1]
        self.names = sorted(set(re.findall(r"\$[fi](\d)", formula)))
        python = re.sub(r"\$f(\d)", r"float(v\1)", formula)
        python = re.sub(r"\$i(\d)", r"int(v\1)", python)
        if not re.fullmatch(r"(float\(v\d\)|int\(v\d\)|[-+*/%().\d\s<>=])+", python):
            raise SimulationError(f"{self.box['text']}: the simulator does not know this formula")
        self.code = compile(python, "expr", "eval")
        self.values = {f"v{name}": 0.0 for name in self.names}

    def receive(self, inlet: int, message: Message) -> None:
        if message != BANG:
            self.values[f"v{inlet + 1}"] = number(message)
        if inlet == 0:
            try:
                self.send(0, eval(self.code, {"__builtins__": {}, "float": float, "int": int}, self.values))
            except ZeroDivisionError:
                self.send(0, 0.0)


class Iterate(Node, names=("zl.iter",)):
    def receive(self, inlet: int, message: Message) -> None:
        size = int(number((self.argument(0, 1),)))
        if len(message) > 256:
            raise SimulationError(f"zl.iter takes 256 items, not {len(message)}")
        for start in range(0, len(message), size):
            self.send(0, *message[start : start + size])


class Coll(Node, names=("coll",)):
    """Lines by number. Shared by name inside a device."""

    def setup(self) -> None:
        self.lines: dict[int, Message] = self.device.colls.setdefault(str(self.argument(0, "")), {})

    def receive(self, inlet: int, message: Message) -> None:
        if message[0] == "clear":
            self.lines.clear()
        elif message[0] == "remove":
            if int(number(message[1:])) not in self.lines:
                raise SimulationError(f"coll: there is no line {message[1]} to remove")
            del self.lines[int(number(message[1:]))]
        elif isinstance(message[0], str):
            raise self.puzzled(inlet, message)
        elif len(message) > 1:
            if len(message) > 256:
                raise SimulationError(f"coll: a line of {len(message)} items")
            self.lines[int(message[0])] = message[1:]
        elif int(message[0]) in self.lines:
            line = self.lines[int(message[0])]
            self.send(1, int(message[0]))
            self.send(0, *line)


class Sender(Node, names=("s", "send")):
    def receive(self, inlet: int, message: Message) -> None:
        for node in self.device.receivers.get(str(self.arguments[0]), []):
            node.send(0, *message)


class Receiver(Node, names=("r", "receive")):
    def setup(self) -> None:
        self.device.receivers.setdefault(str(self.arguments[0]), []).append(self)


def _zero(argument: Atom) -> Atom:
    """What an argument of pack or unpack stands for at first."""
    if argument in ("i", "int"):
        return 0
    if argument in ("f", "float"):
        return 0.0
    return "" if argument in ("s", "symbol") else argument


def _like(old: Atom, new: Atom) -> Atom:
    """A value in the type of its place."""
    if isinstance(old, str) or isinstance(new, str):
        return new
    return int(new) if isinstance(old, int) else float(new)
