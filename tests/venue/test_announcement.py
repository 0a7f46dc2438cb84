"""What is announced of a session, in each language."""

from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from tests.venue.table import CHAIR, SESSION, Table, delegate
from venue.announcement import description_of, language_name, programme_of
from venue.broadcast_text import DESCRIPTION_BYTES
from venue.broadcast_view import youtube_view
from venue.errors import CommandRejected
from venue.ids import Language
from venue.roles import SYSTEM, Role
from venue.room import open_room
from venue.session import SessionDefinition, parse_session
from venue.views import Viewer, project

pytestmark = pytest.mark.unit

EN = Language("en")
AGENDA = [
    {"at": "14:00", "title": {"en": "Opening", "zh-Hant": "開幕"}, "speakers": ["taichung"]},
    {"at": "15:30", "title": {"en": "Debate"}},
]
YOUTUBE = {"privacy": "unlisted", "channels": {"en": "city-en", "zh": "city-zh"}}


def session(**changes: Any) -> SessionDefinition:
    whole = {
        "timezone": "Asia/Kolkata",
        "starts_at": 1_795_240_800_000,
        "city": {"en": "Taichung", "zh": "臺中"},
        "agenda": AGENDA,
        "youtube": YOUTUBE,
    }
    return parse_session({**SESSION, **whole, **changes})


def table() -> Table:
    return Table(room=open_room(session()))


def test_times_are_those_of_the_event_and_words_those_of_the_language() -> None:
    english = programme_of(session(), "en")
    assert english[:2] == (
        "Saturday, 21 November 2026, 11:\u206030 (Kolkata, UTC+5:30)",
        "Taichung",
    )
    assert "14:\u206000  Opening – 林美惠" in english
    assert english[english.index("Chair") + 1] == "The Chair"
    assert "Ewa Nowak · Gdynia · Poland" in english
    assert "Conference room" not in english
    chinese = programme_of(session(), "zh")
    assert chinese[1] == "臺中"
    assert {"議程", "主持人", "與談人", "14:\u206000  開幕 – 林美惠", "15:\u206030  Debate"} <= set(
        chinese
    )
    assert "samedi 21 novembre 2026" in programme_of(session(), "fr")[0]


def test_a_session_that_says_little_is_announced_all_the_same() -> None:
    bare = parse_session({"id": "s", "title": {"en": "Summit"}})
    assert programme_of(bare, "en") == ()
    assert description_of("", bare, "en") == ""
    assert description_of("Own words.", bare, "x-none") == "Own words."
    assert language_name("x-none") == "x-none"


def test_what_is_too_long_loses_whole_lines_at_its_end() -> None:
    seats = [{"seat": f"m{number}", "name": "市長" * 20} for number in range(90)]
    text = description_of("Own <words>.", session(seats=seats, agenda=[]), "zh")
    assert len(text.encode()) <= DESCRIPTION_BYTES
    assert text.startswith("Own ‹words›.\n")
    assert text.splitlines()[-2:] == ["市長" * 20, "…"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"agenda": [{"at": "24:00", "title": {"en": "x"}}]}, "session.malformed"),
        ({"agenda": [{"at": "9:00", "title": {"en": "x"}}]}, "session.malformed"),
        ({"agenda": [{"at": "09:00", "title": {}}]}, "session.agenda_title"),
        (
            {"agenda": [{"at": "09:00", "title": {"en": "x"}, "speakers": ["nobody"]}]},
            "session.agenda_seat",
        ),
        ({"timezone": "Asia/Taipeh"}, "session.timezone"),
        ({"timezone": "../etc/passwd"}, "session.timezone"),
        ({"starts_at": 10**17}, "session.starts_at"),
        ({"youtube": {**YOUTUBE, "category": "news"}}, "session.malformed"),
        ({"youtube": {**YOUTUBE, "latency": "none"}}, "session.malformed"),
    ],
)
def test_a_programme_that_is_wrong_is_refused_by_name(changes: Any, code: str) -> None:
    with pytest.raises(CommandRejected) as refused:
        session(**changes)
    assert refused.value.code == code


def test_who_edits_says_which_version_they_read() -> None:
    at = table()
    assert at.when(CHAIR, "broadcast.edit", lang="en", version=0, title="  A new\ntitle ") == [
        "BroadcastAsked"
    ]
    assert at.room.broadcasts.languages[EN].title == "A new title"
    assert at.refused(CHAIR, "broadcast.edit", lang="en", version=0, title="Mine") == (
        "broadcast.changed"
    )
    # The same again is no change, and who may watch is another matter.
    at.when(CHAIR, "broadcast.edit", lang="en", version=1, title="A new title")
    at.when(CHAIR, "broadcast.privacy", privacy="public", expect="unlisted", langs=["en"])
    at.when(CHAIR, "broadcast.edit", lang="en", version=1, description="Words.", picture="Poster")
    at.when(CHAIR, "broadcast.prepare", langs=["en"], title={"en": "A third"})
    view = project(at.room, Viewer(Role.MODERATOR)).youtube
    assert view is not None
    english, chinese = view.broadcasts
    assert (english.version, english.title, english.description) == (3, "A third", "Words.")
    assert (english.picture, chinese.version, chinese.title) == ("Poster", 0, "市長高峰會")
    assert english.programme.splitlines() == list(programme_of(at.room.session, "en"))
    assert at.refused(delegate("dijon"), "broadcast.edit", lang="en", version=3) == "role.forbidden"
    assert at.refused(CHAIR, "broadcast.edit", lang="fr", version=0) == "language.unknown"


@pytest.mark.parametrize(
    ("field", "text", "code"),
    [
        ("title", " \n ", "broadcast.title_missing"),
        ("title", "x" * 101, "broadcast.title_long"),
        ("title", "<b>", "broadcast.angle_brackets"),
        ("picture", "x" * 101, "broadcast.title_long"),
        ("description", "市" * 1_634, "broadcast.description_long"),
        ("description", "a > b", "broadcast.angle_brackets"),
    ],
)
def test_a_text_that_youtube_would_refuse_is_refused_first(
    field: str, text: str, code: str
) -> None:
    at = table()
    assert at.refused(CHAIR, "broadcast.edit", lang="en", version=0, **{field: text}) == code


def test_the_start_follows_the_programme_until_somebody_sets_another() -> None:
    def start(at: Table) -> tuple[int | None, list[str]]:
        view = youtube_view(at.room, desk=True)
        assert view is not None
        return view.broadcasts[0].scheduled_at, [each.code for each in view.broadcasts[0].remarks]

    def moved_to(at: Table, when: int) -> None:
        definition = msgspec.to_builtins(replace(at.room.session, starts_at=when))
        at.when(SYSTEM, "session.update", definition=definition)

    at = table()
    soon, later, own = at.now + 1_000, at.now + 2_000, at.now + 3_000
    moved_to(at, soon)
    at.when(CHAIR, "broadcast.prepare", langs=["en"])
    assert start(at) == (soon, [])
    moved_to(at, later)
    assert start(at) == (later, [])
    at.when(CHAIR, "broadcast.edit", lang="en", version=0, scheduled_at=own)
    moved_to(at, soon)
    assert start(at) == (own, ["youtube.start_differs"])
    # The programme's own time is the way back to it.
    at.when(CHAIR, "broadcast.edit", lang="en", version=1, scheduled_at=soon)
    moved_to(at, later)
    assert start(at) == (later, [])


def test_nothing_is_announced_to_everybody_that_has_no_start() -> None:
    at = Table(room=open_room(parse_session({**SESSION, "youtube": YOUTUBE})))
    public = {"langs": ["en"], "privacy": "public"}
    assert at.refused(CHAIR, "broadcast.prepare", **public) == "broadcast.start_missing"
    at.when(CHAIR, "broadcast.prepare", langs=["en"], privacy="unlisted")
    word = {"langs": ["en"], "privacy": "public", "expect": "unlisted"}
    assert at.refused(CHAIR, "broadcast.privacy", **word) == "broadcast.start_missing"
    at.when(CHAIR, "broadcast.edit", lang="en", version=0, scheduled_at=at.now + 1)
    at.when(CHAIR, "broadcast.privacy", **word)


def test_a_start_is_moved_into_the_future_until_it_has_begun() -> None:
    at = table()
    early, late = at.now - 1, at.now + 3_600_000
    edit = {"lang": "en", "version": 0}
    assert at.refused(CHAIR, "broadcast.edit", **edit, scheduled_at=early) == "broadcast.start_past"
    at.when(CHAIR, "broadcast.edit", **edit, scheduled_at=late)
    at.when(CHAIR, "broadcast.live", expect="unlisted", langs=["en"])
    marker = at.room.broadcasts.languages[EN].memory.marker
    sight = {"lifecycle": "live"}
    at.when(SYSTEM, "broadcast.seen", lang="en", marker=marker, sight=sight)
    moved = {"lang": "en", "version": 1, "scheduled_at": late + 60_000}
    assert at.refused(CHAIR, "broadcast.edit", **moved) == "broadcast.started"
    at.when(CHAIR, "broadcast.edit", lang="en", version=1, scheduled_at=late, title="As it was")
