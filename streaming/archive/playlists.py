"""Playlists (RFC 8216) of a recording: byte ranges of the files that ``remux`` wrote.  Pure.

All of them lie in one directory above those of the parts.  A part that lacks a sound (a booth that
came later) plays its first one there, so that every rendition has the same timeline.
"""

from collections.abc import Sequence

from streaming.archive.remux import PartIndex
from streaming.archive.tracks import TrackIndex

VIDEO = "video"


def playlists(indexes: Sequence[PartIndex], sounds: Sequence[str]) -> dict[str, str]:
    """Names and texts of the playlists of the parts, in order."""
    made = {f"{VIDEO}.m3u8": _media([(f"{one.part.name}/video.mp4", one.video) for one in indexes])}
    for sound in sounds:
        tracks = [
            (f"{one.part.name}/{found}.mp4", one.sounds[found])
            for one in indexes
            if (found := _sound_in(one, sound))
        ]
        made[f"{sound}.m3u8"] = _media(tracks)
    made["index.m3u8"] = _multivariant(indexes, sounds)
    return made


def _sound_in(index: PartIndex, sound: str) -> str | None:
    if sound in index.part.sounds:
        return sound
    return next(iter(index.part.sounds), None)


def _media(tracks: Sequence[tuple[str, TrackIndex]]) -> str:
    longest_s = max((length for _, track in tracks for _, length in track.fragments), default=1.0)
    lines = [
        "#EXTM3U",
        "#EXT-X-VERSION:7",
        f"#EXT-X-TARGETDURATION:{max(1, round(longest_s))}",
        "#EXT-X-PLAYLIST-TYPE:VOD",
        "#EXT-X-INDEPENDENT-SEGMENTS",
    ]
    for number, (path, track) in enumerate(tracks):
        if number:
            lines.append("#EXT-X-DISCONTINUITY")
        lines.append(f'#EXT-X-MAP:URI="{path}",BYTERANGE="{track.init_bytes}@0"')
        offset = track.init_bytes
        for size, length_s in track.fragments:
            lines += [f"#EXTINF:{length_s:.5f},", f"#EXT-X-BYTERANGE:{size}@{offset}", path]
            offset += size
    lines.append("#EXT-X-ENDLIST")
    return "\n".join(lines) + "\n"


def _multivariant(indexes: Sequence[PartIndex], sounds: Sequence[str]) -> str:
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
    for number, sound in enumerate(sounds):
        first = "NO" if number else "YES"
        language = "" if sound == "floor" else f'LANGUAGE="{sound.removeprefix("booth-")}",'
        lines.append(
            f'#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="sound",NAME="{sound}",{language}'
            f'DEFAULT={first},AUTOSELECT={first},CHANNELS="2",URI="{sound}.m3u8"'
        )
    first_part = indexes[0]
    codecs = first_part.codec + (",mp4a.40.2" if sounds else "")
    lines.append(
        f"#EXT-X-STREAM-INF:BANDWIDTH={_bandwidth_bps(indexes)},"
        f'CODECS="{codecs}",RESOLUTION={first_part.size_px[0]}x{first_part.size_px[1]},'
        f"FRAME-RATE={first_part.fps:.3f}" + (',AUDIO="sound"' if sounds else "")
    )
    lines.append(f"{VIDEO}.m3u8")
    return "\n".join(lines) + "\n"


def _bandwidth_bps(indexes: Sequence[PartIndex]) -> int:
    """Of the largest fragment, as the standard wants it, with a sound."""
    peaks = [size * 8 / length for one in indexes for size, length in one.video.fragments]
    return round(max(peaks)) + 140_000
