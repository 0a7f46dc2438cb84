"""A stand-in of YouTube, a server, a desk."""

import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from streaming.store import connect
from streaming.youtube.settings import YouTubeSettings
from tests.fakes.valkey import Valkey
from tests.fakes.youtube import Timings, YouTubeStandIn
from tests.streaming.youtube.desk import Desk, settings_for


@pytest.fixture
def standin() -> Iterator[YouTubeStandIn]:
    timings = Timings(
        start_delay_s=0.05, activate_delay_s=0.1, deactivate_delay_s=0.1, video_delay_s=0.05
    )
    with YouTubeStandIn(ingest=False, timings=timings) as running:
        yield running


@pytest.fixture(scope="module")
def server() -> Iterator[Valkey]:
    with tempfile.TemporaryDirectory(prefix="rt-") as directory:
        running = Valkey(Path(directory))
        running.start()
        yield running
        running.kill()


@pytest.fixture
async def redis(server: Valkey) -> AsyncIterator["Redis"]:
    client = connect(server.url)
    await client.flushall()
    yield client
    await client.aclose()


@pytest.fixture
def settings(standin: YouTubeStandIn, tmp_path: Path) -> YouTubeSettings:
    return settings_for(standin, tmp_path)


@pytest.fixture
def desk(standin: YouTubeStandIn) -> Desk:
    return Desk(standin)
