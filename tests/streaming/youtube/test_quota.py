"""Each Google project has a quota of its own, as large as the operator says."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from streaming.youtube.credentials import Secret, Vault
from streaming.youtube.errors import Kind, YouTubeError
from streaming.youtube.office import Office
from streaming.youtube.settings import YouTubeSettings
from venue.ids import Instant

pytestmark = pytest.mark.redis

NOW = Instant(1_795_334_400_000)
OURS, THEIRS = "1111-a.apps.googleusercontent.com", "2222-b.apps.googleusercontent.com"


@pytest.fixture
async def office(tmp_path: Path, redis: "Redis") -> AsyncIterator[Office]:
    settings = YouTubeSettings(data_dir=str(tmp_path), secret="s", quota=300, reserve=100)
    vault = Vault(settings)
    for name, client in (("city-en", OURS), ("city-zh", OURS), ("region", THEIRS)):
        vault.keep(f"UC{name}", name, name, Secret(client, "s", "t"), NOW)
    made = Office(settings, redis, lambda: NOW)
    yield made
    made.close()


async def spend(office: Office, name: str, calls: int, *, reserved: bool = False) -> None:
    for _ in range(calls):
        await office.ledger(name).charge("liveBroadcasts.insert", reserved)


async def test_channels_of_one_project_share_what_another_does_not_touch(office: Office) -> None:
    await spend(office, "city-en", 2)
    await spend(office, "UCcity-zh", 2)
    for name in ("city-en", "city-zh"):
        with pytest.raises(YouTubeError) as refused:
            await spend(office, name, 1)
        assert refused.value.kind is Kind.QUOTA
    await spend(office, "city-zh", 2, reserved=True)
    # What must be tried is: our own count may be wrong, and only YouTube knows.
    await spend(office, "city-en", 1, reserved=True)
    await spend(office, "region", 4)
    used = {name: await office.ledger(name).used() for name in ("city-en", "city-zh", "region")}
    assert used == {"city-en": 350, "city-zh": 350, "region": 200}


async def test_what_youtube_refused_one_project_another_still_has(office: Office) -> None:
    await office.ledger("city-en").exhausted()
    assert (await office.ledger("city-zh").day()).spent
    assert await office.ledger("city-zh").left() == 0
    day = await office.ledger("region").day()
    assert (day.spent, day.daily, day.reserve) == (False, 300, 100)
    # Nobody has signed in for it yet.
    assert await office.ledger("unknown").left() == 200
