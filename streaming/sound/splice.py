"""Make a piece of sound a little shorter or longer without a click.

Delay is corrected by taking out, or putting in, one period of the voice: where the sound best
resembles itself a little later, the two are cross-faded.  The same in silence, where anything fits.
"""

from typing import Final

import numpy as np

from streaming.sound.pcm import Pcm

FADE_SAMPLES: Final = 240
MIN_LAG_SAMPLES: Final = 96
MAX_LAG_SAMPLES: Final = 720
FRAME_SAMPLES: Final = FADE_SAMPLES + MAX_LAG_SAMPLES
"""A splice needs this much sound at once: 20 ms."""

GOOD_MATCH: Final = 0.75
QUIET_POWER: Final = 1e-6
"""-60 dBFS: below, any splice is inaudible."""

_RISE = (0.5 - 0.5 * np.cos(np.linspace(0, np.pi, FADE_SAMPLES))).astype(np.float32)


def best_lag(sound: Pcm, most: int = MAX_LAG_SAMPLES) -> tuple[int, float]:
    """The lag in samples at which the head of ``sound`` repeats, and how well (1: exactly).

    ``sound`` has shape (FRAME_SAMPLES,) or longer; only its head is looked at.  The lag is at
    most ``most``, but never under ``MIN_LAG_SAMPLES``.
    """
    most = min(max(most, MIN_LAG_SAMPLES), MAX_LAG_SAMPLES)
    body = sound[MIN_LAG_SAMPLES : most + FADE_SAMPLES]
    head = sound[:FADE_SAMPLES]
    energy = float(head @ head)
    if max(energy, float(body @ body)) < QUIET_POWER * FADE_SAMPLES:
        return most, 1.0
    match = np.correlate(body, head, "valid")
    power = np.concatenate(([0.0], np.cumsum(body.astype(np.float64) ** 2)))
    windows = power[FADE_SAMPLES:] - power[:-FADE_SAMPLES]
    score = match / np.sqrt(np.maximum(windows * energy, 1e-12))
    index = int(np.argmax(score))
    return MIN_LAG_SAMPLES + index, float(score[index])


def shorten(sound: Pcm, lag: int) -> Pcm:
    """Take out ``lag`` samples: shape (n,) to (n - lag,)."""
    joined = sound[:FADE_SAMPLES] * (1 - _RISE) + sound[lag : lag + FADE_SAMPLES] * _RISE
    return np.concatenate((joined, sound[lag + FADE_SAMPLES :]))


def lengthen(sound: Pcm, lag: int) -> Pcm:
    """Put in ``lag`` samples: shape (n,) to (n + lag,)."""
    head = sound[:FADE_SAMPLES]
    joined = sound[lag : lag + FADE_SAMPLES] * (1 - _RISE) + head * _RISE
    return np.concatenate((sound[:lag], joined, sound[FADE_SAMPLES:]))
