"""The mixer on raw sound: no codecs, so what is measured is the mixer's own."""

import numpy as np
import pytest

from streaming.mediatime import TICK_SAMPLES
from streaming.sound.limiter import CEILING, LookAheadLimiter, clip_softly
from streaming.sound.mixer import Mix, Mixer, group_of
from streaming.sound.pcm import Pcm
from streaming.sound.voices import ON_FLOOR, Voices
from tests.streaming.sound.helpers import EN, power_db, speech_noise, tone
from venue.ids import FLOOR_LANGUAGE, SeatId
from venue.scene import Person, Scene

pytestmark = pytest.mark.unit

SEATS = tuple(SeatId(f"seat-{number}") for number in range(12))
HZ = {seat: 300.0 + 150.0 * number + 7 * number**2 for number, seat in enumerate(SEATS)}
PEOPLE = {
    seat: Person(str(seat), group="hall" if number in (3, 4) else "")
    for number, seat in enumerate(SEATS)
}


def mix_all(ticks: int) -> dict[Mix, Pcm]:
    """Twelve tones, everyone open: the last second of each mix."""
    scene = Scene(people=PEOPLE, open_microphones=frozenset(SEATS))
    voices, mixer = Voices(), Mixer((EN,))
    tones = {seat: tone(HZ[seat], ticks / 50) for seat in SEATS}
    for seat in SEATS:
        voices.add(seat)
    groups = sorted({group_of(scene, seat) for seat in SEATS})
    mixes = [Mix(FLOOR_LANGUAGE), *(Mix(FLOOR_LANGUAGE, group) for group in groups)]
    out: dict[Mix, list[Pcm]] = {mix: [] for mix in mixes}
    for tick in range(ticks):
        part = slice(tick * TICK_SAMPLES, (tick + 1) * TICK_SAMPLES)
        sound = voices.tick(
            lambda seat, part=part: tones[seat][part], dict.fromkeys(SEATS, ON_FLOOR)
        )
        mixed = mixer.tick(scene, voices, sound, {}, mixes)
        for mix in mixes:
            out[mix].append(mixed.mixes[mix])
    return {mix: np.concatenate(ticks_of[-50:]) for mix, ticks_of in out.items()}


def test_twelve_voices_each_hear_the_eleven_others_and_nothing_of_themselves() -> None:
    mixes = mix_all(400)
    everyone = mixes.pop(Mix(FLOOR_LANGUAGE))
    assert len(mixes) == 11
    for mix, sound in mixes.items():
        for seat in SEATS:
            full = power_db(everyone, HZ[seat])
            if (PEOPLE[seat].group or seat) == mix.without:
                assert power_db(sound, HZ[seat]) < full - 70
            else:
                assert abs(power_db(sound, HZ[seat]) - full) < 0.1


def test_the_limiter_never_exceeds_its_ceiling_and_leaves_quiet_sound_alone() -> None:
    rng = np.random.default_rng(3)
    limiter = LookAheadLimiter(2)
    sound = (rng.standard_normal((2, 50 * TICK_SAMPLES)) * 0.05).astype(np.float32)
    sound[1, 20_000:20_100] += 2.0
    sound[1, 30_000:] *= 12
    parts = [limiter(part) for part in np.split(sound, 50, axis=1)]
    out = np.concatenate(parts, axis=1)
    assert float(np.abs(out).max()) <= CEILING + 1e-6
    assert np.array_equal(out[0, 240:], sound[0, :-240])


def test_the_soft_clip_bends_only_what_is_loud() -> None:
    sound = np.linspace(-3, 3, 961, dtype=np.float32)[None, :960]
    out = clip_softly(sound)
    quiet = np.abs(sound) <= 0.6
    assert np.array_equal(out[quiet], sound[quiet])
    assert float(np.abs(out).max()) <= CEILING
    assert np.all(np.diff(out[0]) >= 0)


def test_a_loud_and_a_soft_voice_come_to_the_same_loudness() -> None:
    loud, soft = SEATS[0], SEATS[1]
    voices = Voices()
    voices.add(loud)
    voices.add(soft)
    sound = {loud: speech_noise(12, -14), soft: speech_noise(12, -36)}
    for tick in range(600):
        part = slice(tick * TICK_SAMPLES, (tick + 1) * TICK_SAMPLES)
        out = voices.tick(lambda seat, part=part: sound[seat][part], dict.fromkeys(SEATS, ON_FLOOR))
    power = 10 * np.log10(np.mean(out**2, axis=1))
    assert abs(power[0] - power[1]) < 1.0
    levels = voices.levels()
    assert abs(levels[loud] + 14) < 2.5
    assert abs(levels[soft] + 36) < 2.5


def test_a_pause_does_not_raise_the_gain() -> None:
    seat = SEATS[0]
    voices = Voices()
    voices.add(seat)
    sound = speech_noise(5, -26)
    hiss = speech_noise(10, -62, seed=9)
    gains = []
    for tick in range(700):
        source = sound if tick < 200 else hiss
        start = (tick if tick < 200 else tick - 200) * TICK_SAMPLES % (len(source) - TICK_SAMPLES)
        part = source[start : start + TICK_SAMPLES]
        out = voices.tick(lambda seat, part=part: part, {seat: ON_FLOOR})
        gains.append(float(np.sqrt(np.mean(out**2)) / np.sqrt(np.mean(part**2))))
    assert gains[-1] == pytest.approx(gains[190], rel=0.3)
