"""Judging sound and pictures by what was put in: tones, colours, key frames, packets."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

SAMPLE_RATE_HZ = 48_000
SILENCE_DBFS = -120.0

Mono = npt.NDArray[np.float32]
"""Sound, shape (samples,), 48 000 samples per second, nominal range -1 to 1."""

Stereo = npt.NDArray[np.float32]
"""Sound, shape (2, samples), the same otherwise."""

Rgb = npt.NDArray[np.uint8]
"""A picture, shape (height, width, 3), RGB order."""


def tone_dbfs(sound: Mono, hz: float) -> float:
    """Level of one tone: a full-scale sine gives 0 dBFS.  Windowed, so neighbours do not leak."""
    if len(sound) < 480:
        return SILENCE_DBFS
    window = np.hanning(len(sound))
    phase = np.exp(-2j * np.pi * hz * np.arange(len(sound)) / SAMPLE_RATE_HZ)
    amplitude = 2 * abs(np.sum(sound * window * phase)) / window.sum()
    return float(20 * np.log10(max(amplitude, 1e-6)))


def tone_levels(
    sound: Mono, tones_hz: Sequence[float], step_s: float = 0.25
) -> list[dict[float, float]]:
    """Level of each tone in every step, in dBFS."""
    step = int(step_s * SAMPLE_RATE_HZ)
    return [
        {hz: tone_dbfs(sound[start : start + step], hz) for hz in tones_hz}
        for start in range(0, len(sound) - step + 1, step)
    ]


def runs_of(
    levels: Sequence[Mapping[float, float]], hz: float, above_dbfs: float
) -> list[tuple[int, int]]:
    """Where a tone is above a level: (first step, step after the last)."""
    loud = [False, *(step[hz] > above_dbfs for step in levels), False]
    edges = [index for index, (was, now) in enumerate(pairwise(loud)) if was != now]
    return list(zip(edges[::2], edges[1::2], strict=True))


def read_sound(path: Path, stream: int = 0) -> Mono:
    """Decode one sound stream of a file that may still be growing."""
    blocks: list[Mono] = []
    resampler = av.AudioResampler(format="fltp", layout="mono", rate=SAMPLE_RATE_HZ)
    with av.open(str(path)) as container:
        for frame in container.decode(container.streams.audio[stream]):
            blocks.extend(block.to_ndarray()[0] for block in resampler.resample(frame))
    return np.concatenate(blocks) if blocks else np.zeros(0, np.float32)


def read_stereo(path: Path) -> Stereo:
    """Decode the sound of a file as it is meant to be heard."""
    blocks: list[Stereo] = []
    resampler = av.AudioResampler(format="fltp", layout="stereo", rate=SAMPLE_RATE_HZ)
    with av.open(str(path)) as container:
        for frame in container.decode(container.streams.audio[0]):
            blocks.extend(block.to_ndarray() for block in resampler.resample(frame))
    return np.concatenate(blocks, axis=1) if blocks else np.zeros((2, 0), np.float32)


def loudness(sound: Stereo) -> tuple[float, float]:
    """Integrated loudness in LUFS and true peak in dBTP, by FFmpeg's ebur128."""
    graph = av.filter.Graph()
    source = graph.add_abuffer(sample_rate=48_000, format="fltp", layout="stereo")
    meter = graph.add("ebur128", "metadata=1:peak=true")
    sink = graph.add("abuffersink")
    source.link_to(meter)
    meter.link_to(sink)
    graph.configure()
    figures: dict[str, str] = {}
    for start in range(0, sound.shape[1] - 4799, 4800):
        part = np.ascontiguousarray(sound[:, start : start + 4800])
        frame = av.AudioFrame.from_ndarray(part, format="fltp", layout="stereo")
        frame.sample_rate = 48_000
        frame.pts = start
        graph.push(frame)
        while True:
            try:
                figures.update(graph.pull().metadata)
            except (BlockingIOError, EOFError):
                break
    peak = max(float(value) for name, value in figures.items() if "true_peaks_ch" in name)
    return float(figures["lavfi.r128.I"]), 20 * np.log10(peak)


def sound_start_s(path: Path) -> float:
    """When the sound of a file begins, by its own time; the picture may begin before."""
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        first = next(packet for packet in container.demux(stream) if packet.pts is not None)
        assert first.pts is not None
        assert first.time_base is not None
        return float(first.pts * first.time_base)


def decode_opus(packets: Sequence[bytes]) -> Mono:
    """Decode packets that followed one another, 20 ms each, to mono."""
    decoder = av.CodecContext.create("libopus", "r")
    assert isinstance(decoder, av.AudioCodecContext)
    decoder.sample_rate, decoder.layout = SAMPLE_RATE_HZ, "stereo"
    resampler = av.AudioResampler(format="fltp", layout="mono", rate=SAMPLE_RATE_HZ)
    blocks: list[Mono] = []
    for data in packets:
        for frame in decoder.decode(av.Packet(data)):
            blocks.extend(block.to_ndarray()[0] for block in resampler.resample(frame))
    return np.concatenate(blocks) if blocks else np.zeros(0, np.float32)


def read_pictures(path: Path, every_s: float = 1.0) -> Iterator[tuple[float, Rgb]]:
    """Decode a file and give a picture at each step, with its time in seconds."""
    due_s = 0.0
    with av.open(str(path)) as container:
        for frame in container.decode(container.streams.video[0]):
            if frame.time is not None and frame.time >= due_s:
                due_s = frame.time + every_s
                yield frame.time, frame.to_ndarray(format="rgb24").astype(np.uint8)


def region_rgb(picture: Rgb, box: tuple[int, int, int, int]) -> tuple[int, int, int]:
    """Median colour of a box (x, y, width, height)."""
    x_px, y_px, width_px, height_px = box
    region = picture[y_px : y_px + height_px, x_px : x_px + width_px].reshape(-1, 3)
    red, green, blue = np.median(region, axis=0)
    return int(red), int(green), int(blue)


def looks_like(seen: tuple[int, int, int], wanted: tuple[int, int, int], within: int = 60) -> bool:
    """Two colours are the same for the eye, codecs and ranges forgiven."""
    return all(abs(one - other) <= within for one, other in zip(seen, wanted, strict=True))


@dataclass(frozen=True, slots=True)
class Video:
    """The coded pictures of one received file."""

    codec: str
    times_s: tuple[float, ...]
    key_times_s: tuple[float, ...]
    hashes: tuple[bytes, ...]

    @property
    def key_distances_s(self) -> list[float]:
        """From each key frame to the next."""
        return [later - earlier for earlier, later in pairwise(self.key_times_s)]


def read_video(path: Path) -> Video:
    """Read the coded pictures of a file without decoding them."""
    times: list[float] = []
    keys: list[float] = []
    hashes: list[bytes] = []
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        for packet in container.demux(stream):
            if not packet.size or packet.pts is None or packet.time_base is None:
                continue
            time_s = float(packet.pts * packet.time_base)
            times.append(time_s)
            hashes.append(hashlib.blake2b(bytes(packet), digest_size=12).digest())
            if packet.is_keyframe:
                keys.append(time_s)
        codec = stream.codec_context.name
    return Video(codec, tuple(times), tuple(keys), tuple(hashes))


def common_run(one: Sequence[bytes], other: Sequence[bytes]) -> int:
    """How many pictures both have in the same order without a gap, from where they first meet."""
    places = {digest: index for index, digest in enumerate(other)}
    start = next((index for index, digest in enumerate(one) if digest in places), None)
    if start is None:
        return 0
    run = 0
    for mine, theirs in zip(one[start:], other[places[one[start]] :], strict=False):
        if mine != theirs:
            break
        run += 1
    return run
