"""Counts of viewers and what they come to."""

import pytest

from venue.ids import Instant, Language
from venue.viewers import ViewersSample, decode_sample, encode_sample, figures_of

pytestmark = pytest.mark.unit

EN, ZH = Language("en"), Language("zh")


def sample(lang: Language, at: int, viewers: int | None, views: int | None = None) -> ViewersSample:
    return ViewersSample(lang, Instant(at), viewers, views)


def test_each_language_has_its_own_peak_mean_and_total() -> None:
    samples = [
        sample(EN, 1, 10, 10),
        sample(ZH, 1, 3, 5),
        sample(EN, 2, 40, 60),
        sample(ZH, 2, None, None),
        sample(EN, 3, 25, 90),
    ]
    english, chinese = figures_of(samples, 100)
    assert (english.lang, english.now, english.peak, english.peak_at) == (EN, 25, 40, 2)
    assert (english.mean, english.views) == (25, 90)
    # YouTube hides a count now and then: that is not nobody.
    assert (chinese.now, chinese.peak, chinese.mean, chinese.views) == (None, 3, 3, 5)


def test_nobody_was_counted() -> None:
    assert figures_of([], 10) == ()
    (figures,) = figures_of([sample(EN, 1, None)], 10)
    assert (figures.peak, figures.peak_at, figures.mean) == (None, None, None)


def test_a_long_show_is_thinned_out_and_ends_with_now() -> None:
    (figures,) = figures_of([sample(EN, at, at) for at in range(1000)], 120)
    times = [at for at, _, _ in figures.samples]
    assert len(times) == 120
    assert (times[0], times[-1]) == (0, 999)
    assert times == sorted(set(times))
    assert figures.peak == 999


def test_a_sample_survives_the_stream() -> None:
    before = sample(ZH, 7, None, 12)
    fields = {key.encode(): value for key, value in encode_sample(before).items()}
    assert decode_sample(fields) == before
