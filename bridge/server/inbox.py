"""Packets that wait for the bridge's thread, in turns: whoever sends thousands a second waits for himself alone.

One packet of each sender is handed out after the other; of a bundle one message, the rest of it is put back. A sender
over UDP that has too many waiting loses the next ones, as on a network that cannot carry them; one over TCP is not read
from for a while instead. It knows no socket and nothing of what is in a packet.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from typing import Generic, TypeVar

from bridge.server.members import Sender

MAX_PACKETS = 512
"""Packets of one sender that may wait: a burst of a hundred bars has room, a second of flood has not."""
MAX_BYTES = 1 << 20
"""Their size, likewise."""
MAX_BYTES_OF_ALL = 32 << 20
"""Of everybody's together: many senders at once cannot fill the memory either."""
OVERHEAD_BYTES = 1 << 10
"""What waiting costs beside the packet's own bytes, which may be none: its place, and a queue for a sender of one."""

Packet = TypeVar("Packet")


class Inbox(Generic[Packet]):
    """A queue for each sender, emptied in turns."""

    def __init__(
        self, max_packets: int = MAX_PACKETS, max_bytes: int = MAX_BYTES, max_bytes_of_all: int = MAX_BYTES_OF_ALL
    ) -> None:
        self._max_packets = max_packets
        self._max_bytes = max_bytes
        self._max_bytes_of_all = max_bytes_of_all
        self._waiting: OrderedDict[Sender, deque[tuple[Packet, int]]] = OrderedDict()
        self._bytes: dict[Sender, int] = {}
        self._bytes_of_all = 0

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def is_full(self, sender: Sender) -> bool:
        """Whether this sender's next packet finds no room."""
        return (
            self._bytes_of_all >= self._max_bytes_of_all
            or len(self._waiting.get(sender, ())) >= self._max_packets
            or self._bytes.get(sender, 0) >= self._max_bytes
        )

    @property
    def next_sender(self) -> Sender | None:
        """Whose turn it is, None when nobody waits."""
        return next(iter(self._waiting), None)

    def waits(self, sender: Sender) -> bool:
        """Whether anything of this sender waits."""
        return sender in self._waiting

    def put(self, sender: Sender, packet: Packet, size: int) -> None:
        """Let a packet of so many bytes wait. Whether there is room is the caller's question."""
        self._waiting.setdefault(sender, deque()).append((packet, size + OVERHEAD_BYTES))
        self._weigh(sender, size + OVERHEAD_BYTES)

    def put_back(self, sender: Sender, packet: Packet) -> None:
        """What was taken is not done with: the rest of it is what this sender's next turn is for."""
        self._waiting.setdefault(sender, deque()).appendleft((packet, OVERHEAD_BYTES))
        self._weigh(sender, OVERHEAD_BYTES)

    def take(self) -> tuple[Sender, Packet] | None:
        """The oldest packet of whoever waits longest for a turn, None when nobody does."""
        if not self._waiting:
            return None
        sender, packets = next(iter(self._waiting.items()))
        packet, weight = packets.popleft()
        self._weigh(sender, -weight)
        if packets:
            self._waiting.move_to_end(sender)
        else:
            del self._waiting[sender], self._bytes[sender]
        return sender, packet

    def _weigh(self, sender: Sender, weight: int) -> None:
        self._bytes[sender] = self._bytes.get(sender, 0) + weight
        self._bytes_of_all += weight
