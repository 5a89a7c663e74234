"""The Pd twin, headless, against the real bridge: the Python client's notes, in time; its help patch opens."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.leads import lead_path
from bridge.music.bar import Bar
from bridge.music.lead import find_lead
from bridge.music.midi import read_song
from max_patch.build.simulator.server import Bridge

TWIN = Path(__file__).resolve().parents[2] / "max_patch" / "pd"
PD = shutil.which("pd")
TEMPO = 720
BARS = 16
SLOTS_AN_HOUR = 48 * TEMPO * 60

pytestmark = [
    pytest.mark.skipif(PD is None, reason="Pure Data is not installed: the Pd twin was not run"),
    pytest.mark.timeout(400),  # seconds are enough; a machine that does ten other things needs more
]


class Pd:
    """A headless Pd with one patch; what it prints, and a line into it."""

    def __init__(self, patch: Path, port: int | None = None, *more: Path) -> None:
        command = [str(PD), "-nogui", "-nosound", "-nomidi", "-stderr", "-path", str(TWIN), str(patch)]
        command += [str(path) for path in more]
        self._process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self._line = _connected(port) if port is not None else None

    def _read(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self.lines.append(line.rstrip())

    def say(self, message: str) -> None:
        """A message to the patch's netreceive."""
        assert self._line is not None
        self._line.sendall(f"{message};\n".encode())

    def wait_for(self, pattern: str, seconds: float = 60.0) -> str:
        """The first line printed that matches."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for line in list(self.lines):
                if re.search(pattern, line):
                    return line
            time.sleep(0.005)
        raise AssertionError(f"Pd never printed {pattern!r}: {self.lines[-20:]}")

    def close(self) -> None:
        """End it."""
        if self._line is not None:
            self._line.close()
        self._process.terminate()
        self._process.wait(timeout=10)
        self._reader.join(timeout=5)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _connected(port: int) -> socket.socket:
    for _ in range(2000):
        try:
            return socket.create_connection(("127.0.0.1", port))
        except ConnectionRefusedError:
            time.sleep(0.02)
    raise AssertionError("Pd did not open its patch")


def _harness(folder: Path, line_port: int, bridge_port: int) -> Path:
    """A patch around the twin: lines in, and each note out with the logical time since `play`."""
    path = folder / "harness.pd"
    path.write_text(
        "#N canvas 0 0 450 300 12;\n"
        f"#X obj 10 10 netreceive {line_port};\n"
        f"#X obj 10 40 obbligato twin {bridge_port};\n"
        "#X obj 110 160 print status;\n#X obj 210 160 print chords;\n"
        "#X obj 10 70 t l b;\n#X obj 10 100 list append;\n#X obj 110 100 timer;\n#X obj 10 160 print note;\n"
        "#X obj 300 10 route play;\n#X obj 300 40 b;\n"
        "#X connect 0 0 8 0;\n#X connect 8 0 9 0;\n#X connect 9 0 6 0;\n"  # the clock is set before the first note
        "#X connect 0 0 1 0;\n#X connect 1 0 4 0;\n#X connect 1 1 2 0;\n#X connect 1 2 3 0;\n"
        "#X connect 4 1 6 1;\n#X connect 6 0 5 1;\n#X connect 4 0 5 0;\n#X connect 5 0 7 0;\n"
    )
    return path


@pytest.fixture
def bridge() -> Iterator[Bridge]:
    running = Bridge()
    yield running
    running.close()


def lead_bars() -> tuple[Bar, ...]:
    song = read_song(lead_path("ode-to-joy").read_bytes())
    return song.in_bars(song.tracks[find_lead(song).track].notes)[:BARS]


def of_the_client(bridge: Bridge, folder: Path) -> list[tuple[int, int, int, int]]:
    """(onset in slots, pitch, velocity, length in slots) of what the Python client is given."""
    out = folder / "duet.mid"
    command = [sys.executable, "-m", "bridge.cli", "client", str(lead_path("ode-to-joy")), "--port", str(bridge.port)]
    command += ["--fast", "--ahead", "0", "--seed", "7", "--bpm", str(TEMPO), "-o", str(out)]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    song = read_song(out.read_bytes())
    lead = find_lead(read_song(lead_path("ode-to-joy").read_bytes()))
    tracks = [track for index, track in enumerate(song.tracks) if index != lead.track]
    return sorted(
        (round(n.onset_beats * 48), n.pitch_midi, n.velocity_midi, round(n.duration_beats * 48))
        for track in tracks
        for n in track.notes
        if n.onset_beats < BARS * 4
    )


def of_the_twin(bridge: Bridge, folder: Path) -> list[tuple[int, int, int, int]]:
    """The same of what the twin plays: its note-ons and note-offs at their logical times."""
    line_port = _free_port()
    pd = Pd(_harness(folder, line_port, bridge.port), line_port)
    try:
        pd.wait_for("status: welcome 1 twin .* 1 ")
        pd.say("set seed 7")
        pd.wait_for("status: value twin seed 7")
        pd.say(f"tempo {TEMPO}")
        for number, bar in enumerate(lead_bars()):
            notes = " ".join(
                f"{n.pitch_midi} {n.onset_beats:.7g} {n.duration_beats:.7g} {n.velocity_midi}" for n in bar.notes
            )
            length = f"{bar.metre.numerator} {bar.metre.denominator}"
            pd.say(f"bar {number} {length} {TEMPO} 0 {bar.metre.length_beats:g} {notes}")
            pd.wait_for(f"status: answer {number} ")
        pd.say("play 0")
        pd.wait_for(f"status: bar {BARS}")
        pd.say("stop")
        time.sleep(0.2)
    finally:
        pd.close()
    assert [line for line in pd.lines if "error" in line or "couldn't" in line] == []
    return _paired([line for line in pd.lines if line.startswith("note: ")])


def _paired(lines: list[str]) -> list[tuple[int, int, int, int]]:
    slot_ms = 3_600_000 / SLOTS_AN_HOUR
    sounding: dict[int, list[tuple[float, int]]] = {}
    found = []
    for line in lines:
        pitch, velocity, at_ms = (float(word) for word in line.split()[1:4])
        if velocity:
            sounding.setdefault(int(pitch), []).append((at_ms, int(velocity)))
            continue
        on_ms, struck = sounding[int(pitch)].pop(0)
        onset, length = on_ms / slot_ms, (at_ms - on_ms) / slot_ms
        assert abs(onset - round(onset)) < 0.01, f"{line} is off the clock"
        assert abs(length + 0.4 - round(length + 0.4)) < 0.03, f"{line} ends off its slot"
        found.append((round(onset), int(pitch), struck, round(length + 0.4)))
    assert not any(sounding.values()), "a note hangs"
    return sorted(found)


def test_16_bars_are_the_python_client_s_note_for_note(bridge: Bridge, tmp_path: Path) -> None:
    expected = of_the_client(bridge, tmp_path)
    assert len(expected) > 60
    assert of_the_twin(bridge, tmp_path) == expected


def test_the_twin_greets_a_bridge_that_comes_later(tmp_path: Path) -> None:
    port, line_port = _free_port(), _free_port()
    pd = Pd(_harness(tmp_path, line_port, port), line_port)
    try:
        time.sleep(0.6)
        assert not any("welcome" in line for line in pd.lines)
        late = Bridge(port=port)
        try:
            pd.wait_for("status: welcome 1 twin")
            late.kill()
            pd.lines.clear()
            late.start()
            pd.wait_for("status: welcome 1 twin")
        finally:
            late.close()
    finally:
        pd.close()


def _opened(patch: Path, folder: Path) -> list[str]:
    """What Pd says while it opens a patch: a second one, opened after it, tells when it is done."""
    (folder / "done.pd").write_text(
        "#N canvas 0 0 450 300 12;\n#X obj 10 10 loadbang;\n#X obj 10 40 delay 300;\n#X obj 10 70 print done;\n"
        "#X connect 0 0 1 0;\n#X connect 1 0 2 0;\n"
    )
    pd = Pd(patch, None, folder / "done.pd")
    try:
        pd.wait_for("done: bang")
    finally:
        pd.close()
    return [line for line in pd.lines if line and "MIDI" not in line and "done" not in line]


@pytest.mark.parametrize("name", sorted(path.name for path in TWIN.glob("*.pd")))
def test_the_patches_open_without_a_word(name: str, tmp_path: Path) -> None:
    assert _opened(TWIN / name, tmp_path) == []


def test_a_box_that_does_not_exist_would_be_told(tmp_path: Path) -> None:
    (tmp_path / "wrong.pd").write_text("#N canvas 0 0 450 300 12;\n#X obj 10 10 nonesuch;\n")
    assert any("nonesuch" in line for line in _opened(tmp_path / "wrong.pd", tmp_path))
