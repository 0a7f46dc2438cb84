"""The tap between the engine and its outputs."""

import asyncio
import contextlib
import itertools
import socket
from dataclasses import replace
from pathlib import Path

import pytest

from streaming.mediatime import PictureFormat, SampleTime, Ticks90k
from streaming.outputs.tap import TapClient, TapHeader, TapMessage, TapWish, read_header
from streaming.outputs.tap_server import TapServer
from streaming.packets import AacFrame, Caption, EncodedPicture, VideoCodec
from venue.ids import Language

pytestmark = pytest.mark.unit

EN, ZH = Language("en"), Language("zh-Hant")


def picture(index: int, *, key: bool = False, size: int = 100) -> EncodedPicture:
    return EncodedPicture(VideoCodec.H264, bytes(size), Ticks90k(index * 3600), key)


HEADER = TapHeader(
    PictureFormat(), (EN, ZH), b"\x11\x90", (picture(0, key=True), picture(1)), b"quiet", 3000
)


async def hear(client: TapClient, count: int) -> list[TapMessage]:
    """Read until so many messages have come."""
    messages: list[TapMessage] = []
    async with asyncio.timeout(5):
        while len(messages) < count:
            messages.extend(client.read() or ())
            await asyncio.sleep(0)
    return messages


async def test_a_client_gets_the_header_and_then_the_gop_so_far(tmp_path: Path) -> None:
    server = TapServer(tmp_path / "tap.sock", HEADER)
    await server.start()
    server.publish_picture(picture(0))
    server.publish_picture(picture(50, key=True))
    server.publish_sound(AacFrame(ZH, b"sound", SampleTime(96_256)))
    client = TapClient(tmp_path / "tap.sock")
    assert client.connect()
    messages = await hear(client, 3)
    assert messages == [
        HEADER,
        picture(50, key=True),
        AacFrame(ZH, b"sound", SampleTime(96_256)),
    ]
    server.publish_picture(picture(51))
    assert await hear(client, 1) == [picture(51)]
    client.close()
    await server.close()


async def test_the_end_of_the_engine_is_seen_and_its_header_stays(tmp_path: Path) -> None:
    path = tmp_path / "tap.sock"
    assert read_header(path) is None
    server = TapServer(path, HEADER)
    await server.start()
    client = TapClient(path)
    client.connect()
    await hear(client, 1)
    await server.close()
    async with asyncio.timeout(5):
        while client.connected:
            client.read()
            await asyncio.sleep(0)
    assert not client.connect()
    assert read_header(path) == HEADER


async def test_an_output_that_does_not_read_loses_whole_gops_and_no_other_does(
    tmp_path: Path,
) -> None:
    server = TapServer(tmp_path / "tap.sock", HEADER, limit_bytes=1 << 20)
    await server.start()
    stuck, quick = TapClient(tmp_path / "tap.sock"), TapClient(tmp_path / "tap.sock")
    stuck.connect()
    quick.connect()
    await hear(quick, 1)
    heard = 0
    for index in range(400):
        server.publish_picture(picture(index, key=index % 50 == 0, size=10_000))
        heard += len(await hear(quick, 1))
    assert heard == 400
    dropped = server.stats().dropped_pictures
    assert dropped > 100
    late = [message for message in await hear(stuck, 401 - dropped) if message != HEADER]
    times = [message.pts // 3600 for message in late if isinstance(message, EncodedPicture)]
    for earlier, later in itertools.pairwise(times):
        assert later == earlier + 1 or later % 50 == 0
    stuck.close()
    quick.close()
    await server.close()


async def test_a_stale_socket_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "tap.sock"
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(path))
    server = TapServer(path, HEADER)
    await server.start()
    client = TapClient(path)
    assert client.connect()
    client.close()
    await server.close()


async def test_an_output_hears_only_what_it_wished_for(tmp_path: Path) -> None:
    server = TapServer(tmp_path / "tap.sock", HEADER)
    await server.start()
    client = TapClient(tmp_path / "tap.sock", TapWish(sounds=(ZH,), captions=False))
    assert client.connect()
    await hear(client, 1)
    server.publish_picture(picture(0, key=True))
    server.publish_sound(AacFrame(EN, b"english", SampleTime(0)))
    server.publish_caption(Caption(EN, "Hello", Ticks90k(0)))
    server.publish_sound(AacFrame(ZH, b"chinese", SampleTime(0)))
    server.publish_picture(picture(1))
    assert await hear(client, 3) == [
        picture(0, key=True),
        AacFrame(ZH, b"chinese", SampleTime(0)),
        picture(1),
    ]
    assert client.read() is None
    client.close()
    await server.close()


async def test_a_language_with_a_picture_of_its_own_gets_that_and_its_slate(tmp_path: Path) -> None:
    slate = (picture(0, key=True, size=7),)
    header = replace(HEADER, own_slates={ZH: slate})
    server = TapServer(tmp_path / "tap.sock", header)
    await server.start()
    # The two encoders are threads: either may be first with its key picture.
    server.publish_picture(picture(50, key=True, size=8), ZH)
    server.publish_picture(picture(50, key=True))
    server.publish_sound(AacFrame(ZH, b"sound", SampleTime(96_256)))
    own = TapClient(tmp_path / "tap.sock", TapWish(ZH, (ZH,)))
    shared = TapClient(tmp_path / "tap.sock", TapWish(EN, (EN,)))
    assert own.connect()
    assert shared.connect()
    assert await hear(own, 3) == [
        replace(HEADER, slate=slate),
        picture(50, key=True, size=8),
        AacFrame(ZH, b"sound", SampleTime(96_256)),
    ]
    assert await hear(shared, 2) == [HEADER, picture(50, key=True)]
    kept = read_header(tmp_path / "tap.sock")
    assert kept is not None
    assert kept.seen_in(ZH).slate == slate
    assert kept.seen_in(EN).slate == HEADER.slate
    for client in (own, shared):
        client.close()
    await server.close()


async def test_who_wishes_nonsense_is_cut_off(tmp_path: Path) -> None:
    server = TapServer(tmp_path / "tap.sock", HEADER)
    await server.start()
    reader, writer = await asyncio.open_unix_connection(str(tmp_path / "tap.sock"))
    writer.write(b"\x00\x00\x00\x04Wxyz")
    with contextlib.suppress(ConnectionError):
        assert await reader.read() == b""
    writer.close()
    await server.close()
