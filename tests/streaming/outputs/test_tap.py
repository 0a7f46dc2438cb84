"""The tap between the engine and its outputs."""

import asyncio
import itertools
import socket
from pathlib import Path

import pytest

from streaming.mediatime import PictureFormat, SampleTime, Ticks90k
from streaming.outputs.tap import TapClient, TapHeader, TapMessage, TapServer, read_header
from streaming.packets import AacFrame, EncodedPicture, VideoCodec
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
