"""Recording to Matroska: the program as it went out, every language as a track, and every stem.

A cluster is written every second, so a recording that ends with a power cut plays up to its last
second.  Every start of the process is a new file.  Its date (``creation_time``) is the wall clock
of its first picture: by it the archive finds what the journal tells.
"""

import io
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import av

from streaming.mediatime import SAMPLE_RATE_HZ, VIDEO_CLOCK_HZ, now_s
from streaming.outputs.feed import Packet
from streaming.outputs.tap import TapHeader
from streaming.outputs.webvtt import reading_s
from streaming.packets import AacFrame, Caption, EncodedPicture, is_booth
from venue.ids import Language
from venue.webvtt import Cue, cue_lines, document

_ISO_639_2 = {"en": "eng", "zh": "chi", "fr": "fre", "de": "ger", "es": "spa", "ja": "jpn"} | {
    "ko": "kor", "pl": "pol", "pt": "por", "ar": "ara", "ru": "rus", "it": "ita", "hi": "hin"
}  # fmt: skip
_GLOBAL_HEADER = 1 << 22


def recording_path(directory: Path, now: datetime) -> Path:
    """Where a recording that begins now goes; an existing file is never touched."""
    stem = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    path, part = directory / f"{stem}.mkv", 2
    while path.exists():
        path, part = directory / f"{stem}-{part}.mkv", part + 1
    return path


def _wall_clock(pts: int) -> datetime:
    """When a picture of the media clock was, by the clock on the wall."""
    return datetime.fromtimestamp(time.time() - now_s() + pts / VIDEO_CLOCK_HZ, UTC)


class Recorder:
    """Writes one file; opens it with the first key frame."""

    def __init__(self, path: Path, header: TapHeader, languages: Sequence[Language]) -> None:
        self.path = path
        self._header = header
        self._languages = tuple(languages)
        self._container: av.container.OutputContainer | None = None
        self._pictures: av.VideoStream | None = None
        self._sounds: dict[Language, av.AudioStream] = {}
        self._base_pts = -1

    @property
    def written_bytes(self) -> int:
        """Size of the file so far."""
        return self.path.stat().st_size if self.path.exists() else 0

    def write(self, packet: Packet) -> None:
        """Take a packet.

        Raises:
            OSError: The disk is full or broken.
        """
        if self._container is None:
            if isinstance(packet, AacFrame) or not packet.key:
                return
            self._open(packet)
        if isinstance(packet, AacFrame):
            self._write_sound(packet)
        else:
            self._write_picture(packet)

    def caption(self, caption: Caption) -> None:
        """Append a line of captions to the WebVTT file of its language beside the recording.

        Raises:
            OSError: The disk is full or broken.
        """
        if self._container is None:
            return
        path = self.path.with_suffix(f".{caption.language}.vtt")
        begin_s = max(0, caption.at - self._base_pts) / VIDEO_CLOCK_HZ
        cue = Cue(begin_s, begin_s + reading_s(caption.text), caption.text)
        fresh = not path.exists()
        with path.open("a", encoding="utf-8") as file:
            file.write(document([cue]) if fresh else "\n".join(cue_lines(cue)) + "\n\n")

    def close(self) -> None:
        """Finish the file: index and duration.

        Raises:
            OSError: There was no room for them.
        """
        if self._container is None:
            return
        try:
            self._container.close()
        finally:
            if not self.written_bytes:
                self.path.unlink(missing_ok=True)  # not even its beginning found room

    def _open(self, first: EncodedPicture) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._base_pts = first.pts
        container = av.open(
            str(self.path),
            "w",
            format="matroska",
            options={"cluster_time_limit": "1000", "flush_packets": "1"},
            container_options={"max_interleave_delta": "1000000"},
        )
        container.metadata["creation_time"] = _wall_clock(first.pts).isoformat()
        template = av.open(io.BytesIO(first.data), "r", format="h264").streams.video[0]
        self._pictures = container.add_stream_from_template(template, opaque=True)
        self._pictures.time_base = Fraction(1, VIDEO_CLOCK_HZ)
        for language in self._languages:
            stream = container.add_stream("aac", rate=SAMPLE_RATE_HZ)
            assert isinstance(stream, av.AudioStream)
            stream.codec_context.flags |= _GLOBAL_HEADER
            mono = is_booth(language)
            stream.codec_context.layout = "mono" if mono else "stereo"
            stream.codec_context.bit_rate = 64_000 if mono else 128_000
            stream.time_base = Fraction(1, SAMPLE_RATE_HZ)
            code = _ISO_639_2.get(language.removeprefix("booth-").partition("-")[0], "und")
            stream.metadata.update({"language": code, "title": str(language)})
            self._sounds[language] = stream
        self._container = container

    def _write_picture(self, picture: EncodedPicture) -> None:
        assert self._container is not None
        packet = av.Packet(picture.data)
        assert self._pictures is not None
        packet.stream = self._pictures
        packet.time_base = Fraction(1, VIDEO_CLOCK_HZ)
        packet.pts = packet.dts = picture.pts - self._base_pts
        packet.duration = VIDEO_CLOCK_HZ // self._header.fmt.fps
        packet.is_keyframe = picture.key
        self._container.mux(packet)

    def _write_sound(self, frame: AacFrame) -> None:
        assert self._container is not None
        stream = self._sounds.get(frame.language)
        at = frame.at - self._base_pts * SAMPLE_RATE_HZ // VIDEO_CLOCK_HZ
        if stream is None or at < 0:
            return
        packet = av.Packet(frame.data)
        packet.stream = stream
        packet.time_base = Fraction(1, SAMPLE_RATE_HZ)
        packet.pts = packet.dts = at
        packet.duration = 1024
        self._container.mux(packet)
