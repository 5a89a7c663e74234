"""OSC packets in a TCP stream: SLIP (OSC 1.1) and the length prefix (OSC 1.0), told apart by the first byte.

Bytes in, packets out, however the stream was cut; no socket. A stream cannot make it hold more than one frame.
"""

from __future__ import annotations

from pythonosc import slip

from bridge.protocol.osc import MAX_PACKET_BYTES

_PREFIX_BYTES = 4
_MAX_SLIP_BYTES = 2 * MAX_PACKET_BYTES + 2  # every byte escaped, and the two ends


class BrokenFrame(Exception):
    """The stream cannot be cut into packets any more; the connection has to be closed."""


class Framing:
    """One connection's framing, found out from its first byte and used for the answers too.

    0xC0, `/` or `#` begin SLIP (its leading END is usual but not required), 0x00 begins a length prefix: a frame
    is shorter than 2**24 bytes, so that the prefix's first byte is always 0.
    """

    def __init__(self) -> None:
        self._held = bytearray()
        self._is_slip: bool | None = None

    def feed(self, data: bytes) -> list[bytes]:
        """The packets completed by these bytes. Raises BrokenFrame: neither framing, or a frame over the bound."""
        if self._is_slip is None and data:
            self._is_slip = self._begins_slip(data[0])
        self._held += data
        if not self._is_slip:
            return self._prefixed_packets()
        # Only new bytes are searched: a frame that comes byte by byte must not cost its length squared.
        return self._slip_packets() if slip.END in data else self._bounded()

    def frame(self, packet: bytes) -> bytes:
        """A packet as this connection wants it. Before the first byte came it is SLIP."""
        if self._is_slip is False:
            return len(packet).to_bytes(_PREFIX_BYTES, "big") + packet
        return slip.encode(packet)

    @staticmethod
    def _begins_slip(first: int) -> bool:
        if first in b"\xc0/#":
            return True
        if first == 0:
            return False
        raise BrokenFrame(f"the first byte {first:#04x} begins neither SLIP nor a length prefix")

    def _slip_packets(self) -> list[bytes]:
        *frames, self._held = self._held.split(slip.END)
        packets = self._bounded()
        for frame in frames:
            if frame:  # nothing between two ENDs is how frames are told apart
                try:
                    packets.append(slip.decode(bytes(frame)))
                except slip.ProtocolError as error:
                    raise BrokenFrame("an escape in a SLIP frame that SLIP does not know") from error
        return packets

    def _bounded(self) -> list[bytes]:
        """No packet; what is held of the next one is within its bound."""
        if len(self._held) > _MAX_SLIP_BYTES:
            raise BrokenFrame(f"a SLIP frame of more than {_MAX_SLIP_BYTES} bytes")
        return []

    def _prefixed_packets(self) -> list[bytes]:
        packets = []
        while len(self._held) >= _PREFIX_BYTES:
            size = int.from_bytes(self._held[:_PREFIX_BYTES], "big")
            if not 0 < size <= MAX_PACKET_BYTES:
                raise BrokenFrame(f"a frame of {size} bytes is not within 1..{MAX_PACKET_BYTES}")
            if len(self._held) < _PREFIX_BYTES + size:
                break
            packets.append(bytes(self._held[_PREFIX_BYTES : _PREFIX_BYTES + size]))
            del self._held[: _PREFIX_BYTES + size]
        return packets
