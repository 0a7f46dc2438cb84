"""Every source as it enters the mix: cleaned, brought to one loudness, metered and gated.

The sources are the rows of one array, so that each step is one operation for all of them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from streaming.mediatime import TICK_SAMPLES
from streaming.sound.activity import SpeechDetector
from streaming.sound.filters import Filter, high_pass
from streaming.sound.leveller import VOICE, Leveller
from streaming.sound.pcm import SILENCE_DB, Block, Pcm, decibels
from venue.ids import Language, SeatId

MAX_SOURCES: Final = 48
GATE_SAMPLES: Final = 720
"""15 ms to open or close: too slow to click, too fast to eat a consonant."""

_METER_FALL_DB: Final = 0.6
"""A tick; 30 dB a second, so that a glance catches a word."""

_ALONG = (np.arange(TICK_SAMPLES) + 1).astype(np.float32) / GATE_SAMPLES


@dataclass(frozen=True, slots=True)
class Role:
    """Where a source is heard: on the floor, or as the booth of some languages."""

    booth_of: frozenset[Language] = frozenset()


ON_FLOOR: Final = Role()


class Voices:
    """The rows of the mixer; one thread."""

    def __init__(self) -> None:
        self._rows: dict[SeatId, int] = {}
        self._high_pass = Filter((high_pass(80.0),), MAX_SOURCES)
        self._leveller = Leveller(VOICE, MAX_SOURCES)
        self._speech = SpeechDetector(MAX_SOURCES)
        self._gate = np.zeros(MAX_SOURCES, np.float32)
        self._sounds = np.zeros(MAX_SOURCES, np.bool_)
        self._level_db = np.full(MAX_SOURCES, SILENCE_DB, np.float32)
        self._roles = [ON_FLOOR] * MAX_SOURCES
        self._input = np.zeros((MAX_SOURCES, TICK_SAMPLES), np.float32)

    def add(self, seat: SeatId) -> bool:
        """Give the seat a row; False when there is none left."""
        if seat in self._rows:
            return True
        free = set(range(MAX_SOURCES)) - set(self._rows.values())
        if not free:
            return False
        row = min(free)
        self._rows[seat] = row
        self._high_pass.forget(row)
        self._leveller.forget(row)
        self._speech.forget(row)
        self._gate[row] = 0
        self._level_db[row] = SILENCE_DB
        self._roles[row] = ON_FLOOR
        return True

    def remove(self, seat: SeatId) -> None:
        self._rows.pop(seat, None)

    @property
    def seats(self) -> Mapping[SeatId, int]:
        """The row of every source."""
        return self._rows

    def role(self, seat: SeatId) -> Role:
        return self._roles[self._rows[seat]]

    def audible(self, seat: SeatId) -> bool:
        """Whether its gate is not quite shut."""
        row = self._rows.get(seat)
        return row is not None and float(self._gate[row]) > 0

    def sounds(self, seat: SeatId) -> bool:
        """Whether anything of it is in this tick: its gate may have shut within it."""
        row = self._rows.get(seat)
        return row is not None and bool(self._sounds[row])

    def levels(self) -> dict[SeatId, float]:
        """dBFS of each source before its gain and gate."""
        return {seat: round(float(self._level_db[row]), 1) for seat, row in self._rows.items()}

    def speaking(self) -> dict[SeatId, float]:
        """Everybody who speaks now, heard or not, and how loud they are once brought to level."""
        return {
            seat: float(self._level_db[row]) + self._leveller.gain_db(row)
            for seat, row in self._rows.items()
            if self._speech.speaks(row)
        }

    def tick(self, pull: Callable[[SeatId], Pcm], wanted: Mapping[SeatId, Role]) -> Block:
        """What every source gives to the mix, shape (rows, 960).

        ``wanted`` names the seats to be heard, and where.  A source that changes its role is shut
        for a moment between the two.
        """
        count = max(self._rows.values(), default=-1) + 1
        raw = self._input[:count]
        raw[:] = 0
        for seat, row in self._rows.items():
            raw[row] = pull(seat)
        clean = self._high_pass(raw)
        self._meter(clean)
        gains = self._leveller.gains(clean, self._speech.voices(count))
        return clean * gains * self._envelope(count, wanted)

    def _meter(self, sound: Block) -> None:
        now = decibels(np.einsum("ij,ij->i", sound, sound) / TICK_SAMPLES)
        shown = self._level_db[: len(sound)]
        np.maximum(now, shown - _METER_FALL_DB, out=shown)
        self._speech.step(now)

    def _envelope(self, count: int, wanted: Mapping[SeatId, Role]) -> Block:
        direction = np.full(count, -1, np.float32)
        for seat, row in self._rows.items():
            role = wanted.get(seat)
            if role is None:
                continue
            if self._gate[row] == 0:
                self._roles[row] = role
            if self._roles[row] == role:
                direction[row] = 1
        gate = self._gate[:count, None]
        envelope: Block = np.clip(gate + direction[:, None] * _ALONG, 0, 1)
        self._sounds[:count] = envelope.any(axis=1)
        self._gate[:count] = envelope[:, -1] if count else 0
        return envelope
