"""No two sessions or languages ever share a link, whatever channels they share."""

from itertools import product
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from streaming.youtube.settings import YouTubeSettings
from tests.fakes.youtube import EN_CHANNEL, ZH_CHANNEL, YouTubeStandIn
from tests.streaming.youtube.desk import EN, SESSION, ZH, Desk, keeping, settings_for
from venue.broadcast_view import watch_links
from venue.ids import SessionId

pytestmark = pytest.mark.redis

BOTH = (EN, ZH)


def desk_of(standin: YouTubeStandIn, name: str) -> Desk:
    title = {"en": f"Session {name}", "zh-Hant": f"場次 {name}"}
    youtube = {"privacy": "public", "channels": {"en": "city-en", "zh": "city-zh"}}
    session: dict[str, Any] = {**SESSION, "id": name, "title": title, "youtube": youtube}
    session["starts_at"] = 1_795_240_800_000
    desk = Desk(standin, session)
    desk.session = SessionId(name)
    return desk


async def test_every_link_is_of_one_session_and_one_language(
    standin: YouTubeStandIn, settings: YouTubeSettings, redis: "Redis"
) -> None:
    first, second = desk_of(standin, "first"), desk_of(standin, "second")
    links: dict[tuple[str, str], set[str]] = {
        pair: set() for pair in product(("first", "second"), BOTH)
    }
    # The second round is another day: new broadcasts, new links.  Our process is a new one too.
    for _ in range(2):
        async with keeping(first, settings, redis), keeping(second, settings, redis):
            for desk in (first, second):
                desk.do("broadcast.prepare")
            for desk in (first, second):
                await desk.until(lambda desk=desk: len(watch_links(desk.room)) == 2, "both links")  # type: ignore[misc]
                for link in watch_links(desk.room):
                    links[desk.session, link.lang].add(link.url)
                    video = standin.state.broadcasts[link.url.rpartition("=")[2]]
                    assert desk.session in video.snippet.title
                    of_language = EN_CHANNEL if link.lang == EN else ZH_CHANNEL
                    assert video.snippet.channel_id == of_language
            for desk in (first, second):
                desk.do("broadcast.cancel")
                await desk.until(lambda desk=desk: not watch_links(desk.room), "gone")  # type: ignore[misc]
                await desk.until(
                    lambda desk=desk: all(desk.broadcast(lang).cleared for lang in BOTH),  # type: ignore[misc]
                    "cleared",
                )
    assert [len(urls) for urls in links.values()] == [2] * 4
    assert len(set().union(*links.values())) == 8


async def test_another_installation_with_the_same_session_has_keys_of_its_own(
    standin: YouTubeStandIn, tmp_path: Path, redis: "Redis"
) -> None:
    keys = []
    for number, house in enumerate(("production", "staging", "production")):
        directory = tmp_path / house
        directory.mkdir(exist_ok=True)
        # A room without a memory, as after its journal was lost: what is its own is found again.
        desk = Desk(standin)
        for _ in range(number):  # no two commands have one id
            desk.do("broadcast.panic", on=True)
        async with keeping(desk, settings_for(standin, directory, secret=house), redis):
            desk.do("broadcast.prepare", langs=["en"])
            await desk.until(lambda desk=desk: desk.lifecycle() == "ready", "prepared")
        keys.append(desk.broadcast().memory.stream)
    assert keys[0] == keys[2] != keys[1]


async def test_another_encoder_on_the_key_is_said_before_the_show(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis"
) -> None:
    async with keeping(desk, settings, redis):
        desk.do("broadcast.prepare", langs=["en"])
        await desk.until(lambda: desk.lifecycle() == "ready", "prepared")
        stream = standin.state.streams[desk.broadcast().memory.stream]
        sender = standin.push(stream.key)
        await desk.until(lambda: stream.active, "active")
        desk.clock.skipped_ms += 11 * 60_000
        await desk.until(lambda: desk.broadcast().sight.code == "youtube.key_in_use", "said so")
        assert sender is not None
        standin.unpush(sender)
        await desk.until(lambda: not stream.active, "inactive")
        desk.clock.skipped_ms += 11 * 60_000
        await desk.until(lambda: desk.broadcast().sight.code == "youtube.prepared", "over")
