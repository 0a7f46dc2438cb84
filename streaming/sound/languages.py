"""The sound of each language: the floor, or its booth over a lowered floor.

When the booth goes off the air or its link dies, the original comes back, slowly.  A booth that is
only silent keeps the floor low, for a sudden floor frightens, unless the session wants it raised;
either way the silence is told.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import numpy as np

from streaming.sound.leveller import RAMP, TICK_S
from streaming.sound.pcm import Pcm
from venue.ids import Language, SeatId
from venue.scene import Scene

DUCK_DB: Final = -15.0
ATTACK_S: Final = 0.150
RELEASE_S: Final = 1.5
BOOTH_FADE_S: Final = 0.1
SILENT_S: Final = 10.0
"""Of the floor's speech without a word from the booth: an interpreter who listens waits less."""

START_TICKS: Final = 4
"""A booth waits so long, until its listeners have their own stream."""


@dataclass(slots=True)
class _Bus:
    floor_db: float = 0.0
    booth: float = 0.0
    silent_s: float = 0.0
    on_air_ticks: int = 0


@dataclass(frozen=True, slots=True)
class Lines:
    """Gain of floor and booth through one tick, shape (960,)."""

    floor: Pcm
    booth: Pcm


class LanguageBuses:
    """How loud floor and booth are in every language."""

    def __init__(self) -> None:
        self._buses: dict[Language, _Bus] = {}

    def differs(self, language: Language) -> bool:
        """Whether the sound of this language is anything but the floor."""
        return language in self._buses

    def silent(self) -> frozenset[Language]:
        """Languages whose booth says nothing while the floor speaks."""
        return frozenset(one for one, bus in self._buses.items() if bus.silent_s >= SILENT_S)

    def step(self, scene: Scene, speaking: Collection[SeatId] = ()) -> dict[Language, Lines]:
        """Gains of this tick, for the languages whose sound is not simply the floor.

        ``speaking`` has everybody who speaks, delegates and interpreters.  What the floor itself
        speaks has no booth in the scene.
        """
        for language in scene.booths:
            self._buses.setdefault(language, _Bus())
        floor_speaks = any(seat in speaking for seat in scene.open_microphones)
        lines = {}
        for language, bus in list(self._buses.items()):
            booth = scene.booths.get(language)
            on_air = booth is not None
            _listen(bus, on_air and booth not in speaking, floor_speaks)
            lines[language] = _move(bus, on_air, scene.raise_floor)
            if not on_air and bus.floor_db == 0 and bus.booth == 0:
                del self._buses[language]
        return lines


def _listen(bus: _Bus, silent: bool, floor_speaks: bool) -> None:
    """Add up how long the booth has been silent while the floor spoke."""
    if not silent:
        bus.silent_s = 0.0
    elif floor_speaks:
        bus.silent_s += TICK_S


def _move(bus: _Bus, on_air: bool, raise_floor: bool) -> Lines:
    bus.on_air_ticks = bus.on_air_ticks + 1 if on_air else 0
    active = bus.on_air_ticks > START_TICKS
    before_db, before_booth = bus.floor_db, bus.booth
    if active and not (raise_floor and bus.silent_s >= SILENT_S):
        bus.floor_db = max(DUCK_DB, bus.floor_db + DUCK_DB * TICK_S / ATTACK_S)
    else:
        bus.floor_db = min(0.0, bus.floor_db - DUCK_DB * TICK_S / RELEASE_S)
    step = TICK_S / BOOTH_FADE_S
    bus.booth = min(1.0, bus.booth + step) if active else max(0.0, bus.booth - step)
    return Lines(
        _line(10 ** (before_db / 20), 10 ** (bus.floor_db / 20)), _line(before_booth, bus.booth)
    )


def _line(start: float, end: float) -> Pcm:
    line: Pcm = np.float32(start) + np.float32(end - start) * RAMP[0]
    return line
