"""When an output tries again.  Pure.

An attempt has *progressed* when it was running for ``STEADY_MS``: the target took what was sent.

    never progressed, attempt over  -> failed       said at once, for the key may be wrong, and
                                                    tried again, for the network may be away:
                                                    1 s x 1.5 with jitter, at most 60 s
    progressed once, attempt over   -> retrying     the same, at most 15 s
    steady again                    -> running      the delay begins anew
    an address that is none         -> failed       until somebody asks

Nothing else is given up while it is wanted.  What went wrong with our own process (``OWN_FAULTS``)
says nothing about the target.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from venue.ids import DurationMs, Instant

STEADY_MS = DurationMs(3_000)
FIRST_DELAY_MS = 1_000
GROWTH = 1.5
LIMIT_DELAY_MS = 15_000
LIMIT_UNPROVEN_MS = 60_000
"""Of a target that never took anything: it may have no right to."""

APART_MS = 1_500
"""Between the beginnings of two attempts: a second, and what their processes take longer or shorter
to start."""

OWN_FAULTS = frozenset(
    {"output.crashed", "output.no_program", "output.format_changed", "output.tls_settings"}
)
"""Not the target's doing."""

HOPELESS = frozenset({"output.bad_url"})
"""Never worth another attempt."""

DISK = frozenset({"output.disk_full", "output.disk_failed"})
"""Failed, and looked at again now and then: somebody may have made room."""

DISK_DELAY_MS = 10_000
ASKED = frozenset({"output.asked_again", "output.no_data"})
"""Ended by ourselves, to begin anew at once: somebody asked, or YouTube had none of our data."""


@dataclass(frozen=True, slots=True)
class RetryState:
    """What is remembered of one output between attempts."""

    progressed: bool = False
    failures: int = 0
    """Attempts in a row that ended before they were steady."""
    retries: int = 0
    """All attempts but the first, for the view."""
    error: str | None = None
    running_since: Instant | None = None
    next_attempt: Instant | None = None
    begun_at: Instant | None = None
    """When the last attempt began."""
    failed: bool = False
    """To be said so, tried again or not."""

    @property
    def attempts_at(self) -> tuple[Instant, ...]:
        """When the last attempt began and, if it is being waited for, when the next one is due."""
        both = (self.begun_at, self.next_attempt)
        return tuple(instant for instant in both if instant is not None)


def running(state: RetryState, now: Instant) -> RetryState:
    """The attempt reports that its target takes what is sent."""
    since = now if state.running_since is None else state.running_since
    if now - since < STEADY_MS:
        return replace(state, running_since=since)
    return replace(state, running_since=since, progressed=True, failures=0, error=None)


def ended(state: RetryState, error: str, now: Instant, jitter: float) -> RetryState:
    """An attempt is over: say whether and when the next one is due.

    ``jitter`` is between 0 and 1 and not the same for two outputs.
    """
    over = replace(state, error=error, running_since=None, next_attempt=None)
    if error in HOPELESS:
        return replace(over, failed=True)
    if error in DISK:
        return replace(over, failed=True, next_attempt=Instant(now + DISK_DELAY_MS))
    if error in ASKED:
        retries = state.retries + 1
        return replace(over, failed=False, failures=0, retries=retries, next_attempt=now)
    proven = state.progressed or error in OWN_FAULTS
    limit_ms = LIMIT_DELAY_MS if proven else LIMIT_UNPROVEN_MS
    delay_ms = min(FIRST_DELAY_MS * GROWTH ** min(state.failures, 20), limit_ms)
    # Up to a third less, never more: the cap is a cap, and two targets that broke in the same
    # moment do not come back in the same one.
    delay_ms *= 1 - jitter / 3
    return replace(
        over,
        failed=not proven,
        failures=state.failures + 1,
        retries=state.retries + 1,
        next_attempt=Instant(now + round(delay_ms)),
    )


def apart(due: Instant, others: Iterable[Instant]) -> Instant:
    """Move an attempt on until it is ``APART_MS`` away from every other one, due or just begun."""
    for other in sorted(others):
        if abs(due - other) < APART_MS:
            due = Instant(other + APART_MS)
    return due


def begun(state: RetryState, now: Instant) -> RetryState:
    """An attempt begins."""
    return replace(state, running_since=None, next_attempt=None, failed=False, begun_at=now)
