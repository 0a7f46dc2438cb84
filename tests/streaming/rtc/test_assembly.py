"""The assembler, with time and packets made by hand."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.packets import VideoCodec
from streaming.rtc.assembly import GIVE_UP_S, PLI_GAP_S, RING_PACKETS, PictureAssembler
from streaming.rtc.payload import PAYLOAD_MAX_BYTES, packetise

pytestmark = pytest.mark.unit

VP8 = VideoCodec.VP8
Packet = tuple[int, int, bool, bytes]


def picture(number: int, *, key: bool, packets: int = 3) -> bytes:
    """A picture that fills ``packets`` packets and names its number."""
    first = b"\x00" if key else b"\x01"
    size = (PAYLOAD_MAX_BYTES - 4) * packets - 10
    return first + number.to_bytes(4, "big") + bytes(size)


def stream(count: int, *, gop: int = 10, first_seq: int = 65_500) -> list[Packet]:
    """Pictures 0, 1, ... as packets; the sequence number wraps."""
    packets: list[Packet] = []
    for number in range(count):
        payloads = packetise(VP8, picture(number, key=number % gop == 0), number)
        for index, payload in enumerate(payloads):
            seq = (first_seq + len(packets)) & 0xFFFF
            packets.append((seq, number * 3600, index == len(payloads) - 1, payload))
    return packets


class Bench:
    def __init__(self) -> None:
        self.numbers: list[int] = []
        self.keys: list[bool] = []
        self.now = 100.0
        self.nacked: list[int] = []
        self.plis = 0
        self.assembler = PictureAssembler(self._deliver)

    def _deliver(self, _codec: VideoCodec, data: bytes, _ts: int, key: bool, _now: float) -> None:
        self.numbers.append(int.from_bytes(data[1:5], "big"))
        self.keys.append(key)

    def feed(self, *packets: Packet) -> None:
        for packet in packets:
            self.assembler.add(VP8, *packet, self.now)
            self.serve()

    def serve(self) -> None:
        nacks, pli = self.assembler.due(self.now)
        self.nacked += nacks
        self.plis += pli

    def wait(self, seconds: float) -> None:
        self.now += seconds
        self.serve()


def test_a_picture_is_delivered_with_its_last_packet() -> None:
    bench, packets = Bench(), stream(2)
    bench.feed(*packets[:2])
    assert bench.numbers == []
    bench.feed(packets[2])
    assert bench.numbers == [0]
    assert bench.keys == [True]


def test_nothing_is_delivered_before_a_key_frame_which_is_asked_for() -> None:
    bench, packets = Bench(), stream(12)
    bench.feed(*packets[3:30])
    assert bench.numbers == []
    assert bench.plis == 1
    bench.feed(*packets[30:])
    assert bench.numbers == [10, 11]


def test_a_lost_packet_is_asked_for_at_once_and_again_until_it_comes() -> None:
    bench, packets = Bench(), stream(3)
    bench.feed(*packets[:3], *packets[4:6])
    assert bench.nacked == [packets[3][0]]
    bench.wait(0.06)
    assert bench.nacked == [packets[3][0]] * 2
    bench.feed(packets[3])
    assert bench.numbers == [0, 1]
    assert bench.assembler.stats.repaired == 1
    bench.wait(1.0)
    assert len(bench.nacked) == 2


def test_an_unrepaired_loss_is_given_up_and_a_key_frame_asked_for_with_spaced_plis() -> None:
    bench, packets = Bench(), stream(30, gop=10)
    bench.feed(*packets[:3], *packets[4:12])
    bench.wait(GIVE_UP_S + 0.01)
    assert bench.assembler.waiting_for_key
    assert bench.plis == 1
    bench.wait(PLI_GAP_S / 2)
    assert bench.plis == 1
    bench.wait(PLI_GAP_S)
    assert bench.plis == 2
    bench.feed(*packets[12:])
    assert bench.numbers == [0, *range(10, 30)]


def test_a_key_frame_held_behind_the_gap_is_used_without_asking() -> None:
    bench, packets = Bench(), stream(12, gop=10)
    bench.feed(*packets[:24], *packets[25:])
    bench.wait(GIVE_UP_S + 0.01)
    assert bench.numbers == [*range(8), 10, 11]
    assert bench.plis == 0


def test_a_gap_wider_than_the_ring_is_given_up_at_once() -> None:
    bench, packets = Bench(), stream(400, gop=1000)
    bench.feed(*packets[:3], *packets[4 : RING_PACKETS + 20])
    assert bench.assembler.stats.given_up == 1
    assert bench.numbers == [0]


def test_a_new_stream_on_the_same_line_starts_over() -> None:
    bench = Bench()
    bench.feed(*stream(2), *stream(2, first_seq=20_000))
    assert bench.numbers == [0, 1, 0, 1]


def test_a_picture_without_marker_ends_with_the_next_timestamp() -> None:
    bench = Bench()
    bench.feed(*[(seq, ts, False, payload) for seq, ts, _, payload in stream(3)])
    assert bench.numbers == [0, 1]


@given(st.randoms(use_true_random=False), st.integers(2, 12))
def test_any_short_reordering_and_repeating_delivers_all_in_order(
    rng: random.Random, window: int
) -> None:
    bench, packets = Bench(), stream(20)
    shuffled = packets[:1]
    for at in range(1, len(packets), window):
        part = packets[at : at + window]
        part += rng.sample(part, k=min(2, len(part)))
        rng.shuffle(part)
        shuffled += part
    bench.feed(*shuffled)
    assert bench.numbers == list(range(20))


@given(st.sets(st.integers(3, 119), max_size=30), st.booleans())
def test_whatever_is_lost_every_delivered_picture_follows_its_predecessor_or_is_a_key(
    lost: set[int], repair: bool
) -> None:
    bench, packets = Bench(), stream(40)
    by_seq = {packet[0]: packet for packet in packets}
    for index, packet in enumerate(packets):
        if index not in lost:
            bench.feed(packet)
        bench.wait(0.002)
        if repair:
            wanted, bench.nacked = bench.nacked, []
            bench.feed(*[by_seq[seq] for seq in wanted])
    for index, (number, key) in enumerate(zip(bench.numbers, bench.keys, strict=True)):
        assert key or number == bench.numbers[index - 1] + 1
    if repair and not lost & {117, 118, 119}:
        assert bench.numbers == list(range(40))


@given(st.lists(st.tuples(st.integers(0, 65_535), st.integers(0, 4), st.booleans(), st.binary(max_size=6)), max_size=200))  # fmt: skip  # noqa: E501
def test_hostile_packets_never_break_it_nor_fill_memory(packets: list[Packet]) -> None:
    bench = Bench()
    for packet in packets:
        bench.feed(packet)
        bench.wait(0.01)
    assert len(bench.assembler._ring) <= RING_PACKETS
    assert len(bench.assembler._lost) <= 3000
