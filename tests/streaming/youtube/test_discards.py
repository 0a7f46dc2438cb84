"""Twins, stuck and lost broadcasts: they go, and hold nothing up meanwhile."""

import pytest
from redis.asyncio import Redis

from streaming.youtube.settings import YouTubeSettings
from tests.fakes.youtube import YouTubeStandIn
from tests.streaming.youtube.desk import Desk, keeping

pytestmark = pytest.mark.redis

CHANGED = ("youtube.link_changed",)
DELETE = "liveBroadcasts.delete"


async def prepared(desk: Desk) -> str:
    desk.do("broadcast.prepare", langs=["en"])
    await desk.until(lambda: desk.lifecycle() == "ready", "ready")
    return desk.broadcast().memory.broadcast


async def stuck(standin: YouTubeStandIn, desk: Desk) -> str:
    """Go live, and do not get there."""
    standin.faults.add("stuck", "liveBroadcasts.transition")
    desk.do("broadcast.live", expect="unlisted", langs=["en"])
    await desk.until(lambda: desk.lifecycle() == "liveStarting", "starting")
    desk.clock.skipped_ms += 91_000
    return desk.broadcast().memory.broadcast


@pytest.mark.parametrize("action", ["error", "hang"])
async def test_a_stuck_broadcast_that_cannot_be_deleted_does_not_hinder_its_replacement(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis", action: str
) -> None:
    standin.state.limits.concurrent_per_stream = 2
    standin.faults.add(action, DELETE, status=503, count=None)  # type: ignore[arg-type]
    async with keeping(desk, settings, redis):
        former = await stuck(standin, desk)
        await desk.until(lambda: desk.lifecycle() == "live", "live")
        assert former in standin.state.broadcasts
        await desk.until(lambda: desk.broadcast().sight.verdict == "good", "nothing wrong")
        assert desk.broadcast().sight.notes == CHANGED
        assert standin.log.count(DELETE) <= 3
        standin.faults.clear()
        desk.clock.skipped_ms += 600_000
        await desk.until(lambda: former not in standin.state.broadcasts, "gone")
        await desk.until(lambda: not desk.broadcast().memory.discard, "known")
        assert desk.lifecycle() == "live"


async def test_a_stuck_broadcast_that_holds_the_key_goes_before_its_replacement(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis"
) -> None:
    standin.faults.add("error", DELETE, status=503)
    async with keeping(desk, settings, redis):
        former = await stuck(standin, desk)
        await desk.until(lambda: desk.lifecycle() == "live", "live")
        assert former not in standin.state.broadcasts
    reasons = [entry.reason for entry in standin.log.entries("liveBroadcasts.transition")]
    assert reasons.count("sharedIngestionBroadcastsExceedLimit") == 1


async def test_a_twin_that_comes_late_is_deleted(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis"
) -> None:
    standin.faults.add("apply_late", "liveBroadcasts.insert", delay_s=40)
    async with keeping(desk, settings, redis):
        used = await prepared(desk)
        assert list(standin.state.broadcasts) == [used]
        standin.advance(41)
        await desk.until(lambda: len(standin.state.broadcasts) == 2, "the twin")
    # Whoever counts again need not be the process that was unsure.
    async with keeping(desk, settings, redis):
        desk.clock.skipped_ms += 60_000
        await desk.until(lambda: list(standin.state.broadcasts) == [used], "one is left")
        await desk.until(lambda: not desk.broadcast().memory.discard, "known")
        assert desk.broadcast().memory.broadcast == used


async def test_a_list_that_is_late_leaves_no_twin(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis"
) -> None:
    standin.state.timings.list_delay_s = 20
    standin.faults.add("apply_then_error", "liveBroadcasts.insert", status=503)
    async with keeping(desk, settings, redis):
        used = await prepared(desk)
        assert len(standin.state.broadcasts) == 2
        standin.advance(21)
        desk.clock.skipped_ms += 60_000
        await desk.until(lambda: list(standin.state.broadcasts) == [used], "one is left")


async def test_a_run_that_is_called_off_and_begun_again_at_once_leaves_no_twin(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis"
) -> None:
    standin.state.timings.list_delay_s = 20
    standin.faults.add("apply_then_error", "liveBroadcasts.insert", status=503)
    async with keeping(desk, settings, redis):
        await prepared(desk)
        assert len(standin.state.broadcasts) == 2
        desk.do("broadcast.cancel", langs=["en"])
        await desk.until(lambda: not desk.broadcast().memory.broadcast, "called off")
        used = await prepared(desk)
        standin.advance(21)
        desk.clock.skipped_ms += 60_000
        await desk.until(lambda: list(standin.state.broadcasts) == [used], "one is left")


async def test_that_the_link_has_changed_is_taken_back_with_the_link_after_a_restart_too(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis"
) -> None:
    async with keeping(desk, settings, redis):
        former = await prepared(desk)
        standin.run(lambda: standin.faults.hide(former))
        standin.faults.add("error", "liveBroadcasts.insert", status=503, count=None)
        desk.do("broadcast.preflight", langs=["en"])
        await desk.until(lambda: desk.broadcast().sight.notes == CHANGED, "said")
    async with keeping(desk, settings, redis):
        standin.run(lambda: standin.faults.hide(former, hidden=False))
        desk.do("broadcast.preflight", langs=["en"])
        await desk.until(lambda: desk.broadcast().memory.broadcast == former, "back")
        await desk.until(lambda: desk.broadcast().sight.notes == (), "taken back")
        standin.run(standin.faults.clear)


async def test_what_somebody_deleted_in_the_studio_is_replaced_and_the_desk_told(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis"
) -> None:
    async with keeping(desk, settings, redis):
        former = await prepared(desk)
        standin.run(lambda: standin.faults.delete_in_studio(former))
        desk.do("broadcast.preflight", langs=["en"])
        await desk.until(lambda: desk.broadcast().sight.notes == CHANGED, "said")
        await desk.until(lambda: desk.lifecycle() == "ready", "another")
        await desk.until(lambda: not desk.broadcast().memory.discard, "known to be gone")
        assert desk.broadcast().memory.broadcast != former
    async with keeping(desk, settings, redis):
        await desk.until(lambda: desk.broadcast().sight.code == "youtube.ready", "ready")
        assert desk.broadcast().sight.notes == CHANGED


async def test_what_lists_do_not_show_for_a_while_leaves_no_twin(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis"
) -> None:
    async with keeping(desk, settings, redis):
        former = await prepared(desk)
        standin.run(lambda: standin.faults.hide(former))
        desk.do("broadcast.prepare", langs=["en"])
        await desk.until(lambda: len(standin.state.broadcasts) == 2, "another")
        standin.run(lambda: standin.faults.hide(former, hidden=False))
        await desk.until(lambda: former not in standin.state.broadcasts, "the former is gone")
        await desk.until(lambda: desk.lifecycle() == "ready", "ready")
