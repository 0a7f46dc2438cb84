"""Whole shows against the stand-in, with the real client; only the encoder is a switch."""

import asyncio

import pytest
from redis.asyncio import Redis

from streaming.youtube.settings import YouTubeSettings
from tests.fakes.youtube import YouTubeStandIn
from tests.streaming.youtube.desk import EN, ZH, Desk, keeping
from venue.ids import SessionId
from venue.journal import viewers_key
from venue.viewers import ViewersSample, decode_sample, figures_of

pytestmark = pytest.mark.redis

ROUNDS = 50
SESSION = SessionId("summit")


async def test_one_language_goes_from_nothing_to_live_to_complete(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis"
) -> None:
    async with keeping(desk, settings, redis):
        desk.do("broadcast.live", expect="unlisted", langs=["en"])
        await desk.until(lambda: desk.lifecycle() == "live", "live")
        memory = desk.broadcast().memory
        assert standin.state.broadcasts[memory.broadcast].lifecycle == "live"
        desk.do("broadcast.end", langs=["en"])
        await desk.until(lambda: desk.lifecycle() == "complete", "complete")
    assert standin.state.broadcasts[memory.broadcast].lifecycle == "complete"
    assert len(standin.state.broadcasts) == len(standin.state.streams) == 1


async def test_two_languages_go_live_together_and_never_mix(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis"
) -> None:
    async with keeping(desk, settings, redis):
        standin.state.ledger.limit = 1_000_000
        for _ in range(ROUNDS):
            await redis.flushall()  # a new day
            desk.do("broadcast.live", expect="unlisted")
            await desk.until(
                lambda: desk.lifecycle(EN) == desk.lifecycle(ZH) == "live", "both live"
            )
            for lang, title in ((EN, "Mayors' Summit"), (ZH, "市長高峰會")):
                memory = desk.broadcast(lang).memory
                theirs = standin.state.broadcasts[memory.broadcast]
                stream = standin.state.streams[memory.stream]
                assert theirs.snippet.title == title
                assert theirs.stream_id == memory.stream
                assert stream.title.startswith(f"Rotunda summit {lang} (")
                assert theirs.snippet.channel_id == stream.channel_id
            desk.do("broadcast.end")
            await desk.until(
                lambda: desk.lifecycle(EN) == desk.lifecycle(ZH) == "complete", "both complete"
            )
    assert len(standin.state.streams) == 2
    assert len(standin.state.broadcasts) == 2 * ROUNDS
    assert {each.lifecycle for each in standin.state.broadcasts.values()} == {"complete"}


async def test_a_show_stays_within_its_budget(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis"
) -> None:
    async with keeping(desk, settings, redis) as office:
        desk.do("broadcast.preflight")
        await desk.until(
            lambda: [desk.broadcast(lang).sight.code for lang in (EN, ZH)] == ["youtube.ready"] * 2,
            "ready",
        )
        assert not desk.room.program.on_air_since
        desk.do("broadcast.live", expect="unlisted")
        await desk.until(lambda: desk.lifecycle(EN) == desk.lifecycle(ZH) == "live", "live")
        assert desk.room.program.on_air_since
        await desk.until(
            lambda: all(
                memory.pictured and not memory.pending
                for memory in (desk.broadcast(lang).memory for lang in (EN, ZH))
            ),
            "described and pictured",
        )
        desk.do("broadcast.end")
        await desk.until(lambda: desk.lifecycle(EN) == desk.lifecycle(ZH) == "complete", "end")
        writes = [entry for entry in standin.log.entries() if entry.http != "GET"]
        calls = sorted(entry.method for entry in writes if "/youtube/" in entry.path)
        assert calls == sorted(
            2
            * [
                "liveStreams.insert",
                "liveBroadcasts.insert",
                "liveBroadcasts.bind",
                "videos.update",
                "thumbnails.set",
                "liveBroadcasts.transition",
                "liveBroadcasts.transition",
            ]
        )
        # Our own count and YouTube's are the same.
        charged = sum(entry.cost for entry in standin.log.entries())
        assert await office.ledger("city-en").used() == charged
        assert charged <= 800
        # The desk knows it as well, in round figures, and that nothing more is needed.
        await desk.until(lambda: quota_of(desk) == (-(-charged // 50) * 50, 0), "the quota")


def quota_of(desk: Desk) -> tuple[int, int] | None:
    quota = desk.room.broadcasts.quota
    return None if quota is None else (quota.used, quota.needed)


async def test_viewers_are_counted_while_it_is_live(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis"
) -> None:
    async with keeping(desk, settings, redis):
        desk.do("broadcast.live", expect="unlisted", langs=["en"])
        await desk.until(lambda: desk.lifecycle() == "live", "live")
        video = standin.state.broadcasts[desk.broadcast().memory.broadcast]
        video.shown_viewers = 412
        await desk.until(lambda: desk.broadcast().sight.viewers == 412, "the figure")
        kept: list[ViewersSample] = []
        while not any(sample.viewers == 412 for sample in kept):
            kept = [decode_sample(fields) for _, fields in await redis.xrange(viewers_key(SESSION))]
        (figures,) = figures_of(kept, 100)
        assert (figures.lang, figures.peak) == (EN, 412)
        assert figures.peak_at is not None
        assert figures.peak_at <= desk.clock()
    assert standin.log.count("videos.list") >= 1
    await asyncio.sleep(0)


async def test_a_bug_in_one_language_stops_neither_the_other_nor_itself_for_good(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis"
) -> None:
    async with keeping(desk, settings, redis):
        assert desk.keeper is not None
        desk.do("broadcast.prepare")
        await desk.until(lambda: desk.lifecycle(EN) == desk.lifecycle(ZH) == "ready", "prepared")
        first = desk.keeper.languages[EN]
        del first._watch  # what no code path foresees
        desk.do("broadcast.live", expect="unlisted")
        await desk.until(lambda: desk.lifecycle(EN) == desk.lifecycle(ZH) == "live", "both live")
        assert desk.keeper.restarts == 1
        assert desk.keeper.languages[EN] is not first
        desk.keeper.restarts = 0
    assert len(standin.state.broadcasts) == 2


async def test_tokens_are_tried_at_the_start_whether_or_not_anything_is_asked(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis"
) -> None:
    async with keeping(desk, settings, redis):
        await desk.until(lambda: standin.log.count("channels.list") == 2, "both channels")
    assert not standin.state.broadcasts
