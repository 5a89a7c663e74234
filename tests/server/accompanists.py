"""Accompanists for the worker processes of the server tests: the lead's first pitch decides what goes wrong."""

from __future__ import annotations

import os
import random
import time

from bridge.model.accompanist import Part, Request
from bridge.music.note import Note

RAISES, DIES, SLEEPS, LEAVES_THE_REGISTER, PRINTS, RETURNS_NONSENSE = 1, 2, 3, 4, 5, 6
NAP_S = 0.5


class Obedient:
    """Plays a random pitch of the register on every beat, and does what the first pitch of the newest lead bar says."""

    name = "obedient"
    used_controls = frozenset({"low", "high", "seed", "variation"})
    part_names = ("piano",)
    style_names = ("auto",)

    def accompany(self, request: Request) -> tuple[Part, ...]:
        notes = request.lead[-1].bar.notes if request.lead else ()
        order = notes[0].pitch_midi if notes else 0
        if order == RAISES:
            raise RuntimeError("told to")
        if order == DIES:
            os._exit(9)
        if order == SLEEPS:
            time.sleep(NAP_S)
        if order == PRINTS:
            print("a model may print what it likes", flush=True)
        if order == RETURNS_NONSENSE:
            return ("nonsense",)  # type: ignore[return-value]
        low, high = request.controls.register
        chance = random.Random(request.seed)
        pitch = 127 if order == LEAVES_THE_REGISTER else None
        beats = range(int(request.from_beats + 0.999), int(request.metre.length_beats))
        return (Part("piano", tuple(Note(pitch or chance.randint(low, high), float(beat), 1.0, 80) for beat in beats)),)


def obedient() -> Obedient:
    """Loads at once."""
    return Obedient()


def slow_to_load() -> Obedient:
    """Takes a second to load."""
    time.sleep(1.0)
    return Obedient()


def broken() -> Obedient:
    """Cannot be loaded."""
    raise RuntimeError("its weights are gone")


def deadly() -> Obedient:
    """Takes its process with it."""
    os._exit(9)


def source(function: str) -> str:
    """How a bridge is told to load one of these."""
    return f"python:tests.server.accompanists:{function}"


OBEDIENT = {"obedient": source("obedient")}
