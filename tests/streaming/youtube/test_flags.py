"""What YouTube would do by itself, once somebody has allowed it in the studio."""

import pytest
from redis.asyncio import Redis

from streaming.youtube.settings import YouTubeSettings
from tests.fakes.youtube import YouTubeStandIn
from tests.streaming.youtube.desk import Desk, keeping

pytestmark = pytest.mark.redis

NOTE = ("youtube.flags_corrected",)


def flags(standin: YouTubeStandIn, desk: Desk) -> tuple[bool, bool, bool]:
    content = standin.state.broadcasts[desk.broadcast().memory.broadcast].content
    monitor = content.monitor_stream.enable_monitor_stream
    return content.enable_auto_start, content.enable_auto_stop, monitor


def in_studio(standin: YouTubeStandIn, desk: Desk, **words: bool) -> None:
    video = desk.broadcast().memory.broadcast
    standin.run(lambda: standin.faults.set_in_studio(video, **words))  # type: ignore[arg-type]


async def test_what_was_switched_on_in_the_studio_is_switched_off_before_it_does_anything(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis"
) -> None:
    standin.state.timings.activate_delay_s = 1.0
    async with keeping(desk, settings, redis):
        desk.do("broadcast.prepare", langs=["en"])
        await desk.until(lambda: desk.lifecycle() == "ready", "ready")
        video = standin.state.broadcasts[desk.broadcast().memory.broadcast]
        in_studio(standin, desk, auto_start=True, auto_stop=True, monitor=True)
        video.content.enable_dvr = False
        desk.do("broadcast.preflight", langs=["en"])
        await desk.until(lambda: flags(standin, desk) == (False, False, False), "switched off")
        await desk.until(lambda: desk.broadcast().sight.notes == NOTE, "said")
        # What is none of ours stays as somebody has set it.
        assert not video.content.enable_dvr
        await desk.until(lambda: desk.broadcast().sight.stream_status == "active", "tone")
        assert {lifecycle for _, lifecycle in video.history} == {"created", "ready"}
        in_studio(standin, desk, auto_stop=True)
        desk.do("broadcast.live", expect="unlisted", langs=["en"])
        await desk.until(lambda: desk.lifecycle() == "live", "live")
        await desk.until(lambda: desk.broadcast().sight.notes == (), "said long enough")
        desk.encoding = False
        desk.pump()
        await desk.until(lambda: desk.broadcast().sight.stream_status == "inactive", "no data")
        standin.advance(120)
        assert video.lifecycle == "live"


async def test_a_tone_that_went_public_by_itself_is_an_alarm_and_can_be_ended(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis"
) -> None:
    async with keeping(desk, settings, redis):
        desk.do("broadcast.preflight", langs=["en"])
        await desk.until(lambda: desk.broadcast().sight.code == "youtube.ready", "ready")
        in_studio(standin, desk, auto_start=True)
        sight = lambda: desk.broadcast().sight  # noqa: E731
        await desk.until(lambda: sight().code == "youtube.public_by_itself", "the alarm")
        assert (sight().verdict, dict(sight().params)) == ("down", {"privacy": "unlisted"})
        desk.do("broadcast.panic", on=True)
        assert {output.order.cover for output in desk.outputs.values()} == {"slate"}
        desk.do("broadcast.end", langs=["en"])
        await desk.until(lambda: desk.lifecycle() == "complete", "complete")


async def test_auto_stop_that_cannot_be_switched_off_any_more_is_said(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis"
) -> None:
    async with keeping(desk, settings, redis):
        desk.do("broadcast.live", expect="unlisted", langs=["en"])
        await desk.until(lambda: desk.lifecycle() == "live", "live")
        in_studio(standin, desk, auto_stop=True)
        await desk.until(lambda: desk.broadcast().sight.code == "youtube.auto_stop", "said")
        assert standin.log.count("liveBroadcasts.update") == 0
