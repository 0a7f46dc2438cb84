"""The time of the stand-in: the machine's, shifted and scaled on demand."""

import datetime as dt
import time
from collections.abc import Callable

UTC = dt.UTC


class Clock:
    """Seconds since the epoch that a test may push forward or let run faster."""

    def __init__(self, machine: Callable[[], float] = time.time) -> None:
        self._machine = machine
        self._origin_s = machine()
        self._shown_s = self._origin_s
        self._scale = 1.0

    def now_s(self) -> float:
        return self._shown_s + (self._machine() - self._origin_s) * self._scale

    def now(self) -> dt.datetime:
        return dt.datetime.fromtimestamp(self.now_s(), UTC)

    def advance(self, seconds: float) -> None:
        self._rebase(self.now_s() + seconds)

    def set(self, when: dt.datetime) -> None:
        self._rebase(when.timestamp())

    def scale(self, factor: float) -> None:
        """Let its seconds pass ``factor`` times as fast from now on; 0 stops it."""
        self._rebase(self.now_s())
        self._scale = factor

    def _rebase(self, shown_s: float) -> None:
        self._origin_s, self._shown_s = self._machine(), shown_s


def stamp(seconds: float) -> str:
    """``2026-11-21T18:30:00Z``, as the API writes times."""
    return dt.datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_stamp(text: str) -> float:
    """Seconds since the epoch of an RFC 3339 time.

    Raises:
        ValueError: it is not one, or has no zone.
    """
    when = dt.datetime.fromisoformat(text)
    if when.tzinfo is None:
        raise ValueError("no zone")
    return when.timestamp()
