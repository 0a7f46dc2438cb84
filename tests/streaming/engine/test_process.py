"""The real engine process: WebRTC in, program picture and sound out, facts and lease in Redis."""

import asyncio
import json
from typing import Any

import pytest

from tests.fakes.valkey import Valkey
from tests.streaming.engine.support import SESSION, engine
from tests.streaming.rtc.support import stock_client, until
from venue.journal import hints_key

pytestmark = pytest.mark.media


@pytest.mark.parametrize("main", [True, False], ids=["program by H.264", "return by VP8"])
async def test_a_delegate_sends_and_receives_the_program_with_sound(
    valkey: Valkey, main: bool
) -> None:
    async with engine(valkey) as running:
        wish = {
            "send_audio": True, "send_video": "VP8", "size": [320, 180], "receive_video": True,
            "offer_main": main,
        }  # fmt: skip

        async def answer(number: int, sdp: str) -> str:
            peer = {"peer": f"p{number}", "seat": "mayor", "role": "delegate", "kind": "browser"}
            return await running.open({**peer, "language": "en", "sdp": sdp, "tracks": {}})

        async with stock_client(wish, answer) as client:
            await until(lambda: client.figure("frames") >= 25, "program pictures decoded")
            await until(lambda: client.figure("sounds") >= 50, "sound decoded")
            if main:
                assert client.figure("width") == 640
            async with asyncio.timeout(20):
                while (await running.status())["picture"]["decoded"] < 20:  # noqa: ASYNC110
                    await asyncio.sleep(0.1)
            peer = (await running.status())["peers"][0]
            assert peer["return"] == ("h264" if main else "vp8")
            async with asyncio.timeout(10):
                while not any(body.get("camera") for _, body in await running.facts()):  # noqa: ASYNC110
                    await asyncio.sleep(0.1)
        names = [name for name, _ in await running.facts()]
        assert names[0] == "engine.state"
        async with running.http.get("http://engine/metrics") as metrics:
            assert "rotunda_engine_peers" in await metrics.text()


async def test_the_door_refuses_what_it_cannot_answer(valkey: Valkey) -> None:
    async with engine(valkey) as running:
        body = {"peer": "p", "kind": "browser", "sdp": "not an offer"}
        async with running.http.post("http://engine/peers", json=body) as answer:
            assert answer.status == 422
            assert (await answer.json())["error"]["code"] == "media.sdp_invalid"
        async with running.http.post("http://engine/peers", json={"peer": 1}) as answer:
            assert answer.status == 400
        async with running.http.delete("http://engine/peers/nobody") as answer:
            assert answer.status == 404
            assert (await answer.json())["error"]["code"] == "media.unknown_peer"


async def test_the_engine_orders_the_uplink_its_tile_needs(valkey: Valkey) -> None:
    async with engine(valkey) as running:
        channel = running.redis.pubsub()
        await channel.subscribe(hints_key(SESSION))
        wish = {"send_audio": True, "send_video": "VP8"}

        async def answer(_number: int, sdp: str) -> str:
            return await running.open({"peer": "p", "seat": "mayor", "sdp": sdp, "kind": "browser"})

        seen: list[dict[str, Any]] = []

        def ordered() -> bool:
            kinds = [hint["body"].get("kind") for hint in seen]
            return "uplink" in kinds and any(hint["event"] == "levels" for hint in seen)

        async with stock_client(wish, answer), asyncio.timeout(20):
            while not ordered():
                message = await channel.get_message(ignore_subscribe_messages=True, timeout=1)
                if message is not None:
                    seen.append(json.loads(message["data"]))
        uplink = next(hint for hint in seen if hint["body"].get("kind") == "uplink")
        assert uplink["to"] == "mayor"
        assert uplink["body"]["max_kbps"] >= 1500
        await channel.aclose()
