"""The sender's clock, as its reports tell it.  Pure."""

import statistics
from collections import deque
from typing import Final

_REPORTS: Final = 9
"""A report is as exact as its sender was punctual: the median of some is better than the last."""


class SenderClock:
    """Ties the RTP timestamps of one stream to the wall clock of whoever sends it."""

    def __init__(self, clock_hz: int) -> None:
        self._hz = clock_hz
        self._pairs: deque[tuple[float, int]] = deque(maxlen=_REPORTS)
        self._newest = 0
        self._newest_s = 0.0

    @property
    def known(self) -> bool:
        """Whether there has been a report."""
        return bool(self._pairs)

    def learn(self, ntp: int, rtp: int) -> None:
        """Take a report: ``ntp`` in 1/2^32 s (64 bits) is the moment of timestamp ``rtp``."""
        self._pairs.append((ntp / 2**32, rtp))
        self._newest = rtp
        self._newest_s = statistics.median(
            moment_s + self._since(rtp, earlier) for moment_s, earlier in self._pairs
        )

    def forget(self) -> None:
        """Another stream begins."""
        self._pairs.clear()

    def moment_s(self, rtp: int) -> float:
        """Seconds on the sender's clock at which ``rtp`` was captured."""
        return self._newest_s + self._since(rtp, self._newest)

    def _since(self, rtp: int, earlier: int) -> float:
        return (((rtp - earlier + 0x80000000) & 0xFFFFFFFF) - 0x80000000) / self._hz
