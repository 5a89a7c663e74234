"""What a hub owes whom, kept beside it as simply as can be: the oracle of the state machine."""

from __future__ import annotations

from collections import Counter

from bridge.music.note import Note
from bridge.protocol.messages import Accompaniment, Ack, BridgeMessage, Bye, Refusal
from bridge.server.delivery import Send
from bridge.server.hub import Hub, Work
from bridge.server.members import Destination
from bridge.session.events import Ask
from tests.server.hub_doubles import Client

SESSIONS = ("a", "b", "c")
Owed = tuple[Destination, int]
Place = tuple[str, Destination, int]
Notes = frozenset[tuple[str, Note]]
Messages = tuple[BridgeMessage, ...]


class Ledger:
    """Who is in which session, which requests are open, what was promised, and the checks that go with them.

    owed  requests of members that are not answered yet, by session, asker and number
    left  likewise of those who left: they may come back before it is answered
    waits  the requests that are not answered yet, by session, asker and number
    told  what a request was answered with: the request, the role of who asked, the messages to him
    unclear  requests of those who left: whether they were answered meanwhile nobody saw
    """

    promises_kept = 0
    """How often a bar was asked for again while it sounded, over all ledgers."""
    repeated = 0
    """How often a request that was answered came again, over all ledgers."""
    hub: Hub
    now_s: float
    clients: list[Client]

    def open(self) -> None:
        """Nobody is there."""
        self.works: list[Work] = []
        self.roles: dict[tuple[str, Destination], str] = {}
        self.owed: dict[str, Counter[Owed]] = {name: Counter() for name in SESSIONS}
        self.left: dict[str, Counter[Owed]] = {name: Counter() for name in SESSIONS}
        self.waits: dict[Place, list[Ask]] = {}
        self.told: dict[Place, tuple[Ask, str, Messages]] = {}
        self.unclear: set[Place] = set()
        self.promised: dict[tuple[str, int], Notes] = {}
        self.asked: list[tuple[str, int, Ask]] = []

    def at(self, who: int, session: str) -> Client:
        client = self.clients[who]
        client.session, client.now_s = session, self.now_s
        return client

    def is_current(self, work: Work) -> bool:
        session = self.hub.session(work.session)
        return session is not None and session._job is work.job

    def is_member(self, session: str, address: Destination) -> bool:
        return address in {send.destination for send in self.hub.closing() if send.message == Bye(session)}

    def outsider(self, client: Client, sends: list[Send]) -> None:
        """A stranger gets nothing, a member of another session one refusal."""
        if client.address in {address for _, address in self.roles}:
            (send,) = sends
            assert send.destination == client.address
            assert isinstance(send.message, Refusal)
            assert send.message.code == "unknown-session"
        else:
            assert sends == []

    def settle(self, session: str, sends: list[Send], asker: object = None, work: Work | None = None) -> None:
        """Cross off what was answered to the asker: notes, an ack or an error, once for each request."""
        listeners = {address for (room, address), role in self.roles.items() if room == session and role == "listen"}
        members = {address for room, address in self.roles if room == session}
        answers: dict[Destination, list[Accompaniment]] = {}
        heard: dict[Place, list[BridgeMessage]] = {}
        for send in sends:
            message = send.message
            assert message.session == session, "nothing crosses sessions"
            assert send.destination in members
            if isinstance(message, Accompaniment):
                assert send.destination not in listeners
                answers.setdefault(send.destination, []).append(message)
            if isinstance(message, (Ack, Refusal)) or (
                isinstance(message, Accompaniment) and send.destination == asker
            ):
                self.cross_off(session, send.destination, message.seq)
                heard.setdefault((session, send.destination, message.seq), []).append(message)
        for place, messages in heard.items():
            self.note_down(place, tuple(messages))
        assert len({tuple(pieces) for pieces in answers.values()}) <= 1, "everybody is told the same"
        if work is not None and answers:
            (piece,) = next(iter(answers.values()))
            self.keep_promise(session, piece, work)
        elif work is not None:
            self.promised.pop((session, work.job.ask.target), None)  # nobody heard what the bar is now

    def note_down(self, place: Place, messages: Messages) -> None:
        """Keep what a request was answered with. Of two that bear the same number nobody can tell which one it was."""
        waited = self.waits.pop(place, [])
        self.told.pop(place, None)
        if len(waited) == 1 and place not in self.unclear:
            self.told[place] = (waited[0], self.roles[place[:2]], messages)
        elif waited:
            self.unclear.add(place)

    def cross_off(self, session: str, address: Destination, seq: int) -> None:
        account = self.owed if self.owed[session][address, seq] > 0 else self.left
        assert account[session][address, seq] > 0, "answered without being asked, or twice"
        account[session][address, seq] -= 1

    def keep_promise(self, session: str, piece: Accompaniment, work: Work) -> None:
        notes: Notes = frozenset((piece.part, note) for note in piece.notes)
        one = work.job.ask
        before = self.promised.get((session, piece.bar))
        if one.ahead == 0 and one.known_beats < 4.0 and before is not None:
            assert until(notes, one.known_beats) == until(before, one.known_beats), "promised notes stay"
            type(self).promises_kept += bool(until(before, one.known_beats))
        self.promised[session, piece.bar] = notes

    def leave(self, session: str, address: Destination) -> None:
        """Who leaves is owed nothing more, but may come back before it is answered."""
        self.roles.pop((session, address), None)
        for key in [key for key in self.owed[session] if key[0] == address]:
            self.left[session][key] += self.owed[session].pop(key)
        for place in [place for place in self.waits if place[:2] == (session, address)]:
            del self.waits[place]
            self.unclear.add(place)

    def forget_silent(self) -> None:
        for session, address in list(self.roles):
            if not self.is_member(session, address):
                self.leave(session, address)

    def forget_music(self, session: str) -> None:
        self.promised = {key: notes for key, notes in self.promised.items() if key[0] != session}
        self.told = {place: told for place, told in self.told.items() if place[0] != session}

    def forget_session(self, session: str) -> None:
        self.forget_music(session)
        self.owed[session].clear()
        self.left[session].clear()
        self.waits = {place: asks for place, asks in self.waits.items() if place[0] != session}
        self.unclear = {place for place in self.unclear if place[0] != session}
        self.roles = {key: role for key, role in self.roles.items() if key[0] != session}


def until(notes: Notes, beats: float) -> Notes:
    return frozenset((part, note) for part, note in notes if note.onset_beats < beats)
