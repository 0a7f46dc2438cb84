"""Captions as POSTs: text, order, numbers and times at the stand-in; over kills and refusals."""

import asyncio
import logging

import msgspec
import pytest
from redis.asyncio import Redis

from streaming.youtube.caption_posts import (
    LATE_MS,
    Posted,
    following,
    passed_over,
    refused,
    resumed,
    taken,
    utc,
)
from streaming.youtube.settings import YouTubeSettings
from tests.fakes.youtube import YouTubeStandIn
from tests.fakes.youtube.model import Stream
from tests.streaming.youtube.desk import EN, SESSION, ZH, Desk, keeping
from venue.captions import Line
from venue.ids import Instant, Language
from venue.journal import youtube_captions_key
from venue.roles import SYSTEM

pytestmark = pytest.mark.redis

CAPTIONED = {
    **SESSION,
    "captions": ["en", "zh"],
    "youtube": {**SESSION["youtube"], "captions": True},  # type: ignore[dict-item]
}
NOW = Instant(1_795_334_400_000)


@pytest.fixture
def desk(standin: YouTubeStandIn) -> Desk:
    return Desk(standin, CAPTIONED)


async def live(desk: Desk, *langs: str) -> None:
    desk.do("broadcast.live", expect="unlisted", langs=list(langs))
    for lang in map(Language, langs):
        await desk.until(lambda lang=lang: remark(desk, lang) == "youtube.captions_ready", "ready")


def remark(desk: Desk, lang: Language = EN) -> str:
    known = desk.room.exchanges.get(lang)
    found = None if known is None else known.remarks.get("captions")
    return "" if found is None else found.code


def stream(standin: YouTubeStandIn, desk: Desk, lang: Language = EN) -> Stream:
    return standin.state.streams[desk.broadcast(lang).memory.stream]


def texts(standin: YouTubeStandIn, desk: Desk, lang: Language = EN) -> list[str]:
    return [one.text for one in stream(standin, desk, lang).captions]


async def test_lines_arrive_in_order_each_in_its_language(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis"
) -> None:
    async with keeping(desk, settings, redis):
        await live(desk, "en", "zh")
        for lang in (EN, ZH):
            made = standin.state.broadcasts[desk.broadcast(lang).memory.broadcast]
            assert made.content.closed_captions_type == "closedCaptionsHttpPost"
        desk.do("caption.say", lang="zh", text="各位市長早安。")
        for number in range(1, 31):
            desk.do("caption.say", lang="en", text=f"Line {number}")
            if number % 10 == 0:
                await desk.until(lambda n=number: len(texts(standin, desk)) == n, "so far")
        await desk.until(lambda: len(texts(standin, desk, ZH)) == 1, "the Chinese one")
    assert texts(standin, desk) == [f"Line {number}" for number in range(1, 31)]
    assert texts(standin, desk, ZH) == ["各位市長早安。"]
    kept = stream(standin, desk).captions
    numbers = sorted({one.seq for one in kept})
    assert numbers == list(range(1, len(numbers) + 1))


async def test_after_a_kill_the_numbers_go_on_and_nothing_is_shown_twice(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis"
) -> None:
    async with keeping(desk, settings, redis):
        await live(desk, "en")
        desk.do("caption.say", lang="en", text="Before")
        await desk.until(lambda: texts(standin, desk) == ["Before"], "the first")
        # YouTube takes the next one, but we are gone before we hear of it.
        standin.faults.add("apply_then_drop", "closedcaption", count=None)
        desk.do("caption.say", lang="en", text="Meanwhile")
        await desk.until(lambda: texts(standin, desk)[1:] == ["Meanwhile"], "the second")
    standin.faults.clear()
    desk.do("caption.say", lang="en", text="After")
    async with keeping(desk, settings, redis):
        await desk.until(lambda: len(texts(standin, desk)) == 3, "the third")
    assert texts(standin, desk) == ["Before", "Meanwhile", "After"]
    assert [one.seq for one in stream(standin, desk).captions] == [1, 2, 3]


@pytest.mark.parametrize(
    "fault",
    [
        {"action": "error", "reason": "backendError", "count": 4},
        {"action": "drop", "count": 4},
        {"action": "apply_then_drop", "count": 1},
        {"action": "apply_then_error", "count": 2},
    ],
)
async def test_what_youtube_does_not_answer_is_posted_again_with_the_same_number(
    standin: YouTubeStandIn,
    desk: Desk,
    settings: YouTubeSettings,
    redis: "Redis",
    fault: dict[str, object],
) -> None:
    async with keeping(desk, settings, redis):
        await live(desk, "en")
        standin.faults.add(method="closedcaption", **fault)  # type: ignore[arg-type]
        desk.do("caption.say", lang="en", text="First")
        desk.do("caption.say", lang="en", text="Second")
        if fault["count"] == 4:
            await desk.until(lambda: remark(desk) == "youtube.captions_late", "said so")
        await desk.until(lambda: remark(desk) == "youtube.captions_sent", "taken")
        await desk.until(lambda: len(texts(standin, desk)) == 2, "both")
    assert texts(standin, desk) == ["First", "Second"]
    assert desk.lifecycle() == "live"


async def test_a_refused_post_is_left_out_and_the_next_one_fits(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis"
) -> None:
    async with keeping(desk, settings, redis):
        await live(desk, "en")
        desk.do("caption.say", lang="en", text="First")
        await desk.until(lambda: texts(standin, desk) == ["First"], "the first")
        standin.faults.add("error", "closedcaption", reason="invalid", status=400, count=5)
        desk.do("caption.say", lang="en", text="Refused")
        await desk.until(lambda: remark(desk) == "youtube.captions_refused", "refused")
        desk.do("caption.say", lang="en", text="Third")
        await desk.until(lambda: texts(standin, desk) == ["First", "Third"], "the third")
    assert [one.seq for one in stream(standin, desk).captions] == [1, 2]


async def test_captions_follow_a_changed_key(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis"
) -> None:
    async with keeping(desk, settings, redis):
        await live(desk, "en")
        desk.do("caption.say", lang="en", text="Before")
        await desk.until(lambda: texts(standin, desk) == ["Before"], "the first")
        name = desk.broadcast().memory.stream
        standin.run(lambda: standin.faults.rotate_key(name))
        desk.do("caption.say", lang="en", text="After")
        await desk.until(lambda: texts(standin, desk) == ["Before", "After"], "the second")


async def kept_as(redis: "Redis", desk: Desk, seq: int, number: int) -> None:
    """Wait until this is the last POST in Redis, with nothing left of it to send."""
    key = youtube_captions_key(desk.session)
    async with asyncio.timeout(30):
        while True:
            kept = msgspec.json.decode(await redis.hget(key, EN) or b"{}", type=Posted)
            if (kept.seq, kept.number, kept.body) == (seq, number, ""):
                return
            await asyncio.sleep(0.01)  # Redis is another process


async def test_nothing_of_what_is_said_behind_the_slate_is_sent_then_or_later(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis"
) -> None:
    async with keeping(desk, settings, redis):
        await live(desk, "en")
        desk.do("broadcast.panic", on=True)
        desk.do("caption.say", lang="en", text="Never mind this")
        await kept_as(redis, desk, 0, 1)
        desk.do("broadcast.panic", on=False)
        desk.do("caption.say", lang="en", text="Welcome back")
        await desk.until(lambda: texts(standin, desk) == ["Welcome back"], "only that")
        desk.do("onair.stop")
        desk.do("caption.say", lang="en", text="A test of the keyboard")
        await kept_as(redis, desk, 1, 3)
    assert texts(standin, desk) == ["Welcome back"]


async def test_captions_that_are_turned_on_after_the_set_up_are_seen(
    standin: YouTubeStandIn, settings: YouTubeSettings, redis: "Redis"
) -> None:
    desk = Desk(standin)
    async with keeping(desk, settings, redis):
        desk.do("broadcast.prepare", langs=["en"])
        await desk.until(lambda: desk.lifecycle() == "ready", "prepared")
        desk.do("session.update", SYSTEM, definition=CAPTIONED)
        await live(desk, "en")
        desk.do("caption.say", lang="en", text="Hello")
        await desk.until(lambda: texts(standin, desk) == ["Hello"], "on YouTube")
    assert len(standin.state.broadcasts) == 1


async def test_captions_that_are_turned_on_in_the_show_are_not_and_the_desk_knows(
    standin: YouTubeStandIn, settings: YouTubeSettings, redis: "Redis"
) -> None:
    desk = Desk(standin)
    async with keeping(desk, settings, redis):
        desk.do("broadcast.live", expect="unlisted", langs=["en"])
        await desk.until(lambda: desk.lifecycle() == "live", "live")
        desk.do("session.update", SYSTEM, definition=CAPTIONED)
        await desk.until(lambda: remark(desk) == "youtube.captions_off", "said so")
        assert desk.lifecycle() == "live"
    assert standin.log.count("closedcaption") == 0


async def test_a_second_show_on_the_same_key_goes_on_counting(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis"
) -> None:
    async with keeping(desk, settings, redis):
        for text in ("Morning", "Afternoon"):
            await live(desk, "en")
            desk.do("caption.say", lang="en", text=text)
            await desk.until(lambda text=text: texts(standin, desk)[-1:] == [text], text)
            desk.do("broadcast.end", langs=["en"])
            await desk.until(lambda: desk.lifecycle() == "complete", "complete")
            await desk.until(lambda: remark(desk) == "", "nothing to say any more")
    assert [(one.seq, one.text) for one in stream(standin, desk).captions] == [
        (1, "Morning"),
        (2, "Afternoon"),
    ]


async def test_the_address_of_captions_is_in_no_log_no_journal_and_not_kept(
    standin: YouTubeStandIn,
    desk: Desk,
    settings: YouTubeSettings,
    redis: "Redis",
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    async with keeping(desk, settings, redis):
        await live(desk, "en")
        standin.faults.add("drop", "closedcaption", count=2)
        desk.do("caption.say", lang="en", text="Hello")
        await desk.until(lambda: texts(standin, desk) == ["Hello"], "taken")
        kept = await redis.hgetall(youtube_captions_key(desk.session))
    key = stream(standin, desk).key
    ours = [record.getMessage() for record in caplog.records if record.name != "aiohttp.access"]
    assert not [text for text in (*ours, *map(str, desk.journal), str(kept)) if key in text]


# -- the numbers ----------------------------------------------------------------------------------


def lines(*numbers: int, at: int = NOW) -> tuple[Line, ...]:
    return tuple(Line(number, f"Line {number}", Instant(at + number)) for number in numbers)


def test_each_post_has_the_next_number_and_the_lines_that_wait() -> None:
    first, _ = following(Posted(), lines(1, 2), NOW, 0)
    assert (first.seq, first.number) == (1, 2)
    assert first.body == f"{utc(NOW + 1)}\nLine 1\n{utc(NOW + 2)}\nLine 2\n"
    second, missed = following(taken(first), lines(1, 2, 3), NOW, 0)
    assert (second.seq, second.body, missed) == (2, f"{utc(NOW + 3)}\nLine 3\n", 0)
    again, _ = following(refused(second), lines(1, 2, 3, 4), NOW, 0)
    assert (again.seq, again.number) == (2, 4)


def test_what_was_said_before_the_program_came_is_passed_over() -> None:
    waiting = lines(1, 2, 3)
    assert passed_over(Posted(), waiting, Instant(NOW + 3)).number == 2
    assert passed_over(Posted(), waiting, None).number == 3
    assert passed_over(Posted(number=2), waiting, Instant(NOW)).number == 2


def test_times_are_by_the_clock_of_youtube() -> None:
    posted, _ = following(Posted(), lines(1), NOW, -2_500)
    assert posted.body.startswith("2026-11-22T07:59:57.501\n")


def test_a_corrected_clock_turns_no_lines_round() -> None:
    first, _ = following(Posted(), lines(1), NOW, 30)
    second, _ = following(taken(first), lines(1, 2), NOW, 0)
    assert second.body == f"{utc(NOW + 31)}\nLine 2\n"
    # A clock that was an hour wrong is not kept to.
    hour_ms = 3_600_000
    wrong, _ = following(Posted(), lines(1), NOW, hour_ms)
    right, _ = following(taken(wrong), lines(1, 2), NOW, 0)
    assert right.body == f"{utc(NOW + 2)}\nLine 2\n"


def test_what_is_too_late_or_forgotten_is_counted() -> None:
    late, missed = following(Posted(1, 1), lines(2, 3), Instant(NOW + LATE_MS + 10), 0)
    assert (late.seq, late.number, late.body, missed) == (1, 3, "", 2)
    _, missed = following(Posted(1, 1), lines(5, 6), NOW, 0)
    assert missed == 3


def test_a_room_that_began_anew_counts_its_lines_anew() -> None:
    kept = Posted(seq=40, number=40)
    assert resumed(kept, lines(39, 40)) == resumed(kept, ()) == kept
    posted, _ = following(resumed(kept, lines(1, 2)), lines(1, 2), NOW, 0)
    assert (posted.seq, posted.number) == (41, 2)


@pytest.mark.parametrize(
    ("text", "sent"),
    [("a <b> c", "a ‹b› c"), ("2026-11-22T08:00 is when", "\u20602026-11-22T08:00 is when")],
)
def test_text_is_neither_markup_nor_a_time(text: str, sent: str) -> None:
    posted, _ = following(Posted(), (Line(1, text, NOW),), NOW, 0)
    assert posted.body == f"{utc(NOW)}\n{sent}\n"
