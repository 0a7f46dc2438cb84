"""Real WebRTC over loopback against a stock aiortc client."""

from contextlib import AsyncExitStack
from functools import partial

import pytest

from streaming.packets import VideoCodec
from streaming.rtc import extension
from streaming.rtc.peer import PeerKind
from tests.streaming.rtc.support import Publisher, decoder, rig, spec, stock_client, until

pytestmark = pytest.mark.media

BOTH_WAYS = {"send_audio": True, "send_video": "VP8", "receive_video": True}


@pytest.mark.parametrize("codec", [VideoCodec.VP8, VideoCodec.H264])
async def test_pictures_and_sound_of_a_client_arrive_whole(codec: VideoCodec) -> None:
    async with rig() as made:
        made.see("mayor")
        wish = {"send_audio": True, "send_video": codec.value.upper()}
        async with stock_client(wish, lambda _n, sdp: made.table.open(spec("p", "mayor"), sdp)):
            await until(lambda: len(made.pushed("mayor")) >= 40, "pictures")
            pictures = made.pushed("mayor")
            assert pictures[0].key
            assert {picture.codec for picture in pictures} == {codec}
            decode = decoder(codec)
            assert sum(decode(picture.data) for picture in pictures) >= 38
            await until(lambda: len(made.sound.pushed.get("mayor", [])) >= 40, "sound")
            await until(lambda: any(state.camera for _, state in made.facts), "fact")


@pytest.mark.parametrize("codec", [VideoCodec.VP8, VideoCodec.H264])
async def test_a_joiner_sees_the_program_from_its_last_key_frame(codec: VideoCodec) -> None:
    async with rig() as made:
        main = codec is VideoCodec.H264
        fanout = made.table.program if main else made.table.returned
        async with Publisher(fanout.publish, codec) as publisher:
            await until(lambda: publisher.count > 10, "a group of pictures has begun")
            wish = {"receive_video": True, "receive_audio": True, "offer_main": main}
            async with stock_client(
                wish, lambda _n, sdp: made.table.open(spec("p", None, PeerKind.WHEP), sdp)
            ) as client:
                await until(lambda: client.figure("frames") > 30, "decoded pictures")
                assert client.figure("width") == 320
                assert made.picture.returning is not main


@pytest.mark.parametrize("wish", [{"drop_every": 23}, {"reorder": True}])
async def test_lost_packets_are_repaired_and_late_ones_put_in_order(wish: dict) -> None:
    async with rig() as made:
        made.see("mayor")
        wish = {"send_video": "VP8", "size": [640, 360], **wish}
        async with stock_client(
            wish, lambda _n, sdp: made.table.open(spec("p", "mayor"), sdp)
        ) as client:
            await until(lambda: len(made.pushed("mayor")) >= 60, "pictures")
            receiver = next(iter(made.table.get("p").receivers.values()))
            stats = receiver.assembly
            if "drop_every" in wish:
                await until(lambda: client.figure("dropped") > 3 and stats.repaired > 3, "repair")
                assert stats.nacks
            assert stats.repaired >= stats.given_up  # a busy machine may be late with a repair
            decode = decoder(VideoCodec.VP8)
            for picture in made.pushed("mayor"):
                decode(picture.data)


async def test_unrepaired_loss_asks_for_a_key_frame_and_goes_on_from_it() -> None:
    async with rig() as made:
        made.see("mayor")
        wish = {"send_video": "VP8", "drop_every": 90, "no_repair": True, "size": [640, 360]}
        async with stock_client(wish, lambda _n, sdp: made.table.open(spec("p", "mayor"), sdp)):
            await until(lambda: "p" in [p.spec.peer for p in made.table.all()], "peer")
            stats = next(iter(made.table.get("p").receivers.values())).assembly
            await until(lambda: stats.given_up >= 2, "given up")
            before = sum(picture.key for picture in made.pushed("mayor"))
            await until(
                lambda: sum(picture.key for picture in made.pushed("mayor")) > before, "key frame"
            )
            assert stats.plis
            decode = decoder(VideoCodec.VP8)
            for picture in made.pushed("mayor"):
                decode(picture.data)


async def test_twelve_peers_send_and_all_see_the_return() -> None:
    async with rig() as made:
        seats = [f"seat{n}" for n in range(12)]
        made.see(*seats)
        async with Publisher(made.table.returned.publish, VideoCodec.VP8):
            wish = {**BOTH_WAYS, "peers": 12, "size": [160, 96]}
            async with stock_client(
                wish, lambda n, sdp: made.table.open(spec(f"p{n}", seats[n]), sdp)
            ) as client:
                await until(lambda: all(len(made.pushed(seat)) > 5 for seat in seats), "uplinks")
                await until(
                    lambda: (
                        len(client.figures) == 12
                        and all(figures["frames"] > 5 for figures in client.figures)
                    ),
                    "returns",
                )


async def test_a_dead_peer_is_noticed_and_its_seat_given_up() -> None:
    async with rig() as made:
        made.see("mayor")
        wish = {"send_audio": True, "send_video": "VP8", "silent_after": 100}
        async with stock_client(wish, lambda _n, sdp: made.table.open(spec("p", "mayor"), sdp)):
            await until(lambda: any(s.link == "good" for _, s in made.facts), "good")
            await until(lambda: made.facts[-1][1].link == "lost", "lost")
            await until(lambda: made.table.all() == (), "gone")
            assert made.picture.removed == ["mayor"]
            assert made.sound.removed == ["mayor"]
            assert made.facts[-1][1].link == "none"
            assert made.gone == [("mayor", "p", "lost")]


async def test_who_asks_or_answers_late_stays_and_who_does_neither_goes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(extension, "CONSENT_INTERVAL_S", 0.1)
    monkeypatch.setattr(extension, "CONSENT_S", 3.0)
    wishes = {
        "asks": {"no_answers": True, "checks_every_s": 0.2},
        "late": {"answers_after_s": 0.8, "checks_every_s": 3600},
        "silent": {"no_answers": True, "checks_every_s": 3600},
    }
    async with rig() as made, AsyncExitStack() as clients:
        made.see(*wishes)
        for seat, wish in wishes.items():
            sends = {"send_audio": True, "send_video": "VP8", **wish}
            opened = partial(made.table.open, spec(seat, seat))
            client = stock_client(sends, lambda _n, sdp, opened=opened: opened(sdp))
            await clients.enter_async_context(client)
        await until(lambda: made.picture.removed == ["silent"], "the silent one is gone")
        for seat in ("asks", "late"):
            count = len(made.pushed(seat))
            await until(
                lambda seat=seat, count=count: len(made.pushed(seat)) > count + 100, "pictures"
            )
        assert {peer.spec.peer for peer in made.table.all()} == {"asks", "late"}


async def test_a_second_browser_of_a_seat_takes_over_from_the_first() -> None:
    async with rig() as made:
        made.see("mayor")
        wish = {"send_audio": True, "send_video": "VP8", "peers": 2}
        async with stock_client(wish, lambda n, sdp: made.table.open(spec(f"p{n}", "mayor"), sdp)):
            await until(lambda: made.gone == [("mayor", "p0", "replaced")], "replaced")
            count = len(made.pushed("mayor"))
            await until(lambda: len(made.pushed("mayor")) > count + 10, "pictures of the second")
            assert [peer.spec.peer for peer in made.table.all()] == ["p1"]
            assert made.picture.removed == []
