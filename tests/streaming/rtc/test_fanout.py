"""Fan-out: joiners begin with a key frame, and nobody gets a picture twice or none."""

import asyncio
from typing import Any

import pytest

from streaming.mediatime import SampleTime, Ticks90k
from streaming.packets import EncodedPicture, OpusPacket, VideoCodec
from streaming.rtc.fanout import PENDING_MAX, PictureFanout, SoundFanout
from streaming.rtc.sender import Burst

pytestmark = pytest.mark.unit


class FakeSender:
    def __init__(self) -> None:
        self.got: list[int] = []
        self.keys: list[bool] = []

    def push(self, burst: Burst, _now: float) -> int:
        self.got.append(burst.at)
        self.keys.append(burst.key)
        return len(burst.payloads)


def fake() -> Any:
    return FakeSender()


def publish(fanout: PictureFanout, *numbers: int, size: int = 3000, gop: int = 10) -> None:
    for number in numbers:
        key = number % gop == 0
        fanout.publish(EncodedPicture(VideoCodec.VP8, bytes(size), Ticks90k(number), key))


async def caught_up(sender: Any, last: int) -> None:
    async with asyncio.timeout(5):
        while not sender.got or sender.got[-1] != last:  # noqa: ASYNC110
            await asyncio.sleep(0)


async def test_a_joiner_gets_the_group_of_pictures_once_and_then_the_live_ones() -> None:
    fanout, sender = PictureFanout(), fake()
    publish(fanout, *range(17))
    fanout.add(sender)
    publish(fanout, 17)
    await caught_up(sender, 17)
    publish(fanout, 18, 19, 20)
    await caught_up(sender, 20)
    assert sender.got == list(range(10, 21))
    assert sender.keys[0]


async def test_a_joiner_of_a_silent_stream_waits_for_its_first_key_frame() -> None:
    fanout, sender = PictureFanout(), fake()
    fanout.add(sender)
    publish(fanout, 7, 8, 9)
    publish(fanout, 10, 11)
    await caught_up(sender, 11)
    assert sender.got == [10, 11]


async def test_a_new_key_frame_spares_a_slow_joiner_the_old_group() -> None:
    fanout, sender = PictureFanout(), fake()
    publish(fanout, *range(9), size=30_000)
    fanout.add(sender)
    publish(fanout, 10, 11)
    await caught_up(sender, 11)
    assert sender.got[-2:] == [10, 11]
    assert sender.got[:-2] == list(range(len(sender.got) - 2))


async def test_many_peers_all_get_every_picture_in_order_over_several_turns() -> None:
    fanout, senders = PictureFanout(), [fake() for _ in range(40)]
    publish(fanout, 0)
    for sender in senders:
        fanout.add(sender)
    publish(fanout, 1, 2, 3, size=20_000)
    for sender in senders:
        await caught_up(sender, 3)
        assert sender.got == [0, 1, 2, 3]


async def test_a_loop_too_far_behind_drops_to_the_next_key_frame_and_counts() -> None:
    fanout, senders = PictureFanout(), [fake() for _ in range(40)]
    publish(fanout, 0, gop=1000)
    for sender in senders:
        fanout.add(sender)
    publish(fanout, *range(1, PENDING_MAX + 20), size=20_000, gop=1000)
    publish(fanout, 1000, 1001, gop=1000)
    assert fanout.stats.dropped >= 19
    await caught_up(senders[-1], senders[-1].got[-1] if senders[-1].got else 0)


async def test_who_is_removed_gets_nothing_more() -> None:
    fanout, sender = PictureFanout(), fake()
    publish(fanout, 0)
    fanout.add(sender)
    await caught_up(sender, 0)
    fanout.remove(sender)
    publish(fanout, 1)
    assert sender.got == [0]
    assert len(fanout) == 0


def test_each_listener_gets_its_own_mix_and_follows_a_new_route() -> None:
    fanout, first, second = SoundFanout(), fake(), fake()
    fanout.add("a", first)
    fanout.add("b", second)
    fanout.publish("floor", OpusPacket(b"x", SampleTime(0)))
    fanout.route({"a": "floor", "b": "floor-b"})
    fanout.publish("floor", OpusPacket(b"x", SampleTime(960)))
    fanout.publish("floor-b", OpusPacket(b"x", SampleTime(960)))
    fanout.route({"a": "floor", "b": "floor"})
    fanout.publish("floor", OpusPacket(b"x", SampleTime(1920)))
    assert (first.got, second.got) == ([960, 1920], [960, 1920])
