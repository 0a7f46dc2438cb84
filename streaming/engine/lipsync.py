"""When to show a picture so that it goes with its sound.  Pure.

The two reach us with delays of their own: a camera codes slower than a microphone, and we hold
sound against jitter.  Sender reports tie the timestamps of both to one clock of the sender, and
the sound says which of its samples leaves when; so every picture has a time at which the sound of
its moment is heard.  Until there are reports, or without sound, a picture is due as it arrives.

A picture that is early waits.  When pictures are late, the sound is asked to wait instead.
"""

from dataclasses import dataclass
from typing import Final

from streaming.mediatime import VIDEO_CLOCK_HZ, Playout
from streaming.rtc.sender_clock import SenderClock

MOST_HOLD_S: Final = 0.3
"""A picture waits no longer for its sound."""
_SLEW: Final = 0.05
"""Seconds of correction a second: nobody sees a picture that runs 5 % fast."""
_ANOTHER_STREAM_S: Final = 1.0
"""What disagrees by more is a clock that was set, or reports that lie."""
_BASE_RISE_S: Final = 0.0002
"""A picture; the least transit is forgotten slowly, as clocks drift and routes change."""
_DEAD_ZONE_S: Final = 0.010
_REVIEW_S: Final = 1.0


@dataclass(slots=True)
class LipSync:
    """One camera and its microphone."""

    late_s: float = 0.0
    """Of the pictures against their sound, by how much even the fastest comes too late."""
    _last: int | None = None
    _media_s: float = 0.0
    """Time of the newest picture on its own clock, which never wraps."""
    _base_s: float = 0.0
    """Least transit: arrival less media time."""
    _shift_s: float = 0.0
    """Due less media time; follows what is wanted, slowly."""
    _reviewed_s: float = 0.0

    def due_s(
        self,
        timestamp: int,
        arrival_s: float,
        pictures: SenderClock,
        sounds: SenderClock | None,
        playout: Playout | None,
    ) -> float:
        """When to show the picture of ``timestamp`` (90 kHz); not before ``arrival_s``."""
        first = self._last is None
        step_s = self._advance(timestamp)
        transit_s = arrival_s - self._media_s
        if first or abs(transit_s - self._base_s) > _ANOTHER_STREAM_S:
            self._base_s = self._shift_s = transit_s
        self._base_s = min(transit_s, self._base_s + _BASE_RISE_S)
        wanted_s = self._base_s
        if pictures.known and sounds is not None and sounds.known and playout is not None:
            heard_s = playout.at_s - sounds.moment_s(playout.rtp)
            seen_s = pictures.moment_s(timestamp) + heard_s - self._media_s
            if abs(seen_s - self._base_s) < _ANOTHER_STREAM_S:
                wanted_s = seen_s
        self.late_s = self._base_s - wanted_s
        wanted_s = min(max(wanted_s, self._base_s), self._base_s + MOST_HOLD_S)
        most_s = _SLEW * min(abs(step_s), 1.0)
        self._shift_s += min(max(wanted_s - self._shift_s, -most_s), most_s)
        return max(arrival_s, self._media_s + self._shift_s)

    def _advance(self, timestamp: int) -> float:
        if self._last is None:
            self._last = timestamp
        step = ((timestamp - self._last + 0x80000000) & 0xFFFFFFFF) - 0x80000000
        self._last = timestamp
        self._media_s += step / VIDEO_CLOCK_HZ
        return step / VIDEO_CLOCK_HZ

    def complaint_ms(self, now_s: float) -> float:
        """What to tell the sound, once a second: positive, wait longer; negative, less; or 0."""
        if now_s - self._reviewed_s < _REVIEW_S or abs(self.late_s) < _DEAD_ZONE_S:
            return 0.0
        self._reviewed_s = now_s
        return self.late_s * 1000
