"""When an output tries again."""

import pytest

from streaming.outputs import policy
from streaming.outputs.policy import RetryState
from venue.ids import Instant

pytestmark = pytest.mark.unit


NEW = RetryState()


def steady(state: RetryState = NEW) -> RetryState:
    return policy.running(policy.running(state, Instant(0)), Instant(policy.STEADY_MS))


def test_a_target_that_never_took_anything_fails_at_once() -> None:
    state = policy.ended(RetryState(), "output.refused", Instant(0), 0.5)
    assert state.failed
    assert state.next_attempt is None
    assert state.error == "output.refused"


def test_a_target_that_hangs_up_early_gets_two_more_tries() -> None:
    state, tries = RetryState(), 0
    while not state.failed:
        tries += 1
        state = policy.running(policy.begun(state), Instant(0))
        state = policy.ended(state, "output.rejected", Instant(1000), 0.5)
    assert tries == 3


def test_after_progress_the_delay_grows_to_its_cap_and_never_ends() -> None:
    state = steady()
    delays = []
    for _ in range(40):
        state = policy.ended(policy.begun(state), "output.lost", Instant(0), 0.0)
        delays.append(state.next_attempt)
    assert delays[:4] == [1000, 1500, 2250, 3375]
    assert delays[-1] == policy.LIMIT_DELAY_MS
    assert not state.failed
    assert state.retries == 40


def test_jitter_only_ever_shortens() -> None:
    slow = policy.ended(steady(), "output.lost", Instant(0), 0.0).next_attempt
    quick = policy.ended(steady(), "output.lost", Instant(0), 1.0).next_attempt
    assert slow is not None
    assert quick is not None
    assert slow * 2 / 3 == pytest.approx(quick, abs=1)


def test_steady_progress_makes_the_delay_begin_anew() -> None:
    state = steady()
    for _ in range(5):
        state = policy.ended(policy.begun(state), "output.lost", Instant(0), 0.0)
    state = policy.ended(steady(policy.begun(state)), "output.lost", Instant(0), 0.0)
    assert state.next_attempt == 1000


def test_two_targets_do_not_come_back_in_the_same_second() -> None:
    due = policy.apart(Instant(1000), (Instant(1200), Instant(2100), Instant(9000)))
    assert due == 3100
    assert policy.apart(Instant(1000), ()) == 1000


def test_a_crash_of_ours_says_nothing_about_the_target() -> None:
    assert not policy.ended(RetryState(), "output.crashed", Instant(0), 0.0).failed


def test_a_bad_address_is_never_tried_again() -> None:
    assert policy.ended(steady(), "output.bad_url", Instant(0), 0.0).failed


def test_a_full_disk_fails_and_is_looked_at_again() -> None:
    state = policy.ended(steady(), "output.disk_full", Instant(0), 0.0)
    assert state.failed
    assert state.next_attempt == policy.DISK_DELAY_MS
    assert not policy.begun(state).failed
