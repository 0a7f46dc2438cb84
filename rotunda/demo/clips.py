"""Coded media made once and sent again and again: a demo costs packets, not encoders."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Literal, Protocol

import av
import numpy as np
import numpy.typing as npt

VideoName = Literal["vp8", "h264"]

SAMPLE_RATE_HZ = 48_000
OPUS_SAMPLES = 960
"""Samples of one 20 ms packet."""

Rgb = npt.NDArray[np.uint8]
"""A picture, shape (height, width, 3), RGB order, full range."""

Mono = npt.NDArray[np.float32]
"""Sound, shape (samples,), 48 000 samples per second, nominal range -1 to 1."""

Gop = tuple[bytes, ...]
"""Coded pictures in order; the first is a key frame and nothing refers to an earlier group."""


class Pictures(Protocol):
    """Where coded pictures come from, a group at a time."""

    codec: VideoName
    fps: int

    def next_gop(self) -> Gop:
        """Give the group to send now; called when the last one is sent or a key frame is due."""
        ...


class Sounds(Protocol):
    """Where coded sound comes from."""

    def next_packet(self) -> bytes:
        """Give the next 20 ms of Opus."""
        ...


@dataclass(slots=True)
class LoopedPictures:
    """The same groups of pictures for ever."""

    gops: tuple[Gop, ...]
    fps: int
    codec: VideoName = "vp8"
    _next: int = 0

    def next_gop(self) -> Gop:
        gop = self.gops[self._next % len(self.gops)]
        self._next += 1
        return gop


@dataclass(slots=True)
class LoopedSound:
    """The same packets for ever, or silence while ``muted``."""

    packets: tuple[bytes, ...]
    silence: bytes
    muted: bool = False
    _next: int = 0

    def next_packet(self) -> bytes:
        if self.muted:
            return self.silence
        packet = self.packets[self._next % len(self.packets)]
        self._next += 1
        return packet


def encode_pictures(pictures: Sequence[Rgb], fps: int, kbps: int, codec: VideoName = "vp8") -> Gop:
    """Code one group: a key frame and what follows from it."""
    height_px, width_px, _ = pictures[0].shape
    name = "libvpx" if codec == "vp8" else "libx264"
    encoder = av.CodecContext.create(name, "w")
    assert isinstance(encoder, av.VideoCodecContext)
    encoder.width, encoder.height, encoder.pix_fmt = width_px, height_px, "yuv420p"
    encoder.time_base, encoder.framerate = Fraction(1, fps), Fraction(fps)
    encoder.bit_rate, encoder.thread_count = kbps * 1000, 1
    encoder.options = _video_options(codec, len(pictures))
    coded: list[bytes] = []
    for index, picture in enumerate(pictures):
        frame = av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(format="yuv420p")
        frame.pts = index
        coded.extend(bytes(packet) for packet in encoder.encode(frame))
    coded.extend(bytes(packet) for packet in encoder.encode(None) if packet.size)
    return tuple(coded)


def _video_options(codec: VideoName, gop: int) -> dict[str, str]:
    if codec == "vp8":
        return {
            "deadline": "realtime",
            "cpu-used": "12",
            "lag-in-frames": "0",
            "g": str(gop),
            "max-intra-rate": "600",
        }
    return {
        "preset": "superfast",
        "tune": "zerolatency",
        "profile": "baseline",
        "g": str(gop),
        "x264-params": "scenecut=0:repeat-headers=1",
    }


def solid_gop(
    rgb: tuple[int, int, int],
    fps: int = 15,
    size_px: tuple[int, int] = (640, 360),
    codec: VideoName = "vp8",
) -> Gop:
    """Code one second of one colour."""
    picture = np.empty((size_px[1], size_px[0], 3), np.uint8)
    picture[:] = rgb
    return encode_pictures([picture] * fps, fps, 200, codec)


def encode_opus(sound: Mono, kbps: int = 48) -> tuple[bytes, ...]:
    """Code whole 20 ms packets; what is left over is dropped."""
    encoder = av.CodecContext.create("libopus", "w")
    assert isinstance(encoder, av.AudioCodecContext)
    encoder.sample_rate, encoder.layout, encoder.format = SAMPLE_RATE_HZ, "mono", "flt"
    encoder.bit_rate = kbps * 1000
    encoder.options = {"application": "audio", "frame_duration": "20", "vbr": "off"}
    coded: list[bytes] = []
    for start in range(0, len(sound) - OPUS_SAMPLES + 1, OPUS_SAMPLES):
        block = sound[start : start + OPUS_SAMPLES].reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(block.astype(np.float32), format="flt", layout="mono")
        frame.sample_rate, frame.pts = SAMPLE_RATE_HZ, start
        coded.extend(bytes(packet) for packet in encoder.encode(frame))
    return tuple(coded)


def silence() -> bytes:
    """Code 20 ms of silence."""
    return encode_opus(np.zeros(10 * OPUS_SAMPLES, np.float32))[-1]


def tone(hz: int, level_dbfs: float = -18.0) -> tuple[bytes, ...]:
    """Code two seconds of a whole-numbered tone, which loops without a click."""
    seconds = 3
    time_s = np.arange(SAMPLE_RATE_HZ * seconds, dtype=np.float64) / SAMPLE_RATE_HZ
    wave = 10 ** (level_dbfs / 20) * np.sin(2 * np.pi * hz * time_s)
    return encode_opus(wave.astype(np.float32), kbps=64)[-100:]


def read_gops(path: Path) -> tuple[tuple[Gop, ...], int]:
    """Read a coded clip: its groups of pictures, and its pictures per second."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        fps = round(float(stream.average_rate or 25))
        packets = [(bytes(p), p.is_keyframe) for p in container.demux(stream) if p.size]
    return tuple(_groups(packets)), fps


def _groups(packets: Sequence[tuple[bytes, bool]]) -> Iterator[Gop]:
    starts = [index for index, (_, key) in enumerate(packets) if key]
    for start, end in pairwise([*starts, len(packets)]):
        yield tuple(coded for coded, _ in packets[start:end])
