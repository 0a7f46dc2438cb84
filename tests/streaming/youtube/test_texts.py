"""What a broadcast says and shows, and changing it, against the stand-in with the real client."""

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from redis.asyncio import Redis

from streaming.youtube.settings import YouTubeSettings
from streaming.youtube.wording import rfc3339
from tests.fakes.youtube import EN_CHANNEL, YouTubeStandIn
from tests.streaming.youtube.desk import EN, SESSION, ZH, Desk, keeping, settings_for
from venue.ids import Instant, Language
from venue.roles import SYSTEM

pytestmark = pytest.mark.redis

LOST = ["apply_then_drop", "drop"]
PROGRAMME: dict[str, Any] = {
    **SESSION,
    "timezone": "Asia/Taipei",
    "starts_at": 1_795_240_800_000,
    "city": {"en": "Taichung", "zh": "臺中"},
    "seats": [{"seat": "gdynia", "name": "Ewa Nowak", "title": "Mayor", "city": "Gdynia"}],
    "agenda": [{"at": "14:00", "title": {"en": "Opening", "zh": "開幕"}, "speakers": ["gdynia"]}],
    "youtube": {
        **SESSION["youtube"],  # type: ignore[dict-item]
        "description": {"en": "Live from <Taichung>."},
        "category": 27,
        "spoken_languages": {"zh": "zh-TW"},
        "text_languages": {"zh": "zh-Hant"},
        "made_for_kids": True,
        "latency": "low",
    },
}


def theirs(standin: YouTubeStandIn, desk: Desk, lang: Language = EN) -> Any:
    """The broadcast as YouTube has it."""
    return standin.state.broadcasts[desk.broadcast(lang).memory.broadcast]


def title(standin: YouTubeStandIn, desk: Desk) -> str:
    return str(theirs(standin, desk).snippet.title)


async def prepared(desk: Desk, *langs: str) -> None:
    desk.do("broadcast.prepare", langs=list(langs))
    for lang in langs:
        await desk.until(lambda lang=lang: desk.lifecycle(Language(lang)) == "ready", "ready")


async def live(desk: Desk) -> None:
    desk.do("broadcast.live", expect="unlisted", langs=["en"])
    await desk.until(lambda: desk.lifecycle() == "live", "live")


async def test_each_language_says_its_programme_and_looks_its_own(
    standin: YouTubeStandIn, settings: YouTubeSettings, redis: "Redis"
) -> None:
    desk = Desk(standin, PROGRAMME)
    async with keeping(desk, settings, redis):
        await prepared(desk, "en", "zh")
        # A channel may have been told to let nobody show its videos elsewhere, and more.
        theirs(standin, desk).video.embeddable = False
        theirs(standin, desk).video.tags = ["cities"]
        for lang in (EN, ZH):
            await desk.until(
                lambda lang=lang: theirs(standin, desk, lang).video.thumbnail, "pictured"
            )
    english, chinese = (theirs(standin, desk, lang) for lang in (EN, ZH))
    lines = english.snippet.description.splitlines()
    assert lines[0] == "Live from ‹Taichung›."
    assert "Saturday, 21 November 2026, 14:\u206000 (Taipei, UTC+8)" in lines
    assert lines[-1].startswith("[rotunda:")
    assert "14:\u206000  Opening – Ewa Nowak" in lines
    assert "Ewa Nowak · Mayor · Gdynia" in lines
    assert "14:\u206000  開幕 – Ewa Nowak" in chinese.snippet.description.splitlines()
    assert english.video.category_id == chinese.video.category_id == "27"
    assert (english.video.default_audio_language, english.video.default_language) == ("en", "en")
    assert chinese.video.default_audio_language == "zh-TW"
    assert chinese.video.default_language == "zh-Hant"
    assert english.content.latency_preference == chinese.content.latency_preference == "low"
    assert english.status.self_declared_made_for_kids
    assert english.video.embeddable
    assert chinese.video.embeddable
    assert english.video.tags == ["cities"]
    assert english.status.privacy_status == chinese.status.privacy_status == "unlisted"
    assert english.video.thumbnail != chinese.video.thumbnail
    for each in (english, chinese):
        with Image.open(io.BytesIO(each.video.thumbnail)) as picture:
            assert (picture.format, picture.size) == ("JPEG", (1280, 720))


async def test_a_text_is_changed_before_the_show_and_in_it(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis"
) -> None:
    later = desk.clock() + 7_200_000
    async with keeping(desk, settings, redis):
        await prepared(desk, "en", "zh")
        desk.do("broadcast.edit", lang="en", version=0, title="Summit", scheduled_at=later)
        await desk.until(lambda: title(standin, desk) == "Summit", "the first title")
        start = theirs(standin, desk).snippet.scheduled_start_time
        await live(desk)
        desk.do("broadcast.edit", lang="en", version=1, title="Summit, live", description="Now.")
        await desk.until(lambda: title(standin, desk) == "Summit, live", "the second title")
        changed = theirs(standin, desk).snippet
        assert changed.description.startswith("Now.")
        assert desk.broadcast().memory.marker in changed.description.splitlines()[-1]
        assert changed.scheduled_start_time == start
        assert theirs(standin, desk, ZH).snippet.title == "市長高峰會"
    assert theirs(standin, desk).lifecycle == "live"
    assert len(standin.state.broadcasts) == 2


async def test_a_start_that_the_programme_moves_is_counted_down_to_on_youtube(
    standin: YouTubeStandIn, settings: YouTubeSettings, redis: "Redis"
) -> None:
    desk = Desk(standin, PROGRAMME)
    late = desk.clock() // 1_000 * 1_000 + 86_400_000
    async with keeping(desk, settings, redis):
        await prepared(desk, "en")
        desk.do("session.update", SYSTEM, definition={**PROGRAMME, "starts_at": late})
        told = rfc3339(Instant(late))
        await desk.until(
            lambda: theirs(standin, desk).snippet.scheduled_start_time == told, "the new start"
        )
    assert len(standin.state.broadcasts) == 1


async def test_a_programme_that_is_imported_again_is_announced_again(
    standin: YouTubeStandIn, settings: YouTubeSettings, redis: "Redis"
) -> None:
    desk = Desk(standin, PROGRAMME)
    late = [*PROGRAMME["agenda"], {"at": "16:00", "title": {"en": "Late debate"}}]
    async with keeping(desk, settings, redis):
        await prepared(desk, "en")
        desk.do("session.update", SYSTEM, definition={**PROGRAMME, "agenda": late})
        await desk.until(
            lambda: "Late debate" in theirs(standin, desk).snippet.description, "the late debate"
        )
        assert standin.log.count("liveBroadcasts.update") == 1
        # An update replaces whole parts: what it does not say would be gone.
        assert theirs(standin, desk).status.self_declared_made_for_kids


async def test_what_a_file_says_anew_reaches_the_prepared_broadcast_and_keeps_its_link(
    standin: YouTubeStandIn, settings: YouTubeSettings, redis: "Redis"
) -> None:
    desk = Desk(standin, PROGRAMME)
    youtube = {**PROGRAMME["youtube"], "latency": "normal", "captions": True, "category": 25}
    youtube["spoken_languages"] = {"en": "en-IE", "zh": "zh-TW"}
    again = {**PROGRAMME, "captions": ["en"], "youtube": youtube}
    async with keeping(desk, settings, redis):
        await prepared(desk, "en")
        await desk.until(lambda: theirs(standin, desk).video.category_id == "27", "described")
        link, stream = desk.broadcast().memory.broadcast, theirs(standin, desk).stream_id
        theirs(standin, desk).content.enable_dvr = False  # somebody did that in the studio
        desk.do("session.update", SYSTEM, definition=again)
        await desk.until(lambda: theirs(standin, desk).video.category_id == "25", "described anew")
    changed = theirs(standin, desk)
    assert desk.broadcast().memory.broadcast == link
    assert len(standin.state.broadcasts) == 1
    assert (changed.lifecycle, changed.stream_id) == ("ready", stream)
    assert changed.content.closed_captions_type == "closedCaptionsHttpPost"
    assert changed.content.latency_preference == "normal"
    assert not changed.content.monitor_stream.enable_monitor_stream
    assert not changed.content.enable_dvr
    assert changed.video.default_audio_language == "en-IE"
    assert changed.status.privacy_status == "unlisted"


@pytest.mark.parametrize("action", LOST)
async def test_a_change_whose_answer_is_lost_is_made(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis", action: str
) -> None:
    async with keeping(desk, settings, redis):
        await prepared(desk, "en")
        fault = standin.faults.add(action, "liveBroadcasts.update", status=503)  # type: ignore[arg-type]
        desk.do("broadcast.edit", lang="en", version=0, title="Summit")
        # Sent again whatever became of the first: it says how it should be.
        await desk.until(lambda: standin.log.count("liveBroadcasts.update") == 2, "sent again")
        await desk.until(lambda: title(standin, desk) == "Summit", "the title")
        await desk.until(lambda: not desk.broadcast().memory.pending, "settled")
        assert fault.hits == 1
        await live(desk)
    assert len(standin.state.broadcasts) == 1


@pytest.mark.parametrize("method", ["liveBroadcasts.update", "thumbnails.set"])
async def test_a_change_that_was_noted_and_not_made_is_made_after_a_restart(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis", method: str
) -> None:
    standin.faults.add("hang", method)
    async with keeping(desk, settings, redis):
        await prepared(desk, "en")
        desk.do("broadcast.edit", lang="en", version=0, title="Summit", picture="The picture")
        await desk.until(lambda: any(each.hits for each in standin.faults.all()), "the call")
        assert desk.broadcast().memory.pending
    standin.faults.clear()
    async with keeping(desk, settings, redis):
        await desk.until(lambda: standin.log.count(method, applied=True) == 1, "made")
        await desk.until(
            lambda: title(standin, desk) == "Summit" and theirs(standin, desk).video.thumbnail,
            "text and picture",
        )
    assert len(standin.state.broadcasts) == 1


@pytest.mark.parametrize("action", LOST)
async def test_a_picture_whose_answer_is_lost_is_sent_again(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis", action: str
) -> None:
    standin.faults.add(action, "thumbnails.set", status=503)  # type: ignore[arg-type]
    async with keeping(desk, settings, redis):
        await prepared(desk, "en")
        await desk.until(lambda: standin.log.count("thumbnails.set", applied=True) >= 1, "sent")
        await desk.until(lambda: standin.log.count("thumbnails.set") == 2, "sent again")
        await desk.until(lambda: not desk.broadcast().memory.pending, "settled")
        assert theirs(standin, desk).video.thumbnail
        assert desk.broadcast().sight.notes == ()


async def test_a_channel_that_may_set_no_picture_goes_live_and_says_so(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis"
) -> None:
    standin.state.channel(EN_CHANNEL).phone_verified = False
    note = ("youtube.thumbnail_forbidden",)
    async with keeping(desk, settings, redis):
        await prepared(desk, "en")
        await desk.until(lambda: desk.broadcast().sight.notes == note, "the note")
        assert desk.broadcast().sight.verdict != "bad"
    async with keeping(desk, settings, redis):
        await live(desk)
        assert desk.broadcast().sight.notes == note
        await desk.until(lambda: desk.broadcast().sight.verdict == "good", "good")
        assert standin.log.count("thumbnails.set") == 1
        standin.state.channel(EN_CHANNEL).phone_verified = True
        desk.do("broadcast.edit", lang="en", version=0, picture="Mayors, at last")
        await desk.until(lambda: desk.broadcast().sight.notes == (), "no note")
    assert theirs(standin, desk).video.thumbnail


async def test_going_live_does_not_wait_for_a_picture(
    standin: YouTubeStandIn, desk: Desk, tmp_path: Path, redis: "Redis"
) -> None:
    # Whoever waited for the upload would wait longer than this test does.
    settings = settings_for(standin, tmp_path, timeout_s=120)
    standin.faults.add("hang", "thumbnails.set", count=None)
    async with keeping(desk, settings, redis):
        await prepared(desk, "en")
        await desk.until(lambda: standin.log.count("thumbnails.set") == 1, "the upload")
        assert desk.broadcast().memory.pending == "thumbnail"
        desk.do("broadcast.live", expect="unlisted", langs=["en"])
        await desk.until(lambda: desk.broadcast().memory.pending != "thumbnail", "given way")
        await desk.until(lambda: desk.lifecycle() == "live", "live")
        assert standin.log.count("thumbnails.set") == 1


async def test_a_text_that_youtube_refuses_leaves_the_show_alone(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis"
) -> None:
    async with keeping(desk, settings, redis):
        await live(desk)
        standin.faults.add("error", "liveBroadcasts.update", status=400, reason="invalidTitle")
        desk.do("broadcast.edit", lang="en", version=0, title="Summit")
        note = ("youtube.text_refused",)
        await desk.until(lambda: desk.broadcast().sight.notes == note, "the note")
        assert title(standin, desk) == "Mayors' Summit"
        await desk.until(lambda: desk.broadcast().sight.verdict == "good", "good")
        desk.do("broadcast.edit", lang="en", version=1, title="Summit, again")
        await desk.until(lambda: title(standin, desk) == "Summit, again", "the title")
        await desk.until(lambda: desk.broadcast().sight.notes == (), "no note")
    assert theirs(standin, desk).lifecycle == "live"


async def test_a_write_that_fails_again_and_again_is_tried_less_and_less_often(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis"
) -> None:
    async with keeping(desk, settings, redis):
        await prepared(desk, "en")
        standin.faults.add("error", "liveBroadcasts.update", status=503, count=None)
        desk.do("broadcast.edit", lang="en", version=0, title="Summit")
        assert desk.keeper is not None
        task = desk.keeper.languages[EN]
        # Looks in between succeed: they must not make it forget how often it has failed.
        await desk.until(
            lambda: "update" in task.stumbles.now and task.stumbles.now["update"].failures >= 4,
            "four in a row",
        )
        standin.faults.clear()
        await desk.until(lambda: title(standin, desk) == "Summit", "the title")
