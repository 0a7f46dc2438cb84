"""What a recording that still grows says about its sender: codecs, rates, keyframes."""

from collections import deque
from itertools import pairwise

_HEADER_BYTES = 13  # "FLV", version, flags, header size, and the first back pointer
_AAC_RATES = (96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000)
_AAC, _AVC = 10, 7
_AUDIO, _VIDEO = 8, 9
WINDOW_MS = 10_000


class FlvReader:
    """Reads tags as they come; remembers the last ten seconds of media time."""

    def __init__(self) -> None:
        self._rest = bytearray()
        self._begun = False
        self.audio_codec: int | None = None
        self.video_codec: int | None = None
        self.sample_rate_hz: int | None = None
        self.channels: int | None = None
        self.profile: int | None = None
        self.first_ms: int | None = None
        self.last_ms = 0
        self._keyframes_ms: deque[int] = deque(maxlen=8)
        self._tags: deque[tuple[int, int, int]] = deque(maxlen=4000)
        """(media time in ms, kind, size in bytes)"""

    def feed(self, more: bytes) -> None:
        self._rest += more
        if not self._begun:
            if len(self._rest) < _HEADER_BYTES:
                return
            del self._rest[:_HEADER_BYTES]
            self._begun = True
        while len(self._rest) >= 11:
            size = int.from_bytes(self._rest[1:4], "big")
            if len(self._rest) < 11 + size + 4:
                return
            at_ms = int.from_bytes(self._rest[4:7], "big") | self._rest[7] << 24
            self._tag(self._rest[0], at_ms, bytes(self._rest[11 : 11 + size]))
            del self._rest[: 11 + size + 4]

    def _tag(self, kind: int, at_ms: int, content: bytes) -> None:
        if kind not in (_AUDIO, _VIDEO) or len(content) < 2:
            return
        self.first_ms = at_ms if self.first_ms is None else self.first_ms
        self.last_ms = max(self.last_ms, at_ms)
        setup = content[1] == 0 and (content[0] >> 4 == _AAC or content[0] & 15 == _AVC)
        if kind == _AUDIO:
            self._audio(content, setup=setup)
        else:
            self._video(content, at_ms, setup=setup)
        if not setup:
            self._tags.append((at_ms, kind, len(content)))
        while self._tags and self._tags[0][0] < self.last_ms - WINDOW_MS:
            self._tags.popleft()

    def _audio(self, content: bytes, *, setup: bool) -> None:
        self.audio_codec = content[0] >> 4
        if setup and len(content) >= 4:
            bits = int.from_bytes(content[2:4], "big")
            place = bits >> 7 & 15
            self.sample_rate_hz = _AAC_RATES[place] if place < len(_AAC_RATES) else None
            self.channels = bits >> 3 & 15

    def _video(self, content: bytes, at_ms: int, *, setup: bool) -> None:
        self.video_codec = content[0] & 15
        if setup:
            self.profile = content[6] if len(content) > 6 else None
        elif content[0] >> 4 == 1:
            self._keyframes_ms.append(at_ms)

    @property
    def has_audio(self) -> bool:
        return any(kind == _AUDIO for _, kind, _ in self._tags)

    @property
    def has_video(self) -> bool:
        return any(kind == _VIDEO for _, kind, _ in self._tags)

    @property
    def span_ms(self) -> int:
        """How much media time the window holds."""
        return self._tags[-1][0] - self._tags[0][0] if self._tags else 0

    def bitrate_kbps(self, kind: int | None = None) -> float:
        """Of audio (8), video (9) or both, over the window; 0 while it is too short to say."""
        if self.span_ms < 1000:
            return 0.0
        held = sum(size for _, of, size in self._tags if kind in (None, of))
        return held * 8 / self.span_ms

    def frame_rate(self) -> float:
        """Video frames per second over the window; 0 while it is too short to say."""
        if self.span_ms < 1000:
            return 0.0
        return sum(kind == _VIDEO for _, kind, _ in self._tags) * 1000 / self.span_ms

    def keyframe_gap_ms(self) -> int:
        """The longest time without a keyframe of late, the one that still runs included."""
        if not self._keyframes_ms:
            return 0
        gaps = [after - before for before, after in pairwise(self._keyframes_ms)]
        return max([*gaps[-3:], self.last_ms - self._keyframes_ms[-1]])
