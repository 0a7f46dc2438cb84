"""The adapter alone, against the stand-in."""

import asyncio

import pytest
from redis.asyncio import Redis

from streaming.youtube.client import YouTube
from streaming.youtube.errors import Kind, YouTubeError
from streaming.youtube.office import Office
from streaming.youtube.settings import YouTubeSettings
from streaming.youtube.shapes import BroadcastText
from streaming.youtube.wording import rfc3339
from tests.fakes.youtube import EN_CHANNEL, YouTubeStandIn
from tests.streaming.youtube.desk import Desk, keeping
from venue.ids import Instant

pytestmark = pytest.mark.redis


@pytest.fixture
async def client(desk: Desk, settings: YouTubeSettings, redis: "Redis") -> YouTube:
    return await Office(settings, redis, desk.clock).client("city-en")


def text(desk: Desk, title: str = "Mayors' Summit 市長高峰會") -> BroadcastText:
    start = rfc3339(Instant(desk.clock() + 3_600_000))
    return BroadcastText(title, "", start, "private", False, "normal")


@pytest.mark.parametrize("action", ["apply_then_drop", "drop"])
async def test_a_write_whose_connection_breaks_is_sent_once(
    standin: YouTubeStandIn, desk: Desk, client: YouTube, action: str
) -> None:
    standin.faults.add(action, "liveBroadcasts.insert")  # type: ignore[arg-type]
    with pytest.raises(YouTubeError) as error:
        await client.create_broadcast(text(desk))
    assert error.value.kind is Kind.UNCERTAIN
    assert standin.log.count("liveBroadcasts.insert") == 1


@pytest.mark.parametrize("action", ["html", "truncate", "hang", "drop"])
async def test_answers_that_are_none_are_named(
    standin: YouTubeStandIn, client: YouTube, action: str
) -> None:
    standin.faults.add(action, "liveStreams.list", count=None)  # type: ignore[arg-type]
    with pytest.raises(YouTubeError) as error:
        await client.my_streams()
    assert error.value.kind is Kind.UNCERTAIN


async def test_an_access_token_that_died_early_is_renewed_on_the_way(
    standin: YouTubeStandIn, client: YouTube
) -> None:
    assert await client.my_streams() == ()
    standin.run(standin.state.tokens.expire_access)
    assert await client.my_streams() == ()
    standin.run(lambda: standin.state.tokens.revoke_channel(EN_CHANNEL))
    standin.run(standin.state.tokens.expire_access)
    with pytest.raises(YouTubeError) as error:
        await client.my_streams()
    assert error.value.kind is Kind.CREDENTIALS


async def test_answers_of_parallel_calls_are_never_mixed_up(
    standin: YouTubeStandIn, desk: Desk, client: YouTube
) -> None:
    made = [await client.create_broadcast(text(desk, f"Show {number}")) for number in range(8)]

    async def read(index: int) -> bool:
        (found,) = await client.broadcasts([made[index].id], reserved=False)
        return (found.id, found.snippet.title) == (made[index].id, f"Show {index}")

    answers = await asyncio.gather(*(read(number % 8) for number in range(80)))
    assert answers == [True] * 80


async def test_more_than_a_page_is_read_whole(
    standin: YouTubeStandIn, desk: Desk, client: YouTube
) -> None:
    standin.state.ledger.limit = 1_000_000
    made = {(await client.create_broadcast(text(desk))).id for _ in range(53)}
    assert {found.id for found in await client.my_broadcasts()} == made


async def test_a_broadcast_is_made_so_that_only_we_start_and_end_it(
    standin: YouTubeStandIn, desk: Desk, client: YouTube
) -> None:
    made = await client.create_broadcast(text(desk))
    kept = standin.state.broadcasts[made.id]
    assert not kept.content.enable_auto_start
    assert not kept.content.enable_auto_stop
    assert not kept.content.monitor_stream.enable_monitor_stream
    assert kept.snippet.title == "Mayors' Summit 市長高峰會"
    assert kept.status.privacy_status == "private"
    stream = await client.create_stream("Rotunda summit en")
    assert stream.cdn.ingestion_info.stream_name not in repr(stream)


async def test_a_transition_that_had_happened_already_is_a_success(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis"
) -> None:
    standin.faults.add(
        "apply_then_error", "liveBroadcasts.transition", reason="redundantTransition"
    )
    async with keeping(desk, settings, redis):
        desk.do("broadcast.live", expect="unlisted", langs=["en"])
        await desk.until(lambda: desk.lifecycle() == "live", "live")
    assert standin.log.count("liveBroadcasts.transition") == 1
