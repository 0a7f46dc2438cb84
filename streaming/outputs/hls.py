"""HLS for our own pages, from the program's packets as they are.

    DIR/video/index.m3u8, {gop}.m4s, init-{version}.mp4         the picture, shared by all languages
    DIR/{lang}/index.m3u8                                       what a page opens
    DIR/{lang}/audio.m3u8, audio-{gop}.m4s, audio-init-{version}.mp4
    DIR/window.json                                             what is listed; survives restarts

A segment is a GOP of the media clock's grid and is named after it, so restarts of the engine leave
no trace and restarts of this process a discontinuity.
"""

import logging
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from streaming.mediatime import AAC_FRAME_SAMPLES, VIDEO_CLOCK_HZ, now_s
from streaming.outputs import fmp4
from streaming.outputs.avc import (
    NAL_AUD,
    NAL_PPS,
    NAL_SPS,
    ParameterSets,
    length_prefixed,
    parameter_sets,
)
from streaming.outputs.feed import Packet
from streaming.outputs.playlist import (
    LENGTH,
    Entry,
    Rendition,
    Window,
    appended,
    audio_playlist,
    continued,
    multivariant_playlist,
    video_playlist,
)
from streaming.outputs.segments import (
    GOP_TICKS,
    Segment,
    Segmenter,
    picture_durations,
    sound_duration_s,
)
from streaming.outputs.tap import TapHeader

log = logging.getLogger(__name__)

KEPT_AFTER = 8
"""Segments kept on disk after they left the playlists: players may still be loading them."""

_NAMES = {"en": "English", "zh": "中文", "zh-Hant": "中文", "floor": "Floor"}
_OUT_OF_BAND = frozenset({NAL_SPS, NAL_PPS, NAL_AUD})


class HlsWriter:
    """Writes segments and playlists; every file appears whole."""

    def __init__(self, directory: Path, header: TapHeader, finished: Callable[[], bool]) -> None:
        """Go on where an earlier writer stopped.

        ``finished`` is asked at the end: may players be told that no more will come?
        """
        self.written_bytes = 0
        self._finished = finished
        self._directory = directory
        self._header = header
        self._segmenter = Segmenter(header.languages)
        before = _read_window(directory)
        self._window = continued(before)
        self._sets: ParameterSets | None = None
        self._version = max([0, *(entry.version for entry in before.entries)])
        self._last_gop = self._window.entries[-1].gop if self._window.entries else None
        self._video = directory / "video"
        for folder in (self._video, *(self._folder(lang) for lang in header.languages)):
            folder.mkdir(parents=True, exist_ok=True)
        if before.ended:
            # Players would take the end of the last broadcast for that of this one.
            for path in directory.glob("*/*.m3u8"):
                path.unlink()

    def write(self, packet: Packet) -> None:
        """Take a packet; a segment appears about once in two seconds."""
        for segment in self._segmenter.push(packet):
            self._write_segment(segment)

    def close(self) -> None:
        """End the playlists, if the broadcast has."""
        if self._finished() and self._window.entries:
            self._window = msgspec.structs.replace(self._window, ended=True)
            self._publish()

    def _folder(self, language: str) -> Path:
        return self._directory / language

    def _write_segment(self, segment: Segment) -> None:
        sets = parameter_sets(segment.pictures[0].data)
        fresh = sets is not None and sets != self._sets and self._take_sets(sets)
        if any(entry.gop == segment.gop for entry in self._window.entries):
            # This process began with the GOP that the one before it ended with.
            return
        discontinuity = fresh or segment.gop != (self._last_gop or 0) + 1
        self._last_gop = segment.gop
        self._write_media(segment)
        entry = Entry(
            gop=segment.gop,
            began_ms=round((time.time() - now_s() + segment.begin_pts / VIDEO_CLOCK_HZ) * 1000),
            video_s=GOP_TICKS / VIDEO_CLOCK_HZ,
            audio_s={
                language: sound_duration_s(frames) for language, frames in segment.sounds.items()
            },
            version=self._version,
            # The very first segment of a session follows nothing.
            discontinuity=discontinuity and bool(self._window.entries),
        )
        self._window = appended(self._window, entry)
        self._publish()
        self._clean()

    def _take_sets(self, sets: ParameterSets) -> bool:
        """Write initialisation segments, unless the ones in use say the same."""
        self._sets = sets
        content = fmp4.video_init(self._header.fmt, sets)
        used = self._video / f"init-{self._version}.mp4"
        if used.exists() and used.read_bytes() == content:
            return False
        self._version += 1
        self._put(self._video / f"init-{self._version}.mp4", content)
        for language in self._header.languages:
            path = self._folder(language) / f"audio-init-{self._version}.mp4"
            self._put(path, fmp4.audio_init(self._header.aac_config))
        return True

    def _write_media(self, segment: Segment) -> None:
        pictures = [
            fmp4.Sample(length_prefixed(picture.data, _OUT_OF_BAND), duration, picture.key)
            for picture, duration in zip(segment.pictures, picture_durations(segment), strict=True)
        ]
        begin = segment.pictures[0].pts
        self._put(
            self._video / f"{segment.gop}.m4s", fmp4.media_segment(segment.gop, begin, pictures)
        )
        for language, frames in segment.sounds.items():
            samples = [fmp4.Sample(frame.data, AAC_FRAME_SAMPLES) for frame in frames]
            self._put(
                self._folder(language) / f"audio-{segment.gop}.m4s",
                fmp4.media_segment(segment.gop, frames[0].at, samples),
            )

    def _publish(self) -> None:
        # Segments first, media playlists next: what is listed is there.
        self._put(self._directory / "window.json", msgspec.json.encode(self._window))
        self._put(self._video / "index.m3u8", video_playlist(self._window).encode())
        for language in self._header.languages:
            folder = self._folder(language)
            self._put(folder / "audio.m3u8", audio_playlist(self._window, language).encode())
            top = folder / "index.m3u8"
            self._put(top, self._multivariant(language).encode())

    def _multivariant(self, default: str) -> str:
        fmt = self._header.fmt
        languages = self._header.languages
        codec = self._sets.codec_string if self._sets is not None else "avc1.4d401f"
        return multivariant_playlist(
            [Rendition(language, _NAMES.get(language, language)) for language in languages],
            next(language for language in languages if language == default),
            codec=codec,
            size_px=(fmt.width_px, fmt.height_px),
            fps=fmt.fps,
            bandwidth_bps=(self._header.bitrate_kbps + 128) * 1100,
        )

    def _clean(self) -> None:
        listed = {entry.gop for entry in self._window.entries}
        if len(listed) < LENGTH:
            # At the start there may be much from before; it goes when the window is full.
            return
        oldest = min(listed)
        versions = {entry.version for entry in self._window.entries}
        for path in self._directory.glob("*/*.m4s"):
            gop = int(path.stem.removeprefix("audio-"))
            # A clock that began anew (the machine did) makes old numbers the higher ones.
            if gop < oldest - KEPT_AFTER or gop > max(listed) + KEPT_AFTER:
                path.unlink(missing_ok=True)
        for path in self._directory.glob("*/*init-*.mp4"):
            version = int(path.stem.rpartition("-")[2])
            if version < min(versions) - 1:
                path.unlink(missing_ok=True)

    def _put(self, path: Path, content: bytes) -> None:
        fresh = path.with_name(path.name + ".new")
        try:
            fresh.write_bytes(content)
        except OSError:
            fresh.unlink(missing_ok=True)  # half of it would keep the disk full
            raise
        fresh.replace(path)
        self.written_bytes += len(content)


def _read_window(directory: Path) -> Window:
    try:
        window = msgspec.json.decode((directory / "window.json").read_bytes(), type=Window)
    except FileNotFoundError:
        return Window()
    except msgspec.DecodeError:
        log.warning("the list of HLS segments was damaged; numbering begins anew")
        return Window()
    return window
