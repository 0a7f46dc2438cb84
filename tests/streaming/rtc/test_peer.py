"""Answers to offers of many makes, and to none."""

import asyncio
import random

import pytest
from aiortc.sdp import SessionDescription

from streaming.engine.peers import RoomFull, UnknownPeer
from streaming.packets import VideoCodec
from streaming.rtc.offer import OfferRefused
from streaming.rtc.peer import PeerKind, TrackUse
from tests.streaming.rtc import offers
from tests.streaming.rtc.support import rig, spec
from venue.ids import Language

pytestmark = pytest.mark.unit


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
