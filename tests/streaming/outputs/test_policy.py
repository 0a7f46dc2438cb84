"""When an output tries again."""

import random
from dataclasses import replace
from itertools import pairwise

import pytest

from streaming.outputs import policy
from streaming.outputs.policy import RetryState
from venue.ids import Instant

pytestmark = pytest.mark.unit


NEW = RetryState()


def steady(state: RetryState = NEW) -> RetryState:
    return policy.running(policy.running(state, Instant(0)), Instant(policy.STEADY_MS))


@pytest.mark.parametrize(
    "error",
    [
        "output.unknown_host",
        "output.refused",
        "output.no_answer",
        "output.timeout",
        "output.rejected",
        "output.not_rtmp",
        "output.tls_untrusted",
    ],
)
def test_a_target_that_never_took_anything_is_called_failed_and_tried_for_ever(error: str) -> None:
    state, delays = RetryState(), []
    for _ in range(40):
        state = policy.ended(policy.begun(state, Instant(0)), error, Instant(0), 0.0)
        assert state.failed
        assert state.error == error
        delays.append(state.next_attempt)
    assert delays[:3] == [1000, 1500, 2250]
    assert delays[-1] == policy.LIMIT_UNPROVEN_MS


def test_a_target_that_took_something_at_last_is_proven() -> None:
    state = policy.ended(RetryState(), "output.unknown_host", Instant(0), 0.0)
    state = policy.ended(steady(policy.begun(state, Instant(0))), "output.lost", Instant(0), 0.0)
    assert not state.failed
    assert state.next_attempt == policy.FIRST_DELAY_MS


def test_after_progress_the_delay_grows_to_its_cap_and_never_ends() -> None:
    state = steady()
    delays = []
    for _ in range(40):
        state = policy.ended(policy.begun(state, Instant(0)), "output.lost", Instant(0), 0.0)
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
        state = policy.ended(policy.begun(state, Instant(0)), "output.lost", Instant(0), 0.0)
    state = policy.ended(steady(policy.begun(state, Instant(0))), "output.lost", Instant(0), 0.0)
    assert state.next_attempt == 1000


def test_attempts_are_moved_apart_from_those_due_and_those_just_begun() -> None:
    apart_ms = policy.APART_MS
    others = (Instant(1200), Instant(1200 + apart_ms + 100), Instant(9000))
    assert policy.apart(Instant(1000), others) == 1200 + 2 * apart_ms + 100
    assert policy.apart(Instant(1000), ()) == 1000
    assert policy.apart(Instant(9000 + apart_ms), others) == 9000 + apart_ms


def test_however_targets_break_no_two_attempts_begin_in_the_same_second() -> None:
    """Virtual time: four targets break together, then each attempt breaks when it likes."""
    chance = random.Random(7)
    states = [steady() for _ in range(4)]
    breaks: list[tuple[int, int]] = [(10_000, each) for each in range(4)]
    begun: list[int] = []
    while len(begun) < 400:
        at, one = breaks.pop(breaks.index(min(breaks)))
        state = states[one]
        if state.next_attempt is None:
            state = policy.ended(state, "output.lost", Instant(at), chance.random())
            assert state.next_attempt is not None
            others = [
                each
                for name, other in enumerate(states)
                if name != one
                for each in other.attempts_at
            ]
            state = replace(state, next_attempt=policy.apart(state.next_attempt, others))
            breaks.append((int(state.next_attempt or 0), one))
        else:
            begun.append(at)
            state = policy.begun(state, Instant(at))
            lasts = chance.choice((0, chance.randrange(20_000)))
            state = policy.running(policy.running(state, Instant(at)), Instant(at + lasts))
            breaks.append((at + lasts, one))
        states[one] = state
    assert begun == sorted(begun)
    assert min(later - earlier for earlier, later in pairwise(begun)) >= 1_000


@pytest.mark.parametrize("because", sorted(policy.ASKED))
def test_who_asks_is_not_kept_waiting_and_nothing_is_held_against_the_target(because: str) -> None:
    state = steady()
    for _ in range(9):
        state = policy.ended(policy.begun(state, Instant(0)), "output.lost", Instant(0), 0.0)
    state = policy.ended(state, because, Instant(5000), 0.5)
    assert (state.next_attempt, state.failed, state.failures) == (5000, False, 0)


def test_a_crash_of_ours_says_nothing_about_the_target() -> None:
    assert not policy.ended(RetryState(), "output.crashed", Instant(0), 0.0).failed


def test_a_bad_address_is_never_tried_again() -> None:
    state = policy.ended(steady(), "output.bad_url", Instant(0), 0.0)
    assert state.failed
    assert state.next_attempt is None


def test_a_full_disk_fails_and_is_looked_at_again() -> None:
    state = policy.ended(steady(), "output.disk_full", Instant(0), 0.0)
    assert state.failed
    assert state.next_attempt == policy.DISK_DELAY_MS
    assert not policy.begun(state, Instant(0)).failed
