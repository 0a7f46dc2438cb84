"""The grid of the media clock, on which every picture of the program lies."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from streaming.mediatime import PictureFormat, now_s

CATCH_UP_PICTURES = 3
"""More than this behind, pictures are skipped: what is shown must not lag for long."""


@dataclass(slots=True)
class GridCounters:
    """How a thread keeps up."""

    late: int = 0
    """Pictures finished after their successor was due."""
    skipped: int = 0


def next_index(last: int, due: int, gop: int) -> int:
    """The picture to make after ``last`` when ``due`` is the newest whose time has come.

    A few late pictures are made all the same, so that a hiccup of the machine leaves no hole; with
    more behind, the rest is skipped.  Never one that must be a key picture: it is made late, with
    its own time, so that key pictures stay exactly one GOP apart.
    """
    newest = last + 1 if due - last <= CATCH_UP_PICTURES else due
    key = (last // gop + 1) * gop
    return min(key, newest)


def run_on_grid(
    fmt: PictureFormat,
    stop: threading.Event,
    tick: Callable[[int, int], object],
    counters: GridCounters,
) -> None:
    """Call ``tick`` with every index of the grid and the wall clock (ms), until told to stop."""
    last = int(now_s() * fmt.fps)
    while not stop.wait(max(0.0, (last + 1) / fmt.fps - now_s())):
        index = next_index(last, int(now_s() * fmt.fps), fmt.gop)
        counters.skipped += index - last - 1
        tick(index, time.time_ns() // 1_000_000)
        if now_s() * fmt.fps >= index + 2:
            counters.late += 1
        last = index
