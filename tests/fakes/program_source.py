"""A program without an engine: an encoded clip, published through a tap on the media clock.

``python -m tests.fakes.program_source SOCKET [LANGUAGE...]`` runs it as a process that a test may
kill; words in the file SOCKET with the suffix ``.wrong`` make it go wrong: ``slow`` leaves half of
the pictures out, ``no_pictures`` all of them, ``silence`` sends no sound but silence.

The clip is encoded as the picture worker does it: x264 Main, zerolatency, key frames on the
grid, parameter sets in-band.
"""

import asyncio
import contextlib
import sys
from fractions import Fraction
from functools import cache
from pathlib import Path

import av
import numpy as np

from streaming.mediatime import (
    AAC_FRAME_SAMPLES,
    SAMPLE_RATE_HZ,
    VIDEO_CLOCK_HZ,
    PictureFormat,
    SampleTime,
    Ticks90k,
    now_s,
)
from streaming.outputs.tap import TapHeader
from streaming.outputs.tap_server import TapServer
from streaming.packets import AacFrame, Caption, EncodedPicture, VideoCodec, is_booth, stems_of
from venue.ids import Language

FORMAT = PictureFormat(width_px=320, height_px=180, fps=25)
LANGUAGES = (Language("en"), Language("zh-Hant"))
AAC_CONFIG = bytes.fromhex("1190")
"""AAC-LC, 48 kHz, two channels."""


@cache
def picture_gops(count: int = 2, seed: int = 0) -> tuple[tuple[EncodedPicture, ...], ...]:
    """Encoded GOPs of moving bars; pts counted from the first picture of each."""
    encoder = av.CodecContext.create("libx264", "w")
    assert isinstance(encoder, av.VideoCodecContext)
    encoder.width, encoder.height, encoder.pix_fmt = FORMAT.width_px, FORMAT.height_px, "yuv420p"
    encoder.framerate, encoder.time_base = Fraction(FORMAT.fps), Fraction(1, FORMAT.fps)
    encoder.gop_size, encoder.bit_rate, encoder.profile = FORMAT.gop, 400_000, "Main"
    encoder.options = {
        "preset": "ultrafast",
        "tune": "zerolatency",
        "x264-params": "scenecut=0:repeat-headers=1:nal-hrd=cbr:force-cfr=1:vbv-bufsize=400:"
        "vbv-maxrate=400:cabac=1",
    }
    pictures: list[EncodedPicture] = []
    packets: list[av.Packet] = []
    columns = np.arange(FORMAT.width_px, dtype=np.uint16)
    for index in range(count * FORMAT.gop):
        planes = np.full((FORMAT.height_px * 3 // 2, FORMAT.width_px), 128, np.uint8)
        planes[: FORMAT.height_px] = ((columns + index * 4 + seed * 40) % 256).astype(np.uint8)
        frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
        frame.pts = index
        packets.extend(encoder.encode(frame))
    packets.extend(encoder.encode(None))
    for index, packet in enumerate(packets):
        pts = FORMAT.pts(index % FORMAT.gop)
        key = bool(packet.is_keyframe)
        assert key == (pts == 0)
        pictures.append(EncodedPicture(VideoCodec.H264, bytes(packet), pts, key))
    return tuple(
        tuple(pictures[begin : begin + FORMAT.gop]) for begin in range(0, len(pictures), FORMAT.gop)
    )


@cache
def aac_frames(frequency_hz: float, count: int = 94, *, mono: bool = False) -> tuple[bytes, ...]:
    """Encoded frames of a tone, or of silence at 0 Hz."""
    rows, layout = (1, "mono") if mono else (2, "stereo")
    encoder = av.CodecContext.create("aac", "w")
    assert isinstance(encoder, av.AudioCodecContext)
    encoder.sample_rate, encoder.layout, encoder.bit_rate = SAMPLE_RATE_HZ, layout, 64_000 * rows
    encoder.format = "fltp"
    frames: list[bytes] = []
    for index in range(count):
        times = (np.arange(AAC_FRAME_SAMPLES) + index * AAC_FRAME_SAMPLES) / SAMPLE_RATE_HZ
        tone = (0.2 * np.sin(2 * np.pi * frequency_hz * times)).astype(np.float32)
        sound = av.AudioFrame.from_ndarray(np.stack([tone] * rows), format="fltp", layout=layout)
        sound.sample_rate, sound.pts = SAMPLE_RATE_HZ, index * AAC_FRAME_SAMPLES
        frames.extend(bytes(packet) for packet in encoder.encode(sound))
    return tuple(frames)


def header(languages: tuple[Language, ...] = LANGUAGES) -> TapHeader:
    """The description of the program."""
    return TapHeader(
        fmt=FORMAT,
        languages=languages,
        aac_config=AAC_CONFIG,
        slate=picture_gops(1, seed=3)[0],
        silence=aac_frames(0.0, 4)[-1],
        booth_silence=aac_frames(0.0, 4, mono=True)[-1],
        bitrate_kbps=400,
        stems=stems_of(languages),
        captions=languages[:1],
    )


class ProgramSource:
    """Publishes the clip until stopped, from the next key frame of the grid on."""

    def __init__(self, path: Path, languages: tuple[Language, ...] = LANGUAGES) -> None:
        self.server = TapServer(path, header(languages))
        self._gops = picture_gops()
        self._wrong = path.with_suffix(".wrong")
        self._silence = aac_frames(0.0, 4)[-1]
        self._tones = {
            language: aac_frames(440.0 + 220.0 * number, mono=is_booth(language))
            for number, language in enumerate((*languages, *stems_of(languages)))
        }

    async def run(self) -> None:
        """Serve for ever; cancel to stop."""
        await self.server.start()
        try:
            await asyncio.gather(self._pictures(), self._sounds(), self._captions())
        finally:
            await self.server.close()

    def _goes_wrong(self, how: str) -> bool:
        """Whether a test wants this to go wrong now: a word in a file beside the socket."""
        return self._wrong.is_file() and how in self._wrong.read_text().split()

    async def _pictures(self) -> None:
        index = (int(now_s() * FORMAT.fps) // FORMAT.gop + 1) * FORMAT.gop
        while True:
            pts = FORMAT.pts(index)
            await asyncio.sleep(max(0.0, pts / VIDEO_CLOCK_HZ - now_s()))
            number, offset = divmod(index, FORMAT.gop)
            gop = self._gops[number % len(self._gops)]
            picture = EncodedPicture(
                VideoCodec.H264, gop[offset].data, Ticks90k(pts), gop[offset].key
            )
            slow = self._goes_wrong("slow") and index % 2 and not picture.key
            if not slow and not self._goes_wrong("no_pictures"):
                self.server.publish_picture(picture)
            index += 1

    async def _captions(self) -> None:
        """A line at the beginning of every whole second: what second it is."""
        language = self.server.header.captions[0]
        while True:
            second = int(now_s()) + 1
            await asyncio.sleep(second - now_s())
            at = Ticks90k(second * VIDEO_CLOCK_HZ)
            self.server.publish_caption(Caption(language, f"Second {second}", at))

    async def _sounds(self) -> None:
        number = int(now_s() * SAMPLE_RATE_HZ) // AAC_FRAME_SAMPLES
        while True:
            end_s = (number + 1) * AAC_FRAME_SAMPLES / SAMPLE_RATE_HZ
            await asyncio.sleep(max(0.0, end_s - now_s()))
            for language, frames in self._tones.items():
                at = SampleTime(number * AAC_FRAME_SAMPLES)
                data = frames[number % len(frames)]
                data = self._silence if self._goes_wrong("silence") else data
                self.server.publish_sound(AacFrame(language, data, at))
            number += 1


def main() -> None:
    path, *languages = sys.argv[1:]
    spoken = tuple(Language(language) for language in languages) or LANGUAGES
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(ProgramSource(Path(path), spoken).run())


if __name__ == "__main__":
    main()
