"""The audio thread itself, and what it does with a bad link."""

import threading

import numpy as np
import pytest

from streaming.mediatime import now_s
from streaming.packets import AacFrame, OpusPacket
from streaming.sound.engine import MAX_INBOX, SoundEngine
from tests.streaming.sound.helpers import EN, FIRST_TICK, Studio, packets_of, power_db, tone
from venue.ids import FLOOR_LANGUAGE, SeatId
from venue.scene import Person, Scene

pytestmark = pytest.mark.media

SEAT = SeatId("one")
SCENE = Scene(people={SEAT: Person("p")}, open_microphones=frozenset({SEAT}))


def test_the_thread_keeps_the_media_clock_and_stops() -> None:
    packets: list[OpusPacket] = []
    frames: list[AacFrame] = []
    routes: list[dict[str, str]] = []
    enough = threading.Event()

    def on_opus(key: str, packet: OpusPacket) -> None:
        packets.append(packet)
        if len(packets) >= 25 and frames:
            enough.set()

    engine = SoundEngine((EN,), on_opus, frames.append, lambda now: routes.append(dict(now)))
    engine.set_scene(SCENE)
    engine.add_listener("monitor", None, FLOOR_LANGUAGE)
    before = int(now_s() * 50) * 960
    engine.start()
    assert enough.wait(20)
    engine.stop()
    after = now_s() * 48_000
    assert routes == [{"monitor": "floor"}]
    assert all(packet.at % 960 == 0 and before < packet.at <= after for packet in packets)
    times = [packet.at for packet in packets]
    assert times == sorted(set(times))
    assert engine.stats().failed_ticks == 0
    count = len(packets)
    assert not any(thread.name == "sound" for thread in threading.enumerate())
    assert len(packets) == count


def test_a_flood_is_bounded_and_counted() -> None:
    engine = SoundEngine((EN,), lambda key, packet: None, lambda frame: None, lambda now: None)
    for number in range(MAX_INBOX + 10):
        engine.push(SEAT, number & 0xFFFF, number * 960, b"x", 0.0)
    assert engine.stats().inbox_dropped == 10


def test_more_sources_than_rows_are_refused_and_counted() -> None:
    engine = SoundEngine((EN,), lambda key, packet: None, lambda frame: None, lambda now: None)
    for number in range(60):
        engine.push(SeatId(f"seat-{number}"), 1, 960, b"\xf8\xff\xfe", FIRST_TICK / 50)
    engine.tick(FIRST_TICK)
    assert engine.stats().refused_sources == 12


def test_loss_on_real_opus_leaves_no_hole() -> None:
    packets = packets_of(tone(500, 10.0))
    rng = np.random.default_rng(5)
    kept = {number for number in range(500) if rng.random() >= 0.05}
    room = Studio((EN,), {})
    room.engine.add_listener("monitor", None, FLOOR_LANGUAGE)

    def feed(index: int) -> None:
        if index < 500 and index in kept:
            at_s = (FIRST_TICK + index) / 50 - 0.004
            room.engine.push(SEAT, index, index * 960, packets[index], at_s)

    room.on_tick = feed
    feed(0)
    room.run(SCENE, 450)
    level = np.abs(room.ear("monitor", 400)).reshape(-1, 480).max(axis=1)
    quiet = level < 0.1 * np.median(level)
    longest = max(
        (len(run) for run in "".join("1" if q else " " for q in quiet).split()), default=0
    )
    assert longest <= 4
    sources = room.engine.stats().sources
    assert sources is not None
    counters = sources[SEAT].counters
    assert counters.concealed + counters.recovered >= counters.lost > 10
    assert sources[SEAT].delay_ms < 60


def test_levels_are_those_before_gain_and_gate() -> None:
    room = Studio((EN,), {SEAT: packets_of(tone(700, 2.0, -31.0))})
    room.run(Scene(people={SEAT: Person("p")}), 60)
    assert room.engine.levels()[SEAT] == pytest.approx(-31.0, abs=1.5)


def test_reported_loss_arms_the_mix_of_that_listener_only() -> None:
    other = SeatId("other")
    room = Studio((EN,), {SEAT: packets_of(tone(500, 2.0)), other: packets_of(tone(800, 2.0))})
    room.engine.add_listener("a", SEAT, FLOOR_LANGUAGE)
    room.engine.add_listener("b", None, FLOOR_LANGUAGE)
    room.engine.report_loss("b", 8)
    room.run(SCENE, 60)
    room.run(SCENE, 40)
    silk_or_hybrid = {key: packets[-1].data[0] >> 3 < 16 for key, packets in room.packets.items()}
    assert silk_or_hybrid == {"floor": True, f"floor without {SEAT}": False}


def test_what_a_seat_asked_to_hear_goes_before_its_first_wish() -> None:
    room = Studio((EN,), {SEAT: packets_of(tone(500, 2.0))})
    room.engine.add_listener("a", SEAT, FLOOR_LANGUAGE)
    listening = Scene(
        people={SEAT: Person("p"), SeatId("x"): Person("x")},
        open_microphones=frozenset({SEAT}),
        listening={SEAT: EN},
        booths={EN: SeatId("x")},
    )
    room.run(listening, 30)
    assert room.routes[-1]["a"] == f"en without {SEAT}"
    assert power_db(room.ear("a", 5), 500) < -60
