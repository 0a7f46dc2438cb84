"""A language that nobody interprets though a booth should is told, and only then."""

from typing import Any

import pytest

from tests.venue.table import CHAIR, SESSION, Table
from venue.booths.upkeep import LOST_OFFER_MS
from venue.ids import SeatId
from venue.roles import SYSTEM, Actor, Role
from venue.room import open_room
from venue.session import parse_session
from venue.views import Viewer, project

pytestmark = pytest.mark.unit

WU = Actor(Role.INTERPRETER, SeatId("wu"), None, "Wu")
LIN = Actor(Role.INTERPRETER, SeatId("lin"), None, "Lin")


def table(*booth: str) -> Table:
    """A session with two interpreters in one booth; nobody is on air."""
    seats: list[Any] = [
        *SESSION["seats"],  # type: ignore[misc]
        {"seat": "wu", "name": "Wu", "role": "interpreter", "booth": booth or ["zh", "en"]},
        {"seat": "lin", "name": "Lin", "role": "interpreter", "booth": booth or ["zh", "en"]},
    ]
    made = Table(open_room(parse_session({**SESSION, "seats": seats})))
    made.live("wu", "lin", "gdynia", "taichung")
    for actor in (WU, LIN):
        made.when(actor, "booth.ready")
    return made


def speak(table: Table, seat: str) -> None:
    table.when(CHAIR, "floor.add_for", seat=seat)
    table.when(CHAIR, "floor.call")


def told(table: Table, role: Role = Role.MODERATOR) -> dict[str, int]:
    """What the desk sees."""
    return {one.lang: one.since for one in project(table.room, Viewer(role)).program.missed}


def test_before_the_session_begins_nothing_is_missed() -> None:
    room = table()
    speak(room, "gdynia")
    assert told(room) == {}


def test_on_air_a_booth_that_nobody_sits_in_is_missed() -> None:
    room = table()
    speak(room, "gdynia")
    room.when(CHAIR, "onair.start")
    assert told(room) == {"zh": room.now}
    assert told(room, Role.INTERPRETER) == {"zh": room.now}
    assert told(room, Role.AUDIENCE) == {}


def test_whoever_leaves_the_air_while_somebody_speaks_is_missed_until_another_is_on() -> None:
    room = table()
    room.when(WU, "booth.on")
    speak(room, "gdynia")
    assert told(room) == {}
    room.pass_ms(5_000)
    left_at = room.now
    room.when(WU, "booth.off")
    room.pass_ms(7_000)
    assert told(room) == {"zh": left_at}
    room.when(LIN, "booth.on")
    assert told(room) == {}


def test_a_language_the_speaker_speaks_needs_nobody() -> None:
    room = table("zh")
    room.when(WU, "booth.on")
    room.when(WU, "booth.off")
    speak(room, "taichung")
    assert told(room) == {}
    speak(room, "gdynia")
    assert told(room) == {"zh": room.now}


def test_in_a_pause_nothing_is_said_and_nothing_forgotten() -> None:
    room = table()
    room.when(WU, "booth.on")
    speak(room, "gdynia")
    room.when(WU, "booth.off")
    since = room.now
    room.pass_ms(60_000)
    room.when(CHAIR, "floor.end", turn="t1")
    assert told(room) == {}
    room.pass_ms(1_000)
    speak(room, "gdynia")
    assert told(room) == {"zh": since}


def test_who_leaves_in_a_pause_is_missed_from_the_next_word_only() -> None:
    room = table()
    room.when(WU, "booth.on")
    speak(room, "gdynia")
    room.when(CHAIR, "floor.end", turn="t1")
    room.when(WU, "booth.off")
    room.pass_ms(60_000)
    speak(room, "gdynia")
    assert told(room) == {"zh": room.now}


def test_a_booth_lost_without_a_partner_is_missed() -> None:
    room = table()
    room.when(LIN, "booth.ready", ready=False)
    room.when(WU, "booth.on")
    speak(room, "gdynia")
    room.when(SYSTEM, "media.state", seat="wu", link="lost")
    assert told(room) == {"zh": room.now}


def test_a_booth_is_missed_while_its_microphone_is_offered_and_after_the_offer() -> None:
    room = table()
    room.when(WU, "booth.on")
    speak(room, "gdynia")
    room.when(SYSTEM, "media.state", seat="wu", link="lost")
    lost_at = room.now
    room.pass_ms_as_host(LOST_OFFER_MS + 1)
    assert told(room) == {"zh": lost_at}


def test_after_a_restart_every_language_is_missed_that_was_interpreted() -> None:
    room = table()
    room.when(WU, "booth.on")
    speak(room, "gdynia")
    room.when(SYSTEM, "room.restored")
    assert told(room) == {}
    room.when(CHAIR, "floor.resume", turn="t1", force=True)
    assert told(room) == {"zh": room.now}


def test_an_output_chosen_by_hand_into_what_is_spoken_leaves_the_other_language_missed() -> None:
    room = table()
    room.when(WU, "booth.on")
    speak(room, "gdynia")
    room.when(WU, "booth.output", lang="en")
    assert told(room) == {"zh": room.now}
    room.when(WU, "booth.output", lang=None)
    assert told(room) == {}
