"""Answers to offers of many makes, and to none."""

import asyncio
import random
from collections.abc import Iterable
from types import SimpleNamespace

import pytest
from aiortc.sdp import SessionDescription

from streaming.engine.peers import RoomFull, UnknownPeer
from streaming.engine.steering import SPEAKER
from streaming.packets import VideoCodec
from streaming.rtc.offer import OfferRefused
from streaming.rtc.peer import Link, Peer, PeerKind, TrackUse
from tests.streaming.rtc import offers
from tests.streaming.rtc.support import Rig, rig, spec
from venue.ids import Language, SeatId

pytestmark = pytest.mark.unit

MEI = SeatId("mei")


@pytest.mark.parametrize(
    "offer", [offers.OBS, offers.GSTREAMER, offers.FFMPEG], ids=["OBS", "GStreamer", "FFmpeg"]
)
async def test_an_encoder_is_answered_receive_only_with_a_whole_answer(offer: str) -> None:
    async with rig() as made:
        answer = await made.table.open(spec("p", "room", PeerKind.WHIP), offer)
        session = SessionDescription.parse(answer)
        assert [media.direction for media in session.media] == ["recvonly", "recvonly"]
        for media in session.media:
            assert media.ice_candidates[0].port == made.port.number
            assert media.dtls is not None
            assert media.dtls.role in ("client", "server")
        peer = made.table.get("p")
        assert set(peer.receivers) == {TrackUse.CAMERA, TrackUse.MICROPHONE}
        assert peer.picture is None


async def test_a_viewer_is_answered_send_only_with_picture_and_sound() -> None:
    async with rig() as made:
        offer = offers.GSTREAMER.replace("sendonly", "recvonly")
        answer = await made.table.open(spec("p", None, PeerKind.WHEP), offer)
        directions = [media.direction for media in SessionDescription.parse(answer).media]
        assert directions == ["sendonly", "sendonly"]
        assert made.table.get("p").picture_codec is VideoCodec.VP8
        assert made.sound.listeners == {"p": (None, "floor")}


async def test_a_viewer_is_sent_another_language_on_its_connection() -> None:
    async with rig() as made:
        offer = offers.GSTREAMER.replace("sendonly", "recvonly")
        await made.table.open(spec("p", None, PeerKind.WHEP), offer)
        peer = made.table.get("p")
        made.table.retune("p", Language("zh"))
        assert made.sound.listeners == {"p": (None, "zh")}
        assert made.table.get("p") is peer
        with pytest.raises(UnknownPeer):
            made.table.retune("q", Language("zh"))


async def test_receivers_are_as_many_as_the_operator_says_and_no_monitor_is_one() -> None:
    viewer = offers.GSTREAMER.replace("sendonly", "recvonly")
    head, rest = viewer.split("m=video")
    sound_only = head.replace("video0 audio1", "audio1") + "m=audio" + rest.split("m=audio")[1]
    async with rig(listeners_max=1) as made:
        await made.table.open(spec("a", None, PeerKind.WHEP), sound_only)
        await made.table.open(spec("m", None, PeerKind.WHEP), viewer)
        with pytest.raises(RoomFull):
            await made.table.open(spec("b", None, PeerKind.WHEP), sound_only)
        made.table.close("a")
        await made.table.open(spec("b", None, PeerKind.WHEP), sound_only)


async def test_a_peer_closed_as_soon_as_it_is_answered_leaves_the_loop_running() -> None:
    async with rig() as made:
        await made.table.open(spec("p", "room", PeerKind.WHIP), offers.FFMPEG)
        made.table.close("p")
        async with asyncio.timeout(5):
            while made.table.all():  # noqa: ASYNC110
                await asyncio.sleep(0)


async def test_no_codec_in_common_says_so() -> None:
    async with rig() as made:
        with pytest.raises(OfferRefused) as refused:
            await made.table.open(spec("p", "room", PeerKind.WHIP), offers.ONLY_AV1)
        assert refused.value.code == "media.no_common_codec"
        assert made.table.all() == ()


async def test_a_third_picture_is_refused_and_the_second_is_the_screen() -> None:
    async with rig() as made:
        head, video = offers.FFMPEG.split("m=video")
        video = "m=video" + video
        screen = video.replace("mid:1", "mid:2").replace("ssrc:12", "ssrc:13")
        third = video.replace("mid:1", "mid:3").replace("ssrc:12", "ssrc:14")
        offer = (head + video + screen + third).replace("BUNDLE 0 1", "BUNDLE 0 1 2 3")
        answer = await made.table.open(spec("p", "mayor"), offer)
        directions = [media.direction for media in SessionDescription.parse(answer).media]
        assert directions == ["recvonly", "recvonly", "recvonly", "inactive"]
        assert TrackUse.SCREEN in made.table.get("p").receivers


@pytest.mark.parametrize(
    ("camera", "program", "answered"),
    [
        ("sendrecv", "recvonly", ["recvonly", "sendonly"]),
        ("sendonly", "recvonly", ["recvonly", "sendonly"]),
        ("sendrecv", "inactive", ["sendrecv", "inactive"]),
    ],
)
async def test_the_program_comes_down_where_no_camera_goes_up(
    camera: str, program: str, answered: list[str]
) -> None:
    async with rig() as made:
        head, rest = offers.GSTREAMER.split("m=video")
        up = "m=video" + rest.split("m=audio")[0]
        down = up.replace("mid:video0", "mid:video1").replace("ssrc:1 ", "ssrc:3 ")
        offer = head + up.replace("sendonly", camera) + down.replace("sendonly", program)
        answer = await made.table.open(
            spec("p", "mayor"), offer.replace("video0 audio1", "video0 video1")
        )
        directions = [media.direction for media in SessionDescription.parse(answer).media]
        assert directions == answered


@pytest.mark.parametrize("seed", range(60))
async def test_a_spoilt_offer_is_answered_or_refused_with_a_code(seed: int) -> None:
    rng = random.Random(seed)
    lines = rng.choice([offers.OBS, offers.GSTREAMER, offers.FFMPEG]).splitlines()
    for _ in range(rng.randint(1, 6)):
        at = rng.randrange(1, len(lines))
        match rng.randrange(4):
            case 0:
                del lines[at]
            case 1:
                lines[at] = lines[at][: rng.randrange(len(lines[at]) + 1)]
            case 2:
                lines.insert(at, rng.choice(lines))
            case 3:
                cut = rng.randrange(len(lines[at]) + 1)
                lines[at] = lines[at][:cut] + rng.choice("9:= x\x00é") + lines[at][cut:]
    async with rig() as made:
        try:
            await made.table.open(spec("p", "room", PeerKind.WHIP), "\r\n".join(lines) + "\r\n")
        except OfferRefused as refused:
            assert refused.code.startswith("media.")  # noqa: PT017  # either way is right
            assert made.table.all() == ()


async def test_an_interpreter_on_air_is_missed_sooner_than_others() -> None:
    async with rig() as made:
        mayor, interpreter = SeatId("mayor"), SeatId("mei")
        states = {}
        for seat in (mayor, interpreter):
            await made.table.open(spec(seat, seat), offers.GSTREAMER)
            peer = made.table.get(seat)
            for receiver in peer.receivers.values():
                receiver.stats.packets, receiver.stats.last_in_s = 1, 100.0
            states[seat] = peer
        made.table.steer({}, {mayor: SPEAKER, interpreter: SPEAKER}, {interpreter})

        def links(now_s: float) -> list[Link]:
            for peer in states.values():
                peer._judge(now_s, now_s - 100.0, 0.0)
            return [peer.state.link for peer in states.values()]

        assert links(101.0) == [Link.GOOD, Link.GOOD]
        assert links(101.7) == [Link.GOOD, Link.LOST]
        assert [peer.state.camera for peer in states.values()] == [True, False]
        assert links(102.6) == [Link.LOST, Link.LOST]
        made.table.steer({}, {interpreter: SPEAKER}, frozenset())
        assert links(101.5) == [Link.GOOD, Link.GOOD]


class Clock:
    """When the loop had time to look, and when the last packet came; media time."""

    def __init__(self, peer: Peer, last_in_s: float) -> None:
        self.peer = peer
        stats = SimpleNamespace(last_in_s=last_in_s)
        self.link = SimpleNamespace(stats=stats, checked_s=last_in_s)
        peer._link = self.link  # type: ignore[assignment]
        for receiver in peer.receivers.values():
            receiver.stats.packets, receiver.stats.last_in_s = 1, last_in_s
        peer._judge(last_in_s, 0.0, 0.0)

    def lost_at(self, looks: Iterable[float], packets: Iterable[float] = ()) -> float | None:
        """When the loss was noticed, looking at these times; ``packets`` came at those."""
        for now_s in looks:
            for came_s in packets:
                if came_s <= now_s:
                    self.link.stats.last_in_s = max(self.link.stats.last_in_s, came_s)
                    for receiver in self.peer.receivers.values():
                        receiver.stats.last_in_s = self.link.stats.last_in_s
            self.peer._look_at(now_s)
            if self.peer.state.link is Link.LOST:
                return now_s
        return None


def tenths(start_s: float, end_s: float) -> list[float]:
    return [round(start_s + index / 10, 1) for index in range(int((end_s - start_s) * 10) + 1)]


async def interpreter_on_air(made: Rig) -> Peer:
    await made.table.open(spec("mei", MEI), offers.GSTREAMER)
    made.table.steer({}, {MEI: SPEAKER}, {MEI})
    return made.table.get("mei")


async def test_the_loss_of_an_interpreter_on_air_is_noticed_well_within_two_seconds() -> None:
    async with rig() as made:
        peer = await interpreter_on_air(made)
        assert peer._watch is not None
        clock = Clock(peer, 100.0)
        peer._looked_s = 100.0
        lost_s = clock.lost_at(tenths(100.1, 103.0))
        assert lost_s is not None
        assert lost_s <= 101.7
        # Off the air the looking ends.
        made.table.steer({}, {MEI: SPEAKER}, frozenset())
        peer._look()
        assert peer._watch is None


async def test_a_stall_of_our_own_is_no_loss_of_an_interpreter() -> None:
    async with rig() as made:
        peer = await interpreter_on_air(made)
        clock = Clock(peer, 100.0)
        peer._looked_s = 100.9
        # The loop stood from 101.0 to 102.0; what came meanwhile is read right after.
        assert clock.lost_at([101.0, 102.0, 102.1, 102.2], packets=[102.05]) is None
        # With nothing to read the stall costs one look, no half second.
        peer._looked_s = 102.9
        assert clock.lost_at([103.0, 103.7, 103.8]) == pytest.approx(103.8)


async def test_gaps_of_a_poor_network_are_no_loss_of_an_interpreter() -> None:
    async with rig() as made:
        peer = await interpreter_on_air(made)
        clock = Clock(peer, 100.0)
        peer._looked_s = 100.0
        assert clock.lost_at(tenths(100.1, 110.0), packets=tenths(100.0, 110.0)[::15]) is None
