"""Each language hears its booth over a lowered floor, or the floor itself."""

from dataclasses import replace

import numpy as np
import pytest

from streaming.sound.languages import DUCK_DB, LanguageBuses
from streaming.sound.pcm import Pcm
from tests.streaming.sound.helpers import EN, ZH, Studio, packets_of, power_db, tone
from venue.ids import FLOOR_LANGUAGE, Language, SeatId
from venue.scene import Person, Scene

pytestmark = pytest.mark.media

SPEAKER, BOOTH = SeatId("speaker"), SeatId("booth")
SPEAKER_HZ, BOOTH_HZ = 523.0, 911.0
SILENT = packets_of(np.zeros(48_000, np.float32))
SPEECH = {
    SPEAKER: packets_of(tone(SPEAKER_HZ, 15.0)),
    BOOTH: packets_of(tone(BOOTH_HZ, 15.0)),
}


def studio(**sources: list[bytes]) -> Studio:
    one = Studio((EN, ZH), {**SPEECH, **{SeatId(seat): own for seat, own in sources.items()}})
    for language in (FLOOR_LANGUAGE, EN, ZH):
        one.engine.add_listener(language, None, language)
    one.engine.add_listener("interpreter", BOOTH, FLOOR_LANGUAGE)
    return one


def scene(spoken: Language, *, booth: bool = True) -> Scene:
    return Scene(
        people={SPEAKER: Person("s", language=spoken), BOOTH: Person("i", language=ZH)},
        speaker=SPEAKER,
        open_microphones=frozenset({SPEAKER}),
        booths={ZH: BOOTH} if booth else {},
        languages=(EN, ZH),
    )


def test_the_booth_is_heard_in_its_language_only() -> None:
    room = studio()
    room.run(scene(EN), 300)
    for name in (FLOOR_LANGUAGE, EN, "interpreter"):
        sound = room.ear(name, 50)
        assert power_db(sound, SPEAKER_HZ) > -30
        assert power_db(sound, BOOTH_HZ) < power_db(sound, SPEAKER_HZ) - 55
    chinese = room.ear(ZH, 50)
    assert power_db(chinese, BOOTH_HZ) > -26
    ducked = power_db(chinese, SPEAKER_HZ) - power_db(chinese, BOOTH_HZ)
    assert ducked == pytest.approx(DUCK_DB, abs=1.5)


def test_languages_that_sound_the_same_share_one_encoder() -> None:
    room = studio()
    room.run(scene(EN, booth=False), 50)
    assert set(room.packets) == {"floor"}
    room.run(scene(EN), 50)
    assert set(room.packets) == {"floor", ZH}


def test_a_speaker_of_the_language_is_heard_as_is() -> None:
    room = studio()
    room.run(scene(ZH), 300)
    sound = room.ear(ZH, 50)
    assert power_db(sound, SPEAKER_HZ) > -26
    assert power_db(sound, BOOTH_HZ) < power_db(sound, SPEAKER_HZ) - 55


def silent_scene(*, raise_floor: bool) -> Scene:
    return replace(scene(EN), raise_floor=raise_floor)


def test_a_silent_booth_keeps_the_floor_low_and_is_told_of() -> None:
    room = studio(booth=SILENT)
    room.run(silent_scene(raise_floor=False), 600)
    low_db = power_db(room.ear(ZH, 25), SPEAKER_HZ) - power_db(room.ear(EN, 25), SPEAKER_HZ)
    # The loudness of the programme is kept, within its bounds, whatever is in it.
    assert low_db < DUCK_DB + 6
    assert room.engine.silent_booths() == {BOOTH}


def test_the_floor_comes_back_slowly_when_the_session_wants_it() -> None:
    room = studio(booth=SILENT)
    room.run(silent_scene(raise_floor=True), 700)
    assert power_db(room.ear(ZH, 25), SPEAKER_HZ) > -26
    levels = [power_db(tick, SPEAKER_HZ) for tick in room.heard[ZH][50:]]
    assert max(np.diff(levels)) < 3.0


def test_a_cough_is_heard_by_nobody_and_leaves_the_floor_low() -> None:
    room = studio()
    room.run(scene(EN), 150)
    room.run(replace(scene(EN), coughing=frozenset({BOOTH})), 100)
    chinese = room.ear(ZH, 25)
    assert power_db(chinese, BOOTH_HZ) < power_db(chinese, SPEAKER_HZ) - 40
    assert power_db(chinese, SPEAKER_HZ) < power_db(room.ear(EN, 25), SPEAKER_HZ) + DUCK_DB + 2
    room.run(scene(EN), 100)
    assert power_db(room.ear(ZH, 25), BOOTH_HZ) > -26


def gains(
    ticks: int, level_db: float, *, floor_db: float = -20.0, raise_floor: bool = True
) -> list[float]:
    buses, out = LanguageBuses(), []
    for _ in range(ticks):
        lines = buses.step(silent_scene(raise_floor=raise_floor), {ZH: level_db}, floor_db)
        out.append(20 * np.log10(float(lines[ZH].floor[-1])))
    return out


def test_ducking_takes_150_ms_and_giving_back_one_and_a_half_seconds() -> None:
    falling = gains(60, -20.0)
    start = next(index for index, gain in enumerate(falling) if gain < 0)
    assert falling[start + 7] == pytest.approx(DUCK_DB, abs=0.1)
    assert falling[start + 3] > DUCK_DB / 2 - 1.1
    assert min(falling) >= DUCK_DB - 0.01
    rising = gains(700, -90.0)
    low = min(index for index, gain in enumerate(rising) if gain < DUCK_DB + 0.01)
    back = [index for index in range(low, 700) if rising[index] > -0.01]
    up = [index for index in range(low, 700) if rising[index] > DUCK_DB + 0.1]
    assert (back[0] - up[0]) / 50 == pytest.approx(1.5, abs=0.05)
    assert up[0] / 50 == pytest.approx(10, abs=0.3)


def test_a_booth_may_be_silent_as_long_as_nobody_speaks() -> None:
    assert max(gains(1500, -90.0, floor_db=-90.0)[100:]) < DUCK_DB + 0.01


def test_a_listener_who_changes_the_language_hears_no_click() -> None:
    """Neither a step in the sound, nor anything above its tones, where a step would spread to."""
    # Nobody else listens: the coder of the language that is chosen begins with the choice.
    room, ear = Studio((EN, ZH), SPEECH), SeatId("ear")
    room.engine.add_listener("ear", ear, FLOOR_LANGUAGE)

    def hears(language: Language) -> Scene:
        people = {**scene(EN).people, ear: Person("e")}
        return replace(scene(EN), people=people, listening={ear: language})

    steady = []
    for language in (EN, ZH):
        room.run(hears(language), 200)
        steady.append(room.ear("ear", 100))
    for number in range(12):
        # Odd lengths: a change may come anywhere in a period of either tone.
        room.run(hears((EN, ZH)[number % 2]), 11 + number)
        assert room.routes[-1]["ear"] == ("floor", ZH)[number % 2]
    changing = room.ear("ear", sum(range(11, 23)))
    assert largest_step(changing) < 1.2 * max(map(largest_step, steady))
    assert above_tones(changing) < 1e-3


def largest_step(sound: Pcm) -> float:
    return float(np.abs(np.diff(sound)).max())


def above_tones(sound: Pcm) -> float:
    """The strongest line above 6 kHz in any 20 ms."""
    ticks = sound.reshape(-1, 960) * np.hanning(960)
    return float(np.abs(np.fft.rfft(ticks, axis=1))[:, 120:].max())
