"""A language that goes to another channel than it was set up on."""

from typing import Any

import pytest
from redis.asyncio import Redis

from streaming.youtube.settings import YouTubeSettings
from tests.fakes.youtube import EN_CHANNEL, ZH_CHANNEL, YouTubeStandIn
from tests.streaming.youtube.desk import EN, SESSION, ZH, Desk, keeping
from venue.broadcast import stage_of
from venue.roles import SYSTEM

pytestmark = pytest.mark.redis

WRONG: dict[str, Any] = {
    **SESSION,
    "starts_at": 1_795_240_800_000,
    "youtube": {"privacy": "public", "channels": {"en": "city-zh", "zh": "city-en"}},
}


def where(standin: YouTubeStandIn) -> dict[str, str]:
    """Titles by channel."""
    held = standin.state.broadcasts.values()
    return {one.snippet.channel_id: one.snippet.title for one in held}


async def test_languages_that_were_swapped_leave_nothing_public_on_the_wrong_channel(
    standin: YouTubeStandIn, settings: YouTubeSettings, redis: "Redis"
) -> None:
    desk = Desk(standin, WRONG)
    async with keeping(desk, settings, redis):
        desk.do("broadcast.prepare")
        for lang in (EN, ZH):
            await desk.until(lambda lang=lang: desk.lifecycle(lang) == "ready", "prepared")
        right = {**WRONG, "youtube": {**WRONG["youtube"], **SESSION["youtube"]}}  # type: ignore[dict-item]
        right["youtube"]["privacy"] = "public"
        desk.do("session.update", SYSTEM, definition=right)
        desk.do("broadcast.prepare")
        for lang in (EN, ZH):
            await desk.until(
                lambda lang=lang: stage_of(desk.broadcast(lang)) == "prepared", "prepared again"
            )
        assert where(standin) == {EN_CHANNEL: "Mayors' Summit", ZH_CHANNEL: "市長高峰會"}
        assert len(standin.state.broadcasts) == 2
        desk.do("broadcast.live", expect="public")
        for lang in (EN, ZH):
            await desk.until(lambda lang=lang: desk.lifecycle(lang) == "live", "live")
    assert len(standin.state.broadcasts) == 2
