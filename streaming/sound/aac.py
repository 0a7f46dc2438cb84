"""AAC-LC for the outputs: one stereo encoder a language, on a grid that survives a restart.

Frames hold 1024 samples and lie on multiples of 1024 of the media clock, so an engine that comes
back carries on the dead one's grid.  The encoder runs one frame behind: what it returns when frame
n goes in is the frame that *decodes* to n - 1.  ``AacFrame.at`` is the media time of the
sound that leaves a decoder for that packet, counted from the decoder's first output.  The very
first packet (priming) decodes to silence; it is sent like any other, labelled with its time.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Final

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext

from streaming.mediatime import AAC_FRAME_SAMPLES, SAMPLE_RATE_HZ, TICK_SAMPLES, SampleTime
from streaming.packets import AacFrame
from streaming.sound.pcm import Pcm
from venue.ids import FLOOR_LANGUAGE, Language

BITRATE_KBPS: Final = 128
"""What is announced."""
QUALITY: Final = 240
"""In FFmpeg's lambda: voices take some 95 kb/s, several at once 145, noise 135."""
MAX_GAP_SAMPLES: Final = 2 * SAMPLE_RATE_HZ
"""Skipped ticks up to this are filled with silence; after more the encoder begins again."""


def _open() -> AudioCodecContext:
    context = av.CodecContext.create("aac", "w")
    assert isinstance(context, AudioCodecContext)
    context.sample_rate = SAMPLE_RATE_HZ
    context.layout = "stereo"
    context.format = "fltp"
    context.bit_rate = BITRATE_KBPS * 1000
    context.thread_count = 1
    # The fast coder takes a third of the CPU of the default one.  Asked for a rate, it codes a
    # voice up to six times over to fill it; asked for a quality, once.
    context.options = {"aac_coder": "fast", "flags": "+qscale", "global_quality": str(QUALITY)}
    context.open()
    return context


@lru_cache(maxsize=1)
def aac_config() -> bytes:
    """The AudioSpecificConfig of every language's stream."""
    config = _open().extradata
    assert config
    return bytes(config)


@lru_cache(maxsize=1)
def silent_aac_frame() -> bytes:
    """One frame of silence, which may be repeated for ever."""
    frames: list[AacFrame] = []
    encoder = ProgramEncoder(FLOOR_LANGUAGE, frames.append)
    for tick in range(10):
        encoder.tick(tick, np.zeros(TICK_SAMPLES, np.float32))
    return frames[-1].data


class ProgramEncoder:
    """Cuts the ticks of one program into frames and encodes them."""

    def __init__(self, language: Language, on_frame: Callable[[AacFrame], None]) -> None:
        self._language = language
        self._on_frame = on_frame
        self._context = _open()
        self._pending: Pcm = np.zeros(0, np.float32)
        self._next: int | None = None
        self.restarts = 0

    def tick(self, index: int, sound: Pcm, late_samples: int = 0) -> None:
        """Take tick ``index``, shape (960,), which has been delayed by ``late_samples``."""
        start = index * TICK_SAMPLES - late_samples
        if self._next is not None and not 0 <= start - self._next <= MAX_GAP_SAMPLES:
            self._context = _open()
            self._next = None
            self.restarts += 1
        if self._next is None:
            grid = -(-start // AAC_FRAME_SAMPLES) * AAC_FRAME_SAMPLES
            self._next = grid
            self._pending = np.zeros(0, np.float32)
        gap = max(0, start - self._next)
        skip = max(0, self._next - start)
        self._pending = np.concatenate((self._pending, np.zeros(gap, np.float32), sound[skip:]))
        self._next = max(self._next, start + TICK_SAMPLES)
        self._encode_whole_frames()

    def _encode_whole_frames(self) -> None:
        assert self._next is not None
        while len(self._pending) >= AAC_FRAME_SAMPLES:
            at = self._next - len(self._pending)
            mono, self._pending = np.split(self._pending, [AAC_FRAME_SAMPLES])
            frame = av.AudioFrame.from_ndarray(
                np.stack((mono, mono)), format="fltp", layout="stereo"
            )
            frame.sample_rate = SAMPLE_RATE_HZ
            frame.pts = at
            for packet in self._context.encode(frame):
                assert packet.pts is not None
                self._on_frame(AacFrame(self._language, bytes(packet), SampleTime(packet.pts)))
