"""Rehearsing with what is prepared, against the stand-in with the real client."""

from typing import Any

import pytest
from redis.asyncio import Redis

from streaming.room_keeper import cover_of
from streaming.youtube.settings import YouTubeSettings
from tests.fakes.youtube import YouTubeStandIn
from tests.streaming.youtube.desk import EN, SESSION, ZH, Desk, keeping
from venue.broadcast import stage_of
from venue.broadcast_outputs import output_of
from venue.broadcast_view import watch_links
from venue.ids import Language
from venue.journal import viewers_key
from venue.viewers import decode_sample

pytestmark = pytest.mark.redis

PUBLIC: dict[str, Any] = {
    **SESSION,
    "starts_at": 1_795_240_800_000,
    "youtube": {**SESSION["youtube"], "privacy": "public", "captions": True},  # type: ignore[dict-item]
    "captions": ["en", "zh"],
}


def theirs(standin: YouTubeStandIn, video: str) -> Any:
    """A broadcast as YouTube has it."""
    return standin.state.broadcasts[video]


def links(desk: Desk) -> list[tuple[str, str, bool]]:
    return [(link.lang, link.url, link.live) for link in watch_links(desk.room)]


async def prepared(desk: Desk, *langs: Language) -> None:
    desk.do("broadcast.prepare", langs=list(langs))
    for lang in langs:
        await desk.until(lambda lang=lang: desk.lifecycle(lang) == "ready", "ready")


async def rehearsed(desk: Desk) -> None:
    """Check and go live, privately."""
    desk.do("broadcast.rehearse")
    await desk.until(lambda: stage_of(desk.broadcast(EN)) == "ready", "checked")
    desk.do("broadcast.live", expect="private")
    for lang in (EN, ZH):
        await desk.until(lambda lang=lang: desk.lifecycle(lang) == "live", "live")


async def test_a_rehearsal_leaves_what_is_prepared_and_its_links_alone(
    standin: YouTubeStandIn, settings: YouTubeSettings, redis: "Redis"
) -> None:
    desk = Desk(standin, PUBLIC)
    async with keeping(desk, settings, redis):
        await prepared(desk, EN, ZH)
        shown = {lang: desk.broadcast(lang).memory.broadcast for lang in (EN, ZH)}
        published = links(desk)
        assert len(published) == 2
        await rehearsed(desk)
        rehearsal = desk.broadcast(EN).memory.broadcast
        assert rehearsal not in shown.values()
        assert cover_of(desk.room, output_of(EN)) == "program"
        assert desk.room.program.on_air_since is None
        assert theirs(standin, rehearsal).status.privacy_status == "private"
        assert theirs(standin, rehearsal).snippet.title == "Rehearsal: Mayors' Summit"
        kept = theirs(standin, shown[EN])
        assert (kept.lifecycle, kept.status.privacy_status) == ("ready", "public")
        assert kept.stream_id == theirs(standin, rehearsal).stream_id
        assert links(desk) == published
    async with keeping(desk, settings, redis):
        # Another process goes on with the rehearsal as with a show.
        desk.do("caption.say", lang="en", text="Can you read this?")
        theirs(standin, rehearsal).shown_viewers = 7
        stream = standin.state.streams[theirs(standin, rehearsal).stream_id]
        await desk.until(lambda: bool(stream.captions), "its captions")
        desk.do("broadcast.end")
        for lang in (EN, ZH):
            await desk.until(
                lambda lang=lang: stage_of(desk.broadcast(lang)) == "prepared", "prepared again"
            )
        assert theirs(standin, rehearsal).lifecycle == "complete"
        assert links(desk) == published
        desk.do("broadcast.live", expect="public")
        for lang in (EN, ZH):
            await desk.until(lambda lang=lang: desk.lifecycle(lang) == "live", "live")
            assert desk.broadcast(lang).memory.broadcast == shown[lang]
            assert theirs(standin, shown[lang]).status.privacy_status == "public"
        theirs(standin, shown[EN]).shown_viewers = 5
        await desk.until(lambda: desk.broadcast(EN).sight.viewers == 5, "counted")
    kept = [decode_sample(fields) for _, fields in await redis.xrange(viewers_key(desk.session))]
    assert {sample.viewers for sample in kept if sample.lang == EN} <= {None, 5}
    assert [(lang, url) for lang, url, _ in links(desk)] == [link[:2] for link in published]
    assert len(standin.state.broadcasts) == 4


async def test_what_somebody_does_to_what_is_set_up_is_said_while_a_rehearsal_runs(
    standin: YouTubeStandIn, settings: YouTubeSettings, redis: "Redis"
) -> None:
    desk = Desk(standin, PUBLIC)
    async with keeping(desk, settings, redis):
        await prepared(desk, EN, ZH)
        shown = desk.broadcast(EN).memory.broadcast
        await rehearsed(desk)
        faults, sight = standin.faults, lambda: desk.broadcast(EN).sight

        async def said(*notes: str) -> None:
            wanted = tuple(f"youtube.{note}" for note in notes)
            await desk.until(lambda: sight().notes == wanted, str(wanted))

        await said()
        standin.run(lambda: faults.set_in_studio(shown, privacy="private"))
        await said("kept_privacy")
        standin.run(lambda: faults.set_in_studio(shown, privacy="public"))
        await said()
        standin.run(lambda: faults.delete_in_studio(shown))
        await said("kept_gone")
        assert sight().verdict == "good"
        assert desk.broadcast(ZH).sight.notes == ()
        # The key is the same: what begins by itself shows the rehearsal to everybody.
        other = desk.broadcast(ZH).kept
        assert other is not None
        standin.run(lambda: faults.set_in_studio(other.memory.broadcast, auto_start=True))
        notes = ("youtube.kept_auto_start",)
        await desk.until(lambda: desk.broadcast(ZH).sight.notes == notes, "said")
        standin.run(lambda: faults.go_live_in_studio(other.memory.broadcast))
        await desk.until(lambda: desk.broadcast(ZH).sight.code == "youtube.kept_live", "alarm")
        assert desk.broadcast(ZH).sight.verdict == "down"


async def test_a_rehearsal_that_is_called_off_goes_and_nothing_else(
    standin: YouTubeStandIn, settings: YouTubeSettings, redis: "Redis"
) -> None:
    desk = Desk(standin, PUBLIC)
    async with keeping(desk, settings, redis):
        await prepared(desk, EN)
        shown = desk.broadcast(EN).memory.broadcast
        desk.do("broadcast.rehearse")
        for lang in (EN, ZH):
            await desk.until(lambda lang=lang: desk.lifecycle(lang) == "ready", "made")
        desk.do("broadcast.cancel")
        await desk.until(lambda: stage_of(desk.broadcast(EN)) == "prepared", "prepared again")
        await desk.until(lambda: stage_of(desk.broadcast(ZH)) == "off", "off again")
        assert desk.broadcast(ZH).privacy == "public"
        assert list(standin.state.broadcasts) == [shown]
        assert desk.broadcast(EN).memory.broadcast == shown
