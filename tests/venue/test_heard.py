"""Whose voice the floor is, and which language: what decides the direction of every booth."""

from typing import Any

import pytest

from tests.venue.table import CHAIR, SESSION, TECHNICIAN, Table, delegate
from venue.codec import decode_events, decode_room, encode_room
from venue.floor.state import TurnQueued
from venue.ids import SeatId
from venue.roles import SYSTEM, Actor, Role
from venue.room import open_room
from venue.session import parse_session
from venue.staging import booths_on_air
from venue.views import Viewer, project
from venue.wire import FloorView

pytestmark = pytest.mark.unit

WU = Actor(Role.INTERPRETER, SeatId("wu"), None, "Wu")
BOOTH = {"seat": "wu", "name": "Wu", "role": "interpreter", "booth": ["zh", "en"]}


def table(*booth: str, chair: str = "en") -> Table:
    """A session whose one booth is on air; the chair speaks ``chair``."""
    seats: list[dict[str, Any]] = [dict(seat) for seat in SESSION["seats"]]  # type: ignore[call-overload]
    seats[0]["language"] = chair
    raw = {**SESSION, "seats": [*seats, {**BOOTH, "booth": list(booth) or BOOTH["booth"]}]}
    made = Table(open_room(parse_session(raw)))
    made.live("wu")
    made.when(WU, "booth.ready")
    made.when(WU, "booth.on")
    return made


def giving(table: Table) -> dict[str, str]:
    return {str(lang): str(seat) for lang, seat in booths_on_air(table.room).items()}


def floor(table: Table) -> FloorView:
    return project(table.room, Viewer(Role.AUDIENCE)).floor


def speak(table: Table, seat: str, **body: Any) -> None:
    table.live(seat)
    table.when(CHAIR, "floor.add_for", seat=seat, **body)
    table.when(CHAIR, "floor.call")


@pytest.mark.parametrize("mode", ["queue", "chair_only"])
def test_a_booth_follows_the_chair_between_turns(mode: str) -> None:
    room = table(chair="zh")
    room.live("chair")
    room.when(CHAIR, "floor.mode", mode=mode)
    room.when(CHAIR, "floor.chair", open=True)
    assert giving(room) == {"en": "wu"}
    assert (floor(room).spoken, floor(room).voice) == ("zh", "chair")


def test_a_chair_who_is_heard_by_the_rooms_microphones_speaks_the_chairs_language() -> None:
    room = table(chair="zh")
    room.live("room")
    room.when(CHAIR, "floor.chair", open=True)
    assert giving(room) == {"en": "wu"}


def test_a_booth_of_one_language_rests_while_the_chair_speaks_it() -> None:
    room = table("zh", chair="zh")
    room.live("chair")
    room.when(CHAIR, "floor.chair", open=True)
    assert giving(room) == {}


def test_the_speaker_of_the_turn_goes_before_an_open_chair() -> None:
    room = table(chair="zh")
    room.live("chair")
    room.when(CHAIR, "floor.chair", open=True)
    speak(room, "gdynia")
    assert giving(room) == {"zh": "wu"}
    room.when(CHAIR, "floor.pause", turn="t1")
    assert giving(room) == {"en": "wu"}


def test_an_interpreter_ends_the_sentence_where_it_began() -> None:
    """Nobody is heard after a turn, and the words of the speaker are still being interpreted."""
    room = table()
    speak(room, "taichung")
    room.when(CHAIR, "floor.end", turn="t1")
    assert giving(room) == {"en": "wu"}
    assert floor(room).spoken is None


def panel() -> Table:
    room = table()
    room.live("gdynia", "taichung", "dijon")
    for seat in ("gdynia", "taichung", "dijon"):
        room.when(CHAIR, "stage.bring", seat=seat)
    room.when(CHAIR, "floor.mode", mode="panel_open")
    return room


def test_in_an_open_panel_a_booth_follows_the_voice() -> None:
    room = panel()
    assert floor(room).spoken is None
    for seat, into in (("taichung", "en"), ("gdynia", "zh"), ("dijon", "zh"), ("taichung", "en")):
        assert room.when(SYSTEM, "floor.voice", seat=seat) == ["VoiceHeard"]
        assert giving(room) == {into: "wu"}
        assert floor(room).voice == seat
    assert room.when(SYSTEM, "floor.voice", seat="taichung") == []


def test_a_panel_whose_chair_never_closes_the_microphone_follows_the_voice_too() -> None:
    room = panel()
    room.live("chair")
    room.when(CHAIR, "floor.chair", open=True)
    assert giving(room) == {"zh": "wu"}
    room.when(SYSTEM, "floor.voice", seat="taichung")
    assert giving(room) == {"en": "wu"}


def test_a_panel_of_one_language_needs_no_voice() -> None:
    room = panel()
    for seat in ("gdynia", "dijon"):
        room.when(CHAIR, "stage.leave", seat=seat)
    assert giving(room) == {"en": "wu"}


def test_a_voice_of_an_earlier_panel_says_nothing_of_the_next() -> None:
    room = panel()
    room.when(SYSTEM, "floor.voice", seat="taichung")
    room.when(CHAIR, "floor.mode", mode="queue")
    assert room.when(SYSTEM, "floor.voice", seat="gdynia") == []
    room.when(CHAIR, "floor.mode", mode="panel_open")
    assert floor(room).voice is None


def test_desk_and_booth_follow_a_speaker_who_changes_the_language() -> None:
    room = table()
    speak(room, "taichung")
    assert room.when(WU, "floor.speaks", turn="t1", lang="en") == ["TurnLanguageSet"]
    assert giving(room) == {"zh": "wu"}
    assert floor(room).current.language == "en"  # type: ignore[union-attr]
    assert room.when(TECHNICIAN, "floor.speaks", turn="t1", lang="en") == []
    room.when(TECHNICIAN, "floor.speaks", turn="t1", lang="zh")
    assert giving(room) == {"en": "wu"}
    assert room.refused(delegate("gdynia"), "floor.speaks", turn="t1", lang="en") == (
        "role.forbidden"
    )


def test_the_next_turn_of_the_same_seat_begins_with_the_seats_language() -> None:
    room = table()
    speak(room, "taichung")
    room.when(WU, "floor.speaks", turn="t1", lang="en")
    speak(room, "taichung")
    assert giving(room) == {"en": "wu"}


def test_a_speaker_in_the_room_speaks_what_the_desk_wrote_down() -> None:
    room = table()
    room.live("room")
    room.when(CHAIR, "floor.add_for", name="Chen", lang="zh")
    assert project(room.room, Viewer(Role.MODERATOR)).floor.queue[0].language == "zh"
    room.when(CHAIR, "floor.call")
    room.when(CHAIR, "floor.start", turn="t1")
    assert giving(room) == {"en": "wu"}


def test_a_waiting_turn_may_be_corrected_at_the_desk_alone() -> None:
    room = table()
    room.when(CHAIR, "floor.add_for", name="Chen")
    assert room.refused(WU, "floor.speaks", turn="t1", lang="zh") == "floor.not_current"
    room.when(CHAIR, "floor.speaks", turn="t1", lang="zh")
    assert room.room.floor.queue[0].lang == "zh"


def test_the_chairs_language_may_be_corrected_and_stays() -> None:
    room = table(chair="zh")
    room.live("chair")
    room.when(CHAIR, "floor.chair", open=True)
    assert room.refused(WU, "floor.speaks", seat="gdynia", lang="en") == "floor.not_speaking"
    assert room.when(WU, "floor.speaks", seat="chair", lang="en") == ["SeatLanguageSet"]
    assert giving(room) == {"zh": "wu"}
    speak(room, "taichung")
    assert giving(room) == {"en": "wu"}
    room.when(CHAIR, "floor.end", turn="t1")
    assert giving(room) == {"zh": "wu"}


@pytest.mark.parametrize("lang", ["floor", "sgn-tss"])
def test_only_a_spoken_language_is_spoken(lang: str) -> None:
    room = table()
    speak(room, "gdynia")
    assert room.refused(CHAIR, "floor.speaks", turn="t1", lang=lang) == "language.unknown"
    assert room.refused(CHAIR, "floor.add_for", name="X", lang=lang) == "language.unknown"
    assert room.refused(CHAIR, "floor.speaks", turn="t9", lang="en") == "floor.unknown_turn"


def test_what_was_spoken_survives_a_snapshot_and_a_replay() -> None:
    room = panel()
    room.when(SYSTEM, "floor.voice", seat="taichung")
    assert decode_room(encode_room(room.room)) == room.room


def test_turns_of_older_journals_speak_as_their_seats_do() -> None:
    old = '[{"event":"TurnQueued","turn":{"turn":"t1","seat":"taichung","name":""}}]'
    tag = TurnQueued.__struct_config__.tag_field
    (queued,) = decode_events(old.replace('"event"', f'"{tag}"'))
    assert isinstance(queued, TurnQueued)
    assert queued.turn.language(table().room.seats) == "zh"
