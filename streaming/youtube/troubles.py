"""How long to leave YouTube alone after a call that failed.  Pure."""

from dataclasses import dataclass

from streaming.youtube.errors import Kind, YouTubeError
from streaming.youtube.ledger import next_midnight
from venue.ids import Instant

FIRST_MS = 1_000
LIMIT_MS = 60_000
LIMIT_ENDING_MS = 20_000
"""A broadcast that should end costs nerves every second."""

LATER_MS = 10_000
CHANGED_MS = 1_000
RESTING_MS = 3_000
RESTING_LIMIT_MS = 120_000
"""Each try costs fifty units of the day's quota."""

TOLD = 3
"""So many failures in a row are no matter of course any more."""

OPERATOR_MS = 600_000
CREDENTIALS_MS = 60_000
QUOTA_ENDING_MS = 300_000


@dataclass(frozen=True, slots=True)
class Trouble:
    """The last call failed, and what follows."""

    kind: Kind
    code: str
    reason: str
    until: Instant
    failures: int
    """In a row, this one included."""

    @property
    def plain(self) -> bool:
        """A matter of course on the way, nothing to tell people."""
        passing = self.kind in (Kind.IDLE, Kind.CHANGED, Kind.GONE, Kind.DONE)
        return passing and self.failures < TOLD

    @property
    def passing(self) -> bool:
        """It may well be over with the next try."""
        unsure = self.kind in (Kind.UNCERTAIN, Kind.LATER) and self.failures < TOLD
        return self.plain or unsure


def after(
    error: YouTubeError, before: Trouble | None, *, ending: bool, now: Instant, jitter: float
) -> Trouble:
    """What follows from a failure; ``jitter`` between 0 and 1."""
    failures = 1 if before is None else before.failures + 1
    limit_ms = LIMIT_ENDING_MS if ending else LIMIT_MS
    growing = min(FIRST_MS * 2.0 ** min(failures - 1, 10), limit_ms)
    growing *= 1 - jitter / 3
    wait_ms = growing
    match error.kind:
        case Kind.LATER:
            asked_ms = 1000 * (error.retry_after_s or 0)
            wait_ms = max(asked_ms, LATER_MS * (1 + jitter), growing)
        case Kind.QUOTA:
            midnight_ms = next_midnight(now) - now
            wait_ms = min(midnight_ms, QUOTA_ENDING_MS) if ending else midnight_ms
        case Kind.OPERATOR | Kind.BUG:
            wait_ms = LIMIT_ENDING_MS if ending else OPERATOR_MS
        case Kind.CREDENTIALS:
            wait_ms = CREDENTIALS_MS
        case Kind.IDLE | Kind.CHANGED | Kind.GONE | Kind.DONE:
            wait_ms = max(CHANGED_MS, growing if failures > 3 else 0)
        case Kind.UNCERTAIN:
            pass
    until = Instant(now + round(wait_ms))
    return Trouble(error.kind, error.code, error.reason, until, failures)


def resting(error: YouTubeError, before: Trouble | None, *, now: Instant, jitter: float) -> Trouble:
    """What follows for one write alone, longer each time; ``jitter`` between 0 and 1."""
    failures = 1 if before is None else before.failures + 1
    wait_ms = min(RESTING_MS * 2.0 ** min(failures - 1, 10), RESTING_LIMIT_MS) * (1 - jitter / 3)
    until = Instant(now + round(wait_ms))
    return Trouble(error.kind, error.code, error.reason, until, failures)
