"""The objects that know time, MIDI and the network: the clock of the song, note-offs, the way in and out."""

from __future__ import annotations

from collections.abc import Callable

from max_patch.build.simulator.messages import BANG, Message, SimulationError, number
from max_patch.build.simulator.node import Node


class TransportPoll(Node, names=("transport",)):
    """A bang reports where the song is, from right to left."""

    def receive(self, inlet: int, message: Message) -> None:
        if message != BANG:
            raise self.puzzled(inlet, message)
        place = self.device.set.transport.place()
        self.send(8, "live")
        self.send(7, place.ticks)
        self.send(6, int(place.is_playing))
        self.send(5, place.numerator, place.denominator)
        self.send(4, place.tempo)
        self.send(3, 480.0)
        self.send(2, place.units)
        self.send(1, place.beat)
        self.send(0, place.bar)


class Metro(Node, names=("metro",)):
    """Bangs in ms, or on a grid of the song's ticks."""

    def begin(self) -> None:
        if self.attributes.get("active") != ["1"]:
            raise SimulationError("this metro is never switched on")
        interval = self.attributes.get("interval")
        if interval is not None:
            if interval != self.attributes.get("quantize") or interval[1:] != ["ticks"]:
                raise SimulationError(f"the simulator does not know a metro of {interval}")
            self.device.set.transport.on_grid(int(interval[0]), self._bang)
        else:
            self._again()

    def _bang(self) -> None:
        if self.device.is_loaded:
            self.send(0, "bang")

    def _again(self) -> None:
        if self.device.is_deleted:
            return
        self._bang()
        self.device.set.clock.after(float(number((self.argument(0, 500),))), self._again)


class MakeNote(Node, names=("makenote",)):
    """Note-offs after ms. Repeat mode 2: a pitch struck again is let go first."""

    def setup(self) -> None:
        if self.attributes.get("repeatmode") != ["2"]:
            raise SimulationError("the simulator knows makenote in repeat mode 2 only")
        self.velocity = number((self.argument(0, 0),))
        self.duration_ms = number((self.argument(1, 0),))
        self.held: dict[int, Callable[[], None]] = {}

    def receive(self, inlet: int, message: Message) -> None:
        if message[0] == "stop":
            for pitch in list(self.held):
                self._off(pitch)
        elif inlet == 1:
            self.velocity = number(message)
        elif inlet == 2:
            self.duration_ms = number(message)
        elif inlet == 0:
            pitch = int(number(message))
            if pitch in self.held:
                self._off(pitch)
            self._note(pitch, int(self.velocity))
            self.held[pitch] = self.device.set.clock.after(self.duration_ms, lambda: self._off(pitch))
        else:
            raise self.puzzled(inlet, message)

    def _off(self, pitch: int) -> None:
        self.held.pop(pitch)()
        self._note(pitch, 0)

    def _note(self, pitch: int, velocity: int) -> None:
        self.send(1, velocity)
        self.send(0, pitch)


class MidiIn(Node, names=("midiin",)):
    def setup(self) -> None:
        self.device.midi_in = self

    def hear(self, packet: tuple[int, ...]) -> None:
        """Raw MIDI has come in, byte by byte."""
        for byte in packet:
            self.send(0, byte)


class MidiParse(Node, names=("midiparse",)):
    def setup(self) -> None:
        self.pending: list[int] = []

    def receive(self, inlet: int, message: Message) -> None:
        byte = int(number(message))
        if byte >= 128:
            self.pending = [byte]
            return
        self.pending.append(byte)
        if len(self.pending) == 3:
            status, pitch, velocity = self.pending
            self.pending = [status]
            self.send(6, (status & 15) + 1)
            if status & 0xF0 in (0x80, 0x90):
                self.send(0, pitch, velocity if status & 0xF0 == 0x90 else 0)


class MidiFormat(Node, names=("midiformat",)):
    def receive(self, inlet: int, message: Message) -> None:
        if inlet != 0 or len(message) != 2:
            raise self.puzzled(inlet, message)
        for byte in (0x90, int(number(message)), int(number(message[1:]))):
            self.send(0, byte)


class MidiFlush(Node, names=("midiflush",)):
    """Lets raw MIDI through and ends what sounds at a bang."""

    def setup(self) -> None:
        self.pending: list[int] = []
        self.sounding: list[int] = []

    def receive(self, inlet: int, message: Message) -> None:
        if message == BANG:
            held, self.sounding = self.sounding, []
            for pitch in held:
                for byte in (0x90, pitch, 0):
                    self.send(0, byte)
            return
        byte = int(number(message))
        self.pending = [byte] if byte >= 128 else [*self.pending, byte]
        self.send(0, byte)
        if len(self.pending) == 3:
            _, pitch, velocity = self.pending
            self.pending = self.pending[:1]
            if velocity:
                self.sounding.append(pitch)
            elif pitch in self.sounding:
                self.sounding.remove(pitch)


class Flush(Node, names=("flush",)):
    """The same for pitch and velocity."""

    def setup(self) -> None:
        self.velocity = 0
        self.sounding: list[int] = []

    def receive(self, inlet: int, message: Message) -> None:
        if message == BANG:
            held, self.sounding = self.sounding, []
            for pitch in held:
                self.send(1, 0)
                self.send(0, pitch)
        elif inlet == 1:
            self.velocity = int(number(message))
        else:
            pitch = int(number(message))
            if self.velocity:
                self.sounding.append(pitch)
            elif pitch in self.sounding:
                self.sounding.remove(pitch)
            self.send(1, self.velocity)
            self.send(0, pitch)


class MidiOut(Node, names=("midiout",)):
    def setup(self) -> None:
        self.pending: list[int] = []

    def receive(self, inlet: int, message: Message) -> None:
        byte = int(number(message))
        self.pending = [byte] if byte >= 128 else [*self.pending, byte]
        if len(self.pending) == 3:
            _, pitch, velocity = self.pending
            self.pending = self.pending[:1]
            self.device.played(pitch, velocity)


class UdpSend(Node, names=("udpsend",)):
    def setup(self) -> None:
        self.host, self.port = str(self.arguments[0]), int(number((self.argument(1, 0),)))

    def receive(self, inlet: int, message: Message) -> None:
        if message[0] == "host":
            self.host = str(message[1])
        elif message[0] == "port":
            self.port = int(number(message[1:]))
        elif isinstance(message[0], str) and message[0].startswith("/"):
            self.device.set.network.send(self, self.host, self.port, message)
        else:
            raise self.puzzled(inlet, message)


class UdpReceive(Node, names=("udpreceive",)):
    def setup(self) -> None:
        self.network = self.device.set.network
        self.socket = self.network.listen(int(number((self.argument(0, 0),))), self._hear)

    def receive(self, inlet: int, message: Message) -> None:
        if message[0] != "port":
            raise self.puzzled(inlet, message)
        self.close()
        self.socket = self.network.listen(int(number(message[1:])), self._hear)

    def close(self) -> None:
        """Let the port go."""
        if self.socket is not None:
            self.network.unlisten(self.socket)
            self.socket = None

    def _hear(self, message: Message) -> None:
        if self.device.is_loaded:
            self.send(0, *message)
