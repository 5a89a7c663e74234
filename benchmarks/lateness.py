"""How late notes leave the client in real time, with the machine idle and with one core busy."""

from __future__ import annotations

import multiprocessing

from benchmarks.bridges import serving
from benchmarks.result import Result, Settings, quantile
from bridge.client.leadfile import open_lead
from bridge.client.player import Options, Player
from bridge.client.realtime import perform
from bridge.client.timeline import at_tempo
from bridge.leads import lead_path

TEMPO_BPM = 240.0


def run(settings: Settings) -> Result:
    """The client's own loop and its own measurement (`obbligato client` prints the same)."""
    result = Result(
        "Lateness of a note sent by `obbligato client` in real time",
        f"`ode-to-joy` through a bridge on the same machine, at {TEMPO_BPM:.0f} bpm to have more notes in less time.",
        ("machine", "notes", "p50 ms", "p99 ms", "max ms", "bars late or lost"),
        goal="p99 0.5 ms with one core busy",
    )
    file = open_lead(lead_path("ode-to-joy"))
    with serving("chords") as bridge:
        for label, busy in (("idle", 0), ("one core busy", 1)):
            burners = [multiprocessing.get_context("spawn").Process(target=_burn, daemon=True) for _ in range(busy)]
            for burner in burners:
                burner.start()
            lateness_ms: list[float] = []
            missed = 0
            for number in range(1 if settings.is_quick else 2):
                options = Options(f"late-{busy}-{number}", ahead=1, controls={"seed": 1, "density": 1.0})
                player = Player(at_tempo(file.song, TEMPO_BPM), file.lead, options)
                perform(player, "127.0.0.1", bridge.port)
                lateness_ms += player.measured.lateness_ms
                missed += player.measured.late + player.measured.lost
            for burner in burners:
                burner.kill()
            shares = [quantile(lateness_ms, share) for share in (0.5, 0.99, 1.0)]
            result.rows.append((label, len(lateness_ms), *shares, missed))
    return result


def _burn() -> None:
    while True:
        pass
