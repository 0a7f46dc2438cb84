"""What is written on a picture: the session's first two languages, or one alone."""

from typing import Any

import pytest

from tests.venue.table import CHAIR, SESSION, Table, delegate, viewer
from venue.errors import CommandRejected
from venue.ids import Language, QuestionId, SeatId
from venue.roles import Role
from venue.room import open_room
from venue.scene import LowerThird, Scene
from venue.session import parse_session
from venue.staging import scene_of
from venue.views import shared

pytestmark = pytest.mark.unit

EN, ZH = Language("en"), Language("zh")
TEXT = "Which open data did citizens actually use?"
GDYNIA, TAICHUNG = SeatId("gdynia"), SeatId("taichung")
IN_CHINESE = {"name": "艾娃・諾瓦克", "title": "市長", "city": "格丁尼亞", "country": "波蘭"}
EWA = {"name": "Ewa Nowak", "title": "Mayor", "city": "Gdynia", "country": "Poland"}
LIN = {"name": "Lin 林美惠", "city": "Taichung", "language": "zh"}
SEATS = [
    {"seat": "gdynia", **EWA, "words": {"zh-Hant": IN_CHINESE}},
    {"seat": "taichung", **LIN, "words": {"zh": {"name": "林美惠"}}},
]


def bilingual(**changes: Any) -> Table:
    session = {**SESSION, "seats": [*SESSION["seats"][:2], *SEATS], **changes}  # type: ignore[index]
    table = Table(open_room(parse_session(session)))
    table.when(CHAIR, "floor.open")
    table.live("gdynia", "taichung")
    return table


def with_speaker(seat: str, **changes: Any) -> Scene:
    table = bilingual(**changes)
    table.when(delegate(seat), "floor.request")
    table.when(CHAIR, "floor.call", turn=table.queued()[0])
    table.when(delegate(seat), "floor.start", turn=(table.current() or ("", ""))[0])
    return scene_of(table.room)


def with_live_question(**translations: str) -> Table:
    table = bilingual(own_picture=["zh"])
    table.when(viewer(1), "question.submit", text=TEXT)
    table.when(CHAIR, "question.approve", question="q1", version=1)
    for lang, text in translations.items():
        table.when(CHAIR, "question.translate", question="q1", lang=lang, text=text)
    table.when(CHAIR, "question.live", question="q1")
    return table


def test_the_shared_picture_names_the_speaker_in_the_first_two_languages() -> None:
    scene = with_speaker("gdynia")
    assert scene.lower_third == LowerThird("Ewa Nowak", "Mayor", "Gdynia · Poland", EN)
    assert scene.second is not None
    assert scene.second.lower_third == LowerThird("艾娃・諾瓦克", "市長", "格丁尼亞 · 波蘭", ZH)
    assert (scene.title, scene.second.title) == ("Mayors' Summit", "市長高峰會")


def test_a_name_that_has_both_scripts_is_not_written_twice() -> None:
    scene = with_speaker("taichung")
    assert scene.lower_third is not None
    assert scene.lower_third.name == "Lin 林美惠"
    assert scene.second is not None
    assert TAICHUNG not in scene.second.names
    assert scene.second.names[GDYNIA] == "艾娃・諾瓦克"


def test_a_session_of_one_language_has_no_second() -> None:
    assert with_speaker("gdynia", languages=["en"]).second is None


def test_a_picture_of_ones_own_is_written_in_its_language_alone() -> None:
    scene = with_speaker("gdynia", own_picture=["zh"])
    own = scene.own[ZH]
    assert (own.title, own.language, own.second) == ("市長高峰會", ZH, None)
    assert own.lower_third == LowerThird("艾娃・諾瓦克", "市長", "格丁尼亞 · 波蘭", EN)
    assert own.people[GDYNIA].name == "艾娃・諾瓦克"
    assert own.people[TAICHUNG].city == "Taichung", "what nobody translated stays as it is"
    assert (own.seats, own.open_microphones) == (scene.seats, scene.open_microphones)


def test_a_picture_of_ones_own_is_for_a_language_of_the_program() -> None:
    with pytest.raises(CommandRejected) as refusal:
        parse_session({**SESSION, "own_picture": ["fr"]})
    assert refusal.value.code == "session.own_picture_language"


def test_pages_are_told_which_languages_have_a_picture_of_their_own() -> None:
    assert shared(bilingual(own_picture=["zh"]).room, Role.MODERATOR).session.own_pictures == (ZH,)
    assert shared(bilingual().room, Role.MODERATOR).session.own_pictures == ()


def test_a_question_stands_on_the_picture_as_asked_and_translated() -> None:
    scene = scene_of(with_live_question(zh="市民實際上使用了哪些開放資料？").room)
    assert scene.question is not None
    assert (scene.question.text, scene.question.other) == (TEXT, "市民實際上使用了哪些開放資料？")
    own = scene.own[ZH].question
    assert own is not None
    assert (own.text, own.other) == ("市民實際上使用了哪些開放資料？", "")


def test_an_empty_translation_takes_it_back() -> None:
    table = with_live_question(zh="市民實際上使用了哪些開放資料？")
    assert table.when(CHAIR, "question.translate", question="q1", lang="zh", text=" ") == [
        "QuestionTranslated"
    ]
    scene = scene_of(table.room)
    assert scene.question is not None
    assert scene.question.other == ""
    assert table.when(CHAIR, "question.translate", question="q1", lang="zh", text="") == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"question": "q9", "lang": "zh", "text": "x"}, "question.unknown"),
        ({"question": "q1", "lang": "fr", "text": "x"}, "language.unknown"),
        ({"question": "q1", "lang": "zh", "text": "x" * 401}, "question.too_long"),
    ],
)
def test_a_translation_that_cannot_be_shown_is_refused(body: dict[str, str], code: str) -> None:
    table = with_live_question()
    assert table.refused(CHAIR, "question.translate", **body) == code
    assert table.room.questions[QuestionId("q1")].translations == {}


def test_only_the_chair_translates() -> None:
    refused = with_live_question().refused(
        delegate("gdynia"), "question.translate", question="q1", lang="zh", text="x"
    )
    assert refused == "role.forbidden"


def test_pages_are_told_the_speaker_in_other_languages_but_not_whom_the_desk_named() -> None:
    table = bilingual()
    for body in ({"seat": "gdynia"}, {"seat": "gdynia", "name": "Jan Kos"}):
        table.when(CHAIR, "floor.add_for", **body)
        table.when(CHAIR, "floor.call")
        current = shared(table.room, Role.AUDIENCE).floor.current
        assert current is not None
        told = {lang: words.name for lang, words in current.words.items()}
        assert told == ({} if "name" in body else {"zh-Hant": "艾娃・諾瓦克"})
