"""Everything that can be refused, each with the code that goes on the wire.

BridgeError
├── BadArguments         bad-arguments         the client's author: count, types, note list not in fours
├── UnknownAddress       unknown-address       the client's author
├── UnsupportedProtocol  unsupported-protocol  update the older side
├── BadToken             bad-token             type the token the bridge was started with
├── UnknownSession       unknown-session       say /hello for that session first
├── InvalidBar           invalid-bar           the player or the patch: a value out of range
├── InvalidValue         invalid-value         no such control, or a value of the wrong type
├── Superseded           superseded            nobody: a newer request took its place
├── Busy                 busy                  nobody: the bridge cannot keep up
├── TooManySessions      too-many-sessions     raise --max-sessions
├── NotReady             not-ready             wait, or mend the model
├── Internal             internal              us: logged with its traceback
└── InputError           (never on the wire)   a file, a folder or an option that cannot be used; exit code 2

The code is for programs and never changes; the sentence is for people and says what to do.
"""

from __future__ import annotations

from typing import ClassVar


class BridgeError(Exception):
    """A refusal. `session` and `seq` say what was refused, where that is known."""

    code: ClassVar[str] = "internal"

    def __init__(self, text: str, *, session: str = "", seq: int = -1) -> None:
        super().__init__(text)
        self.text = text
        self.session = session
        self.seq = seq

    def about(self, session: str, seq: int = -1) -> BridgeError:
        """The same refusal, naming the session and the request it answers."""
        self.session = self.session or session
        self.seq = self.seq if self.seq >= 0 else seq
        return self


class BadArguments(BridgeError):
    """Too few, too many, of the wrong type, or a note list that is not in fours."""

    code = "bad-arguments"


class UnknownAddress(BridgeError):
    """No message has this address."""

    code = "unknown-address"


class UnsupportedProtocol(BridgeError):
    """`/hello` came with a protocol number that this bridge does not speak."""

    code = "unsupported-protocol"


class BadToken(BridgeError):
    """The bridge was started with a token and this is not it."""

    code = "bad-token"


class UnknownSession(BridgeError):
    """The sender is a member, but not of this session."""

    code = "unknown-session"


class InvalidBar(BridgeError):
    """A pitch, velocity, onset, duration, metre or tempo is out of range, or there are too many notes."""

    code = "invalid-bar"


class InvalidValue(BridgeError):
    """A control's value of the wrong type, or no such control."""

    code = "invalid-value"


class Superseded(BridgeError):
    """A newer request for the same target bar arrived before this one was begun."""

    code = "superseded"


class Busy(BridgeError):
    """The bridge cannot keep up; this request was dropped."""

    code = "busy"


class TooManySessions(BridgeError):
    """The limit given at start is reached."""

    code = "too-many-sessions"


class NotReady(BridgeError):
    """The model is still loading or could not be loaded."""

    code = "not-ready"


class Internal(BridgeError):
    """A fault of the bridge itself."""

    code = "internal"


class InputError(BridgeError):
    """A file, a folder or an option that cannot be used. Never sent: the command line prints it and exits with 2."""

    code = "input"


WIRE_ERRORS: tuple[type[BridgeError], ...] = (
    BadArguments,
    UnknownAddress,
    UnsupportedProtocol,
    BadToken,
    UnknownSession,
    InvalidBar,
    InvalidValue,
    Superseded,
    Busy,
    TooManySessions,
    NotReady,
    Internal,
)
"""Every refusal that can go on the wire, in the order of the protocol page."""
