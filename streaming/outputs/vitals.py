"""What an output writes to its target, measured as it is written.  Pure: ``now_s`` comes in.

Nothing is decoded here: times and key flags say whether pictures come often enough, key frames lie
two seconds apart, sound and picture leave together, and how far behind the moment they are.
"""

from collections import deque
from itertools import pairwise
from statistics import median

import msgspec

from streaming.mediatime import AAC_FRAME_SAMPLES, SAMPLE_RATE_HZ, VIDEO_CLOCK_HZ
from streaming.packets import AacFrame, EncodedPicture

WINDOW_S = 4.0
_KEPT = 512
"""Pictures of a window at any rate there is."""


class Vitals(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How what was sent lately was; None: not known yet."""

    fps: int | None = None
    fps_wanted: int = 0
    key_ms: int | None = None
    """The longest of the last distances between key frames."""
    av_ms: int | None = None
    """How far the sound was behind the picture when both were written; negative: ahead."""
    lag_ms: int | None = None
    """How old pictures were when they were written."""
    lost_pictures: int = 0
    """Places of the grid without a picture, since the attempt began."""
    backlog_bytes: int = 0
    """Written, and not yet taken by the kernel."""
    loudness_lufs: int | None = None
    """Of what is loud enough to be speech, over the last minute."""
    quiet_ms: int = 0
    """How long there has been nothing but silence."""
    tone_hz: int | None = None
    """The one pitch that was heard all the time lately; 0: something else than one pitch."""
    tone_ms: int = 0
    """For how long it was this."""


class Measure:
    """Looks at every packet of one attempt."""

    def __init__(self, fps: int) -> None:
        self.lost_pictures = 0
        self._fps = fps
        self._pictures: deque[tuple[float, float]] = deque(maxlen=_KEPT)
        """When each was written, and how old it was then."""
        self._offsets_s: deque[float] = deque(maxlen=int(WINDOW_S * fps))
        self._keys: deque[int] = deque(maxlen=4)
        self._began_s: float | None = None
        self._last_pts: int | None = None
        self._sound_end_s: float | None = None

    def sound(self, frame: AacFrame) -> None:
        """A frame is being written."""
        self._sound_end_s = (frame.at + AAC_FRAME_SAMPLES) / SAMPLE_RATE_HZ

    def picture(self, picture: EncodedPicture, now_s: float) -> None:
        """A picture is being written."""
        at_s = picture.pts / VIDEO_CLOCK_HZ
        if self._began_s is None:
            self._began_s = now_s
        if self._last_pts is not None:
            steps = (picture.pts - self._last_pts) * self._fps / VIDEO_CLOCK_HZ
            self.lost_pictures += max(0, round(steps) - 1)
        self._last_pts = picture.pts
        if picture.key:
            self._keys.append(picture.pts)
        if self._sound_end_s is not None:
            self._offsets_s.append(at_s - self._sound_end_s)
        self._pictures.append((now_s, now_s - at_s))

    def vitals(self, now_s: float, backlog_bytes: int = 0) -> Vitals:
        """The last seconds."""
        while self._pictures and now_s - self._pictures[0][0] > WINDOW_S:
            self._pictures.popleft()
        known = self._began_s is not None and now_s - self._began_s >= WINDOW_S
        ages_s = [age_s for _, age_s in self._pictures]
        return Vitals(
            fps=round(len(ages_s) / WINDOW_S) if known else None,
            fps_wanted=self._fps,
            key_ms=self._longest_gop_ms(),
            av_ms=round(median(self._offsets_s) * 1000) if self._offsets_s else None,
            lag_ms=round(median(ages_s) * 1000) if ages_s else None,
            lost_pictures=self.lost_pictures,
            backlog_bytes=backlog_bytes,
        )

    def _longest_gop_ms(self) -> int | None:
        if len(self._keys) < 2:
            return None
        longest = max(later - earlier for earlier, later in pairwise(self._keys))
        return longest * 1000 // VIDEO_CLOCK_HZ
