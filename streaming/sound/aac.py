"""AAC-LC for the outputs: every distinct sound once, on a grid that survives a restart.

Frames hold 1024 samples and lie on multiples of 1024 of the media clock, so an engine that comes
back carries on the dead one's grid.  The encoder looks ahead: what it returns when frame n goes in
is the frame that *decodes* to n - 2.  ``AacFrame.at`` is the media time of the
sound that leaves a decoder for that packet, counted from the decoder's first output.  The very
first packet (priming) decodes to silence; it is sent like any other, labelled with its time.

Programs are in stereo, because targets want it, but coded as the one channel they are
(``aac_stereo``); the stems of booths stay in mono.
Tracks that sound the same share one encoder: the floor and a language that nobody interprets, or
all languages before the booths begin; one that is silent needs none.  When a track goes its own
way its encoder begins with the frames before, so that its first packet overlaps what was sent last,
and nothing is heard of it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext

from streaming.mediatime import AAC_FRAME_SAMPLES, SAMPLE_RATE_HZ, TICK_SAMPLES, SampleTime
from streaming.packets import AacFrame, is_booth
from streaming.sound.aac_stereo import on_both_sides
from streaming.sound.pcm import Block, Pcm
from venue.ids import FLOOR_LANGUAGE, Language

BITRATE_KBPS: Final = 128
"""What is announced."""
QUALITY: Final = 240
"""In FFmpeg's lambda: voices take some 85 kb/s, several at once 125."""
CODER_FRAMES: Final = 2
"""What comes out when frame n goes in decodes to frame n - 2."""
HISTORY_FRAMES: Final = 8
"""So long must tracks have been the same before they share, and is a new encoder led in.

After five it chooses the same windows as one that never stopped; with others a click is heard.
"""
SAME: Final = 1e-4
"""-80 dBFS."""
MAX_GAP_SAMPLES: Final = 2 * SAMPLE_RATE_HZ
"""Skipped ticks up to this are filled with silence; after more the encoder begins again."""


_MARK = np.cos(np.arange(AAC_FRAME_SAMPLES // 16)).astype(np.float32)
"""What frames are told apart by: a sum with weights that no voice has."""


def open_coder(*, mono: bool) -> AudioCodecContext:
    """A coder by quality, at 48 kHz, whose packets ``aac_stereo`` can write again."""
    context = av.CodecContext.create("aac", "w")
    assert isinstance(context, AudioCodecContext)
    context.sample_rate = SAMPLE_RATE_HZ
    context.layout = "mono" if mono else "stereo"
    context.format = "fltp"
    context.bit_rate = BITRATE_KBPS * 1000 // (2 if mono else 1)
    context.thread_count = 1
    # The fast coder takes a third of the CPU of the default one.  Asked for a rate, it codes a
    # voice up to six times over to fill it; asked for a quality, once.  Nothing of what
    # ``aac_stereo`` cannot copy, and no name of the coder in the first packet.
    context.options = {
        "aac_coder": "fast",
        "aac_pns": "0",
        "aac_tns": "0",
        "flags": "+qscale+bitexact",
        "global_quality": str(QUALITY),
    }
    context.open()
    return context


@lru_cache(maxsize=1)
def aac_config() -> bytes:
    """The AudioSpecificConfig of every language's stream."""
    config = open_coder(mono=False).extradata
    assert config
    return bytes(config)


@lru_cache(maxsize=2)
def silent_aac_frame(track: Language = FLOOR_LANGUAGE) -> bytes:
    """One frame of silence, which may be repeated for ever."""
    frames: list[AacFrame] = []
    encoder = ProgramEncoders((track,), frames.append)
    for tick in range(10):
        encoder.tick(tick, {track: np.zeros(TICK_SAMPLES, np.float32)})
    return frames[-1].data


class _Coder:
    """One encoder; gives nothing for its first frame."""

    def __init__(self, *, mono: bool) -> None:
        self._context = open_coder(mono=True)
        self._mono = mono
        # One frame for ever: the encoder has copied its samples when it returns.
        self._frame = av.AudioFrame("fltp", "mono", AAC_FRAME_SAMPLES)
        self._frame.sample_rate = SAMPLE_RATE_HZ
        plane = memoryview(self._frame.planes[0])
        self._samples = np.frombuffer(plane, np.float32)[:AAC_FRAME_SAMPLES]
        self._count = 0

    def encode(self, sound: Pcm) -> bytes:
        self._samples[:] = sound
        self._frame.pts = self._count * AAC_FRAME_SAMPLES
        self._count += 1
        packets = [bytes(packet) for packet in self._context.encode(self._frame)]
        if not packets:
            return b""
        (packet,) = packets
        return packet if self._mono else on_both_sides(packet)


class ProgramEncoders:
    """Cuts the ticks of all tracks into frames and encodes what differs."""

    def __init__(self, tracks: Sequence[Language], on_frame: Callable[[AacFrame], None]) -> None:
        self._tracks = tuple(tracks)
        self._mono = [is_booth(track) for track in tracks]
        self._on_frame = on_frame
        self._pending: Block = np.zeros((len(self._tracks), 0), np.float32)
        self._next: int | None = None
        self._coders: list[_Coder | None] = [None] * len(self._tracks)
        """None: the track is another's or silent, or nothing has been encoded yet."""
        self._last = [b""] * len(self._tracks)
        """The packet that was given out last."""
        self._quiet = [0] * len(self._tracks)
        """For how many frames a track has been digital silence."""
        self._history: list[Block] = []
        """The last frames of all tracks, oldest first."""
        self._same: list[tuple[int, int]] = [(-1, 0)] * len(self._tracks)
        """For each track the first before it that sounds the same, and for how many frames."""
        self.restarts = 0
        self.shared = 0
        """Frames that were taken over from another track, or from the silence before."""

    def tick(self, index: int, sounds: Mapping[Language, Pcm], late_samples: int = 0) -> None:
        """Take tick ``index`` of every track, shape (960,), delayed by ``late_samples``."""
        start = index * TICK_SAMPLES - late_samples
        if self._next is not None and not 0 <= start - self._next <= MAX_GAP_SAMPLES:
            self._restart()
        if self._next is None:
            self._next = -(-start // AAC_FRAME_SAMPLES) * AAC_FRAME_SAMPLES
        gap = np.zeros((len(self._tracks), max(0, start - self._next)), np.float32)
        skip = max(0, self._next - start)
        block = np.stack([sounds[track][skip:] for track in self._tracks])
        self._pending = np.concatenate((self._pending, gap, block), axis=1)
        self._next = max(self._next, start + TICK_SAMPLES)
        while self._pending.shape[1] >= AAC_FRAME_SAMPLES:
            at = self._next - self._pending.shape[1]
            frames = self._pending[:, :AAC_FRAME_SAMPLES]
            self._pending = self._pending[:, AAC_FRAME_SAMPLES:]
            for track, data in self._encode(frames):
                if data:
                    behind = CODER_FRAMES * AAC_FRAME_SAMPLES
                    self._on_frame(AacFrame(track, data, SampleTime(at - behind)))

    def _restart(self) -> None:
        self._next = None
        self._pending = self._pending[:, :0]
        self._coders = [None] * len(self._tracks)
        self._history.clear()
        self._same = [(-1, 0)] * len(self._tracks)
        self._quiet = [0] * len(self._tracks)
        self.restarts += 1

    def _encode(self, frames: Block) -> Iterator[tuple[Language, bytes]]:
        self._compare(frames)
        for number, track in enumerate(self._tracks):
            other, run = self._same[number]
            if run > HISTORY_FRAMES:
                self._coders[number] = None
                self._last[number] = self._last[other]
                self.shared += 1
            elif self._quiet[number] > HISTORY_FRAMES + CODER_FRAMES:
                self._coders[number] = None  # The last packet was silence, as this one is.
                self.shared += 1
            else:
                self._last[number] = self._coder(number).encode(frames[number])
            yield track, self._last[number]
        self._history = [*self._history, frames][-HISTORY_FRAMES:]

    def _coder(self, number: int) -> _Coder:
        coder = self._coders[number]
        if coder is None:
            coder = self._coders[number] = _Coder(mono=self._mono[number])
            for earlier in self._history:
                coder.encode(earlier[number])
        return coder

    def _compare(self, frames: Block) -> None:
        """See which tracks are the same; frames are only looked at whole if their marks agree."""
        marks = (frames[:, ::16] @ _MARK).tolist()
        self._quiet = [
            0 if sound.any() else before + 1
            for before, sound in zip(self._quiet, frames, strict=True)
        ]
        for number, mark in enumerate(marks):
            other = next(
                (
                    earlier
                    for earlier in range(number)
                    if self._mono[earlier] == self._mono[number]
                    and abs(marks[earlier] - mark) < SAME * len(_MARK)
                    and float(np.abs(frames[earlier] - frames[number]).max()) < SAME
                ),
                -1,
            )
            before, run = self._same[number]
            same = other >= 0 and other == before
            self._same[number] = (other, run + 1 if same else int(other >= 0))
