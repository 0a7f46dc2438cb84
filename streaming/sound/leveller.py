"""Bring voices and buses to one loudness, slowly, and only while somebody speaks."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from streaming.mediatime import SAMPLE_RATE_HZ, TICK_SAMPLES
from streaming.sound.filters import K_WEIGHTING, Filter
from streaming.sound.pcm import Block, decibels

TICK_S: Final = TICK_SAMPLES / SAMPLE_RATE_HZ
RAMP: Final = ((np.arange(TICK_SAMPLES) + 1) / TICK_SAMPLES).astype(np.float32)[None, :]
"""A straight line through one tick, from just above 0 to 1; shape (1, 960)."""

BUS_LOUDNESS: Final = -19.0
"""LUFS of a mono bus.  On both sides of a stereo program BS.1770 adds them up: -16 LUFS."""

UNHEARD_S: Final = 1.5
"""A voice that has been below the gate for so long is another one than was learnt: a shout is over,
or somebody turned the microphone down."""
MODULATED_DB: Final = 12.0
"""Syllables are so far from their gaps; the noise of a room is not."""

_Row = npt.NDArray[np.float32]
_Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class LevelLimits:
    """How a leveller behaves; decibels, and decibels a second."""

    target: float = BUS_LOUDNESS
    most_gain: float = 20.0
    least_gain: float = -20.0
    up_per_s: float = 4.0
    down_per_s: float = 24.0
    window_s: float = 1.5
    gate: float = -52.0
    """Absolute, LUFS: what is below is not speech."""
    relative_gate: float = 12.0
    """Below the running loudness by more: a pause, a breath, the room."""
    first_guess: float = -26.0
    block_ticks: int = 1
    """Loudness is that of so many ticks together."""


VOICE: Final = LevelLimits()
PROGRAM: Final = LevelLimits(
    most_gain=4.0,
    least_gain=-12.0,
    up_per_s=1.0,
    down_per_s=4.0,
    window_s=3.0,
    first_guess=BUS_LOUDNESS,
    # As BS.1770 does it, by 400 ms: the gaps between syllables are part of how loud speech is.
    block_ticks=20,
    relative_gate=10.0,
)


class Leveller:
    """A slow automatic gain for each of ``signals`` rows."""

    def __init__(self, limits: LevelLimits, signals: int) -> None:
        self._limits = limits
        self._weight = Filter(K_WEIGHTING, signals)
        self._loudness = np.full(signals, limits.first_guess, np.float32)
        self._heard_s = np.zeros(signals, np.float32)
        self._unheard_s = np.zeros(signals, np.float32)
        """For how long there has been a voice, and none as loud as the one learnt."""
        self._softest = np.full(signals, np.inf, np.float32)
        self._loudest = np.full(signals, -np.inf, np.float32)
        """Of that time."""
        self._gain_db = np.zeros(signals, np.float32)
        self._gain = np.ones(signals, np.float32)
        self._powers = np.zeros((signals, limits.block_ticks), np.float32)
        self._tick = 0

    def forget(self, row: int) -> None:
        """A new voice in ``row``."""
        self._weight.forget(row)
        self._loudness[row] = self._limits.first_guess
        self._heard_s[row] = 0
        self._unheard_s[row] = 0
        self._softest[row], self._loudest[row] = np.inf, -np.inf
        self._gain_db[row] = 0
        self._gain[row] = 1
        self._powers[row] = 0

    def gain_db(self, row: int) -> float:
        return float(self._gain_db[row])

    def gains(self, sound: Block, voices: _Flags | None = None) -> Block:
        """Listen to one tick of the first rows, shape (rows, 960), and say by what to multiply it.

        The same shape again: from the gain of the last tick in a line to that of this one.
        ``voices``, shape (rows,), says in which rows somebody speaks, as far as that is known.
        """
        rows = len(sound)
        weighted = self._weight(sound)
        power = np.einsum("ij,ij->i", weighted, weighted) / TICK_SAMPLES
        self._tick = (self._tick + 1) % self._limits.block_ticks
        self._powers[:rows, self._tick] = power
        momentary = decibels(self._powers[:rows].mean(axis=1)) - 0.691
        if voices is not None:
            self._doubt(momentary, voices, rows)
        self._learn(momentary, rows)
        before = self._gain[:rows].copy()
        self._steer(rows)
        slope = (self._gain[:rows] - before)[:, None]
        return before[:, None] + slope * RAMP

    def _doubt(self, momentary: _Row, voices: _Flags, rows: int) -> None:
        """Forget how loud a voice was that has long been much softer."""
        limits, unheard = self._limits, self._unheard_s[:rows]
        softest, loudest = self._softest[:rows], self._loudest[:rows]
        unheard += np.where(voices & (momentary > limits.gate), TICK_S, 0).astype(np.float32)
        np.minimum(softest, momentary, out=softest, where=voices)
        np.maximum(loudest, momentary, out=loudest, where=voices)
        other = (unheard > UNHEARD_S) & (loudest - softest > MODULATED_DB)
        self._heard_s[:rows][other] = 0
        begin = other | (momentary > self._loudness[:rows] - limits.relative_gate)
        unheard[begin] = 0
        softest[begin], loudest[begin] = np.inf, -np.inf

    def _learn(self, momentary: _Row, rows: int) -> None:
        limits, running = self._limits, self._loudness[:rows]
        heard = self._heard_s[:rows]
        fresh = heard < limits.window_s
        speech = (momentary > limits.gate) & (fresh | (momentary > running - limits.relative_gate))
        heard += np.where(speech, TICK_S, 0).astype(np.float32)
        # An average of powers; while little was heard, of all there was.
        span = np.clip(heard, TICK_S, limits.window_s)
        share = np.where(speech, TICK_S / span, 0)
        power = 10 ** (running / 10) * (1 - share) + 10 ** (momentary / 10) * share
        np.copyto(running, 10 * np.log10(power))

    def _steer(self, rows: int) -> None:
        limits, gain = self._limits, self._gain_db[:rows]
        wanted = np.clip(limits.target - self._loudness[:rows], limits.least_gain, limits.most_gain)
        wanted = np.where(self._heard_s[:rows] > 0.1, wanted, gain)
        step = np.clip(wanted - gain, -limits.down_per_s * TICK_S, limits.up_per_s * TICK_S)
        gain += step.astype(np.float32)
        self._gain[:rows] = 10 ** (gain / 20)
