"""Booths: who is on air, into what, and who hears it."""

import pytest

from tests.venue.booth_table import BOOTHS, LIN, WU, ZH, booths, giving, interpreter, speak, three
from tests.venue.table import CHAIR, SESSION, TECHNICIAN, Table, delegate
from venue.codec import decode_room, encode_room
from venue.ids import FLOOR_LANGUAGE, SeatId
from venue.roles import SYSTEM, Actor, Role
from venue.room import open_room
from venue.session import parse_session
from venue.staging import scene_of
from venue.views import Viewer, project

pytestmark = pytest.mark.unit


def test_joining_puts_nobody_on_air_and_without_a_sound_check_nobody_gets_there() -> None:
    table = booths()
    table.live("wu")
    assert table.refused(WU, "booth.on") == "booth.not_ready"
    table.when(WU, "booth.ready")
    assert giving(table) == {}
    table.when(WU, "booth.on")
    assert giving(table) == {"zh": "wu"}


def test_a_sound_check_needs_sound() -> None:
    assert booths().refused(WU, "booth.ready") == "booth.no_microphone"


def test_a_booth_of_two_languages_gives_into_the_one_the_speaker_does_not_speak() -> None:
    table = booths("wu")
    table.when(WU, "booth.on")
    speak(table, "gdynia")
    assert giving(table) == {"zh": "wu"}
    table.when(CHAIR, "floor.end", turn=table.current()[0])  # type: ignore[index]
    speak(table, "taichung")
    assert giving(table) == {"en": "wu"}


def test_an_output_chosen_by_hand_stands_until_it_is_pressed_again() -> None:
    """Not even the next speaker moves it: an interpreter is always a sentence behind."""
    table = booths("wu")
    assert table.refused(WU, "booth.output", lang="en") == "booth.not_active"
    table.when(WU, "booth.on")
    speak(table, "gdynia")
    assert "OutputChosen" in table.when(WU, "booth.output", lang="en")
    assert table.when(WU, "booth.output", lang="en") == []
    assert giving(table) == {"en": "wu"}
    speak(table, "taichung")
    speak(table, "dijon")
    assert giving(table) == {"en": "wu"}
    assert project(table.room, Viewer(Role.INTERPRETER)).booths[0].output == "en"
    table.when(WU, "booth.output", lang=None)
    assert giving(table) == {"zh": "wu"}
    assert table.refused(WU, "booth.output", lang="fr") == "language.unknown"


def test_an_output_chosen_by_hand_goes_with_the_interpreter() -> None:
    table = booths("wu", "lin")
    table.when(WU, "booth.on")
    speak(table, "gdynia")
    table.when(WU, "booth.output", lang="en")
    table.when(WU, "booth.offer")
    table.when(LIN, "booth.accept")
    assert giving(table) == {"zh": "lin"}
    table.when(LIN, "booth.output", lang="en")
    table.when(LIN, "booth.off")
    table.when(LIN, "booth.on")
    assert giving(table) == {"zh": "lin"}


def test_an_output_chosen_by_hand_goes_before_another_booths_automatic_one() -> None:
    raw = {"seat": "kim", "name": "Kim", "role": "interpreter", "booth": ["fr", "en"]}
    made = parse_session({**SESSION, "languages": ["en", "zh", "fr"], "seats": [*BOOTHS[:1], raw]})
    table = Table(open_room(made))
    table.live("kim", "wu")
    for actor in (WU, interpreter("kim")):
        table.when(actor, "booth.ready")
        table.when(actor, "booth.on")
    assert giving(table) == {"zh": "wu", "fr": "kim"}
    table.when(interpreter("kim"), "booth.output", lang="en")
    table.when(WU, "booth.output", lang="en")
    assert giving(table) == {"en": "wu"}
    table.when(WU, "booth.output", lang=None)
    assert giving(table) == {"zh": "wu", "en": "kim"}


def test_a_cough_closes_the_microphone_and_leaves_the_booth_on_air() -> None:
    table = booths("wu")
    table.when(WU, "booth.on")
    table.when(WU, "booth.cough", on=True)
    scene = scene_of(table.room)
    assert scene.coughing == {"wu"}
    assert scene.booths == {"zh": "wu"}
    table.when(WU, "booth.cough", on=False)
    assert not scene_of(table.room).coughing
    assert table.refused(LIN, "booth.cough", on=True) == "booth.not_active"


def test_one_microphone_a_booth() -> None:
    table = booths("wu", "lin")
    table.when(WU, "booth.on")
    assert table.refused(LIN, "booth.on") == "booth.taken"
    assert giving(table) == {"zh": "wu"}


@pytest.mark.parametrize("verb", ["room.restored", "engine.state"])
def test_after_a_restart_no_booth_is_on_air(verb: str) -> None:
    table = booths("wu", "lin")
    table.when(WU, "booth.on")
    table.when(WU, "booth.offer")
    table.when(SYSTEM, "engine.state", state="up")
    table.when(SYSTEM, verb, **({"state": "down"} if verb == "engine.state" else {}))
    assert giving(table) == {}
    assert table.room.booths[ZH].handover is None


def test_the_desk_puts_only_ready_people_on_air() -> None:
    table = booths("wu")
    table.live("lin")
    assert table.refused(CHAIR, "booth.set_active", booth="zh", seat="lin") == "booth.not_ready"
    assert table.refused(CHAIR, "booth.set_active", booth="fr", seat="wu") == "booth.unknown"
    table.when(CHAIR, "booth.set_active", booth="zh", seat="wu")
    assert giving(table) == {"zh": "wu"}
    table.when(CHAIR, "booth.set_active", booth="zh", seat=None)
    assert giving(table) == {}


def test_silence_is_noted_once_and_forgotten_with_the_microphone() -> None:
    table = booths("wu", "lin")
    assert table.when(SYSTEM, "booth.silence", seat="wu", silent=True) == []
    table.when(WU, "booth.on")
    assert table.when(SYSTEM, "booth.silence", seat="wu", silent=True) == ["SilenceChanged"]
    assert table.when(SYSTEM, "booth.silence", seat="wu", silent=True) == []
    table.when(WU, "booth.offer")
    table.when(LIN, "booth.accept")
    assert table.room.booths[ZH].silent_since is None


def test_a_delegate_has_no_booth() -> None:
    table = booths("wu")
    delegate = Actor(Role.DELEGATE, SeatId("gdynia"))
    assert table.refused(delegate, "booth.on") == "role.forbidden"
    stray = Actor(Role.INTERPRETER, None)
    assert table.refused(stray, "booth.ready") == "booth.none"


def test_a_delegate_hears_the_own_language_unasked_where_it_is_interpreted() -> None:
    table = booths()

    def hears(role: Role, seat: str) -> str:
        view = project(table.room, Viewer(role, SeatId(seat)))
        assert view.you is not None
        assert view.you.listening == scene_of(table.room).listening[SeatId(seat)]
        return view.you.listening

    assert hears(Role.DELEGATE, "taichung") == "zh"
    assert hears(Role.DELEGATE, "gdynia") == "en"
    # Who runs the room hears what is said until they choose.
    assert hears(Role.MODERATOR, "chair") == hears(Role.ROOM, "room") == FLOOR_LANGUAGE
    assert table.when(delegate("taichung"), "listen", lang="floor") == ["ListeningChanged"]
    assert hears(Role.DELEGATE, "taichung") == FLOOR_LANGUAGE
    assert table.when(TECHNICIAN, "listen", lang="zh") == ["ListeningChanged"]
    assert hears(Role.ROOM, "room") == "zh"
    assert decode_room(encode_room(table.room)) == table.room


def test_without_a_booth_for_it_a_delegate_hears_the_floor() -> None:
    table = Table()
    assert scene_of(table.room).listening[SeatId("taichung")] == FLOOR_LANGUAGE


def test_the_technician_saves_a_booth_as_the_chair_does() -> None:
    table = three()
    table.when(WU, "booth.offer")
    assert table.when(TECHNICIAN, "booth.cancel", booth="zh") == ["HandoverEnded"]
    table.when(TECHNICIAN, "booth.set_active", booth="zh", seat="kim")
    assert giving(table) == {"zh": "kim"}
