"""A chat's messages become questions once; a question is posted once; remarks come and go."""

import pytest

from tests.venue.table import CHAIR, SESSION, Table
from venue.errors import CommandRejected
from venue.exchange import OFTEN, PENDING_MAX
from venue.ids import Language, QuestionId
from venue.questions import State
from venue.roles import SYSTEM, Actor, Role
from venue.room import Room, open_room
from venue.session import parse_session
from venue.views import Viewer, project

pytestmark = pytest.mark.unit

EN = Language("en")
YOUTUBE = {"privacy": "unlisted", "channels": {"en": "city-en"}, "chat": True}
TEXT = "How will the night buses be paid for?"


def digest(number: int) -> str:
    return f"{number:032x}"


def message(number: int, author: int = 0, text: str = "", name: str = "Ines") -> dict[str, str]:
    words = text or f"{TEXT} {number}"
    return {"id": digest(number), "author": digest(author or number), "name": name, "text": words}


def live(video: str = "vid1") -> Table:
    """A table whose English broadcast is ``video``."""
    table = Table(open_room(parse_session({**SESSION, "youtube": YOUTUBE})))
    table.when(CHAIR, "broadcast.live", expect="unlisted", langs=["en"])
    make(table, video)
    return table


def make(table: Table, video: str) -> None:
    marker = table.room.broadcasts.languages[EN].memory.marker
    memory = {"marker": marker, "broadcast": video}
    table.when(SYSTEM, "broadcast.remember", lang="en", memory=memory)


def read(table: Table, *messages: dict[str, str], token: str = "C1", video: str = "vid1") -> None:
    body = {"lang": "en", "broadcast": video, "token": token, "messages": list(messages)}
    table.when(SYSTEM, "exchange.read", **body)


def texts(room: Room) -> list[str]:
    return [asked.text for asked in room.questions.values()]


def test_a_message_arrives_as_a_pending_question_of_its_author() -> None:
    table = live()
    read(table, message(1))
    (asked,) = table.room.questions.values()
    assert (asked.state, asked.origin, asked.name, asked.lang) == (
        State.PENDING,
        "youtube",
        "Ines",
        "en",
    )
    assert table.room.exchanges[EN].token == "C1"


def test_the_same_page_again_asks_nothing_twice() -> None:
    table = live()
    read(table, message(1))
    read(table, message(1), message(2), token="C2")
    assert texts(table.room) == [f"{TEXT} 1", f"{TEXT} 2"]
    table.when(CHAIR, "question.reject", question="q1", reason="off_topic")
    read(table, message(1), token="C3")
    assert len(table.room.questions) == 2


@pytest.mark.parametrize("text", ["Why?", "x" * 401])
def test_the_limits_of_the_audience_page_hold_for_a_chat(text: str) -> None:
    table = live()
    read(table, message(1, text=text))
    assert not table.room.questions
    assert table.room.exchanges[EN].left_out == 1


def test_one_author_cannot_flood_the_desk() -> None:
    table = live()
    read(table, *(message(number, author=7) for number in range(1, 6)))
    assert len(table.room.questions) == OFTEN
    assert table.room.exchanges[EN].left_out == 2
    for question in list(table.room.questions):
        table.when(CHAIR, "question.reject", question=question, reason="conduct")
    read(table, message(8, author=7), token="C2")
    assert len(table.room.questions) == OFTEN, "rejected ones count for a while too"
    table.pass_ms(90_000)
    read(table, message(9, author=7), token="C3")
    assert len(table.room.questions) == OFTEN + 1


def test_many_authors_cannot_either() -> None:
    table = live()
    read(table, *(message(number) for number in range(1, PENDING_MAX + 6)))
    assert len(table.room.questions) == PENDING_MAX
    assert table.room.exchanges[EN].left_out == 5
    table.when(CHAIR, "question.approve", question="q1", version=1)
    read(table, message(900), token="C2")
    assert len(table.room.questions) == PENDING_MAX + 1


def test_a_message_taken_away_on_youtube_is_withdrawn_while_nobody_has_read_it() -> None:
    table = live()
    read(table, message(1), message(2))
    table.when(CHAIR, "question.approve", question="q2", version=1)
    body = {"lang": "en", "broadcast": "vid1", "token": "C2", "gone": [digest(1), digest(2)]}
    table.when(SYSTEM, "exchange.read", **body)
    states = [asked.state for asked in table.room.questions.values()]
    assert states == [State.WITHDRAWN, State.APPROVED]


def test_what_was_read_of_a_former_broadcast_is_stale() -> None:
    table = live()
    read(table, message(1))
    make(table, "vid2")
    body = {"lang": "en", "broadcast": "vid1", "token": "C9", "messages": [message(2)]}
    assert table.refused(SYSTEM, "exchange.read", **body) == "exchange.stale"
    read(table, message(3), token="D1", video="vid2")
    assert table.room.exchanges[EN].token == "D1"


def on_picture(table: Table, question: str = "q1") -> None:
    table.when(CHAIR, "question.approve", question=question, version=1)
    table.when(CHAIR, "question.live", question=question)


def test_a_post_is_begun_once_and_only_for_the_question_on_the_picture() -> None:
    table = live()
    read(table, message(1))
    body = {"lang": "en", "broadcast": "vid1", "question": "q1"}
    first, second = digest(11), digest(12)
    assert table.refused(SYSTEM, "exchange.post", **body, by=first) == "exchange.stale"
    on_picture(table)
    assert table.when(SYSTEM, "exchange.post", **body, by=first) == ["PostBegun"]
    assert table.when(SYSTEM, "exchange.post", **body, by=second) == []
    table.when(CHAIR, "question.clear", question="q1")
    table.when(CHAIR, "question.live", question="q1")
    assert table.when(SYSTEM, "exchange.post", **body, by=second) == []
    assert table.room.exchanges[EN].posts == {QuestionId("q1"): first}


def test_another_broadcast_has_another_chat() -> None:
    table = live()
    read(table, message(1))
    on_picture(table)
    body = {"lang": "en", "question": "q1", "by": digest(11)}
    table.when(SYSTEM, "exchange.post", broadcast="vid1", **body)
    make(table, "vid2")
    assert table.when(SYSTEM, "exchange.post", broadcast="vid2", **body) == ["PostBegun"]


def test_a_remark_is_told_once_and_taken_back() -> None:
    table = live()
    remark = {"code": "youtube.chat_reading", "params": {"seconds": 20}}
    body = {"lang": "en", "about": "chat"}
    assert table.when(SYSTEM, "exchange.seen", **body, remark=remark) == ["Remarked"]
    assert table.when(SYSTEM, "exchange.seen", **body, remark=remark) == []
    view = project(table.room, Viewer(Role.MODERATOR))
    assert view.youtube is not None
    assert [each.code for each in view.youtube.broadcasts[0].remarks] == ["youtube.chat_reading"]
    table.when(SYSTEM, "exchange.seen", **body, remark={})
    assert table.room.exchanges[EN].remarks == {}


def test_only_our_own_processes_speak_for_a_chat() -> None:
    table = live()
    body = {"lang": "en", "broadcast": "vid1", "token": "C1"}
    for actor in (CHAIR, Actor(Role.AUDIENCE)):
        assert table.refused(actor, "exchange.read", **body) == "role.forbidden"


@pytest.mark.parametrize("role", [Role.AUDIENCE, Role.MODERATOR, Role.DELEGATE])
def test_nobody_is_shown_who_an_author_is_beyond_the_name(role: Role) -> None:
    table = live()
    read(table, message(1, author=77))
    on_picture(table)
    view = project(table.room, Viewer(role))
    assert view.questions[0].author == "Ines"
    assert view.questions[0].origin == "youtube"
    assert digest(77) not in str(view)
    assert digest(1) not in str(view)


@pytest.mark.parametrize(
    ("changes", "captions", "code"),
    [
        ({"latency": "ultraLow"}, ["en"], "session.youtube_captions_latency"),
        ({}, [], "session.youtube_captions"),
        ({}, ["zh"], "session.youtube_captions"),
    ],
)
def test_captions_that_youtube_would_not_show_are_an_error(
    changes: dict[str, str], captions: list[str], code: str
) -> None:
    youtube = {**YOUTUBE, "captions": True, **changes}
    with pytest.raises(CommandRejected) as refused:
        parse_session({**SESSION, "captions": captions, "youtube": youtube})
    assert refused.value.code == code
