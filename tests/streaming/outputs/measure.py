"""What a file or a playlist holds, packet by packet, as FFmpeg's libraries read it."""

import hashlib
import json
import subprocess
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import av


@dataclass(frozen=True, slots=True)
class Track:
    """One stream of a file."""

    codec: str
    language: str | None
    times_s: tuple[float, ...]
    key_times_s: tuple[float, ...]
    digests: tuple[str, ...]

    @property
    def longest_gap_s(self) -> float:
        return max(later - earlier for earlier, later in pairwise(self.times_s))


def tracks(path: Path | str) -> list[Track]:
    """Every stream; a recording that was cut off ends where it was cut."""
    with av.open(str(path)) as container:
        found: dict[int, list[av.Packet]] = {stream.index: [] for stream in container.streams}
        for packet in container.demux():
            if packet.pts is not None:
                found[packet.stream.index].append(packet)
        return [
            Track(
                codec=stream.codec_context.name,
                language=stream.metadata.get("language"),
                times_s=tuple(float(packet.pts * packet.time_base) for packet in packets),
                key_times_s=tuple(
                    float(packet.pts * packet.time_base) for packet in packets if packet.is_keyframe
                ),
                digests=tuple(hashlib.sha256(bytes(packet)).hexdigest() for packet in packets),
            )
            for stream, packets in ((container.streams[index], found[index]) for index in found)
        ]


def decoded(path: Path | str) -> tuple[int, int]:
    """How many pictures and sound frames really decode."""
    pictures = sounds = 0
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            pictures += isinstance(frame, av.VideoFrame)
    with av.open(str(path)) as container:
        for frame in container.decode(audio=0):
            sounds += isinstance(frame, av.AudioFrame)
    return pictures, sounds


@dataclass(frozen=True, slots=True)
class Probed:
    """What the ffprobe program says of a file."""

    codecs: frozenset[str]
    key_times_s: tuple[float, ...]
    packets: int
    length_s: float
    """0 if the file does not say."""


def probed(path: Path) -> Probed:
    """Judge a file by a program that is not ours."""
    words = ["ffprobe", "-v", "error", "-of", "json", "-show_entries"]
    entries = "format=duration:stream=codec_name,codec_type:packet=codec_type,pts_time,flags"
    done = subprocess.run([*words, entries, str(path)], capture_output=True, check=True)
    found = json.loads(done.stdout)
    pictures = [packet for packet in found["packets"] if packet["codec_type"] == "video"]
    keys = [float(packet["pts_time"]) for packet in pictures if "K" in packet["flags"]]
    codecs = frozenset(stream["codec_name"] for stream in found["streams"])
    length_s = float(found["format"].get("duration", 0))
    return Probed(codecs, tuple(keys), len(found["packets"]), length_s)
