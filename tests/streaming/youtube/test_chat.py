"""A broadcast's chat, read for questions and written to: the real client against the stand-in."""

import logging
from collections.abc import Iterator

import pytest
from redis.asyncio import Redis

from streaming.youtube.ledger import DAILY, RESERVE
from streaming.youtube.settings import YouTubeSettings
from tests.fakes.youtube import EN_CHANNEL, ZH_CHANNEL, Timings, YouTubeStandIn
from tests.fakes.youtube.api_chat import ban, say, take_away
from tests.streaming.youtube.desk import EN, SESSION, ZH, Desk, keeping, quota_key
from venue.ids import Language
from venue.questions import Question, State
from venue.roles import SYSTEM

pytestmark = pytest.mark.redis

CHAT = {**SESSION["youtube"], "chat": True, "chat_post": True}  # type: ignore[dict-item]
GUEST = "UCguestguestguestguest00"
ASKED = "Who pays for the night buses?"
BROKEN_CHARACTER = "Is half \ud83d a character a question?"


@pytest.fixture
def standin() -> Iterator[YouTubeStandIn]:
    timings = Timings(
        start_delay_s=0.05,
        activate_delay_s=0.1,
        deactivate_delay_s=0.1,
        video_delay_s=0.05,
        chat_poll_ms=100,
    )
    with YouTubeStandIn(ingest=False, timings=timings) as running:
        yield running


@pytest.fixture
def desk(standin: YouTubeStandIn) -> Desk:
    return Desk(standin, {**SESSION, "youtube": CHAT})


async def live(desk: Desk, *langs: str) -> None:
    desk.do("broadcast.live", expect="unlisted", langs=list(langs))
    await desk.until(
        lambda: all(desk.lifecycle(Language(lang)) == "live" for lang in langs), "live"
    )


def write(
    standin: YouTubeStandIn,
    desk: Desk,
    text: str,
    *,
    lang: Language = EN,
    name: str = "Ines",
    channel: str = GUEST,
    kind: str = "textMessageEvent",
) -> str:
    chat = standin.state.broadcasts[desk.broadcast(lang).memory.broadcast].chat_id
    return standin.run(lambda: say(standin.state, chat, text, channel, name, kind)).id


def questions(desk: Desk) -> list[Question]:
    return list(desk.room.questions.values())


def chats(standin: YouTubeStandIn) -> dict[str, list[str]]:
    """What channels have written themselves, by channel."""
    said: dict[str, list[str]] = {}
    for messages in standin.state.chats.values():
        for one in messages:
            if one.author_channel != GUEST:
                said.setdefault(one.author_channel, []).append(one.text)
    return said


def remark(desk: Desk, about: str, lang: Language = EN) -> str:
    known = desk.room.exchanges.get(lang)
    found = None if known is None else known.remarks.get(about)  # type: ignore[call-overload]
    return "" if found is None else str(found.code)


async def read_once_more(standin: YouTubeStandIn, desk: Desk) -> None:
    """Wait for a whole reading of the chat from now on."""
    before = standin.log.count("liveChatMessages.list")
    await desk.until(lambda: standin.log.count("liveChatMessages.list") > before + 1, "read")


async def test_a_question_comes_from_the_chat_and_goes_back_into_it(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis"
) -> None:
    async with keeping(desk, settings, redis):
        await live(desk, "en", "zh")
        write(standin, desk, "Hello from Porto")
        write(standin, desk, ASKED)
        write(standin, desk, "問：夜間公車的經費從哪裡來，誰付", lang=ZH, name="陳先生")
        await desk.until(lambda: len(questions(desk)) == 2, "both questions")
        by_lang = {one.lang: one for one in questions(desk)}
        assert (by_lang[EN].text, by_lang[EN].name) == (ASKED, "Ines")
        assert by_lang[ZH].text == "夜間公車的經費從哪裡來，誰付"
        assert {one.state for one in questions(desk)} == {State.PENDING}
        chosen = by_lang[EN].question
        desk.do("question.translate", question=chosen, lang="zh", text="夜間公車由誰出錢？")
        desk.do("question.approve", question=chosen, version=1)
        desk.do("question.live", question=chosen)
        await desk.until(lambda: len(chats(standin)) == 2, "a post in each chat")
        await desk.until(lambda: remark(desk, "post") == "youtube.post_sent", "said so")
        # What we wrote ends in a question mark, and is not taken for a question of the audience.
        await read_once_more(standin, desk)
    assert chats(standin) == {EN_CHANNEL: [ASKED], ZH_CHANNEL: ["夜間公車由誰出錢？"]}
    assert len(questions(desk)) == 2


async def test_after_a_kill_nothing_is_asked_or_posted_twice(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis"
) -> None:
    async with keeping(desk, settings, redis):
        await live(desk, "en")
        write(standin, desk, ASKED)
        await desk.until(lambda: len(questions(desk)) == 1, "the first")
        desk.do("question.approve", question="q1", version=1)
        desk.do("question.live", question="q1")
        await desk.until(lambda: remark(desk, "post") == "youtube.post_sent", "posted")
    write(standin, desk, "Will the tram come back too?")
    standin.run(standin.log.clear)
    async with keeping(desk, settings, redis):
        await desk.until(lambda: len(questions(desk)) == 2, "what was written meanwhile")
        assert standin.log.entries("liveChatMessages.list")[0].query["pageToken"] == ["C1"]
        desk.do("question.clear", question="q1")
        desk.do("question.live", question="q1")
        await read_once_more(standin, desk)
    assert [one.text for one in questions(desk)] == [ASKED, "Will the tram come back too?"]
    assert standin.log.count("liveChatMessages.insert") == 0


async def test_a_page_whose_note_was_lost_is_read_again(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis"
) -> None:
    async with keeping(desk, settings, redis):
        await live(desk, "en")
        await desk.until(lambda: remark(desk, "chat") == "youtube.chat_reading", "reading")
        desk.frozen = True
        read = standin.log.count("liveChatMessages.list")
        write(standin, desk, ASKED)
        await desk.until(lambda: standin.log.count("liveChatMessages.list") > read, "read")
    desk.frozen = False
    assert not questions(desk)
    async with keeping(desk, settings, redis):
        await desk.until(lambda: len(questions(desk)) == 1, "after the kill")


async def test_what_was_noted_is_not_posted_by_another_process_nor_behind_the_slate(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis"
) -> None:
    async with keeping(desk, settings, redis):
        await live(desk, "en")
        write(standin, desk, ASKED)
        write(standin, desk, "Will the tram come back too?")
        await desk.until(lambda: len(questions(desk)) == 2, "asked")
    for name in ("q1", "q2"):
        desk.do("question.approve", question=name, version=1)
    desk.do("question.live", question="q1")
    video = desk.broadcast().memory.broadcast
    # The process was killed between its note and its call.
    note = {"lang": "en", "broadcast": video, "question": "q1", "by": "0" * 32}
    desk.do("exchange.post", SYSTEM, **note)
    async with keeping(desk, settings, redis):
        await read_once_more(standin, desk)
        desk.do("broadcast.panic", on=True)
        desk.do("question.live", question="q2")
        await read_once_more(standin, desk)
        assert standin.log.count("liveChatMessages.insert") == 0
        desk.do("broadcast.panic", on=False)
        await desk.until(lambda: standin.log.count("liveChatMessages.insert") > 0, "posted")
    assert chats(standin) == {EN_CHANNEL: ["Will the tram come back too?"]}


async def test_of_two_processes_only_the_one_whose_note_was_taken_posts(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis"
) -> None:
    async with keeping(desk, settings, redis):
        await live(desk, "en")
        write(standin, desk, ASKED)
        await desk.until(lambda: len(questions(desk)) == 1, "asked")
        desk.do("question.approve", question="q1", version=1)
        desk.frozen = True
        desk.do("question.live", question="q1")
        await desk.until(lambda: "exchange.post" in desk.lost, "our note")
        video = desk.broadcast().memory.broadcast
        note = {"lang": "en", "broadcast": video, "question": "q1", "by": "0" * 32}
        desk.do("exchange.post", SYSTEM, **note)
        desk.frozen = False
        await read_once_more(standin, desk)
    assert standin.log.count("liveChatMessages.insert") == 0


@pytest.mark.parametrize("action", ["apply_then_drop", "apply_then_error", "drop"])
async def test_a_post_of_unknown_outcome_is_not_made_again(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis", action: str
) -> None:
    standin.faults.add(action, "liveChatMessages.insert")  # type: ignore[arg-type]
    async with keeping(desk, settings, redis):
        await live(desk, "en")
        write(standin, desk, ASKED)
        await desk.until(lambda: len(questions(desk)) == 1, "asked")
        desk.do("question.approve", question="q1", version=1)
        desk.do("question.live", question="q1")
        await desk.until(lambda: remark(desk, "post") == "youtube.post_unknown", "not known")
    async with keeping(desk, settings, redis):
        await read_once_more(standin, desk)
    assert standin.log.count("liveChatMessages.insert") == 1
    assert desk.lifecycle() == "live"


async def test_reading_stops_before_the_show_would_lack_units(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis"
) -> None:
    async with keeping(desk, settings, redis):
        await live(desk, "en")
        await desk.until(lambda: remark(desk, "chat") == "youtube.chat_reading", "reading")
        key = quota_key(standin, desk)
        await redis.hset(key, "used", DAILY - RESERVE - 300)
        await desk.until(lambda: remark(desk, "chat") == "youtube.chat_budget", "stopped")
        read = standin.log.count("liveChatMessages.list")
        write(standin, desk, ASKED)
        looks = standin.log.count("liveStreams.list")
        await desk.until(lambda: standin.log.count("liveStreams.list") > looks, "it looks on")
        assert standin.log.count("liveChatMessages.list") == read
        assert not questions(desk)
        await redis.hset(key, "used", 1000)
        await desk.until(lambda: len(questions(desk)) == 1, "read again when there is enough")


async def test_quota_that_youtube_says_is_gone_stops_reading_and_nothing_else(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis"
) -> None:
    standin.faults.add("error", "liveChatMessages.list", reason="quotaExceeded")
    async with keeping(desk, settings, redis):
        await live(desk, "en")
        await desk.until(lambda: remark(desk, "chat") == "youtube.chat_budget", "stopped")
    assert standin.log.count("liveChatMessages.list") == 1
    assert desk.lifecycle() == "live"


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ("liveChatDisabled", "youtube.chat_disabled"),
        ("liveChatEnded", "youtube.chat_ended"),
        ("backendError", "youtube.chat_trouble"),
    ],
)
async def test_a_chat_that_cannot_be_read_is_said(
    standin: YouTubeStandIn,
    desk: Desk,
    settings: YouTubeSettings,
    redis: "Redis",
    reason: str,
    code: str,
) -> None:
    standin.faults.add("error", "liveChatMessages.list", reason=reason, count=None)
    async with keeping(desk, settings, redis):
        await live(desk, "en")
        await desk.until(lambda: remark(desk, "chat") == code, code)
        if reason == "backendError":
            standin.faults.clear()
            write(standin, desk, ASKED)
            await desk.until(lambda: len(questions(desk)) == 1, "tried again by itself")
    assert desk.lifecycle() == "live"


async def test_a_place_that_youtube_has_forgotten_is_begun_from_the_start(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis"
) -> None:
    async with keeping(desk, settings, redis):
        await live(desk, "en")
        write(standin, desk, ASKED)
        await desk.until(lambda: len(questions(desk)) == 1, "the first")
        # Only that it was taken before keeps it from being asked again.
        desk.do("question.reject", question="q1", reason="off_topic")
        standin.faults.add("error", "liveChatMessages.list", reason="invalidPageToken")
        write(standin, desk, "Will the tram come back too?")
        await desk.until(lambda: len(questions(desk)) == 2, "the second")
    assert [one.text for one in questions(desk)] == [ASKED, "Will the tram come back too?"]


async def test_a_deleted_message_is_withdrawn_before_anybody_reads_it(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis"
) -> None:
    async with keeping(desk, settings, redis):
        await live(desk, "en")
        name = write(standin, desk, ASKED)
        await desk.until(lambda: len(questions(desk)) == 1, "asked")
        standin.run(lambda: take_away(standin.state, name))
        await desk.until(lambda: questions(desk)[0].state is State.WITHDRAWN, "gone")


async def test_whoever_is_shut_out_of_the_chat_asks_nothing_any_more(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis"
) -> None:
    async with keeping(desk, settings, redis):
        await live(desk, "en")
        write(standin, desk, ASKED, channel="UCnuisance")
        write(standin, desk, "Will the tram come back too?")
        await desk.until(lambda: len(questions(desk)) == 2, "asked")
        chat = standin.state.broadcasts[desk.broadcast().memory.broadcast].chat_id
        standin.run(lambda: ban(standin.state, chat, "UCnuisance"))
        await desk.until(lambda: questions(desk)[0].state is State.WITHDRAWN, "gone")
    assert questions(desk)[1].state is State.PENDING


async def test_paid_and_broken_messages_are_taken_like_others(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis"
) -> None:
    async with keeping(desk, settings, redis):
        await live(desk, "en")
        write(standin, desk, "Who is going to pay?", kind="superChatEvent", channel="UCone")
        write(standin, desk, "Q: night buses", kind="memberMilestoneChatEvent", channel="UCtwo")
        write(standin, desk, BROKEN_CHARACTER, channel="UCthree")
        await desk.until(lambda: len(questions(desk)) == 3, "all three")
    assert [one.text for one in questions(desk)] == [
        "Who is going to pay?",
        "night buses",
        "Is half ? a character a question?",
    ]


async def test_who_wrote_is_in_no_log_and_no_journal(
    standin: YouTubeStandIn,
    desk: Desk,
    settings: YouTubeSettings,
    redis: "Redis",
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    async with keeping(desk, settings, redis):
        await live(desk, "en")
        name = write(standin, desk, ASKED)
        await desk.until(lambda: len(questions(desk)) == 1, "asked")
    ours = [record.getMessage() for record in caplog.records if record.name != "aiohttp.access"]
    assert not [text for text in (*ours, *map(str, desk.journal)) if GUEST in text or name in text]
    assert not [text for text in ours if "Ines" in text or ASKED in text]


async def test_nothing_is_read_or_posted_unless_the_session_says_so(
    standin: YouTubeStandIn, settings: YouTubeSettings, redis: "Redis"
) -> None:
    desk = Desk(standin)
    async with keeping(desk, settings, redis):
        await live(desk, "en")
        looks = standin.log.count("liveStreams.list")
        await desk.until(lambda: standin.log.count("liveStreams.list") > looks, "looked on")
    assert standin.log.count("liveChatMessages.list") == 0
