"""Who may watch: never others than the operator said, whatever hinders it."""

import pytest
from redis.asyncio import Redis

from streaming.youtube.settings import YouTubeSettings
from tests.fakes.youtube import YouTubeStandIn
from tests.streaming.youtube.desk import Desk, keeping

pytestmark = pytest.mark.redis

UPDATE = "liveBroadcasts.update"


def privacy(standin: YouTubeStandIn, desk: Desk) -> str:
    """As YouTube has it."""
    return standin.state.broadcasts[desk.broadcast().memory.broadcast].status.privacy_status


async def prepared(desk: Desk) -> str:
    desk.do("broadcast.prepare", langs=["en"])
    await desk.until(lambda: desk.lifecycle() == "ready", "ready")
    return desk.broadcast().memory.broadcast


def in_studio(standin: YouTubeStandIn, video: str, word: str) -> None:
    standin.run(lambda: standin.faults.set_in_studio(video, privacy=word))


@pytest.mark.parametrize("action", ["", "apply_then_drop", "drop", "error"])
async def test_what_was_made_public_in_the_studio_does_not_go_live_so(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis", action: str
) -> None:
    seen: list[str] = []
    async with keeping(desk, settings, redis):
        video = await prepared(desk)
        in_studio(standin, video, "public")
        if action:
            standin.faults.add(action, UPDATE, status=503)  # type: ignore[arg-type]
        enter = standin.state.enter
        standin.state.enter = lambda held, to: (  # type: ignore[method-assign]
            seen.append(held.status.privacy_status),
            enter(held, to),
        )
        desk.do("broadcast.live", expect="unlisted", langs=["en"])
        await desk.until(lambda: desk.lifecycle() == "live", "live")
        assert privacy(standin, desk) == "unlisted"
    # Never, in no state on the way.
    assert set(seen) == {"unlisted"}
    assert standin.state.broadcasts[video].snippet.title == "Mayors' Summit"


async def test_a_refusal_holds_it_back_and_says_why_until_somebody_sets_it(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis"
) -> None:
    async with keeping(desk, settings, redis):
        video = await prepared(desk)
        in_studio(standin, video, "public")
        standin.faults.add("error", UPDATE, status=403, reason="forbidden", count=None)
        desk.do("broadcast.preflight", langs=["en"])
        sight = lambda: desk.broadcast().sight  # noqa: E731
        await desk.until(lambda: sight().code == "youtube.privacy_refused", "said")
        assert {row.check: row.state for row in sight().checks}["privacy"] == "failed"
        desk.do("broadcast.live", expect="unlisted", langs=["en"])
        await desk.until(lambda: sight().stream_status == "active", "video")
        await desk.until(lambda: sight().code == "youtube.privacy_refused", "said again")
        told = dict(sight().params)
        assert (told["privacy"], told["wanted"], told["reason"]) == (
            "public",
            "unlisted",
            "forbidden",
        )
        assert sight().verdict == "bad"
        # A minute of ours: it is tried on, less and less often, and nothing goes live meanwhile.
        tries = standin.log.count(UPDATE)
        desk.clock.skipped_ms += 60_000
        await desk.until(lambda: standin.log.count(UPDATE) > tries, "tried on")
        assert standin.log.count("liveBroadcasts.transition") == 0
        assert standin.log.count(UPDATE) < 12
        in_studio(standin, video, "unlisted")
        await desk.until(lambda: desk.lifecycle() == "live", "live")


async def test_a_refused_title_does_not_hinder_making_it_private(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis"
) -> None:
    async with keeping(desk, settings, redis):
        desk.do("broadcast.live", expect="unlisted", langs=["en"])
        await desk.until(lambda: desk.lifecycle() == "live", "live")
        standin.faults.add(
            "error", UPDATE, part="snippet", status=400, reason="invalidTitle", count=None
        )
        desk.do("broadcast.edit", lang="en", version=0, title="Summit")
        note = ("youtube.text_refused",)
        await desk.until(lambda: desk.broadcast().sight.notes == note, "refused")
        desk.do("broadcast.privacy", privacy="private", expect="unlisted", langs=["en"])
        await desk.until(lambda: privacy(standin, desk) == "private", "private")
        await desk.until(lambda: desk.broadcast().sight.verdict == "good", "good")


async def test_where_youtube_wants_a_text_with_it_it_gets_the_one_that_it_has(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis"
) -> None:
    async with keeping(desk, settings, redis):
        video = await prepared(desk)
        theirs = standin.state.broadcasts[video]
        theirs.snippet.title, start = "Theirs", theirs.snippet.scheduled_start_time
        standin.faults.add("error", UPDATE, status=400, reason="titleRequired")
        desk.do("broadcast.privacy", privacy="private", expect="unlisted", langs=["en"])
        await desk.until(lambda: privacy(standin, desk) == "private", "private")
        after = standin.state.broadcasts[video].snippet
        assert (after.title, after.scheduled_start_time) == ("Theirs", start)
        assert standin.log.count(UPDATE) == 2


async def test_what_is_hidden_in_the_studio_in_the_show_stays_so_until_the_desk_speaks(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis"
) -> None:
    async with keeping(desk, settings, redis):
        desk.do("broadcast.live", expect="unlisted", langs=["en"])
        await desk.until(lambda: desk.lifecycle() == "live", "live")
        in_studio(standin, desk.broadcast().memory.broadcast, "private")
        await desk.until(lambda: desk.broadcast().sight.code == "youtube.privacy_differs", "said")
        desk.do("broadcast.edit", lang="en", version=0, title="Summit")
        await desk.until(lambda: standin.log.count(UPDATE) > 0, "the title")
        assert privacy(standin, desk) == "private"
        # The same word once more is a word.
        desk.do("broadcast.privacy", privacy="unlisted", expect="unlisted", langs=["en"])
        await desk.until(lambda: privacy(standin, desk) == "unlisted", "unlisted")
