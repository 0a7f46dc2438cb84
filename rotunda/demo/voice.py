"""A voice that says nothing: syllables of three formants over a glottal buzz."""

import numpy as np

from rotunda.demo.clips import SAMPLE_RATE_HZ, LoopedSound, Mono, encode_opus, silence

VOWELS_HZ = ((730, 1090, 2440), (530, 1840, 2480), (270, 2290, 3010), (570, 840, 2410))
BANDWIDTHS_HZ = (80.0, 100.0, 140.0)
SPEECH_SECONDS = 8


def speech(pitch_hz: float, seed: int) -> Mono:
    """Babble of eight seconds that loops, at about -20 dBFS."""
    random = np.random.default_rng(seed)
    sound = np.zeros(SPEECH_SECONDS * SAMPLE_RATE_HZ)
    at = int(0.1 * SAMPLE_RATE_HZ)
    while True:
        length = int(random.uniform(0.13, 0.28) * SAMPLE_RATE_HZ)
        if at + length > len(sound):
            break
        vowel = VOWELS_HZ[random.integers(len(VOWELS_HZ))]
        rise = random.uniform(0.92, 1.12)
        sound[at : at + length] += _syllable(pitch_hz, rise, vowel, length)
        pause_s = random.uniform(0.35, 0.6) if random.random() < 0.12 else 0.03
        at += length + int(pause_s * SAMPLE_RATE_HZ)
    loudness = float(np.sqrt(np.mean(sound**2)))
    return np.clip(sound * (0.1 / loudness), -0.9, 0.9).astype(np.float32)


def _syllable(
    pitch_hz: float, rise: float, vowel_hz: tuple[int, ...], length: int
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """One vowel as a sum of harmonics, each as loud as the formants near it allow."""
    glide_hz = pitch_hz * np.linspace(1.0, rise, length)
    phase = 2 * np.pi * np.cumsum(glide_hz) / SAMPLE_RATE_HZ
    wave = np.zeros(length)
    for harmonic in range(1, int(4000 / pitch_hz)):
        at_hz = harmonic * pitch_hz
        gain = sum(
            1 / (1 + ((at_hz - formant) / width) ** 2)
            for formant, width in zip(vowel_hz, BANDWIDTHS_HZ, strict=True)
        )
        wave += (gain + 0.02) / harmonic**0.5 * np.sin(harmonic * phase)
    envelope = np.minimum(1, np.minimum(np.arange(length), np.arange(length)[::-1]) / 1200)
    return np.asarray(wave * envelope, dtype=np.float64)


def voice(pitch_hz: float, seed: int) -> LoopedSound:
    """Somebody's voice, silent until ``muted`` is taken off."""
    return LoopedSound(encode_opus(speech(pitch_hz, seed), kbps=32), silence(), muted=True)
