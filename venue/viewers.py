"""How many watched on YouTube, and when: samples of one language, and what they come to.  Pure.

Samples are kept beside the journal, in a stream with a bound: they are figures, no facts that the
room decides by.
"""

from collections.abc import Iterable, Mapping
from itertools import groupby

import msgspec

from venue.ids import Instant, Language

SAMPLES_MAX = 20_000
"""Two weeks of one language, a sample a minute; some days of several."""


class ViewersSample(msgspec.Struct, frozen=True):
    """One count of one language."""

    lang: Language
    at: Instant
    viewers: int | None
    """None: YouTube does not say, or hides it."""
    views: int | None
    """In all."""


class ViewersFigures(msgspec.Struct, frozen=True):
    """What one language came to."""

    lang: Language
    now: int | None
    """The newest count."""
    peak: int | None
    peak_at: Instant | None
    mean: int | None
    views: int | None
    """In all, the newest figure."""
    samples: tuple[tuple[Instant, int | None, int | None], ...]
    """When, viewers, views; oldest first, thinned out evenly."""


def encode_sample(sample: ViewersSample) -> dict[str, bytes]:
    """The fields of a stream entry."""
    return {"sample": msgspec.json.encode(sample)}


def decode_sample(fields: Mapping[bytes, bytes]) -> ViewersSample:
    """An entry as it was kept.

    Raises:
        msgspec.ValidationError: Something else wrote it.
        KeyError: A field is missing.
    """
    return msgspec.json.decode(fields[b"sample"], type=ViewersSample)


def figures_of(samples: Iterable[ViewersSample], most: int) -> tuple[ViewersFigures, ...]:
    """Sum up, in the order of the languages' names, with at most ``most`` samples of each."""
    ordered = sorted(samples, key=lambda sample: (sample.lang, sample.at))
    return tuple(
        _figures(lang, tuple(group), most)
        for lang, group in groupby(ordered, key=lambda sample: sample.lang)
    )


def _figures(lang: Language, samples: tuple[ViewersSample, ...], most: int) -> ViewersFigures:
    counted = [sample for sample in samples if sample.viewers is not None]
    counts = [sample.viewers for sample in counted if sample.viewers is not None]
    peak = max(counts, default=None)
    views = [sample.views for sample in samples if sample.views is not None]
    return ViewersFigures(
        lang=lang,
        now=samples[-1].viewers,
        peak=peak,
        peak_at=next((sample.at for sample in counted if sample.viewers == peak), None),
        mean=round(sum(counts) / len(counts)) if counts else None,
        views=views[-1] if views else None,
        samples=tuple(
            (sample.at, sample.viewers, sample.views) for sample in _thinned(samples, most)
        ),
    )


def _thinned(samples: tuple[ViewersSample, ...], most: int) -> tuple[ViewersSample, ...]:
    """Evenly over the whole length, the newest always among them."""
    if len(samples) <= most:
        return samples
    step = (len(samples) - 1) / max(1, most - 1)
    return tuple(samples[round(step * place)] for place in range(most))
