"""One part of a recording, from Matroska to what a browser plays.

    DIR/video.mp4           the picture
    DIR/{sound}.mp4         each language, the floor, each booth, for players
    DIR/{sound}.m4a         the same to keep
    DIR/index.json          ``PartIndex``; there once everything else is

Packets are copied, nothing is encoded again.  Matroska rounds to milliseconds; pictures and AAC
frames are put back on their grids.
"""

import contextlib
import errno
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import msgspec

from streaming.archive.tracks import TrackIndex, TrackWriter
from streaming.mediatime import AAC_FRAME_SAMPLES, SAMPLE_RATE_HZ, VIDEO_CLOCK_HZ, PictureFormat
from streaming.outputs import fmp4
from streaming.outputs.avc import NAL_AUD, NAL_PPS, NAL_SPS, from_avcc, without
from venue.archive import Part
from venue.ids import DurationMs, Instant

_OUT_OF_BAND = frozenset({NAL_SPS, NAL_PPS, NAL_AUD})
_SOUND = re.compile(r"[A-Za-z0-9-]{1,40}")
_PHASE_SAMPLES = 256
"""Key frames lie at even seconds and AAC frames at multiples of 1024 samples; so seen from a key
frame, frames begin at multiples of what divides both."""
_SAMPLE = Fraction(1, SAMPLE_RATE_HZ)
_PROGRESS_EVERY = 500

OnProgress = Callable[[int], None]
"""Told how many bytes of the file have been read."""


class Unreadable(Exception):
    """The file holds nothing that could be played."""


class PartIndex(msgspec.Struct, frozen=True):
    """A part and where its fragments lie."""

    part: Part
    codec: str
    size_px: tuple[int, int]
    fps: int
    video: TrackIndex
    sounds: dict[str, TrackIndex]


class _SoundWriter:
    """A sound twice: in fragments for players, and as a file to keep."""

    def __init__(self, directory: Path, sound: str, stream: av.AudioStream) -> None:
        config = stream.codec_context.extradata or b""
        path = directory / f"{sound}.mp4"
        self._track = TrackWriter(path, fmp4.audio_init(config), SAMPLE_RATE_HZ)
        self._kept = av.open(str(directory / f"{sound}.m4a"), "w", format="ipod")
        self._stream = self._kept.add_stream_from_template(stream)
        self._stream.time_base = _SAMPLE

    def write(self, at_ms: float, data: bytes) -> None:
        at = round(at_ms * SAMPLE_RATE_HZ / 1000 / _PHASE_SAMPLES) * _PHASE_SAMPLES
        if not self._track.write(at, data, key=True):
            return
        packet = av.Packet(data)
        packet.stream = self._stream
        packet.time_base = _SAMPLE
        packet.pts = packet.dts = at
        packet.duration = AAC_FRAME_SAMPLES
        self._kept.mux(packet)

    def close(self) -> TrackIndex:
        self._kept.close()
        return self._track.close(AAC_FRAME_SAMPLES)

    def abandon(self) -> None:
        self._track.abandon()
        with contextlib.suppress(OSError, ValueError):
            self._kept.close()


class _PictureWriter:
    """The picture, on the grid of its rate."""

    def __init__(self, directory: Path, stream: av.VideoStream) -> None:
        context = stream.codec_context
        self.fps = 30 if round(float(stream.average_rate or 25)) > 27 else 25
        self.size_px = context.width, context.height
        try:
            sets = from_avcc(context.extradata or b"")
        except ValueError:
            raise Unreadable from None
        self.codec = sets.codec_string
        init = fmp4.video_init(PictureFormat(*self.size_px, self.fps), sets)
        self._track = TrackWriter(directory / "video.mp4", init, VIDEO_CLOCK_HZ)

    def write(self, at_ms: float, data: bytes, *, key: bool) -> None:
        at = round(at_ms * self.fps / 1000) * VIDEO_CLOCK_HZ // self.fps
        self._track.write(at, without(data, _OUT_OF_BAND), key=key)

    def close(self) -> TrackIndex:
        return self._track.close(VIDEO_CLOCK_HZ // self.fps)

    def abandon(self) -> None:
        self._track.abandon()


class _Writers:
    """Every track of one part."""

    def __init__(self, directory: Path, container: av.container.InputContainer) -> None:
        if not container.streams.video:
            raise Unreadable
        self.picture = _PictureWriter(directory, container.streams.video[0])
        self.sounds: dict[int, tuple[str, _SoundWriter]] = {}
        for stream in container.streams.audio:
            sound = str(stream.metadata.get("title", ""))
            if _SOUND.fullmatch(sound):
                self.sounds[stream.index] = sound, _SoundWriter(directory, sound, stream)
        self.streams = [stream for stream in container.streams if self._takes(stream)]

    def _takes(self, stream: "av.stream.Stream") -> bool:
        return stream.type == "video" or stream.index in self.sounds

    def write(self, packet: "av.Packet[Any]") -> None:
        assert packet.pts is not None
        at_ms = float(packet.pts * packet.time_base * 1000)
        found = self.sounds.get(packet.stream_index)
        if found is None:
            self.picture.write(at_ms, bytes(packet), key=packet.is_keyframe)
        else:
            found[1].write(at_ms, bytes(packet))

    def abandon(self) -> None:
        self.picture.abandon()
        for _, writer in self.sounds.values():
            writer.abandon()


def remux(source: Path, directory: Path, on_progress: OnProgress) -> PartIndex:
    """Take a recording apart into ``directory``.

    Raises:
        Unreadable: There is nothing in it.
        OSError: The disk is full or broken.
    """
    container = None
    with _to_the_end(source):
        container = av.open(str(source))
    if container is None:
        raise Unreadable
    with container:
        writers = _Writers(directory, container)
        try:
            for number, packet in enumerate(_packets(source, container, writers.streams)):
                writers.write(packet)
                if number % _PROGRESS_EVERY == 0 and packet.pos is not None:
                    on_progress(packet.pos)
        except BaseException:
            writers.abandon()
            raise
        index = _finish(source, container, writers)
    (directory / "index.json").write_bytes(msgspec.json.encode(index))
    return index


def _packets(
    source: Path, container: av.container.InputContainer, streams: "list[av.stream.Stream]"
) -> "Iterator[av.Packet[Any]]":
    with _to_the_end(source):
        for packet in container.demux(*streams):
            if packet.pts is not None and packet.size:
                yield packet


@contextlib.contextmanager
def _to_the_end(source: Path) -> Iterator[None]:
    """Take a fault of the file for its end: that is where a crash has left it.

    Matroska's reader calls a file that ends too early an input error, as it does a broken disk.

    Raises:
        OSError: The disk is broken indeed.
    """
    try:
        yield
    except (av.error.InvalidDataError, EOFError):
        pass
    except OSError as error:
        if error.errno != errno.EIO:
            raise
        with source.open("rb") as file:
            while file.read(1 << 20):
                pass


def _finish(source: Path, container: av.container.InputContainer, writers: _Writers) -> PartIndex:
    video = writers.picture.close()
    sounds = {sound: writer.close() for sound, writer in writers.sounds.values()}
    if not video.fragments:
        raise Unreadable
    captions = sorted(
        path.name.removeprefix(f"{source.stem}.").removesuffix(".vtt")
        for path in source.parent.glob(f"{source.stem}.*.vtt")
    )
    part = Part(
        name=source.stem,
        began_at=_began_at(source, container.metadata.get("creation_time", "")),
        length_ms=DurationMs(round(video.length_s * 1000)),
        sounds=tuple(sound for sound, track in sounds.items() if track.fragments),
        captions=tuple(captions),
        size_bytes=source.stat().st_size,
    )
    picture = writers.picture
    return PartIndex(part, picture.codec, picture.size_px, picture.fps, video, sounds)


def _began_at(source: Path, stated: str) -> Instant:
    """What the file says, or else its name: recordings from before it said so."""
    try:
        began = datetime.fromisoformat(stated)
    except ValueError:
        began = datetime.strptime(source.stem[:16], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return Instant(round(began.timestamp() * 1000))
