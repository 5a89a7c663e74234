"""How a client joins a session, keeps its place there and leaves: greeting, controls, heartbeat. It reads no clock."""

from __future__ import annotations

import math
from collections.abc import Mapping

from bridge.client.requests import RESEND_S
from bridge.protocol.messages import (
    Ack,
    BridgeMessage,
    Bye,
    ClientMessage,
    Hello,
    Refusal,
    Reset,
    Set,
    Value,
    Welcome,
)

GREETING_S = 0.25
"""How often `/hello` is said until it is answered."""
LOADING_S = 1.0
"""How often it is said while the model loads: the second `/welcome` may be lost on the way."""
HEARTBEAT_S = 2.0
"""After so much silence the bridge is greeted again. Any message is a sign of life, not `/status` alone."""
SETTLE_S = 0.5
"""How long to wait after `/reset`: a copy of it that is still on its way would wipe out what follows."""
FAREWELLS = 3
"""How often `/bye` is said at most."""
FINAL_REFUSALS = frozenset({"unsupported-protocol", "bad-token", "too-many-sessions"})
"""Refusals of `/hello` that saying it again cannot mend."""
SET_UP_REFUSALS = FINAL_REFUSALS | {"invalid-value", "bad-arguments", "not-ready"}
"""Likewise before the song: a control that cannot be, or a model that could not be loaded (`/error` without a number;
one that is still loading is said by `/welcome`)."""


class Membership:
    """One member of one session.

    welcome       the latest `/welcome`, None before the first
    failure       why it is impossible to join, in the bridge's words; empty as long as nothing makes it so
    has_left      `/bye` was acknowledged, or said often enough
    rejoined      how often the bridge had to be greeted again
    is_forgotten  the bridge came back without a memory, and has not been told again yet (the player clears it)
    """

    def __init__(self, hello: Hello, controls: Mapping[str, int | float | str]) -> None:
        self._hello = hello
        self._controls = {name: Set(hello.session, name, value) for name, value in controls.items()}
        self._unconfirmed: dict[str, ClientMessage] = {}
        self._is_joined = False
        self._is_set_up = False
        self._next_hello_s = math.inf
        self._next_set_up_s = math.inf
        self._next_bye_s = math.inf
        self._byes_left = FAREWELLS
        self._settled_s = -math.inf
        self._heard_s = -math.inf
        self.welcome: Welcome | None = None
        self.failure = ""
        self.has_left = False
        self.rejoined = 0
        self.is_forgotten = False

    def greet(self, now_s: float) -> None:
        """Begin to say `/hello`, until it is answered."""
        self._next_hello_s = min(self._next_hello_s, now_s)

    def leave(self, now_s: float) -> None:
        """Begin to say `/bye`; whoever never got in is gone at once."""
        self.has_left = self.welcome is None
        self._is_joined = False
        self._next_hello_s = self._next_set_up_s = math.inf
        self._next_bye_s = math.inf if self.has_left else now_s

    @property
    def is_greeting(self) -> bool:
        """Whether it waits for a `/welcome`."""
        return self._next_hello_s < math.inf

    @property
    def unconfirmed(self) -> tuple[str, ...]:
        """What the bridge has not confirmed yet: names of controls, or `/reset`."""
        return tuple(self._unconfirmed)

    @property
    def ready_from_s(self) -> float:
        """From when on bars may be asked for: welcome once, the model loaded, the controls as wanted. Infinite until
        that is so once: a member that has to greet again, or to set the controls again, goes on asking meanwhile."""
        return self._settled_s if self._is_set_up else math.inf

    def silent_s(self, now_s: float) -> float:
        """How long nothing was heard from the bridge; infinite before its first word."""
        return now_s - self._heard_s

    @property
    def due_s(self) -> float:
        """When something has to be said; infinite when nothing has."""
        heartbeat_s = self._heard_s + HEARTBEAT_S if self._is_joined and not self.is_greeting else math.inf
        return min(self._next_hello_s, self._next_set_up_s, self._next_bye_s, heartbeat_s)

    def wake(self, now_s: float) -> list[ClientMessage]:
        """What has to be said now."""
        if self._is_joined and not self.is_greeting and now_s >= self._heard_s + HEARTBEAT_S:
            self.rejoined += 1
            self.greet(now_s)
        said: list[ClientMessage] = []
        if now_s >= self._next_hello_s:
            self._next_hello_s = now_s + (GREETING_S if self.silent_s(now_s) > LOADING_S else LOADING_S)
            said.append(self._hello)
        if now_s >= self._next_set_up_s:
            self._next_set_up_s = now_s + RESEND_S
            # Again and in the same order until all fit: `high` may have to move before `low` can follow.
            said.extend(self._unconfirmed.values())
        if now_s >= self._next_bye_s:
            self.has_left = self._byes_left == 0
            self._next_bye_s = math.inf if self.has_left else now_s + RESEND_S
            if not self.has_left:
                self._byes_left -= 1
                said.append(Bye(self._hello.session))
        return said

    def hear(self, message: BridgeMessage, now_s: float) -> None:
        """Take in one message of this session."""
        self._heard_s = now_s
        match message:
            case Welcome():
                self._enter(message, now_s)
            case Value(name=name, value=value):
                wanted = self._unconfirmed.get(name)
                if isinstance(wanted, Set) and _is_same(wanted.value, value):
                    self._confirm(name)
            case Ack(address="/reset") if "/reset" in self._unconfirmed:
                self._settled_s = now_s + SETTLE_S
                self._confirm("/reset")
            case Ack(address="/bye"):
                self.has_left = self._next_bye_s < math.inf
            case Bye() if self._is_joined:
                self.rejoined += not self.is_greeting
                self.greet(now_s + GREETING_S)
            case Refusal(code="unknown-session") if self._is_joined and not self.is_greeting:
                self.rejoined += 1
                self.greet(now_s)
            case Refusal(seq=-1, code=code, text=text):
                is_set_up = self._unconfirmed or not self._is_joined
                if code in (SET_UP_REFUSALS if is_set_up else FINAL_REFUSALS):
                    self.failure = f"{text} ({code})"
            case _:
                pass

    def _enter(self, welcome: Welcome, now_s: float) -> None:
        if not self.is_greeting:
            return  # a copy of a welcome that was taken in already
        self.welcome = welcome
        if not welcome.ready:
            self._next_hello_s = now_s + LOADING_S
            return
        self._next_hello_s = math.inf
        if not self._is_joined:
            if welcome.bars > 0 and self._hello.role != "play":  # the session remembers another song
                self._unconfirmed["/reset"] = Reset(self._hello.session)
            self._unconfirmed.update(self._controls)
        elif welcome.bars == 0:
            self.is_forgotten = True
            self._unconfirmed.update(self._controls)
        self._is_joined = True
        if self._unconfirmed:
            self._next_set_up_s = now_s
        else:
            self._is_set_up = True

    def _confirm(self, name: str) -> None:
        del self._unconfirmed[name]
        if not self._unconfirmed:
            self._next_set_up_s = math.inf
            self._is_set_up = True


def _is_same(wanted: int | float | str, value: int | float | str) -> bool:
    """Whether a value came back as it went out, as near as the wire's 32-bit floats hold it."""
    if isinstance(wanted, str) or isinstance(value, str):
        return wanted == value
    return math.isclose(wanted, value, rel_tol=1e-6, abs_tol=1e-6)
