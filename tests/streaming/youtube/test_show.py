"""Whole shows against the stand-in, with the real client; only the encoder is a switch."""

import asyncio

import pytest
from redis.asyncio import Redis

from streaming.youtube.settings import YouTubeSettings
from tests.fakes.youtube import YouTubeStandIn
from tests.streaming.youtube.desk import EN, ZH, Desk, keeping

pytestmark = pytest.mark.redis


async def test_one_language_goes_from_nothing_to_live_to_complete(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis"
) -> None:
    async with keeping(desk, settings, redis):
        desk.do("broadcast.live", expect="unlisted", langs=["en"])
        await desk.until(lambda: desk.lifecycle() == "live", "live")
        memory = desk.broadcast().memory
        assert standin.state.broadcasts[memory.broadcast].lifecycle == "live"
        desk.do("broadcast.end", langs=["en"])
        await desk.until(lambda: desk.lifecycle() == "complete", "complete")
    assert standin.state.broadcasts[memory.broadcast].lifecycle == "complete"
    assert len(standin.state.broadcasts) == len(standin.state.streams) == 1
