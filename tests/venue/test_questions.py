import pytest

from tests.venue.table import CHAIR, Table, delegate, viewer
from venue.ids import QuestionId
from venue.questions import live_question
from venue.roles import SYSTEM, Role
from venue.views import Viewer, project

pytestmark = pytest.mark.unit

TEXT = "Which open data did citizens actually use?"


def asked(*texts: str) -> Table:
    table = Table()
    for number, text in enumerate(texts or (TEXT,), start=1):
        table.when(viewer(number), "question.submit", text=text)
    return table


def approved(*texts: str) -> Table:
    table = asked(*texts)
    for question in list(table.room.questions):
        table.when(CHAIR, "question.approve", question=question, version=1)
    return table


def state(table: Table, question: str) -> str:
    return table.room.questions[QuestionId(question)].state.value


def test_a_question_goes_from_the_phone_to_the_picture_and_is_answered() -> None:
    table = asked()
    table.when(CHAIR, "question.approve", question="q1", version=1, expect_state="pending")
    for verb, reached in [
        ("question.shortlist", "shortlisted"),
        ("question.next", "next"),
        ("question.live", "live"),
        ("question.answered", "answered"),
    ]:
        table.when(CHAIR, verb, question="q1")
        assert state(table, "q1") == reached


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("short", "question.too_short"),
        ("為什麼？", "question.too_short"),
        ("x" * 401, "question.too_long"),
        ("問" * 401, "question.too_long"),
    ],
)
def test_the_length_of_a_question_is_bounded(text: str, code: str) -> None:
    assert Table().refused(viewer(1), "question.submit", text=text) == code


def test_a_chinese_question_is_as_long_as_what_it_says() -> None:
    table = Table()
    table.when(viewer(1), "question.submit", text="會淹水嗎？")
    assert state(table, "q1") == "pending"


def test_an_author_has_three_open_questions_and_asks_nothing_twice() -> None:
    table = Table()
    for number in range(3):
        table.when(viewer(1), "question.submit", text=f"{TEXT} {number}")
    assert table.refused(viewer(1), "question.submit", text=TEXT) == "question.too_many_open"
    other = asked()
    assert other.refused(viewer(1), "question.submit", text=f" {TEXT} ") == "question.duplicate"


def test_approving_names_the_version_that_was_read() -> None:
    table = asked()
    code = table.refused(CHAIR, "question.approve", question="q1", version=2)
    assert code == "question.stale"


def test_the_second_of_two_moderators_sees_that_the_question_has_changed() -> None:
    table = asked()
    table.when(CHAIR, "question.reject", question="q1", reason="Off topic", expect_state="pending")
    code = table.refused(
        CHAIR, "question.approve", question="q1", version=1, expect_state="pending"
    )
    assert code == "question.changed"


def test_the_author_and_nobody_else_of_the_audience_sees_a_rejection_with_its_reason() -> None:
    table = asked()
    table.when(CHAIR, "question.reject", question="q1", reason="Off topic")
    own = project(table.room, Viewer(Role.AUDIENCE, None, viewer(1).voter)).questions
    assert [(view.state, view.reject_reason, view.mine) for view in own] == [
        ("rejected", "Off topic", True)
    ]
    assert project(table.room, Viewer(Role.AUDIENCE, None, viewer(2).voter)).questions == ()


def test_one_question_is_live_and_the_one_before_steps_back() -> None:
    table = approved(TEXT, TEXT + " Two?")
    table.when(CHAIR, "question.live", question="q1")
    table.when(CHAIR, "question.live", question="q2")
    assert (state(table, "q1"), state(table, "q2")) == ("shortlisted", "live")
    found = live_question(table.room.questions)
    assert found is not None
    assert found.question == "q2"
    table.when(CHAIR, "question.clear", question="q2")
    assert live_question(table.room.questions) is None


def test_what_is_not_published_cannot_be_voted_for() -> None:
    table = asked()
    assert table.refused(viewer(2), "question.vote", question="q1") == "question.not_votable"
    table.when(CHAIR, "question.approve", question="q1", version=1)
    assert table.when(viewer(2), "question.vote", question="q1") == []
    table.when(CHAIR, "question.live", question="q1")
    assert table.refused(viewer(2), "question.vote", question="q1") == "question.not_votable"


def test_counted_votes_show_and_unknown_questions_do_not_matter() -> None:
    table = approved()
    assert table.when(SYSTEM, "question.count", counts={"q1": 7, "q9": 3}) == ["VotesCounted"]
    assert table.room.questions[QuestionId("q1")].votes == 7
    assert table.when(SYSTEM, "question.count", counts={"q1": 7}) == []


def test_a_wrong_step_names_both_states() -> None:
    table = asked()
    assert table.refused(CHAIR, "question.live", question="q1") == "question.wrong_state"
    assert table.refused(CHAIR, "question.live", question="q7") == "question.unknown"


def test_an_author_withdraws_their_own_question_only() -> None:
    table = asked()
    assert table.refused(viewer(2), "question.withdraw", question="q1") == "question.not_yours"
    table.when(viewer(1), "question.withdraw", question="q1")
    assert state(table, "q1") == "withdrawn"


def test_attribution_names_hides_or_replaces_the_sender() -> None:
    table = Table()
    table.when(delegate("dijon"), "question.submit", text=TEXT)
    table.when(viewer(1), "question.submit", text=TEXT, attribution="anonymous")
    table.when(viewer(2), "question.submit", text=TEXT, attribution="Ana", country="Brazil")
    assert [question.name for question in table.room.questions.values()] == ["dijon", "", "Ana"]
