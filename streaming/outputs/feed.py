"""What an output plays: the engine's packets, and the slate when there are none.

Pure: time comes in as ``now_s`` (media clock), packets go out as lists.

    GOP n of the grid is     live    its key frame came from the engine
                             slate   the engine was gone when it was due

The engine is gone for a track when nothing of that track came for ``patience_s`` or its socket
closed.  A GOP belongs to one of the two from its key frame to its end, so a decoder never sees
pictures of one after the key frame of the other, key frames stay on the grid, and time never goes
back.  Between the death of an engine in the middle of a GOP and the next key frame of the grid
there is no picture (at most one GOP); sound is filled with silence without a gap.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from streaming.mediatime import (
    AAC_FRAME_SAMPLES,
    GOP_SECONDS,
    SAMPLE_RATE_HZ,
    VIDEO_CLOCK_HZ,
    SampleTime,
    Ticks90k,
)
from streaming.outputs.tap import TapHeader
from streaming.packets import AacFrame, EncodedPicture
from venue.ids import Language

Packet = EncodedPicture | AacFrame

_GOP_TICKS = GOP_SECONDS * VIDEO_CLOCK_HZ
_NEVER_S = float("-inf")
_LIMIT_FILL_S = 10.0


@dataclass(frozen=True, slots=True)
class FeedStats:
    """Counters of one feed since it started."""

    slate_gops: int = 0
    silent_frames: int = 0
    late_pictures: int = 0
    """Came too late or did not fit the grid, and were not played."""
    late_sounds: int = 0


class PictureTrack:
    """The picture half of a feed."""

    def __init__(self, header: TapHeader, start_s: float, patience_s: float) -> None:
        self.header = header
        self.slate_gops = 0
        self.late = 0
        self._patience_s = patience_s
        self._seen_s = _NEVER_S
        self._gop = int(start_s * VIDEO_CLOCK_HZ) // _GOP_TICKS
        """The GOP played last; before the first one, the GOP in which the output began."""
        self._live = False
        self._slate_next = len(header.slate)
        """Number in the slate of its next picture; at its end, a GOP begins."""
        self._last_pts = -1

    def lost(self) -> None:
        self._seen_s = _NEVER_S

    def push(self, picture: EncodedPicture, now_s: float) -> list[EncodedPicture]:
        gop, offset = divmod(picture.pts, _GOP_TICKS)
        begins = picture.key and offset == 0
        # The rest of a group whose key frame was missed (a cover lay over it) promises nothing.
        if begins or gop <= self._gop:
            self._seen_s = now_s
        if begins and (gop > self._gop or self._last_pts < 0):
            rest = self._slate_rest()
            self._gop, self._live = gop, True
            self._slate_next = len(self.header.slate)
            self._last_pts = picture.pts
            return [*rest, picture]
        if self._live and gop == self._gop and picture.pts > self._last_pts and not picture.key:
            self._last_pts = picture.pts
            return [picture]
        self.late += 1
        return []

    def due_s(self) -> float:
        """When the slate must play, if nothing comes before."""
        if not self.header.slate:
            return float("inf")
        if self._slate_next < len(self.header.slate):
            return self._slate_pts(self._slate_next) / VIDEO_CLOCK_HZ + self._patience_s
        begin_s = (self._gop + 1) * GOP_SECONDS
        return max(begin_s, self._seen_s) + self._patience_s

    def tick(self, now_s: float) -> list[EncodedPicture]:
        played: list[EncodedPicture] = []
        while now_s >= self.due_s():
            if self._slate_next >= len(self.header.slate):
                self._begin_slate(now_s)
            played.append(self._slate_picture())
        return played

    def _begin_slate(self, now_s: float) -> None:
        self._gop += 1
        # A machine that slept does not get hours of slate at once.
        if now_s - self._gop * GOP_SECONDS > _LIMIT_FILL_S:
            self._gop = int((now_s - self._patience_s) / GOP_SECONDS)
        self._live = False
        self._slate_next = 0
        self.slate_gops += 1

    def _slate_pts(self, number: int) -> int:
        return self._gop * _GOP_TICKS + self.header.slate[number].pts

    def _slate_picture(self) -> EncodedPicture:
        picture = self.header.slate[self._slate_next]
        pts = Ticks90k(self._slate_pts(self._slate_next))
        self._slate_next += 1
        self._last_pts = pts
        return replace(picture, pts=pts)

    def _slate_rest(self) -> list[EncodedPicture]:
        """The rest of a slate GOP: it runs ``patience_s`` behind, the engine need not wait."""
        rest: list[EncodedPicture] = []
        while self._slate_next < len(self.header.slate):
            rest.append(self._slate_picture())
        return rest


class SoundTrack:
    """One language of a feed; begins with the first picture."""

    def __init__(self, language: Language, silence: bytes, patience_s: float) -> None:
        self.silent_frames = 0
        self.late = 0
        self._language = language
        self.filling: tuple[bytes, ...] = (silence,)
        """Frames that fill a gap, in turn by their place on the grid."""
        self._patience_s = patience_s
        self._seen_s = _NEVER_S
        self._next: int | None = None

    def begin(self, pts: int) -> None:
        """Start with the first frame that does not begin before the picture at ``pts``."""
        first_sample = -(-pts * SAMPLE_RATE_HZ // VIDEO_CLOCK_HZ)
        self._next = -(-first_sample // AAC_FRAME_SAMPLES) * AAC_FRAME_SAMPLES

    def lost(self) -> None:
        self._seen_s = _NEVER_S

    def push(self, frame: AacFrame, now_s: float) -> list[AacFrame]:
        self._seen_s = now_s
        if self._next is None or frame.at < self._next or frame.at % AAC_FRAME_SAMPLES:
            self.late += 1
            return []
        played = self._fill(frame.at)
        self._next = frame.at + AAC_FRAME_SAMPLES
        return [*played, frame]

    def due_s(self) -> float:
        if self._next is None:
            return float("inf")
        return max(self._next / SAMPLE_RATE_HZ, self._seen_s) + self._patience_s

    def tick(self, now_s: float) -> list[AacFrame]:
        if now_s < self.due_s():
            return []
        until = int((now_s - self._patience_s) * SAMPLE_RATE_HZ) + 1
        return self._fill(-(-until // AAC_FRAME_SAMPLES) * AAC_FRAME_SAMPLES)

    def _fill(self, until: int) -> list[AacFrame]:
        assert self._next is not None
        if until - self._next > _LIMIT_FILL_S * SAMPLE_RATE_HZ:
            self._next = until
        played: list[AacFrame] = []
        while self._next < until:
            filling = self.filling[self._next // AAC_FRAME_SAMPLES % len(self.filling)]
            played.append(AacFrame(self._language, filling, SampleTime(self._next)))
            self._next += AAC_FRAME_SAMPLES
        self.silent_frames += len(played)
        return played


class Feed:
    """The packets of one output, in order within each track."""

    def __init__(
        self,
        header: TapHeader,
        languages: Sequence[Language],
        start_s: float,
        *,
        patience_s: float = 0.3,
    ) -> None:
        self._pictures = PictureTrack(header, start_s, patience_s)
        self._sounds = {
            language: SoundTrack(language, header.silence_of(language), patience_s)
            for language in languages
        }
        self._begun = False
        self._covered = False

    def cover(self, filling: Sequence[bytes] | None) -> None:
        """Play the slate with these sounds whatever the engine sends; None: the program again.

        The picture changes at the next key frame of the grid, the sound at once.
        """
        self._covered = filling is not None
        for language, sound in self._sounds.items():
            sound.filling = tuple(filling or ()) or (self.header.silence_of(language),)
        if self._covered:
            self.lost()

    @property
    def header(self) -> TapHeader:
        """The program's own description, the newest one that fits."""
        return self._pictures.header

    def greet(self, header: TapHeader) -> bool:
        """Take the header of an engine that came back.

        False: its format is another one, so this output must start afresh.
        """
        known = self._pictures.header
        same = (header.fmt, header.tracks, header.aac_config) == (
            known.fmt,
            known.tracks,
            known.aac_config,
        )
        if same and len(header.slate) == len(known.slate):
            self._pictures.header = header
        return same

    def lost(self) -> None:
        """The engine's socket closed: do not wait for it."""
        self._pictures.lost()
        for sound in self._sounds.values():
            sound.lost()

    def push(self, packet: Packet, now_s: float) -> list[Packet]:
        """Take a packet of the engine; return what is to be sent now."""
        if self._covered:
            return []
        if isinstance(packet, EncodedPicture):
            return self._begin(self._pictures.push(packet, now_s))
        sound = self._sounds.get(packet.language)
        return [] if sound is None else list(sound.push(packet, now_s))

    def tick(self, now_s: float) -> list[Packet]:
        """Play slate and silence that have become due."""
        played = self._begin(self._pictures.tick(now_s))
        for sound in self._sounds.values():
            played.extend(sound.tick(now_s))
        return played

    def due_s(self) -> float:
        """When ``tick`` has something to do, if nothing is pushed before."""
        return min([self._pictures.due_s(), *(sound.due_s() for sound in self._sounds.values())])

    def stats(self) -> FeedStats:
        """Counters since the start."""
        return FeedStats(
            slate_gops=self._pictures.slate_gops,
            silent_frames=sum(sound.silent_frames for sound in self._sounds.values()),
            late_pictures=self._pictures.late,
            late_sounds=sum(sound.late for sound in self._sounds.values()),
        )

    def _begin(self, pictures: list[EncodedPicture]) -> list[Packet]:
        if pictures and not self._begun:
            self._begun = True
            for sound in self._sounds.values():
                sound.begin(pictures[0].pts)
        return list(pictures)
