"""Who speaks: voices told from the noise of their rooms, and whose voice the floor is."""

from collections.abc import Collection, Mapping
from typing import Final

import numpy as np
import numpy.typing as npt

from streaming.sound.leveller import TICK_S
from venue.ids import SeatId

HEARD_DB: Final = -50.0
"""dBFS; below, nobody speaks."""
ABOVE_NOISE_DB: Final = 10.0
QUIETEST_NOISE_DB: Final = HEARD_DB - ABOVE_NOISE_DB
NOISE_RISES_DB_PER_S: Final = 0.5
"""Slow: between words every voice falls back to the noise, and at once."""
BEGIN_TICKS: Final = 4
END_TICKS: Final = 12

FIRST_S: Final = 0.2
CHANGE_S: Final = 1.5
"""A voice counts once it has been the loudest for so long: nods and coughs change nothing."""
ALONE_S: Final = 1.0
"""Sooner if nobody else says a word meanwhile: there is nothing to confuse it with.  Not sooner
still: a "yes, of course" in a speaker's pause takes that long, and turns every booth around."""
HOLD_S: Final = 2.0
"""So soon after a change only the slow way is open: two who toss words to and fro do not flap."""

_Row = npt.NDArray[np.float32]


class SpeechDetector:
    """Whether each of ``signals`` rows is a voice now."""

    def __init__(self, signals: int) -> None:
        self._noise_db = np.full(signals, QUIETEST_NOISE_DB, np.float32)
        self._run = np.zeros(signals, np.int32)
        """Ticks above the noise, or, negative, below it."""
        self._speaks = np.zeros(signals, np.bool_)

    def forget(self, row: int) -> None:
        """A new voice in ``row``."""
        self._noise_db[row] = QUIETEST_NOISE_DB
        self._run[row] = 0
        self._speaks[row] = False

    def step(self, level_db: _Row) -> None:
        """Listen to one tick of the first rows: their dBFS."""
        rows = len(level_db)
        noise, run, speaks = self._noise_db[:rows], self._run[:rows], self._speaks[:rows]
        np.minimum(noise + NOISE_RISES_DB_PER_S * TICK_S, level_db, out=noise)
        np.maximum(noise, QUIETEST_NOISE_DB, out=noise)
        above = level_db > noise + ABOVE_NOISE_DB
        run[:] = np.where(above, np.maximum(run, 0) + 1, np.minimum(run, 0) - 1)
        speaks |= run >= BEGIN_TICKS
        speaks &= run > -END_TICKS

    def voices(self, rows: int) -> npt.NDArray[np.bool_]:
        """Which of the first rows are voices, shape (rows,); to be read only."""
        return self._speaks[:rows]

    def speaks(self, row: int) -> bool:
        return bool(self._speaks[row])


class FloorVoice:
    """Whose voice the floor is, of several open microphones."""

    def __init__(self) -> None:
        self.seat: SeatId | None = None
        self._led_s: dict[SeatId, float] = {}
        self._alone: SeatId | None = None
        self._alone_s = 0.0
        """How long nobody but ``_alone`` has said a word; pauses of everybody left out."""
        self._held_s = 0.0

    def step(self, loudness: Mapping[SeatId, float], open_microphones: Collection[SeatId]) -> None:
        """Listen to one tick: the loudness of everybody who speaks now."""
        if self.seat not in open_microphones:
            self.seat = None
        self._held_s += TICK_S
        speaking = {seat: loudness[seat] for seat in open_microphones if seat in loudness}
        if not speaking:
            return
        loudest = max(speaking, key=lambda seat: speaking[seat])
        for seat in {**self._led_s, loudest: 0.0}:
            led_s = self._led_s.get(seat, 0.0) + (TICK_S if seat == loudest else -TICK_S)
            self._led_s[seat] = min(CHANGE_S, max(0.0, led_s))
        self._count_alone(speaking)
        if loudest != self.seat and self._led_s[loudest] >= self._needed_s() - TICK_S / 2:
            self.seat = loudest
            self._led_s = {loudest: self._led_s[loudest]}
            self._held_s = 0.0

    def _count_alone(self, speaking: Collection[SeatId]) -> None:
        only = next(iter(speaking)) if len(speaking) == 1 else None
        self._alone_s = self._alone_s + TICK_S if only == self._alone else TICK_S
        self._alone = only

    def _needed_s(self) -> float:
        """How long a voice must have led to be the floor's."""
        if self.seat is None:
            return FIRST_S
        is_clear = self._alone is not None and self._alone_s >= ALONE_S - TICK_S / 2
        return ALONE_S if is_clear and self._held_s >= HOLD_S else CHANGE_S
