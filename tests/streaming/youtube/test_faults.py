"""What goes wrong around a show, each against the stand-in with the real client."""

import asyncio
import json
import logging

import msgspec
import pytest
from redis.asyncio import Redis

from streaming.youtube.client import YouTube
from streaming.youtube.settings import YouTubeSettings
from streaming.youtube.shapes import BroadcastText
from streaming.youtube.wording import rfc3339
from tests.fakes.youtube import EN_CHANNEL, ZH_CHANNEL, YouTubeStandIn
from tests.fakes.youtube.model import Issue
from tests.streaming.youtube.desk import EN, ZH, Desk, keeping, quota_key
from venue.broadcast_commands import BroadcastSeen
from venue.codec import encode_room
from venue.ids import Instant, OutputId
from venue.roles import Role
from venue.views import Viewer, project

pytestmark = pytest.mark.redis

OUTPUT = OutputId("youtube-en")
WRITES = (
    "liveStreams.insert",
    "liveBroadcasts.insert",
    "liveBroadcasts.bind",
    "liveBroadcasts.transition",
)


async def live(desk: Desk, *langs: str) -> None:
    """Go live and wait for it."""
    desk.do("broadcast.live", expect="unlisted", langs=list(langs))
    for lang in (EN, ZH):
        if lang in langs:
            await desk.until(lambda lang=lang: desk.lifecycle(lang) == "live", f"{lang} live")


def lifecycles(standin: YouTubeStandIn) -> list[str]:
    return sorted(each.lifecycle.value for each in standin.state.broadcasts.values())


@pytest.mark.parametrize("action", ["apply_then_drop", "apply_then_error", "drop", "html", "error"])
@pytest.mark.parametrize("method", WRITES)
async def test_a_write_of_unknown_outcome_is_found_out_and_never_doubled(
    standin: YouTubeStandIn,
    desk: Desk,
    settings: YouTubeSettings,
    redis: "Redis",
    method: str,
    action: str,
) -> None:
    standin.faults.add(action, method, status=503)
    async with keeping(desk, settings, redis):
        await live(desk, "en")
        desk.do("broadcast.end")
        await desk.until(lambda: desk.lifecycle() == "complete", "complete")
    assert lifecycles(standin) == ["complete"]
    assert len(standin.state.streams) == 1
    assert standin.log.count("liveBroadcasts.insert", applied=True) == 1
    assert standin.faults.all()[0].hits == 1


@pytest.mark.parametrize("applied", [True, False])
@pytest.mark.parametrize("method", [*WRITES, "liveBroadcasts.list"])
async def test_a_restart_in_any_stage_goes_on_without_new_inserts(
    standin: YouTubeStandIn,
    desk: Desk,
    settings: YouTubeSettings,
    redis: "Redis",
    method: str,
    applied: bool,
) -> None:
    # The call never comes back to the process that made it: it is gone by then.
    standin.faults.add("apply_then_drop" if applied else "hang", method)
    async with keeping(desk, settings, redis):
        desk.do("broadcast.live", expect="unlisted", langs=["en"])
        await desk.until(lambda: any(each.hits for each in standin.faults.all()), "the call")
    standin.faults.clear()
    async with keeping(desk, settings, redis):
        await desk.until(lambda: desk.lifecycle() == "live", "live")
    async with keeping(desk, settings, redis):
        desk.do("broadcast.end")
        await desk.until(lambda: desk.lifecycle() == "complete", "complete")
    assert lifecycles(standin) == ["complete"]
    assert standin.log.count("liveBroadcasts.insert", applied=True) == 1
    assert standin.log.count("liveStreams.insert", applied=True) == 1


async def test_a_twin_is_deleted_and_the_older_one_used(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis"
) -> None:
    standin.faults.add("apply_then_error", "liveBroadcasts.insert", status=503)
    standin.faults.add("error", "liveBroadcasts.list", status=503, count=None)
    async with keeping(desk, settings, redis) as office:
        desk.do("broadcast.prepare", langs=["en"])
        await desk.until(lambda: desk.broadcast().memory.marker != "", "a run")
        standin.faults.clear()
        standin.faults.add("apply_then_error", "liveBroadcasts.insert", status=503)
        standin.faults.add("error", "liveBroadcasts.list", status=503, after=1, count=None)
        await desk.until(lambda: len(standin.state.broadcasts) == 1, "the first")
        client: YouTube = await office.client("city-en")
        first = next(iter(standin.state.broadcasts.values()))
        standin.advance(2)
        text = BroadcastText(
            "Twin",
            first.snippet.description,
            rfc3339(Instant(desk.clock() + 3_600_000)),
            "private",
            False,
            "normal",
        )
        twin = await client.create_broadcast(text)
        standin.faults.clear()
        desk.do("broadcast.prepare", langs=["en"])
        await desk.until(lambda: desk.lifecycle() == "ready", "ready")
        await desk.until(lambda: twin.id not in standin.state.broadcasts, "no twin")
        assert list(standin.state.broadcasts) == [first.id]


async def test_a_lost_encoder_never_ends_the_broadcast_and_comes_back_to_it(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis"
) -> None:
    async with keeping(desk, settings, redis):
        await live(desk, "en")
        before = desk.broadcast().memory.broadcast
        desk.encoding = False
        desk.pump()
        await desk.until(lambda: desk.broadcast().sight.stream_status == "inactive", "no data")
        assert desk.broadcast().sight.verdict == "down"
        assert desk.broadcast().sight.code == "youtube.output_missing"
        # YouTube is slow to show that data comes: this alone is no news of it.
        stream = desk.broadcast().memory.stream
        standin.run(lambda: standin.faults.hold_ready(stream))
        desk.encoding = True
        desk.pump()
        await desk.until(
            lambda: desk.broadcast().sight.code != "youtube.output_missing", "it is sent again"
        )
        standin.run(lambda: standin.faults.hold_ready(stream, held=False))
        await desk.until(lambda: desk.broadcast().sight.verdict == "good", "good again")
        assert desk.broadcast().memory.broadcast == before
        told = [each.sight.code for each in desk.journal if isinstance(each, BroadcastSeen)]
        missing = len(told) - told[::-1].index("youtube.output_missing")
        assert told[missing] == "youtube.resuming"
        assert standin.log.count("liveBroadcasts.transition") == 1
    assert lifecycles(standin) == ["live"]


async def test_spent_quota_on_air_is_said_and_video_flows_on(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis"
) -> None:
    async with keeping(desk, settings, redis):
        await live(desk, "en")
        standin.faults.add("error", "*", reason="quotaExceeded", count=None)
        await desk.until(
            lambda: desk.broadcast().sight.code == "youtube.quota_on_air", "the quota is named"
        )
        assert desk.broadcast().sight.verdict == "warning"
        assert OUTPUT in desk.outputs
        calls = len(standin.log.entries())
        # Hours on our clock: nobody asks again before midnight in California.
        desk.clock.skipped_ms += 30 * 60_000
        await desk.until(lambda: desk.broadcast().sight.code == "youtube.quota_on_air", "still")
        assert len(standin.log.entries()) - calls <= 2
        desk.do("broadcast.end")
        await desk.until(
            lambda: desk.broadcast().sight.code == "youtube.end_in_studio", "what to do"
        )
        standin.faults.clear()
        desk.do("broadcast.end")
        await desk.until(lambda: desk.lifecycle() == "complete", "complete")


async def test_a_dead_token_is_named_before_the_show(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis"
) -> None:
    standin.run(lambda: standin.state.tokens.revoke_channel(EN_CHANNEL))
    async with keeping(desk, settings, redis):
        desk.do("broadcast.preflight")
        await desk.until(lambda: desk.broadcast().sight.code == "youtube.sign_in", "sign in")
        assert desk.broadcast().sight.verdict == "bad"
        # The other channel's language is not held up by it.
        await desk.until(lambda: desk.broadcast(ZH).sight.code == "youtube.ready", "zh ready")
    assert lifecycles(standin) == ["ready"]


async def test_a_token_of_another_channel_is_refused(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis"
) -> None:
    standin.faults.add("wrong_channel", "channels.list", channel=ZH_CHANNEL, count=None)
    async with keeping(desk, settings, redis):
        desk.do("broadcast.preflight", langs=["en"])
        await desk.until(lambda: desk.broadcast().sight.code == "youtube.wrong_channel", "named")
    assert not standin.state.broadcasts


async def test_what_a_human_started_in_the_studio_is_taken_as_it_is(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis"
) -> None:
    async with keeping(desk, settings, redis):
        desk.do("broadcast.preflight", langs=["en"])
        await desk.until(lambda: desk.broadcast().sight.code == "youtube.ready", "ready")
        video = desk.broadcast().memory.broadcast
        standin.run(lambda: standin.faults.go_live_in_studio(video))
        await live(desk, "en")
    assert standin.log.count("liveBroadcasts.transition", applied=True) == 0


async def test_a_stuck_start_is_replaced_on_the_same_key(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis"
) -> None:
    standin.faults.add("stuck", "liveBroadcasts.transition")
    async with keeping(desk, settings, redis):
        desk.do("broadcast.live", expect="unlisted", langs=["en"])
        await desk.until(lambda: desk.lifecycle() == "liveStarting", "starting")
        stuck = desk.broadcast().memory.broadcast
        desk.clock.skipped_ms += 91_000
        await desk.until(lambda: desk.lifecycle() == "live", "live")
        memory = desk.broadcast().memory
        assert memory.broadcast != stuck
        assert memory.attempt == 1
        assert standin.state.broadcasts[memory.broadcast].stream_id == memory.stream
        await desk.until(lambda: not desk.broadcast().memory.discard, "the stuck one is gone", 60)
    assert len(standin.state.streams) == 1


async def test_what_was_never_live_is_deleted_at_the_end(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis"
) -> None:
    async with keeping(desk, settings, redis):
        desk.do("broadcast.prepare")
        await desk.until(
            lambda: [desk.lifecycle(EN), desk.lifecycle(ZH)] == ["ready"] * 2, "both prepared"
        )
        desk.do("broadcast.end", langs=["en"])
        desk.do("broadcast.cancel", langs=["zh"])
        await desk.until(lambda: not standin.state.broadcasts, "both deleted")
        await desk.until(lambda: desk.broadcast(ZH).cleared, "known")
    assert standin.log.count("liveBroadcasts.transition") == 0


@pytest.mark.parametrize(
    ("happening", "code"),
    [("complete_in_studio", "youtube.completed_outside"), ("revoke", "youtube.revoked")],
)
async def test_an_end_that_nobody_of_ours_asked_for_is_said_and_not_undone(
    standin: YouTubeStandIn,
    desk: Desk,
    settings: YouTubeSettings,
    redis: "Redis",
    happening: str,
    code: str,
) -> None:
    async with keeping(desk, settings, redis):
        await live(desk, "en")
        first = desk.broadcast().memory.broadcast
        standin.run(lambda: getattr(standin.faults, happening)(first))
        await desk.until(lambda: desk.broadcast().sight.code == code, "said")
        assert desk.broadcast().sight.verdict == "down"
        assert OUTPUT in desk.outputs
        assert len(standin.state.broadcasts) == 1
        # The operator decides; asking again makes another broadcast.
        desk.do("broadcast.live", expect="unlisted", langs=["en"])
        await desk.until(lambda: desk.lifecycle() == "live", "live again")
        assert desk.broadcast().memory.broadcast != first


async def test_a_changed_key_is_pushed_to_at_once(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis"
) -> None:
    async with keeping(desk, settings, redis):
        await live(desk, "en")
        memory = desk.broadcast().memory
        key = standin.run(lambda: standin.faults.rotate_key(memory.stream))
        await desk.until(lambda: desk.targets[OUTPUT].endswith(key), "the new key")
        await desk.until(lambda: desk.broadcast().sight.verdict == "good", "good")
        assert desk.broadcast().memory.broadcast == memory.broadcast
        assert desk.broadcast().memory.stream == memory.stream
    assert lifecycles(standin) == ["live"]


async def test_the_key_is_in_no_log_no_journal_and_no_view(
    standin: YouTubeStandIn,
    desk: Desk,
    settings: YouTubeSettings,
    redis: "Redis",
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    standin.faults.add("error", "liveBroadcasts.bind", reason="liveBroadcastBindingNotAllowed")
    async with keeping(desk, settings, redis):
        await live(desk, "en", "zh")
        desk.do("broadcast.end")
        await desk.until(
            lambda: {desk.lifecycle(EN), desk.lifecycle(ZH)} == {"complete"}, "complete"
        )
    secrets = [stream.key for stream in standin.state.streams.values()]
    secrets += [standin.token(channel)["client_secret"] for channel in (EN_CHANNEL, ZH_CHANNEL)]
    view = project(desk.room, Viewer(Role.ORGANIZER))
    ours = [record.getMessage() for record in caplog.records if record.name != "aiohttp.access"]
    shown = [encode_room(desk.room).decode(), str(view), *map(str, desk.journal), *ours]
    stored = (settings.data_dir + "/youtube/channels.json",)
    shown += [open(path).read() for path in stored]  # noqa: ASYNC230, SIM115
    assert len(secrets) == 4
    for secret in secrets:
        assert not [text for text in shown if secret in text]


async def test_the_audience_is_told_public_links_only(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis"
) -> None:
    def watch() -> list[str]:
        view = project(desk.room, Viewer(Role.AUDIENCE)).youtube
        assert view is not None
        assert not view.broadcasts
        return [link.lang for link in view.watch]

    async with keeping(desk, settings, redis):
        await live(desk, "en", "zh")
        assert watch() == []
        desk.do("broadcast.privacy", privacy="public", expect="unlisted", langs=["zh"])
        await desk.until(lambda: desk.broadcast(ZH).sight.privacy == "public", "public")
        assert watch() == ["zh"]
    video = desk.broadcast(ZH).memory.broadcast
    assert standin.state.broadcasts[video].status.privacy_status == "public"
    assert json.dumps(standin.state.broadcasts[video].snippet.title)


async def test_what_youtube_complains_of_reaches_the_desk_in_its_own_words_too(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis"
) -> None:
    async with keeping(desk, settings, redis):
        await live(desk, "en")
        words = "The current keyframe frequency is 6.8 seconds."
        issue = Issue("gopSizeLong", "warning", "Long", words)
        standin.state.streams[desk.broadcast().memory.stream].issues = (issue,)
        await desk.until(lambda: desk.broadcast().sight.params.get("says") == words, "the words")
        assert desk.broadcast().sight.code == "youtube.issue.gopSizeLong"


async def test_after_a_restart_the_reserve_still_goes_live_and_ends(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis"
) -> None:
    async with keeping(desk, settings, redis):
        desk.do("broadcast.live", expect="unlisted", langs=["en"])
        desk.do("broadcast.prepare", langs=["zh"])
        await desk.until(
            lambda: (desk.lifecycle(EN), desk.lifecycle(ZH)) == ("live", "ready"), "both"
        )
    await redis.hset(quota_key(standin, desk), "used", 9_700)
    async with keeping(desk, settings, redis) as office:
        desk.do("broadcast.end", langs=["en"])
        desk.do("broadcast.live", expect="unlisted", langs=["zh"])
        await desk.until(
            lambda: (desk.lifecycle(EN), desk.lifecycle(ZH)) == ("complete", "live"), "both done"
        )
        assert await office.ledger("city-en").used() > 9_700
        desk.do("broadcast.end")
        await desk.until(lambda: desk.lifecycle(ZH) == "complete", "the other ends, too")


async def test_a_channel_whose_every_call_hangs_delays_no_other(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis"
) -> None:
    settings = msgspec.structs.replace(settings, timeout_s=60.0)
    async with keeping(desk, settings, redis) as office:
        desk.do("broadcast.prepare")
        await desk.until(lambda: desk.lifecycle(EN) == desk.lifecycle(ZH) == "ready", "prepared")
        standin.faults.add("hang", caller=EN_CHANNEL, count=None)
        english = await office.client("city-en")
        # Other rooms have broadcasts on this channel.
        others = [asyncio.create_task(english.broadcasts(("b",), reserved=False)) for _ in range(9)]
        desk.do("broadcast.live", expect="unlisted")
        await desk.until(lambda: desk.lifecycle(ZH) == "live", "live")
        desk.do("broadcast.end", langs=["zh"])
        await desk.until(lambda: desk.lifecycle(ZH) == "complete", "complete")
        assert desk.lifecycle(EN) == "ready"
        assert not any(each.done() for each in others)
        # What hangs here does not hang there: looks hold no write up on the same channel.
        end = asyncio.create_task(english.delete(desk.broadcast(EN).memory.broadcast))
        await desk.until(lambda: standin.log.count("liveBroadcasts.delete") == 1, "asked")
        for each in (*others, end):
            each.cancel()
        await asyncio.gather(*others, end, return_exceptions=True)
