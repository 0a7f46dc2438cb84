"""HLS playlists (RFC 8216) from a list of segments.  Pure."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

from venue.ids import Language


class Entry(msgspec.Struct, frozen=True):
    """One segment of every playlist of a session."""

    gop: int
    """Names the files."""
    began_ms: int
    """Wall clock of its first picture."""
    video_s: float
    audio_s: dict[str, float]
    """Length by language."""
    version: int
    """Of the initialisation segments."""
    discontinuity: bool = False


class Window(msgspec.Struct, frozen=True):
    """What the playlists list; kept in a file, so that numbers never go back."""

    sequence: int = 0
    """Media sequence number of the first entry."""
    discontinuities: int = 0
    """Discontinuities that have left the window."""
    entries: tuple[Entry, ...] = ()
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Rendition:
    """A language of the sound."""

    language: Language
    name: str


LENGTH = 6
"""Segments listed: 12 s."""


def appended(window: Window, entry: Entry, length: int = LENGTH) -> Window:
    """Add a segment at the end; the oldest leaves when there are too many."""
    entries = (*window.entries, entry)
    gone = entries[: max(0, len(entries) - length)]
    return Window(
        sequence=window.sequence + len(gone),
        discontinuities=window.discontinuities + sum(old.discontinuity for old in gone),
        entries=entries[len(gone) :],
    )


def continued(window: Window) -> Window:
    """What a new writer goes on from: the list as it was, or none after a broadcast that ended."""
    if not window.ended:
        return window
    return Window(
        sequence=window.sequence + len(window.entries),
        discontinuities=window.discontinuities + sum(old.discontinuity for old in window.entries),
    )


def video_playlist(window: Window) -> str:
    """The media playlist of the picture, beside its segments."""
    durations = [entry.video_s for entry in window.entries]
    return _media_playlist(window, durations, "{gop}.m4s", "init-{version}.mp4")


def audio_playlist(window: Window, language: Language) -> str:
    """The media playlist of one language, beside its segments."""
    durations = [entry.audio_s.get(language, 0.0) for entry in window.entries]
    return _media_playlist(window, durations, "audio-{gop}.m4s", "audio-init-{version}.mp4")


def captions_playlist(window: Window) -> str:
    """The media playlist of the captions of one language, beside its segments."""
    durations = [entry.video_s for entry in window.entries]
    return _media_playlist(window, durations, "captions-{gop}.vtt", "")


def _media_playlist(window: Window, durations: Sequence[float], segment: str, init: str) -> str:
    longest = max([2, *(round(duration) for duration in durations)])
    lines = [
        "#EXTM3U",
        "#EXT-X-VERSION:7",
        f"#EXT-X-TARGETDURATION:{longest}",
        f"#EXT-X-MEDIA-SEQUENCE:{window.sequence}",
        f"#EXT-X-DISCONTINUITY-SEQUENCE:{window.discontinuities}",
        "#EXT-X-INDEPENDENT-SEGMENTS",
    ]
    version = None
    for entry, duration in zip(window.entries, durations, strict=True):
        if entry.discontinuity:
            lines.append("#EXT-X-DISCONTINUITY")
        if init and (entry.version != version or entry.discontinuity):
            version = entry.version
            lines.append(f'#EXT-X-MAP:URI="{init.format(version=version)}"')
        began = datetime.fromtimestamp(entry.began_ms / 1000, UTC)
        lines.append(f"#EXT-X-PROGRAM-DATE-TIME:{began.isoformat(timespec='milliseconds')}")
        lines.append(f"#EXTINF:{duration:.5f},")
        lines.append(segment.format(gop=entry.gop))
    if window.ended:
        lines.append("#EXT-X-ENDLIST")
    return "\n".join(lines) + "\n"


def multivariant_playlist(
    renditions: Sequence[Rendition],
    default: Language,
    *,
    captions: Set[Language] = frozenset(),
    codec: str,
    size_px: tuple[int, int],
    fps: int,
    bandwidth_bps: int,
) -> str:
    """The playlist a page opens: one picture, every language, ``default`` playing at first."""
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
    for rendition in renditions:
        chosen = "YES" if rendition.language == default else "NO"
        lines.append(
            f'#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="sound",NAME="{rendition.name}",'
            f'LANGUAGE="{rendition.language}",DEFAULT={chosen},AUTOSELECT={chosen},CHANNELS="2",'
            f'URI="../{rendition.language}/audio.m3u8"'
        )
    lines += [
        f'#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="captions",NAME="{rendition.name}",'
        f'LANGUAGE="{rendition.language}",DEFAULT=NO,AUTOSELECT=YES,FORCED=NO,'
        'CHARACTERISTICS="public.accessibility.transcribes-spoken-dialog",'
        f'URI="../{rendition.language}/captions.m3u8"'
        for rendition in renditions
        if rendition.language in captions
    ]
    lines.append(
        f"#EXT-X-STREAM-INF:BANDWIDTH={bandwidth_bps},AVERAGE-BANDWIDTH={bandwidth_bps},"
        f'CODECS="{codec},mp4a.40.2",RESOLUTION={size_px[0]}x{size_px[1]},FRAME-RATE={fps:.3f},'
        'AUDIO="sound"' + (',SUBTITLES="captions"' if captions else "")
    )
    lines.append("../video/index.m3u8")
    return "\n".join(lines) + "\n"
