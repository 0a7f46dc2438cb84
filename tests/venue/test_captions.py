"""Captions in the room."""

import pytest

from tests.venue.table import CHAIR, SESSION, Table, delegate
from venue.ids import Language
from venue.roles import Actor, Role
from venue.room import open_room
from venue.session import parse_session
from venue.staging import scene_of
from venue.views import Viewer, project

pytestmark = pytest.mark.unit

CAPTIONER = Actor(Role.CAPTIONER)
EN = Language("en")


def captioned() -> Table:
    return Table(open_room(parse_session({**SESSION, "captions": ["en", "fr"]})))


def test_the_newest_line_reaches_the_engine_and_the_last_three_everybody() -> None:
    table = captioned()
    for text in ("One.", "Two.", "  Three   and a half. ", "Four."):
        table.when(CAPTIONER, "caption.say", lang="en", text=text)
    line = scene_of(table.room).captions[EN]
    assert (line.number, line.text) == (4, "Four.")
    seen = project(table.room, Viewer(Role.AUDIENCE)).captions[EN]
    assert [(one.number, one.text) for one in seen] == [
        (2, "Two."),
        (3, "Three and a half."),
        (4, "Four."),
    ]


def test_captions_are_for_the_languages_of_the_program_that_plan_them() -> None:
    table = captioned()
    assert scene_of(table.room).captioned == ("en",)
    for lang in ("zh", "fr"):
        refused = table.refused(CAPTIONER, "caption.say", lang=lang, text="No.")
        assert refused == "caption.not_planned"


def test_who_may_write_captions() -> None:
    table = captioned()
    table.when(CHAIR, "caption.say", lang="en", text="From the desk.")
    refused = table.refused(delegate("gdynia"), "caption.say", lang="en", text="Mine.")
    assert refused == "role.forbidden"
    for text in ("", "   ", "x" * 201):
        assert table.refused(CAPTIONER, "caption.say", lang="en", text=text) == "command.malformed"
