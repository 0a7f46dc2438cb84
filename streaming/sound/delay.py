"""How long to hold the sound of one source, from how unevenly its packets arrive.

Transit is arrival less media time, up to a constant.  The least transit of the last seconds is
the base: it follows the drift of the sender's clock.  What lies above the base is jitter.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

WINDOW_PACKETS: Final = 500
_REVIEW_PACKETS: Final = 25
_QUANTILE: Final = 0.98


@dataclass(frozen=True, slots=True)
class DelayLimits:
    """Bounds of the target, in milliseconds above the fastest packet."""

    least_ms: float = 10.0
    """On a link without jitter."""
    start_ms: float = 40.0
    """Until the link is known."""
    most_ms: float = 120.0
    most_for_picture_ms: float = 200.0
    """The same when it waits for a slow camera."""
    margin_ms: float = 8.0
    shrink_ms_per_s: float = 15.0


class DelayEstimator:
    """Base transit and target delay of one source; times are seconds of the media clock."""

    def __init__(self, limits: DelayLimits) -> None:
        self._limits = limits
        self._transits = np.zeros(WINDOW_PACKETS)
        self._count = 0
        self._goal_ms = limits.start_ms
        self.base_s = 0.0
        self.target_ms = limits.start_ms
        self._picture_ms = 0.0

    @property
    def known(self) -> bool:
        """Whether a packet has been seen since the last reset."""
        return self._count > 0

    def reset(self) -> None:
        """Forget the sender's clock, not how uneven its link is."""
        self._count = 0
        self._goal_ms = self.target_ms

    def observe(self, transit_s: float) -> None:
        """Take the transit of one packet."""
        self.base_s = transit_s if self._count == 0 else min(self.base_s, transit_s)
        self._transits[self._count % WINDOW_PACKETS] = transit_s
        self._count += 1
        if self._count % _REVIEW_PACKETS == 0 and self._count >= 50:
            self._review()

    def _review(self) -> None:
        seen = self._transits[: min(self._count, WINDOW_PACKETS)]
        self.base_s = float(seen.min())
        # Not np.quantile: it is slow, and its first call imports a tenth of a second of numpy.ma.
        rank = int(_QUANTILE * (len(seen) - 1))
        jitter_ms = (float(np.partition(seen, rank)[rank]) - self.base_s) * 1000
        limits = self._limits
        self._goal_ms = min(max(jitter_ms + limits.margin_ms, limits.least_ms), limits.most_ms)

    def missed(self, lateness_ms: float) -> None:
        """A packet came ``lateness_ms`` after it was needed: hold longer, at once."""
        self.target_ms = min(self._limits.most_ms, self.target_ms + min(lateness_ms, 40.0))

    def picture_late(self, late_ms: float) -> None:
        """The seat's pictures come ``late_ms`` after its sound (negative: before): go half way."""
        if late_ms > 0:
            longer_ms = max(self._picture_ms, self.target_ms) + late_ms / 2
            self._picture_ms = min(self._limits.most_for_picture_ms, longer_ms)
        else:
            self._picture_ms = max(0.0, self._picture_ms + late_ms / 2)

    def step(self, elapsed_s: float) -> None:
        """Move the target towards what link and picture need: up at once, down slowly."""
        fall = self._limits.shrink_ms_per_s * elapsed_s
        self.target_ms = max(self._goal_ms, self._picture_ms, self.target_ms - fall)
