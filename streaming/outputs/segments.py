"""Cutting the program into segments, one GOP each, picture and every language alike.  Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from streaming.mediatime import AAC_FRAME_SAMPLES, GOP_SECONDS, SAMPLE_RATE_HZ, VIDEO_CLOCK_HZ
from streaming.outputs.feed import Packet
from streaming.packets import AacFrame, EncodedPicture
from venue.ids import Language

GOP_TICKS = GOP_SECONDS * VIDEO_CLOCK_HZ
_LIMIT_PENDING = 3


@dataclass(frozen=True, slots=True)
class Segment:
    """One GOP of the grid."""

    gop: int
    pictures: tuple[EncodedPicture, ...]
    sounds: dict[Language, tuple[AacFrame, ...]]
    """Frames that begin within the GOP; contiguous."""

    @property
    def begin_pts(self) -> int:
        """Media time of the key frame."""
        return self.gop * GOP_TICKS


@dataclass(slots=True)
class _Pending:
    pictures: list[EncodedPicture] = field(default_factory=list)
    sounds: dict[Language, list[AacFrame]] = field(default_factory=dict)


class Segmenter:
    """Collects packets and gives a segment when all its tracks are complete."""

    def __init__(self, languages: Sequence[Language]) -> None:
        self.dropped = 0
        """GOPs that lacked a track and were left out."""
        self._languages = tuple(languages)
        self._pending: dict[int, _Pending] = {}
        self._newest_sound_gop = dict.fromkeys(languages, -1)
        self._newest_picture_gop = -1
        self._done_gop = -1

    def push(self, packet: Packet) -> list[Segment]:
        """Take a packet; return the segments that are complete now."""
        gop = self._gop_of(packet)
        if gop > self._done_gop:
            pending = self._pending.setdefault(gop, _Pending())
            if isinstance(packet, AacFrame):
                pending.sounds.setdefault(packet.language, []).append(packet)
            else:
                pending.pictures.append(packet)
        if isinstance(packet, AacFrame):
            self._newest_sound_gop[packet.language] = gop
        else:
            self._newest_picture_gop = gop
        return self._complete()

    def _gop_of(self, packet: Packet) -> int:
        if isinstance(packet, AacFrame):
            return packet.at // (GOP_SECONDS * SAMPLE_RATE_HZ)
        return packet.pts // GOP_TICKS

    def _complete(self) -> list[Segment]:
        reached = min([self._newest_picture_gop, *self._newest_sound_gop.values()])
        complete: list[Segment] = []
        for gop in sorted(self._pending):
            if gop >= reached and len(self._pending) <= _LIMIT_PENDING:
                break
            pending = self._pending.pop(gop)
            self._done_gop = gop
            # Sound alone (the program before its first picture, a target that fell behind) and
            # a language without a frame make no segment that a player could use.
            if pending.pictures and len(pending.sounds) == len(self._languages):
                sounds = {language: tuple(pending.sounds[language]) for language in self._languages}
                complete.append(Segment(gop, tuple(pending.pictures), sounds))
            else:
                self.dropped += 1
        return complete


def picture_durations(segment: Segment) -> list[int]:
    """In ticks; the last picture stays up to the end of the GOP."""
    times = [picture.pts for picture in segment.pictures]
    ends = [*times[1:], segment.begin_pts + GOP_TICKS]
    return [end - begin for begin, end in zip(times, ends, strict=True)]


def sound_duration_s(frames: Sequence[AacFrame]) -> float:
    """Length of a run of frames."""
    return len(frames) * AAC_FRAME_SAMPLES / SAMPLE_RATE_HZ
