"""Sources that play into a sound engine in virtual time, and ears that measure what comes out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from streaming.mediatime import SAMPLE_RATE_HZ, TICK_SAMPLES
from streaming.packets import AacFrame, OpusPacket
from streaming.sound.engine import SoundEngine
from streaming.sound.opus import OpusDecoder, OpusEncoder
from streaming.sound.pcm import Pcm
from venue.ids import Language, SeatId
from venue.scene import Scene

FIRST_TICK = 123_456
EN, ZH = Language("en"), Language("zh-Hant")


def tone(frequency_hz: float, seconds: float, level_db: float = -22.0) -> Pcm:
    """A sine, shape (samples,)."""
    times = np.arange(int(seconds * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    peak = 10 ** (level_db / 20) * np.sqrt(2)
    return (peak * np.sin(2 * np.pi * frequency_hz * times)).astype(np.float32)


def speech_noise(seconds: float, level_db: float = -28.0, seed: int = 1) -> Pcm:
    """Steady noise with about the spectrum of speech, shape (samples,)."""
    count = int(seconds * SAMPLE_RATE_HZ)
    white = np.fft.rfft(np.random.default_rng(seed).standard_normal(count))
    frequencies = np.fft.rfftfreq(count, 1 / SAMPLE_RATE_HZ)
    shape = 1 / (1 + (frequencies / 500) ** 2) * (frequencies > 100)
    sound = np.fft.irfft(white * shape, count)
    return (sound / np.sqrt(np.mean(sound**2)) * 10 ** (level_db / 20)).astype(np.float32)


def packets_of(sound: Pcm, bitrate_kbps: int = 64) -> list[bytes]:
    """Opus, 20 ms each."""
    encoder = OpusEncoder(bitrate_kbps)
    ticks = len(sound) // TICK_SAMPLES
    return [encoder.encode(sound[i * TICK_SAMPLES : (i + 1) * TICK_SAMPLES]) for i in range(ticks)]


def power_db(sound: Pcm, frequency_hz: float) -> float:
    """Level of one frequency in dBFS (a full sine: -3), by a windowed correlation."""
    window = np.blackman(len(sound))
    phase = 2j * np.pi * frequency_hz * np.arange(len(sound)) / SAMPLE_RATE_HZ
    amplitude = 2 * abs(np.sum(sound * window * np.exp(-phase))) / np.sum(window)
    return float(20 * np.log10(max(amplitude / np.sqrt(2), 1e-9)))


@dataclass
class Studio:
    """An engine with sources, run tick by tick; keeps everything it sent."""

    languages: Sequence[Language] = (EN,)
    sources: Mapping[SeatId, Sequence[bytes]] = field(default_factory=dict)
    frames: list[AacFrame] = field(default_factory=list)
    packets: dict[str, list[OpusPacket]] = field(default_factory=dict)
    routes: list[Mapping[str, str]] = field(default_factory=list)
    heard: dict[str, list[Pcm]] = field(default_factory=dict)
    """What every listener's own decoder gave, a tick an entry, across changes of route."""

    def __post_init__(self) -> None:
        self.engine = SoundEngine(
            self.languages, self._on_opus, self.frames.append, self.routes.append
        )
        self.index = 0
        self._decoders: dict[str, OpusDecoder] = {}
        self._now: dict[str, bytes] = {}
        self.on_tick: Callable[[int], None] = lambda index: None

    def _on_opus(self, key: str, packet: OpusPacket) -> None:
        self.packets.setdefault(key, []).append(packet)
        self._now[key] = packet.data

    def run(self, scene: Scene, ticks: int) -> None:
        """Play ``ticks`` ticks with this scene."""
        self.engine.set_scene(scene)
        for _ in range(ticks):
            index = FIRST_TICK + self.index
            for seat, packets in self.sources.items():
                payload = packets[self.index % len(packets)]
                self.engine.push(
                    seat, self.index & 0xFFFF, self.index * 960, payload, index / 50 - 0.004
                )
            self._now.clear()
            self.engine.tick(index)
            self._listen()
            self.index += 1
            self.on_tick(self.index)

    def _listen(self) -> None:
        for name, key in (self.routes[-1] if self.routes else {}).items():
            decoder = self._decoders.setdefault(name, OpusDecoder())
            if key in self._now:
                self.heard.setdefault(name, []).append(decoder.decode(self._now[key]))

    def ear(self, name: str, last_ticks: int) -> Pcm:
        """The last ticks a listener heard."""
        return np.concatenate(self.heard[name][-last_ticks:])
