"""An output listens to itself: decodes a little of the sound it has written, once a second.

Some ten frames a second are enough to know a pitch, to notice silence and to judge loudness, and
cost a fifth of decoding all of it.  What is judged is what the target got: a muted bus, silence
that fills a gap and another language's tone all show here, whatever the mixer believes.
"""

from collections import deque
from dataclasses import dataclass
from typing import Final

import av
import msgspec
import numpy as np
from av.audio.codeccontext import AudioCodecContext

from streaming.mediatime import AAC_FRAME_SAMPLES, SAMPLE_RATE_HZ, TICK_SAMPLES
from streaming.outputs.vitals import Vitals
from streaming.packets import AacFrame
from streaming.sound.filters import K_WEIGHTING, Filter
from streaming.sound.pcm import SILENCE_DB, Block

EVERY_FRAMES: Final = 47
"""One burst a second."""
BURST_FRAMES: Final = 11
SETTLING_FRAMES: Final = 2
"""A decoder that begins in the middle needs them."""

QUIET_DBFS: Final = -60.0
SPEECH_LUFS: Final = -50.0
RELATIVE_GATE_DB: Final = 10.0
KEPT_BURSTS: Final = 20
"""Few enough that speech which was loud before does not hide for a minute that it is no more."""
LEAST_BURSTS: Final = 10
PURE: Final = 0.8
"""A tone has this share of all power within three lines of the spectrum."""
SAME_HZ: Final = 8.0
_BURST_MS: Final = 1000 * EVERY_FRAMES * AAC_FRAME_SAMPLES // SAMPLE_RATE_HZ


@dataclass(frozen=True, slots=True)
class Burst:
    """What was heard in a fifth of a second."""

    peak_dbfs: float
    loudness_lufs: float
    pitch_hz: float
    """0: not one pure tone."""


class Listener:
    """Hears the sound of one attempt."""

    def __init__(self, aac_config: bytes) -> None:
        self._config = aac_config
        self._frames: list[bytes] = []
        self._bursts: deque[Burst] = deque(maxlen=KEPT_BURSTS)
        self._loudness_lufs: int | None = None
        self._quiet_ms = 0
        self._tone_hz: float | None = None
        self._tone_ms = 0
        self.failures = 0
        """Bursts that could not be decoded."""

    def take(self, frame: AacFrame) -> None:
        """A frame was written; most are let go."""
        place = frame.at // AAC_FRAME_SAMPLES % EVERY_FRAMES
        if place >= BURST_FRAMES or place != len(self._frames):
            self._frames.clear()
            if place:
                return
        self._frames.append(frame.data)
        if len(self._frames) == BURST_FRAMES:
            self._hear(decoded(self._frames, self._config))
            self._frames.clear()

    def _hear(self, sound: Block | None) -> None:
        if sound is None:
            self.failures += 1
            return
        burst = heard(sound)
        self._bursts.append(burst)
        # Here, and not when asked: vitals are asked for several times a burst.
        self._loudness_lufs = self._loudness()
        self._quiet_ms = self._quiet_ms + _BURST_MS if burst.peak_dbfs < QUIET_DBFS else 0
        same = self._tone_hz is not None and abs(burst.pitch_hz - self._tone_hz) < SAME_HZ
        self._tone_ms = self._tone_ms + _BURST_MS if same else _BURST_MS
        self._tone_hz = self._tone_hz if same else burst.pitch_hz

    def add_to(self, vitals: Vitals) -> Vitals:
        """The figures of the eye with those of the ear."""
        return msgspec.structs.replace(
            vitals,
            loudness_lufs=self._loudness_lufs,
            quiet_ms=self._quiet_ms,
            tone_hz=None if self._tone_hz is None else round(self._tone_hz),
            tone_ms=self._tone_ms,
        )

    def _loudness(self) -> int | None:
        """Gated as BS.1770 does it, over what was sampled."""
        loud = [one.loudness_lufs for one in self._bursts if one.loudness_lufs > SPEECH_LUFS]
        if len(loud) < LEAST_BURSTS:
            return None
        gate = _mean_db(loud) - RELATIVE_GATE_DB
        return round(_mean_db([one for one in loud if one > gate]))


def _mean_db(values: list[float]) -> float:
    return float(10 * np.log10(np.mean(10 ** (np.array(values) / 10))))


def decoded(frames: list[bytes], config: bytes) -> Block | None:
    """The settled part of a run of frames, shape (channels, samples); None: it is no AAC."""
    context = av.CodecContext.create("aac", "r")
    assert isinstance(context, AudioCodecContext)
    context.extradata = config
    context.sample_rate = SAMPLE_RATE_HZ
    pieces: list[Block] = []
    try:
        for data in frames:
            for each in context.decode(av.Packet(data)):
                pieces.append(each.to_ndarray().astype(np.float32))
    except av.FFmpegError:
        return None
    settled = pieces[SETTLING_FRAMES:]
    if not settled or settled[0].ndim != 2:
        return None
    return np.concatenate(settled, axis=1)


def heard(sound: Block) -> Burst:
    """Judge a fifth of a second of sound."""
    peak = float(np.abs(sound).max(initial=0.0))
    return Burst(
        peak_dbfs=20 * float(np.log10(max(peak, 1e-6))),
        loudness_lufs=_loudness_of(sound),
        pitch_hz=_pitch_of(sound[0]),
    )


def _loudness_of(sound: Block) -> float:
    """Momentary loudness; the first tick only settles the filter."""
    weigh, power, ticks = Filter(K_WEIGHTING, len(sound)), 0.0, sound.shape[1] // TICK_SAMPLES
    for tick in range(ticks):
        weighted = weigh(sound[:, tick * TICK_SAMPLES : (tick + 1) * TICK_SAMPLES])
        if tick:
            power += float(np.square(weighted).sum(axis=0).mean())
    if ticks < 2 or power <= 0:
        return SILENCE_DB
    return max(SILENCE_DB, -0.691 + 10 * float(np.log10(power / (ticks - 1))))


def _pitch_of(sound: Block) -> float:
    power = np.square(np.abs(np.fft.rfft(sound * np.hanning(len(sound)))))
    power[:4] = 0
    whole = float(power.sum())
    top = int(power.argmax())
    if whole <= 1e-6 or float(power[max(0, top - 3) : top + 4].sum()) < PURE * whole:
        return 0.0
    # The centre of the peak lies between two lines.
    near = slice(max(0, top - 2), top + 3)
    line = float(
        np.average(np.arange(near.start, near.start + len(power[near])), weights=power[near])
    )
    return line * SAMPLE_RATE_HZ / len(sound)
