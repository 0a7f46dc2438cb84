"""A quiet tone that may be repeated for ever, to hear that a language arrives."""

import numpy as np

from streaming.mediatime import AAC_FRAME_SAMPLES, SAMPLE_RATE_HZ, TICK_SAMPLES
from streaming.packets import AacFrame
from streaming.sound.aac import ProgramEncoders, aac_config
from venue.ids import FLOOR_LANGUAGE

PERIOD_FRAMES = 375
"""Eight seconds: a whole number of frames and of periods of every tone of whole hertz."""

_SETTLED_FRAMES = 5
LEVEL = 0.1
"""Amplitude: -20 dBFS."""


def tone_frames(frequency_hz: int, config: bytes, level: float = LEVEL) -> tuple[bytes, ...]:
    """Coded frames, the n-th for places n, n + 375, ... of the grid; none if ``config`` differs."""
    # Object type, rate and channels; what may follow only says that there is no extension.
    if config[:2] != aac_config()[:2]:
        return ()
    frames: dict[int, bytes] = {}

    def keep(frame: AacFrame) -> None:
        number = frame.at // AAC_FRAME_SAMPLES
        if number >= _SETTLED_FRAMES:
            frames[number % PERIOD_FRAMES] = frame.data

    encoder, tick = ProgramEncoders((FLOOR_LANGUAGE,), keep), 0
    while len(frames) < PERIOD_FRAMES:
        samples = np.arange(TICK_SAMPLES) + tick * TICK_SAMPLES
        wave = np.sin(2 * np.pi * frequency_hz * samples / SAMPLE_RATE_HZ)
        encoder.tick(tick, {FLOOR_LANGUAGE: (level * wave).astype(np.float32)})
        tick += 1
    return tuple(frames[number] for number in range(PERIOD_FRAMES))
