"""The shapes of sound between the parts of the mixer."""

import numpy as np
import numpy.typing as npt

Pcm = npt.NDArray[np.float32]
"""Mono sound, shape (samples,), 48 000 samples per second, nominal range -1 to 1."""

Block = npt.NDArray[np.float32]
"""Several mono signals of one tick, shape (signals, samples)."""

SILENCE_DB = -120.0
"""What a meter shows for nothing at all."""


def decibels(power: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Mean squares as dBFS, not below ``SILENCE_DB``."""
    floor = np.float32(10.0 ** (SILENCE_DB / 10.0))
    return (10.0 * np.log10(np.maximum(power, floor))).astype(np.float32)
