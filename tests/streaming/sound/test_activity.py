"""Voices are told from noise, and the floor's voice from whoever nods."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.sound.activity import ALONE_S, CHANGE_S, FIRST_S, FloorVoice, SpeechDetector
from streaming.sound.leveller import TICK_S
from venue.ids import SeatId

pytestmark = pytest.mark.unit

A, B = SeatId("a"), SeatId("b")


def heard(levels_db: list[float]) -> list[bool]:
    """What a detector says of one source, tick by tick."""
    detector, out = SpeechDetector(1), []
    for level in levels_db:
        detector.step(np.array([level], np.float32))
        out.append(detector.speaks(0))
    return out


def noise(seconds: float, level_db: float) -> list[float]:
    """Steady noise: every tick a little louder or quieter."""
    spread = np.random.default_rng(1).normal(0, 1.0, int(seconds * 50))
    return [level_db + float(one) for one in spread]


def words(seconds: float, level_db: float, noise_db: float) -> list[float]:
    """Speech: words of 300 ms with 100 ms of the room between them."""
    return [level_db if index % 20 < 15 else noise_db for index in range(int(seconds * 50))]


@pytest.mark.parametrize("level_db", [-46.0, -38.0])
def test_the_noise_of_a_headset_is_no_voice_for_long(level_db: float) -> None:
    said = heard(noise(60, level_db))
    assert not any(said[30 * 50 :])


def test_a_voice_is_a_voice_however_long_it_speaks() -> None:
    said = heard(words(180, -28.0, -58.0))
    assert all(said[10:])


def test_a_voice_is_told_from_the_noise_it_speaks_in() -> None:
    said = heard([*noise(40, -42.0), *words(10, -25.0, -42.0), *noise(2, -42.0)])
    assert not any(said[30 * 50 : 40 * 50])
    assert all(said[40 * 50 + 5 : 50 * 50])
    assert not said[-1]


def test_a_tap_on_the_microphone_is_no_voice() -> None:
    assert not any(heard([*[-80.0] * 50, *[-15.0] * 3, *[-80.0] * 50]))


def follow(voice: FloorVoice, seconds: float, **loudness: float) -> SeatId | None:
    for _ in range(round(seconds / TICK_S)):
        voice.step({SeatId(seat): level for seat, level in loudness.items()}, {A, B})
    return voice.seat


def lag_s(voice: FloorVoice, seat: SeatId, **loudness: float) -> float:
    """How long somebody speaks until the floor is theirs."""
    for tick in range(500):
        if follow(voice, TICK_S, **loudness) == seat:
            return (tick + 1) * TICK_S
    raise AssertionError("never")


def test_the_first_voice_counts_at_once_and_another_when_it_lasts() -> None:
    voice = FloorVoice()
    assert lag_s(voice, A, a=-20.0) == pytest.approx(FIRST_S)
    follow(voice, 10, a=-20.0)
    assert lag_s(voice, B, a=-26.0, b=-20.0) == pytest.approx(CHANGE_S)


def test_a_voice_that_speaks_alone_counts_sooner() -> None:
    voice = FloorVoice()
    follow(voice, 10, a=-20.0)
    assert lag_s(voice, B, b=-20.0) == pytest.approx(ALONE_S)


def test_one_word_of_anybody_else_makes_it_less_clear() -> None:
    voice = FloorVoice()
    follow(voice, 10, a=-20.0)
    follow(voice, 0.8, b=-20.0)
    follow(voice, 0.1, a=-40.0, b=-20.0)
    assert follow(voice, 0.5, b=-20.0) == A
    assert follow(voice, 0.1, b=-20.0) == B


def test_a_yes_in_a_pause_changes_nothing() -> None:
    voice = FloorVoice()
    follow(voice, 10, a=-20.0)
    for _ in range(20):
        assert follow(voice, 0.9, b=-20.0) == A
        assert follow(voice, 1.0) == A
        assert follow(voice, 2.0, a=-20.0) == A


def test_who_speaks_up_again_at_once_waits_longer() -> None:
    voice = FloorVoice()
    follow(voice, 10, a=-20.0)
    follow(voice, ALONE_S, b=-20.0)
    assert lag_s(voice, A, a=-20.0) == pytest.approx(CHANGE_S)


STRETCHES = st.lists(
    st.tuples(st.sampled_from(["", "a", "b", "ab", "ba"]), st.integers(1, 200)), max_size=40
)


@given(STRETCHES)
def test_whatever_is_said_the_floor_never_flaps(script: list[tuple[str, int]]) -> None:
    voice, tick = FloorVoice(), 0
    changes: list[int] = []
    for who, ticks in script:
        loudness = {seat: -20.0 - 6 * place for place, seat in enumerate(who)}
        for _ in range(ticks):
            before = voice.seat
            follow(voice, TICK_S, **loudness)
            tick += 1
            if before is not None and voice.seat != before:
                changes.append(tick)
    least = round(CHANGE_S / TICK_S)
    assert all(later - sooner >= least for sooner, later in pairwise(changes))


def test_many_short_nods_never_add_up() -> None:
    voice = FloorVoice()
    follow(voice, 3, a=-20.0)
    for _ in range(20):
        assert follow(voice, 0.5, a=-30.0, b=-20.0) == A
        assert follow(voice, 2.0, a=-20.0) == A


def test_a_pause_belongs_to_who_spoke_last() -> None:
    voice = FloorVoice()
    follow(voice, 1, a=-20.0)
    assert follow(voice, 60) == A


def test_who_leaves_the_stage_is_no_voice_any_more() -> None:
    voice = FloorVoice()
    follow(voice, 1, a=-20.0)
    voice.step({A: -20.0}, {B})
    assert voice.seat is None
