"""Broadcasts that are to go: twins, stuck and lost ones.  None of them holds up the show."""

from streaming.youtube.errors import Kind, YouTubeError
from venue.ids import Instant

PATIENCE_S = 5.0
"""Taking one away may take so long; what becomes of it later is seen at the next try."""

SOON_MS = 2_000
LATER_MS = 30_000
LIMIT_MS = 480_000
_NO = frozenset({Kind.CHANGED, Kind.OPERATOR, Kind.BUG})


class Discards:
    """How often each has not gone, and when it is tried again."""

    def __init__(self) -> None:
        self.refusals: dict[str, tuple[int, Instant]] = {}
        """Refused an odd number of times: it may be live, and is to be ended instead."""
        self._failures: dict[str, int] = {}

    def failed(self, broadcast: str, error: YouTubeError, now: Instant, jitter: float) -> None:
        """Try it later: the other way soon, the same again after longer each time."""
        refused, _ = self.refusals.get(broadcast, (0, now))
        failures = self._failures[broadcast] = self._failures.get(broadcast, 0) + 1
        no = error.kind in _NO
        wait_ms = min(LATER_MS * 2.0 ** min(failures // 2, 10), LIMIT_MS) * (1 - jitter / 3)
        if no and refused % 2 == 0:
            wait_ms = SOON_MS
        self.refusals[broadcast] = refused + no, Instant(now + round(wait_ms))

    def hurry(self, now: Instant) -> None:
        """One of them is in the way."""
        self.refusals = {each: (refused, now) for each, (refused, _) in self.refusals.items()}

    def forget(self) -> None:
        """Another run has begun."""
        self.refusals.clear()
        self._failures.clear()
