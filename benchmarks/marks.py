"""A source whose picture flashes and whose sound beeps, and lip sync read from what came of it."""

import statistics
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import av
import numpy as np

from benchmarks.signals import SAMPLE_RATE_HZ, Mono
from rotunda.demo.clips import Gop, VideoName, encode_opus, solid_gop

TURNS = (15, 38, 15, 38, 14)
"""Pictures from one mark to the next; uneven, so that a mark is known by its neighbours.

At 24 a second against a program of 25, a turn of 24 would always meet the program's grid at the
same place, and those near it almost so; these meet it at five places, evenly spread.  All of them
take whole seconds, as the sound's marks do: a fit that is wrong by one round changes nothing.
"""
MARK_HZ = 1000
PACKETS_A_SECOND = 50
BEEP_S = 0.5
"""Tone, and as much silence."""
QUIET_SAMPLES = SAMPLE_RATE_HZ // 4
LOUD = 0.02


class TooFewMarks(Exception):
    """What was received says nothing about lip sync."""


@dataclass(slots=True)
class Marks:
    """When each mark left, and how long after it one came out."""

    sent_s: list[float] = field(default_factory=list)
    delays_ms: list[float] = field(default_factory=list)

    def came(self, arrival_s: float) -> None:
        """A mark was seen: match it with the last that left."""
        earlier = [sent for sent in self.sent_s if sent < arrival_s]
        if earlier and arrival_s - earlier[-1] < 0.9:
            self.delays_ms.append((arrival_s - earlier[-1]) * 1000)


@dataclass(slots=True)
class MarkedPictures:
    """Black for about a second, white for about a second.

    The rate is not the program's and the turns are uneven, so that marks fall anywhere between the
    program's pictures, and their pattern tells which is which.
    """

    marks: Marks
    gops: tuple[Gop, ...] = field(
        default_factory=lambda: tuple(solid_gop((v, v, v), max(TURNS)) for v in (16, 235))
    )
    fps: int = 24
    codec: VideoName = "vp8"
    _shown: int = 0

    def next_gop(self) -> Gop:
        self._shown += 1
        self.marks.sent_s.append(time.monotonic())
        return self.gops[self._shown % 2][: TURNS[self._shown % len(TURNS)]]


@dataclass(slots=True)
class MarkedSound:
    """Half a second of tone in every second, coded in one go as a microphone's sound is.

    So the tone begins in the middle of a packet, by the coder's look-ahead, and not at its start.
    """

    marks: Marks
    packets: tuple[bytes, ...] = field(default_factory=lambda: beeping())
    _next: int = 0

    def next_packet(self) -> bytes:
        place = self._next % PACKETS_A_SECOND
        self._next += 1
        if place == 0:
            self.marks.sent_s.append(time.monotonic())
        return self.packets[place]


def beeping() -> tuple[bytes, ...]:
    """One second of packets that loops: a tone of half a second, and silence."""
    time_s = np.arange(SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
    second = 0.25 * np.sqrt(2) * np.sin(2 * np.pi * MARK_HZ * time_s) * (time_s < BEEP_S)
    return encode_opus(np.tile(second, 3).astype(np.float32), kbps=64)[-PACKETS_A_SECOND:]


def skews_ms(
    flashes: Sequence[float],
    beeps: Sequence[float],
    picture_s: Sequence[float],
    sound_s: Sequence[float],
) -> list[float]:
    """How much later than the picture of its moment each beep came out; negative: earlier.

    ``flashes`` and ``beeps``: when marks came out, in seconds of a file.  ``picture_s`` and
    ``sound_s``: when they left, on one clock.

    Raises:
        TooFewMarks: Ten of each are needed, and more must have left than came out.
    """
    if len(flashes) < 10 or len(beeps) < 10:
        raise TooFewMarks(f"only {len(flashes)} flashes and {len(beeps)} beeps came through")
    seen = delays_of(flashes, picture_s)
    apart_s = statistics.median(seen.values())
    skews = []
    for beep in beeps:
        flash = nearest(flashes, beep)
        heard_s = beep - nearest([sent + apart_s for sent in sound_s], beep)
        skews.append((heard_s + apart_s - seen[flash]) * 1000)
    return skews


def nearest(times: Iterable[float], to: float) -> float:
    """The time that is nearest to another."""
    return min(times, key=lambda time: abs(time - to))


def delays_of(seen: Sequence[float], sent_s: Sequence[float]) -> dict[float, float]:
    """When each mark was seen -> how long after it left; on two clocks with an unknown offset.

    The uneven distances of the marks fit in one place only.
    """
    places = range(len(sent_s) - len(seen) + 1)
    if not places:
        raise TooFewMarks(f"{len(seen)} marks seen, {len(sent_s)} sent")
    tries = (
        [mark - sent for mark, sent in zip(seen, sent_s[place:], strict=False)] for place in places
    )
    return dict(zip(seen, min(tries, key=statistics.pstdev), strict=True))


def flashes_of(recording: Path) -> list[float]:
    """When the picture turned from dark to bright or back, in seconds of the file."""
    found: list[float] = []
    bright: bool | None = None
    with av.open(str(recording)) as container:
        for frame in container.decode(container.streams.video[0]):
            luma = np.frombuffer(frame.planes[0], np.uint8).reshape(frame.height, -1)
            middle = luma[frame.height * 2 // 5 : frame.height // 2, frame.width // 3 :][:, :64]
            now = bool(middle.mean() > 125)
            if bright is not None and now != bright and frame.time is not None:
                found.append(frame.time)
            bright = now
    return found


def onsets_of(sound: Mono, start_s: float = 0.0) -> list[float]:
    """When a tone began after quiet, in seconds of the file, whose sound begins at ``start_s``."""
    loud = np.flatnonzero(np.abs(sound) > LOUD)
    starts = np.flatnonzero(np.diff(loud, prepend=-SAMPLE_RATE_HZ) > QUIET_SAMPLES)
    return [start_s + float(loud[start]) / SAMPLE_RATE_HZ for start in starts]
