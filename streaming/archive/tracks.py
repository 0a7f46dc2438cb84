"""One track of a recording as one file of fragmented MP4, and where its fragments lie."""

from pathlib import Path

import msgspec

from streaming.outputs import fmp4

FRAGMENT_S = 4
"""What a player fetches at once; a jump costs one of these."""


class TrackIndex(msgspec.Struct, frozen=True):
    """A file, and the ranges that a playlist names."""

    init_bytes: int
    """Its initialisation segment, at the beginning."""
    fragments: tuple[tuple[int, float], ...]
    """Size in bytes and length in seconds of each, one after another."""

    @property
    def length_s(self) -> float:
        """Of the track."""
        return sum(length_s for _, length_s in self.fragments)


class TrackWriter:
    """Writes samples in order; a sample lasts until the next one begins."""

    def __init__(self, path: Path, init: bytes, units_a_second: int) -> None:
        self._file = path.open("wb")
        self._init_bytes = self._file.write(init)
        self._units_a_second = units_a_second
        self._samples: list[fmp4.Sample] = []
        self._begin = 0
        self._held: tuple[int, bytes, bool] | None = None
        self._fragments: list[tuple[int, float]] = []

    def write(self, at: int, data: bytes, *, key: bool) -> bool:
        """Take the sample that begins at ``at``, in the track's own units.

        False: there is one of that moment, or a later one, already; this one is left out.
        """
        if self._held is not None:
            if at <= self._held[0]:
                return False
            self._end_sample(at)
        if key and self._samples and at - self._begin >= FRAGMENT_S * self._units_a_second:
            self._flush()
        if not self._samples:
            self._begin = at
        self._held = at, data, key
        return True

    def close(self, last_units: int) -> TrackIndex:
        """Finish; the last sample lasts ``last_units``."""
        if self._held is not None:
            self._end_sample(self._held[0] + last_units)
        if self._samples:
            self._flush()
        self._file.close()
        return TrackIndex(self._init_bytes, tuple(self._fragments))

    def abandon(self) -> None:
        """Close the file as it is."""
        self._file.close()

    def _end_sample(self, end: int) -> None:
        assert self._held is not None
        at, data, key = self._held
        self._samples.append(fmp4.Sample(data, end - at, key))
        self._held = None

    def _flush(self) -> None:
        number = len(self._fragments) + 1
        size = self._file.write(fmp4.media_segment(number, self._begin, self._samples))
        units = sum(sample.duration for sample in self._samples)
        self._fragments.append((size, units / self._units_a_second))
        self._samples = []
