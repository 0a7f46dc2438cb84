"""The one clock of all media on a machine.

Media time is CLOCK_MONOTONIC counted from the boot of the machine, so an engine that starts
again carries on where the dead one was, and outputs never see time go back.  Pictures, key
frames and segments lie on a grid that starts at zero of that clock.
"""

import time
from dataclasses import dataclass
from typing import NamedTuple, NewType

SAMPLE_RATE_HZ = 48_000
TICK_SAMPLES = 960
"""Samples of one 20 ms tick."""

AAC_FRAME_SAMPLES = 1024
VIDEO_CLOCK_HZ = 90_000
GOP_SECONDS = 2

SampleTime = NewType("SampleTime", int)
"""Samples at 48 kHz since zero of the media clock."""

Ticks90k = NewType("Ticks90k", int)
"""Units of 1/90 000 s since zero of the media clock."""


class Playout(NamedTuple):
    """Which sample of a source leaves the mixer when."""

    rtp: int
    """When the sender captured it: its timestamp at 48 kHz, 32 bits."""
    at_s: float
    """Media time."""


@dataclass(frozen=True, slots=True)
class PictureFormat:
    """Size and rate of a picture stream."""

    width_px: int = 1280
    height_px: int = 720
    fps: int = 25

    @property
    def gop(self) -> int:
        """Pictures from key frame to key frame."""
        return self.fps * GOP_SECONDS

    def pts(self, index: int) -> Ticks90k:
        """Media time of picture number ``index`` of the grid."""
        return Ticks90k(index * VIDEO_CLOCK_HZ // self.fps)


def now_s() -> float:
    """Seconds of media time."""
    return time.monotonic()
