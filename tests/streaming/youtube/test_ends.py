"""However an end goes wrong, it ends; and a restart half way goes on."""

import pytest
from redis.asyncio import Redis

from streaming.youtube.settings import YouTubeSettings
from tests.fakes.youtube import YouTubeStandIn
from tests.streaming.youtube.desk import Desk, keeping

pytestmark = pytest.mark.redis

TRANSITION, DELETE = "liveBroadcasts.transition", "liveBroadcasts.delete"
WRONG = [
    ("error", "backendError"),
    ("error", "CHANGED"),
    ("hang", "backendError"),
    ("drop", "backendError"),
    ("html", "backendError"),
    ("apply_then_drop", "backendError"),
    ("apply_then_error", "backendError"),
]


async def ready(desk: Desk) -> None:
    desk.do("broadcast.prepare", langs=["en"])
    await desk.until(lambda: desk.lifecycle() == "ready", "ready")


async def live(desk: Desk) -> None:
    desk.do("broadcast.live", expect="unlisted", langs=["en"])
    await desk.until(lambda: desk.lifecycle() == "live", "live")


def lifecycles(standin: YouTubeStandIn) -> list[str]:
    return sorted(each.lifecycle.value for each in standin.state.broadcasts.values())


@pytest.mark.parametrize(("action", "reason"), WRONG)
async def test_an_end_that_goes_wrong_twice_still_ends(
    standin: YouTubeStandIn,
    desk: Desk,
    settings: YouTubeSettings,
    redis: "Redis",
    action: str,
    reason: str,
) -> None:
    """One that is live is completed, one that never was is deleted."""

    def wrong(method: str, changed: str, count: int) -> None:
        known = changed if reason == "CHANGED" else reason
        standin.faults.add(action, method, reason=known, count=count)  # type: ignore[arg-type]

    # A call that never comes back costs a time-out.
    count = 1 if action == "hang" else 2
    async with keeping(desk, settings, redis):
        await ready(desk)
        wrong(DELETE, "liveBroadcastDeletionNotAllowed", count)
        desk.do("broadcast.cancel", langs=["en"])
        await desk.until(lambda: desk.broadcast().cleared, "taken away")
        assert not standin.state.broadcasts
        standin.faults.clear()
        await live(desk)
        wrong(TRANSITION, "invalidTransition", count)
        desk.do("broadcast.end", langs=["en"])
        await desk.until(lambda: desk.lifecycle() == "complete", "complete")
    assert lifecycles(standin) == ["complete"]
    assert any(fault.hits for fault in standin.faults.all())


async def test_ended_already_is_ended(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis"
) -> None:
    async with keeping(desk, settings, redis):
        await live(desk)
        standin.faults.add("apply_then_error", TRANSITION, reason="redundantTransition")
        desk.do("broadcast.end", langs=["en"])
        await desk.until(lambda: desk.lifecycle() == "complete", "complete")
        assert desk.broadcast().sight.code == "youtube.ended"
    assert standin.log.count(TRANSITION) == 2


@pytest.mark.parametrize("applied", [True, False])
@pytest.mark.parametrize("method", [TRANSITION, DELETE, "videos.update"])
async def test_a_restart_at_the_end_or_while_it_is_described_goes_on(
    standin: YouTubeStandIn,
    desk: Desk,
    settings: YouTubeSettings,
    redis: "Redis",
    method: str,
    applied: bool,
) -> None:
    action = "apply_then_drop" if applied else "hang"
    async with keeping(desk, settings, redis):
        await (live(desk) if method == TRANSITION else ready(desk))
        standin.faults.add(action, method)  # type: ignore[arg-type]
        if method != "videos.update":
            desk.do("broadcast.end", langs=["en"])
        await desk.until(lambda: any(each.hits for each in standin.faults.all()), "the call")
    standin.faults.clear()
    async with keeping(desk, settings, redis):
        if method == "videos.update":
            await desk.until(lambda: not desk.broadcast().memory.pending, "settled")
            video = standin.state.broadcasts[desk.broadcast().memory.broadcast].video
            await desk.until(lambda: video.default_audio_language == "en", "described")
        else:
            await desk.until(lambda: desk.broadcast().cleared, "ended")
            assert lifecycles(standin) == (["complete"] if method == TRANSITION else [])
    assert standin.log.count("liveBroadcasts.insert", applied=True) == 1


async def test_a_restart_in_a_preflight_and_in_a_replacement_goes_on(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis"
) -> None:
    async with keeping(desk, settings, redis):
        desk.do("broadcast.preflight", langs=["en"])
        await desk.until(lambda: desk.broadcast().sight.stream_status == "active", "active")
    async with keeping(desk, settings, redis):
        await desk.until(lambda: desk.broadcast().sight.code == "youtube.ready", "ready")
        standin.faults.add("stuck", TRANSITION)
        desk.do("broadcast.live", expect="unlisted", langs=["en"])
        await desk.until(lambda: desk.lifecycle() == "liveStarting", "starting")
        standin.faults.add("hang", "liveBroadcasts.bind")
        desk.clock.skipped_ms += 91_000
        await desk.until(lambda: desk.broadcast().memory.pending == "bind", "half replaced")
    standin.faults.clear()
    async with keeping(desk, settings, redis):
        await desk.until(lambda: desk.lifecycle() == "live", "live")
        assert desk.broadcast().memory.attempt == 1
        await desk.until(lambda: not desk.broadcast().memory.discard, "the stuck one is gone")
    assert lifecycles(standin) == ["live"]
    assert standin.log.count("liveBroadcasts.insert", applied=True) == 2
    assert len(standin.state.streams) == 1


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ("errorStreamInactive", "youtube.stream_inactive"),
        ("invalidTransition", "youtube.not_now"),
    ],
)
async def test_a_start_that_is_refused_again_and_again_is_tried_less_often_and_said(
    standin: YouTubeStandIn,
    desk: Desk,
    settings: YouTubeSettings,
    redis: "Redis",
    reason: str,
    code: str,
) -> None:
    standin.faults.add("error", TRANSITION, reason=reason, count=None)
    async with keeping(desk, settings, redis) as office:
        desk.do("broadcast.live", expect="unlisted", langs=["en"])
        await desk.until(lambda: desk.broadcast().sight.code == code, "said")
        assert dict(desk.broadcast().sight.params)["reason"] == reason
        tries, looks = standin.log.count(TRANSITION), standin.log.count("liveStreams.list")
        assert tries == 3
        # A minute of our clock: the stream is looked at, and hardly anything is tried.
        began = desk.clock()
        await desk.until(lambda: desk.clock() - began > 60_000, "a minute")
        assert standin.log.count(TRANSITION) - tries <= 3
        assert standin.log.count("liveStreams.list") - looks > 5
        # What is tried again does not take from what is kept for an end.
        ledger = office.ledger("city-en")
        (key,) = [key async for key in redis.scan_iter("*youtube:quota:*")]
        await redis.hincrby(key, "used", await ledger.left())
        spent = await ledger.used()
        desk.clock.skipped_ms += 120_000
        await desk.until(lambda: desk.broadcast().sight.code == "youtube.quota", "said", 60)
        assert await ledger.used() - spent < 50
        standin.faults.clear()
        await live(desk)
