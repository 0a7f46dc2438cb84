"""What in the chat is a question, how long a post may be, and how often the chat may be read."""

import pytest

from streaming.youtube.budget import LEAST_MS, LONGER_MS, Costs, pace_ms, rest_ms
from streaming.youtube.chat_messages import POST_MAX, cut, found_in, question_in
from streaming.youtube.shapes import LiveChatMessage, MessageSnippet, MessageText
from tests.streaming.youtube.desk import SESSION
from venue.session import parse_session

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("? night buses", "night buses"),
        ("？夜間公車", "夜間公車"),
        ("q: night buses", "night buses"),
        ("Q：night buses", "night buses"),
        ("問: 夜間公車", "夜間公車"),
        ("Who pays?", "Who pays?"),
        ("誰付錢？", "誰付錢？"),
        ("Quick hello", ""),
        ("", ""),
    ],
)
def test_what_is_meant_as_a_question(text: str, question: str) -> None:
    assert question_in(text, "questions") == question
    assert question_in(text, "all") == (question or text)


def test_messages_without_words_and_the_channels_own_are_none() -> None:
    sticker = LiveChatMessage("m1", MessageSnippet("superStickerEvent"))
    display = MessageSnippet("newSponsorEvent", MessageText(message_text="Who?"))
    found = found_in((sticker, LiveChatMessage("m2", display)), "all", lambda name: "0" * 32)
    assert (found.questions, found.gone, found.left_out) == ((), (), 0)


@pytest.mark.parametrize("text", ["word " * 80, "字" * 300, "x" * 300, "short"])
def test_a_post_fits_and_ends_with_a_whole_word(text: str) -> None:
    post = cut(text.strip(), POST_MAX)
    assert len(post) <= POST_MAX
    if text.strip() != post:
        assert post.endswith("…")
        assert not text.startswith("word") or post.endswith("word…")


HOUR_MS = 3_600_000


def test_what_is_left_is_spread_over_the_rest_of_the_show_and_its_chats() -> None:
    one, two = Costs(needed=0, chats=1, posting=False), Costs(needed=0, chats=2, posting=False)
    assert pace_ms(3_600, one, 2 * HOUR_MS) == 10_000
    assert pace_ms(3_600, two, 2 * HOUR_MS) == 20_000
    assert pace_ms(1_800, one, HOUR_MS) == 10_000
    # Never sooner than is any use, and not at all when it would be too seldom for any.
    assert pace_ms(9_500, one, HOUR_MS) == LEAST_MS
    assert pace_ms(90, one, HOUR_MS) is None
    assert pace_ms(1_000, Costs(needed=1_000, chats=1, posting=False), HOUR_MS) is None


def test_units_must_last_to_the_planned_end_and_not_beyond_the_day() -> None:
    planned = parse_session({**SESSION, "starts_at": 1, "ends_at": 4 * HOUR_MS})
    assert rest_ms(planned, 0, HOUR_MS, 24 * HOUR_MS) == 3 * HOUR_MS
    assert rest_ms(planned, 0, HOUR_MS, 2 * HOUR_MS) == HOUR_MS
    assert rest_ms(planned, 0, 5 * HOUR_MS, 24 * HOUR_MS) == LONGER_MS
    assert rest_ms(parse_session(SESSION), HOUR_MS, 2 * HOUR_MS, 24 * HOUR_MS) == 2 * HOUR_MS
