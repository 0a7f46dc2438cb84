"""Nobody hears themself; everybody hears everyone else; each sound is encoded once."""

import numpy as np
import pytest

from tests.streaming.sound.helpers import EN, FIRST_TICK, Studio, packets_of, power_db, tone
from venue.ids import FLOOR_LANGUAGE, SeatId
from venue.scene import Person, Scene

pytestmark = pytest.mark.media

SEATS = tuple(SeatId(f"seat-{number}") for number in range(5))
HZ = {seat: 437.0 + 211.0 * number for number, seat in enumerate(SEATS)}
PEOPLE = {
    SEATS[0]: Person("a"),
    SEATS[1]: Person("b"),
    SEATS[2]: Person("c", place="room", group="hall"),
    SEATS[3]: Person("d", place="room", group="hall"),
    SEATS[4]: Person("e"),
}
SOURCES = {seat: packets_of(tone(HZ[seat], 5.0), 160) for seat in SEATS}


def studio() -> Studio:
    one = Studio((EN,), SOURCES)
    for seat in SEATS:
        one.engine.add_listener(f"ear-{seat}", seat, FLOOR_LANGUAGE)
    one.engine.add_listener("monitor", None, FLOOR_LANGUAGE)
    return one


def scene(*open_microphones: SeatId) -> Scene:
    return Scene(people=PEOPLE, open_microphones=frozenset(open_microphones))


def test_only_open_microphones_are_heard() -> None:
    room = studio()
    room.run(scene(SEATS[0]), 100)
    sound = room.ear("monitor", 40)
    assert power_db(sound, HZ[SEATS[0]]) > -35
    for seat in SEATS[1:]:
        assert power_db(sound, HZ[seat]) < power_db(sound, HZ[SEATS[0]]) - 60


def test_a_closed_microphone_falls_silent_within_three_ticks() -> None:
    room = studio()
    room.run(scene(SEATS[0]), 100)
    room.run(scene(), 30)
    assert float(np.abs(room.ear("monitor", 27)).max()) < 0.01
    assert float(np.abs(room.ear("monitor", 20)).max()) < 1e-3


@pytest.mark.parametrize("pair", [(0, 1), (0, 2), (4, 3)])
def test_no_listener_hears_its_own_group_and_all_hear_the_others(pair: tuple[int, int]) -> None:
    # Two tones at a time: the noise of coding five steady tones is itself above -60 dB.
    talkers = [SEATS[number] for number in pair]
    room = studio()
    room.run(scene(*talkers), 250)
    everyone = room.ear("monitor", 100)
    for seat in SEATS:
        sound = room.ear(f"ear-{seat}", 100)
        own = PEOPLE[seat].group or seat
        for other in talkers:
            full = power_db(everyone, HZ[other])
            if (PEOPLE[other].group or other) == own:
                assert power_db(sound, HZ[other]) < full - 60
            else:
                assert abs(power_db(sound, HZ[other]) - full) < 0.5


def test_not_even_the_first_syllable_comes_back_to_its_speaker() -> None:
    room = studio()
    room.run(scene(), 100)
    room.run(scene(SEATS[0]), 50)
    sound = room.ear(f"ear-{SEATS[0]}", 60)
    assert float(np.abs(sound).max()) < 1e-3
    assert power_db(room.ear("monitor", 40), HZ[SEATS[0]]) > -35


def test_identical_mixes_are_encoded_once() -> None:
    room = studio()
    room.run(scene(), 20)
    assert set(room.packets) == {"floor"}
    room.run(scene(SEATS[0], SEATS[2]), 20)
    last = FIRST_TICK + room.index - 1
    sent = [key for key, packets in room.packets.items() if packets[-1].at == last * 960]
    assert sorted(sent) == ["floor", "floor without hall", f"floor without {SEATS[0]}"]
    assert room.routes[-1][f"ear-{SEATS[3]}"] == "floor without hall"
    assert room.engine.stats().encoders == 3


def test_an_unused_encoder_is_closed_after_ten_seconds() -> None:
    room = studio()
    room.run(scene(SEATS[0]), 20)
    room.run(scene(), 20)
    assert room.engine.stats().encoders == 2
    room.run(scene(), 510)
    assert room.engine.stats().encoders == 1


def test_each_mix_has_one_packet_a_tick_without_a_hole() -> None:
    room = studio()
    room.run(scene(SEATS[0]), 60)
    times = [packet.at for packet in room.packets["floor"]]
    assert times == [(FIRST_TICK + tick) * 960 for tick in range(60)]


def test_a_removed_source_can_come_back() -> None:
    room = studio()
    room.run(scene(SEATS[0]), 60)
    room.engine.remove(SEATS[0])
    room.run(scene(SEATS[0]), 100)
    assert power_db(room.ear("monitor", 40), HZ[SEATS[0]]) > -35


def test_opening_a_gate_and_changing_streams_does_not_click() -> None:
    """Sudden steps would spread over all frequencies; look where there is no tone."""
    room = studio()
    room.run(scene(SEATS[0]), 150)
    for _ in range(5):
        room.run(scene(SEATS[0], SEATS[1]), 10)
        room.run(scene(SEATS[0]), 10)
    for name in ("monitor", f"ear-{SEATS[4]}", f"ear-{SEATS[1]}"):
        spectra = [
            np.abs(np.fft.rfft(tick * np.hanning(960)))[120:] for tick in room.heard[name][-100:]
        ]
        steady = [
            np.abs(np.fft.rfft(tick * np.hanning(960)))[120:] for tick in room.heard[name][100:150]
        ]
        loudest = max(float(one.max()) for one in steady)
        assert max(float(one.max()) for one in spectra) < max(4 * loudest, 0.5)


def test_a_seat_grouped_anew_while_speaking_is_moved_at_once() -> None:
    room = studio()
    room.run(scene(SEATS[0]), 50)
    assert room.routes[-1][f"ear-{SEATS[1]}"] == "floor"
    joined = {
        **PEOPLE,
        SEATS[0]: Person("a", group="table"),
        SEATS[1]: Person("b", group="table"),
    }
    room.run(Scene(people=joined, open_microphones=frozenset({SEATS[0]})), 2)
    assert room.routes[-1][f"ear-{SEATS[1]}"] == "floor without table"
    room.run(Scene(people=joined, open_microphones=frozenset({SEATS[0]})), 40)
    assert float(np.abs(room.ear(f"ear-{SEATS[1]}", 20)).max()) < 1e-3


def test_a_listener_who_leaves_is_no_longer_routed() -> None:
    room = studio()
    room.run(scene(), 5)
    room.engine.remove_listener("monitor")
    room.run(scene(), 5)
    assert "monitor" not in room.routes[-1]
    assert len(room.routes[-1]) == len(SEATS)
