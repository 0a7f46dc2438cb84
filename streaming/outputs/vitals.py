"""What an output writes to its target, measured as it is written.  Pure: ``now_s`` comes in.

Nothing is decoded here: times say whether pictures come often enough, sound and picture leave
together, and how far behind the moment they are.  Key frames need no figure: the feed lets them
through on their grid only, and plays the slate where one is missing.
"""

from collections import deque
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
    """Pictures in a second of the program, however late they were sent."""
    fps_wanted: int = 0
    av_ms: int | None = None
    """How far the sound was behind the picture when both were written; negative: ahead."""
    lag_ms: int | None = None
    """How old pictures were when they were written."""
    lost_pictures: int = 0
    """Places of the grid without a picture, since the attempt began."""
    backlog_bytes: int = 0
    """Written, and not yet taken by the kernel."""
    loudness_lufs: int | None = None
    """Of what is loud enough to be speech, over the last twenty seconds."""
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
        self._times: deque[int] = deque(maxlen=_KEPT)
        """Of the last seconds of the program."""
        self._first_pts: int | None = None
        self._last_pts: int | None = None
        self._sound_end_s: float | None = None

    def sound(self, frame: AacFrame) -> None:
        """A frame is being written."""
        self._sound_end_s = (frame.at + AAC_FRAME_SAMPLES) / SAMPLE_RATE_HZ

    def picture(self, picture: EncodedPicture, now_s: float) -> None:
        """A picture is being written."""
        at_s = picture.pts / VIDEO_CLOCK_HZ
        if self._first_pts is None:
            self._first_pts = picture.pts
        if self._last_pts is not None:
            steps = (picture.pts - self._last_pts) * self._fps / VIDEO_CLOCK_HZ
            self.lost_pictures += max(0, round(steps) - 1)
        self._last_pts = picture.pts
        self._times.append(picture.pts)
        while picture.pts - self._times[0] >= WINDOW_S * VIDEO_CLOCK_HZ:
            self._times.popleft()
        if self._sound_end_s is not None:
            self._offsets_s.append(at_s - self._sound_end_s)
        self._pictures.append((now_s, now_s - at_s))

    def vitals(self, now_s: float, backlog_bytes: int = 0) -> Vitals:
        """The last seconds."""
        while self._pictures and now_s - self._pictures[0][0] > WINDOW_S:
            self._pictures.popleft()
        return Vitals(
            fps=round(len(self._times) / WINDOW_S) if self._span_s() >= WINDOW_S else None,
            fps_wanted=self._fps,
            av_ms=round(median(self._offsets_s) * 1000) if self._offsets_s else None,
            lag_ms=self._lag_ms(now_s),
            lost_pictures=self.lost_pictures,
            backlog_bytes=backlog_bytes,
        )

    def _span_s(self) -> float:
        if self._first_pts is None or self._last_pts is None:
            return 0.0
        return (self._last_pts - self._first_pts) / VIDEO_CLOCK_HZ

    def _lag_ms(self, now_s: float) -> int | None:
        """A target that takes little has much written to it at once, and then nothing for long."""
        if self._last_pts is None:
            return None
        ages_s = [age_s for _, age_s in self._pictures]
        newest_s = now_s - self._last_pts / VIDEO_CLOCK_HZ
        return round(max(median(ages_s) if ages_s else newest_s, newest_s) * 1000)
