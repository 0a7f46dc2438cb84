"""When an output tries again.  Pure.

An attempt has *progressed* when it was running for ``STEADY_MS``: the target took what was sent.

    never progressed, attempt over  -> failed       a wrong key or address: say so at once;
                                                    two more tries if it had begun to run
    progressed once, attempt over   -> retrying     1 s x 1.5 with jitter, at most 15 s, on air
    steady again                    -> running      the delay begins anew

A failed output is tried again by hand: removed and added.  What went wrong with our own process
(``OWN_FAULTS``) says nothing about the target and is always retried.
"""

from dataclasses import dataclass, replace

from venue.ids import DurationMs, Instant

STEADY_MS = DurationMs(3_000)
FIRST_DELAY_MS = 1_000
GROWTH = 1.5
LIMIT_DELAY_MS = 15_000
EARLY_RETRIES = 2
"""A target that took something and then hung up refuses the key late, or had bad luck."""

APART_MS = 1_000
OWN_FAULTS = frozenset(
    {"output.crashed", "output.no_program", "output.format_changed", "output.tls_settings"}
)
"""Not the target's doing."""

HOPELESS = frozenset({"output.bad_url"})
"""Never worth another attempt."""

DISK = frozenset({"output.disk_full", "output.disk_failed"})
"""Failed, and looked at again now and then: somebody may have made room."""

DISK_DELAY_MS = 10_000


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
    failed: bool = False


def running(state: RetryState, now: Instant) -> RetryState:
    """The attempt reports that its target takes what is sent."""
    since = now if state.running_since is None else state.running_since
    if now - since < STEADY_MS:
        return replace(state, running_since=since)
    return replace(state, running_since=since, progressed=True, failures=0, error=None)


def ended(state: RetryState, error: str, now: Instant, jitter: float) -> RetryState:
    """An attempt is over: fail, or say when the next one is due.

    ``jitter`` is between 0 and 1 and not the same for two outputs.
    """
    early = state.running_since is not None and state.failures < EARLY_RETRIES
    if error in HOPELESS or not (state.progressed or early or error in OWN_FAULTS | DISK):
        return replace(state, error=error, failed=True, running_since=None, next_attempt=None)
    if error in DISK:
        due = Instant(now + DISK_DELAY_MS)
        return replace(state, error=error, failed=True, running_since=None, next_attempt=due)
    delay_ms = min(FIRST_DELAY_MS * GROWTH**state.failures, LIMIT_DELAY_MS)
    # Up to a third less, never more: the cap is a cap, and two targets that broke in the same
    # moment do not come back in the same one.
    delay_ms *= 1 - jitter / 3
    return replace(
        state,
        error=error,
        failures=state.failures + 1,
        retries=state.retries + 1,
        running_since=None,
        next_attempt=Instant(now + round(delay_ms)),
    )


def apart(due: Instant, others: tuple[Instant, ...]) -> Instant:
    """Move an attempt on until it is ``APART_MS`` away from every other one."""
    for other in sorted(others):
        if abs(due - other) < APART_MS:
            due = Instant(other + APART_MS)
    return due


def begun(state: RetryState) -> RetryState:
    """An attempt begins."""
    return replace(state, running_since=None, next_attempt=None, failed=False)
