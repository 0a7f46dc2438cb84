"""Each language hears its booth over a lowered floor, or the floor itself."""

from dataclasses import replace

import numpy as np
import pytest

from streaming.sound.languages import DUCK_DB, LanguageBuses
from streaming.sound.pcm import Pcm
from tests.streaming.sound.helpers import EN, ZH, Studio, packets_of, power_db, tone
from tests.venue.table import CHAIR, Table
from venue.ids import FLOOR_LANGUAGE, Language, SeatId
from venue.roles import SYSTEM, Actor, Role
from venue.room import open_room
from venue.scene import Person, Scene
from venue.session import parse_session
from venue.staging import scene_of

pytestmark = pytest.mark.media

SPEAKER, BOOTH = SeatId("speaker"), SeatId("booth")
SPEAKER_HZ, BOOTH_HZ, SECOND_HZ = 523.0, 911.0, 1423.0
INTERPRETER = Actor(Role.INTERPRETER, BOOTH, None, "Booth")
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


def test_a_hall_that_listens_to_a_language_hears_the_booth_and_not_itself() -> None:
    room = studio()
    room.engine.add_listener("loudspeakers", SPEAKER, FLOOR_LANGUAGE)
    room.run(scene(EN), 100)
    room.run(replace(scene(EN), listening={SPEAKER: ZH}), 200)
    sound = room.ear("loudspeakers", 50)
    assert power_db(sound, BOOTH_HZ) > -26
    assert power_db(sound, SPEAKER_HZ) < power_db(sound, BOOTH_HZ) - 55


def test_languages_that_sound_the_same_share_one_encoder() -> None:
    room = studio()
    room.run(scene(EN, booth=False), 50)
    assert set(room.packets) == {"floor"}
    room.run(scene(EN), 50)
    assert set(room.packets) == {"floor", ZH}


def fold(chair: str, *booth: str) -> Table:
    """A room whose chair is heard and whose one booth is on air; the rules make the scene."""
    seats = [
        {"seat": "speaker", "name": "Chair", "role": "moderator", "language": chair},
        {"seat": "second", "name": "Second", "language": "en"},
        {"seat": "booth", "name": "Booth", "role": "interpreter", "booth": list(booth)},
    ]
    raw = {"id": "s", "title": {"en": "S"}, "languages": [EN, ZH], "seats": seats}
    table = Table(open_room(parse_session(raw)))
    table.live("speaker", "second", "booth")
    table.when(INTERPRETER, "booth.ready")
    table.when(INTERPRETER, "booth.on")
    return table


def test_a_booth_of_two_languages_follows_the_chair_between_turns() -> None:
    table, room = fold(ZH, ZH, EN), studio()
    table.when(CHAIR, "floor.chair", open=True)
    room.run(scene_of(table.room), 300)
    english, chinese = room.ear(EN, 50), room.ear(ZH, 50)
    assert power_db(english, SPEAKER_HZ) - power_db(english, BOOTH_HZ) == pytest.approx(
        DUCK_DB, abs=1.5
    )
    assert power_db(chinese, SPEAKER_HZ) > -26
    assert power_db(chinese, BOOTH_HZ) < power_db(chinese, SPEAKER_HZ) - 55


def test_a_chair_who_speaks_the_booths_own_language_is_heard_as_is() -> None:
    table, room = fold(ZH, ZH), studio(booth=SILENT)
    table.when(CHAIR, "floor.chair", open=True)
    room.run(scene_of(table.room), 650)
    assert power_db(room.ear(ZH, 50), SPEAKER_HZ) > -26
    # A booth that has nothing to do is not silent.
    assert room.engine.silent_booths() == frozenset()


def test_an_open_panel_follows_whoever_speaks_and_not_who_nods() -> None:
    """The engine says whose voice it hears, the rules what that means, the buses do it."""
    # In seconds: Chinese, one "yes" from the other, Chinese, then English to the end.
    first = np.concatenate([tone(SPEAKER_HZ, 6.0), np.zeros(6 * 48_000, np.float32)])
    second = np.zeros(12 * 48_000, np.float32)
    second[3 * 48_000 : int(3.4 * 48_000)] = tone(SECOND_HZ, 0.4, -16.0)
    second[6 * 48_000 :] = tone(SECOND_HZ, 6.0)
    table, room = fold(ZH, ZH, EN), studio(speaker=packets_of(first), second=packets_of(second))
    for seat in ("speaker", "second"):
        table.when(CHAIR, "stage.bring", seat=seat)
    table.when(CHAIR, "floor.mode", mode="panel_open")
    voices: list[tuple[float, str]] = []
    for _ in range(48):
        room.run(scene_of(table.room), 12)
        voice = room.engine.voice()
        if voice is not None and table.when(SYSTEM, "floor.voice", seat=voice):
            voices.append((room.index / 50, voice))
        if room.index == 276:
            english = room.ear(EN, 25)
            assert power_db(english, BOOTH_HZ) > power_db(english, SPEAKER_HZ) + 10
    assert [voice for _, voice in voices] == ["speaker", "second"]
    assert voices[0][0] < 1.0
    # A second alone, the first ticks of a voice, and how often this asks.
    assert 7.0 < voices[1][0] < 7.5
    chinese = room.ear(ZH, 50)
    assert power_db(chinese, BOOTH_HZ) > power_db(chinese, SECOND_HZ) + 10
    assert power_db(room.ear(EN, 50), BOOTH_HZ) < power_db(room.ear(EN, 50), SECOND_HZ) - 55


def test_a_change_of_direction_does_not_click() -> None:
    table, room = fold(ZH, ZH, EN), studio()
    table.when(CHAIR, "floor.chair", open=True)
    room.run(scene_of(table.room), 200)
    for number in range(6):
        table.when(CHAIR, "floor.speaks", seat="speaker", lang=(EN, ZH)[number % 2])
        # Within one tick of the scene the booth leaves its language, whatever is said in it.
        room.run(scene_of(table.room), 2)
        room.run(scene_of(table.room), 41 + number)
    table.when(CHAIR, "floor.chair", open=False)
    room.run(scene_of(table.room), 30)
    for name in (FLOOR_LANGUAGE, EN, ZH):
        assert above_tones(room.ear(name, 250)) < 1e-3


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


def gains(ticks: int, *speaking: SeatId) -> list[float]:
    buses, out = LanguageBuses(), []
    for _ in range(ticks):
        lines = buses.step(silent_scene(raise_floor=True), speaking)
        out.append(20 * np.log10(float(lines[ZH].floor[-1])))
    return out


def test_ducking_takes_150_ms_and_giving_back_one_and_a_half_seconds() -> None:
    falling = gains(60, SPEAKER, BOOTH)
    start = next(index for index, gain in enumerate(falling) if gain < 0)
    assert falling[start + 7] == pytest.approx(DUCK_DB, abs=0.1)
    assert falling[start + 3] > DUCK_DB / 2 - 1.1
    assert min(falling) >= DUCK_DB - 0.01
    rising = gains(700, SPEAKER)
    low = min(index for index, gain in enumerate(rising) if gain < DUCK_DB + 0.01)
    back = [index for index in range(low, 700) if rising[index] > -0.01]
    up = [index for index in range(low, 700) if rising[index] > DUCK_DB + 0.1]
    assert (back[0] - up[0]) / 50 == pytest.approx(1.5, abs=0.05)
    assert up[0] / 50 == pytest.approx(10, abs=0.3)


def test_a_booth_may_be_silent_as_long_as_nobody_speaks() -> None:
    assert max(gains(1500)[100:]) < DUCK_DB + 0.01


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
