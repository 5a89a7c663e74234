"""A hub that is ready to play, and clients that talk to it without a socket."""

from __future__ import annotations

from dataclasses import dataclass

from bridge.model.accompanist import Part
from bridge.music.note import Note
from bridge.protocol.messages import (
    Accompaniment,
    BridgeMessage,
    ClientMessage,
    Hello,
    Lead,
    Refusal,
)
from bridge.server.delivery import Send
from bridge.server.hub import Hub
from bridge.server.members import Destination, Limits, Sender
from bridge.session.choices import ModelInfo
from tests.session.doubles import Counting, ask

INFO = ModelInfo.of(Counting())
MODELS = {"counting": INFO, "other": INFO}


def ready_hub(token: str = "", limits: Limits | None = None) -> Hub:
    """A hub with both models ready."""
    hub = Hub("1.2.3", MODELS, "counting", token, limits)
    for name in MODELS:
        hub.model_ready(name)
    return hub


@dataclass
class Client:
    """One client: its place on the network and the session it talks of."""

    hub: Hub
    session: str = "song"
    ip: str = "10.0.0.1"
    source_port: int = 50_000
    reply_port: int = 7771
    connection: int | None = None
    now_s: float = 0.0

    @property
    def sender(self) -> Sender:
        return Sender(self.ip, self.source_port, self.connection)

    @property
    def address(self) -> Destination:
        return self.sender.destination(self.reply_port)

    def say(self, message: ClientMessage) -> list[Send]:
        return self.hub.receive(self.sender, message, self.now_s)

    def hello(self, role: str = "both", token: str = "", protocol: int = 1) -> list[Send]:
        return self.say(Hello(protocol, self.session, self.reply_port, role, token))

    def lead(self, seq: int, number: int = 0, ahead: int = 0, known: float | None = None) -> list[Send]:
        return self.say(Lead(self.session, ask(seq, number=number, ahead=ahead, known=known)))


def play(hub: Hub, now_s: float = 0.0, notes: int = 4) -> list[Send]:
    """Play everything that waits: `notes` notes a bar, on the beats."""
    sends: list[Send] = []
    while (work := hub.begin(now_s, 0)) is not None:
        from_beats = work.job.request.from_beats
        played = tuple(Note(40 + i % 50, float(i % 4), 1.0, 80) for i in range(notes) if i % 4 >= from_beats)
        sends += hub.finish(work, (Part("piano", played),), now_s)
    return sends


def to(client: Client, sends: list[Send]) -> list[BridgeMessage]:
    """What a client gets, in order."""
    return [send.message for send in sends if send.destination == client.address]


def codes(sends: list[Send]) -> list[str]:
    """The codes of the refusals among what was sent."""
    return [send.message.code for send in sends if isinstance(send.message, Refusal)]


def notes_to(client: Client, sends: list[Send]) -> list[Note]:
    """The notes that a client gets."""
    return [note for message in to(client, sends) if isinstance(message, Accompaniment) for note in message.notes]
