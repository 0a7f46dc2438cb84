"""A stand-in never sends to the world, and production never to this machine, while it runs."""

import pytest
from redis.asyncio import Redis

from streaming.youtube.errors import YouTubeError
from streaming.youtube.settings import YouTubeSettings
from streaming.youtube.shapes import Cdn, IngestionInfo, LiveStream
from streaming.youtube.targets import Targets
from tests.fakes.youtube import YouTubeStandIn
from tests.streaming.youtube.desk import EN, Desk, keeping

pytestmark = pytest.mark.redis

WORLD = "rtmps://a.rtmps.youtube.com/live2"


async def test_a_stand_in_that_names_an_address_of_the_world_is_not_pushed_to(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis"
) -> None:
    standin.state.addresses.rtmp = standin.state.addresses.rtmps = WORLD
    async with keeping(desk, settings, redis):
        desk.do("broadcast.live", expect="unlisted", langs=["en"])
        await desk.until(lambda: desk.broadcast().sight.code == "youtube.standin_mixed", "said")
        assert desk.broadcast().sight.verdict == "bad"
    assert not desk.targets
    assert standin.log.count("liveBroadcasts.transition") == 0


@pytest.mark.parametrize("address", ["rtmps://127.0.0.1:1935/live2", "rtmps://localhost/live2"])
async def test_production_does_not_push_to_this_machine(desk: Desk, address: str) -> None:
    targets = Targets(EN, desk, YouTubeSettings())
    info = IngestionInfo(stream_name="key", rtmps_ingestion_address=address)
    with pytest.raises(YouTubeError, match="standin"):
        await targets.aim(LiveStream(id="S", cdn=Cdn(ingestion_info=info)))
    assert not desk.targets
    assert not targets.addresses
