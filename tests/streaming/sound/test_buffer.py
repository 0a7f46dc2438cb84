"""The jitter buffer in virtual time, with a codec that counts instead of coding."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streaming.sound.buffer import MAX_PACKETS, AudioBuffer
from streaming.sound.pcm import Pcm

pytestmark = pytest.mark.unit

HZ = 200.0


class CountingDecoder:
    """Decodes packet n to the n-th 20 ms of a sine; what it invents is silence."""

    def __init__(self) -> None:
        self.decoded: list[int] = []

    def decode(self, payload: bytes) -> Pcm:
        number = int.from_bytes(payload[:4], "big")
        self.decoded.append(number)
        return self._sine(number)

    def recover(self, following: bytes, samples: int) -> Pcm:
        return self._sine(int.from_bytes(following[:4], "big") - 1)

    def conceal(self, samples: int) -> Pcm:
        return np.zeros(samples, np.float32)

    def _sine(self, number: int) -> Pcm:
        times = np.arange(number * 960, number * 960 + 960) / 48_000
        return (0.3 * np.sin(2 * np.pi * HZ * times)).astype(np.float32)


class Line:
    """A sender, a link and a buffer."""

    def __init__(self, transit: Callable[[int], float | None], ppm: float = 0.0) -> None:
        self.decoder = CountingDecoder()
        self.buffer = AudioBuffer(self.decoder)
        self._transit, self._ppm = transit, ppm
        self._arrivals: list[tuple[float, int]] = []
        self._sent = self._tick = 0
        self.delays: list[float] = []
        self.sound: list[Pcm] = []

    def run(self, ticks: int) -> None:
        for _ in range(ticks):
            now = self._tick * 0.02 + 0.0071
            while self._sent <= self._tick:
                held = self._transit(self._sent)
                if held is not None:
                    sent_s = self._sent * 0.02 * (1 + self._ppm * 1e-6)
                    self._arrivals.append((sent_s + held, self._sent))
                self._sent += 1
            due = sorted(one for one in self._arrivals if one[0] <= now)
            self._arrivals = [one for one in self._arrivals if one[0] > now]
            for arrival, number in due:
                self.push(number, arrival)
            if self.buffer.playing:
                self.delays.append(self.buffer.delay_ms(now))
            self.sound.append(self.buffer.pull(now))
            assert self.sound[-1].shape == (960,)
            self._tick += 1

    def push(self, number: int, arrival: float) -> None:
        payload = number.to_bytes(4, "big") + b"sound"
        timestamp = (number * 960 + 0xFFFF_0000) & 0xFFFF_FFFF
        self.buffer.push((number + 65_500) & 0xFFFF, timestamp, payload, arrival)

    def longest_gap_ms(self, skip_ticks: int) -> float:
        sound = np.abs(np.concatenate(self.sound[skip_ticks:])) > 1e-3
        edges = np.flatnonzero(np.diff(np.concatenate(([1], sound.astype(np.int8), [1]))))
        return float((edges[1::2] - edges[::2]).max(initial=0)) / 48


def jittered(seed: int, mean_s: float, loss: float = 0.0) -> Callable[[int], float | None]:
    rng = np.random.default_rng(seed)
    return lambda number: None if rng.random() < loss else 0.05 + float(rng.exponential(mean_s))


def test_a_clean_link_is_played_whole_in_order_and_soon() -> None:
    line = Line(lambda number: 0.05)
    line.run(500)
    assert line.decoder.decoded == list(range(len(line.decoder.decoded)))
    assert line.buffer.counters.concealed == 0
    assert line.buffer.counters.lost == 0
    assert max(line.delays[250:]) < 30


def test_five_percent_of_loss_leaves_no_long_gap_and_the_delay_does_not_ratchet() -> None:
    line = Line(jittered(1, 0.003, loss=0.05))
    line.run(3000)
    assert line.longest_gap_ms(50) <= 40.5
    first, last = np.median(line.delays[300:800]), np.median(line.delays[-500:])
    assert last <= first + 21
    assert line.buffer.counters.lost > 100


def test_one_lost_packet_costs_no_lasting_delay() -> None:
    line = Line(lambda number: None if number == 300 else 0.05)
    line.run(290)
    before = line.delays[-1]
    line.run(110)
    assert line.delays[-1] == pytest.approx(before, abs=1)
    assert line.buffer.counters.late == 0


@pytest.mark.parametrize("ppm", [100.0, -100.0, 300.0])
def test_ten_minutes_of_clock_drift_stay_within_the_buffer(ppm: float) -> None:
    line = Line(jittered(2, 0.001), ppm)
    line.run(30_000)
    assert max(line.delays[500:]) < 60
    assert line.buffer.counters.late <= 3
    assert line.buffer.counters.concealed <= 6
    assert line.buffer.counters.spliced > 2
    # A splice that clicked would be a step in the sine.
    steps = np.abs(np.diff(np.concatenate(line.sound[50:3000])))
    assert float(steps.max()) < 0.02


def test_a_jittery_link_is_held_longer_and_a_calm_one_gets_its_delay_back() -> None:
    rough = jittered(3, 0.02)
    line = Line(lambda number: rough(number) if number < 1000 else 0.05)
    line.run(1000)
    grown = line.buffer.target_ms
    assert grown > 50
    line.run(2000)
    assert line.buffer.target_ms < 15
    assert max(line.delays[-200:]) < 40


def test_a_stall_is_caught_up_without_ratcheting() -> None:
    def transit(number: int) -> float:
        return 0.05 if not 300 <= number < 320 else 0.05 + (320 - number) * 0.02

    line = Line(transit)
    line.run(1500)
    assert max(line.delays[-100:]) < 60


def test_reordered_packets_are_played_in_order() -> None:
    line = Line(lambda number: 0.05 + (0.025 if number % 10 == 3 else 0.0))
    line.run(400)
    played = line.decoder.decoded
    assert played == sorted(played)


def test_a_pause_of_the_sender_is_no_loss() -> None:
    line = Line(lambda number: None if 200 <= number < 260 else 0.05)
    line.run(200)
    # DTX: the sequence goes on without a hole, the timestamp jumps.
    pushed = line.push

    def renumbered(number: int, arrival: float) -> None:
        if number < 260:
            pushed(number, arrival)
            return
        payload = number.to_bytes(4, "big") + b"sound"
        timestamp = (number * 960 + 0xFFFF_0000) & 0xFFFF_FFFF
        line.buffer.push((number - 60 + 65_500) & 0xFFFF, timestamp, payload, arrival)

    line.push = renumbered  # type: ignore[method-assign]
    line.run(300)
    assert line.buffer.counters.lost == 0
    assert line.decoder.decoded[-1] > 480


def test_another_stream_in_the_same_seat_begins_anew() -> None:
    line = Line(lambda number: 0.05)
    line.run(100)
    for number in range(100, 200):
        now = number * 0.02 + 0.0071
        payload = number.to_bytes(4, "big") + b"other"
        line.buffer.push(number & 0xFFFF, (number * 960 + 77_000_000) & 0xFFFFFFFF, payload, now)
        line.buffer.pull(now)
    assert line.buffer.counters.restarts == 1
    assert line.decoder.decoded[-1] > 190


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["ok", "ok", "ok", "lost", "twice"]),
            st.floats(0.0, 0.4),
        ),
        min_size=20,
        max_size=200,
    )
)
def test_whatever_the_link_does_a_tick_is_a_tick_and_nothing_is_played_twice(
    fates: list[tuple[str, float]],
) -> None:
    line = Line(lambda number: None)
    arrivals = []
    for number, (fate, held) in enumerate(fates):
        if fate != "lost":
            arrivals += [(number * 0.02 + held, number)] * (2 if fate == "twice" else 1)
    arrivals.sort()
    for tick in range(len(fates) + 40):
        now = tick * 0.02
        while arrivals and arrivals[0][0] <= now:
            arrival, number = arrivals.pop(0)
            line.push(number, arrival)
        assert line.buffer.pull(now).shape == (960,)
        assert line.buffer.held_packets <= MAX_PACKETS
        assert line.buffer.target_ms <= 120
    played = line.decoder.decoded
    assert played == sorted(set(played))
    counters = line.buffer.counters
    assert counters.received >= len(played) + counters.duplicate + counters.late


def test_what_is_not_opus_is_dropped_and_counted() -> None:
    line = Line(lambda number: None)
    line.buffer.push(1, 960, b"", 0.0)
    assert line.buffer.counters.dropped == 1


def test_the_buffer_says_which_sample_comes_next() -> None:
    line = Line(lambda _: 0.030)
    assert line.buffer.next_timestamp() is None
    line.run(100)
    behind = line.buffer.next_timestamp()
    assert behind is not None
    next_tick_ms = line._tick * 20 + 7.1
    held_ms = next_tick_ms - ((behind - 0xFFFF_0000) & 0xFFFF_FFFF) / 48
    assert 30 <= held_ms <= 30 + line.buffer.target_ms + 21


def test_sound_waits_for_a_slow_camera_and_comes_back() -> None:
    line = Line(lambda _: 0.030)
    line.run(200)
    before_ms = line.buffer.target_ms
    for _ in range(6):
        line.buffer.picture_late(30.0)
        line.run(50)
    assert line.buffer.target_ms > before_ms + 60
    assert line.delays[-1] > before_ms + 40
    for _ in range(20):
        line.buffer.picture_late(-60.0)
        line.run(50)
    assert line.buffer.target_ms == pytest.approx(before_ms, abs=3)
