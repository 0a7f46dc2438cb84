"""What a booth hears and says beside the microphone: relay, signals, the line to the desk."""

import pytest

from tests.venue.booth_table import BOOTHS, LIN, REY, WU, ZH, booths, speak
from tests.venue.table import CHAIR, SESSION, Table
from venue.ids import FLOOR_LANGUAGE, SeatId
from venue.roles import Role
from venue.room import open_room
from venue.session import parse_session
from venue.staging import scene_of
from venue.views import Viewer, project

pytestmark = pytest.mark.unit


def test_relay_takes_another_booth_and_never_goes_round() -> None:
    table = booths("wu", "rey")
    table.when(REY, "booth.relay", lang="zh")
    assert scene_of(table.room).listening[SeatId("rey")] == "zh"
    assert table.refused(WU, "booth.relay", lang="fr") == "booth.cycle"
    assert table.refused(WU, "booth.relay", lang="zh") == "booth.cycle"
    assert table.refused(WU, "booth.relay", lang="de") == "language.unknown"
    table.when(REY, "booth.relay", lang="floor")
    table.when(WU, "booth.relay", lang="fr")
    assert scene_of(table.room).listening[SeatId("rey")] == FLOOR_LANGUAGE


def test_signals_reach_the_desk_until_they_are_seen() -> None:
    table = booths("wu")
    table.when(WU, "booth.signal", signal="slow_down")
    table.pass_ms(5000)
    table.when(WU, "booth.signal", signal="slow_down")
    view = project(table.room, Viewer(Role.MODERATOR))
    raised = next(booth for booth in view.booths if booth.booth == ZH).signals
    assert [(one.signal, one.at) for one in raised] == [("slow_down", table.now)]
    table.when(CHAIR, "booth.signal_seen", booth="zh", signal="slow_down")
    assert not table.room.booths[ZH].signals


def test_the_private_line_is_for_one_booth_and_the_desk() -> None:
    table = booths("wu", "rey")
    table.when(WU, "booth.say", text="Which Springfield?")
    table.when(CHAIR, "booth.say", booth="zh", text="The one in Ohio")

    def line(role: Role, seat: str | None) -> list[str]:
        view = project(table.room, Viewer(role, SeatId(seat) if seat else None))
        booths = [one.text for booth in view.booths for one in booth.messages]
        return booths + [one.text for one in (view.you.line if view.you else ())]

    said = ["Which Springfield?", "The one in Ohio"]
    assert line(Role.MODERATOR, "chair") == said
    assert line(Role.INTERPRETER, "wu") == said
    assert line(Role.INTERPRETER, "rey") == []
    assert line(Role.DELEGATE, "gdynia") == []
    assert line(Role.AUDIENCE, None) == []
    assert table.refused(CHAIR, "booth.say", text="to whom?") == "booth.unknown"


def test_the_audience_learns_only_which_languages_are_given() -> None:
    table = booths("wu", "lin")
    table.when(WU, "booth.on")
    table.when(WU, "booth.offer")
    view = project(table.room, Viewer(Role.AUDIENCE)).booths[0]
    assert (view.state, view.into) == ("on_air", ZH)
    assert (view.active, view.handover, view.interpreters) == (None, None, ())


def asked(table: Table, role: Role = Role.DELEGATE) -> str | None:
    """What the speaker's page is told."""
    current = project(table.room, Viewer(role)).floor.current
    return current.asked.signal if current is not None and current.asked is not None else None


def test_the_desk_passes_a_signal_on_to_the_speaker() -> None:
    table = booths("wu")
    speak(table, "gdynia")
    table.when(WU, "booth.signal", signal="slow_down")
    assert asked(table) is None
    passed = table.when(CHAIR, "booth.pass_on", booth="zh", signal="slow_down")
    assert passed == ["SignalSeen", "SpeakerAsked"]
    assert asked(table) == "slow_down"
    assert asked(table, Role.AUDIENCE) is None
    assert table.when(CHAIR, "booth.pass_on", booth="zh", signal="slow_down") == []
    speak(table, "dijon")
    assert asked(table) is None


def test_nobody_is_asked_while_nobody_speaks() -> None:
    table = booths("wu")
    table.when(WU, "booth.signal", signal="slow_down")
    refused = table.refused(CHAIR, "booth.pass_on", booth="zh", signal="slow_down")
    assert refused == "floor.not_speaking"


def test_a_session_may_let_booths_ask_the_speaker_at_once() -> None:
    raw = {**SESSION, "pass_signals": True, "seats": [*SESSION["seats"], *BOOTHS]}  # type: ignore[misc]
    table = Table(open_room(parse_session(raw)))
    table.live("wu")
    speak(table, "gdynia")
    table.when(WU, "booth.signal", signal="no_sound")
    assert asked(table) is None
    table.when(WU, "booth.signal", signal="slow_down")
    assert asked(table) == "slow_down"
    assert len(table.room.booths[ZH].signals) == 2


def test_a_mistaken_signal_is_taken_back_by_the_booth() -> None:
    table = booths("wu", "lin")
    table.when(WU, "booth.signal", signal="no_sound")
    assert table.when(LIN, "booth.signal", signal="no_sound", on=False) == ["SignalSeen"]
    assert table.room.booths[ZH].signals == ()
    assert table.when(WU, "booth.signal", signal="no_sound", on=False) == []
