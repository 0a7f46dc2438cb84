"""An interpreter is lost on air: the partner steps in, and nobody is on air by coming back."""

from typing import Any

import pytest

from tests.venue.booth_table import (
    LIN,
    WU,
    ZH,
    booths,
    giving,
    lose,
    taken_off,
)
from tests.venue.table import CHAIR, Table
from venue.booths.rules import RETURN_MS
from venue.booths.upkeep import LOST_OFFER_MS
from venue.ids import SeatId
from venue.roles import SYSTEM, Role
from venue.staging import scene_of
from venue.views import Viewer, project

pytestmark = pytest.mark.unit


def test_a_lost_interpreter_is_off_the_air_and_the_partner_is_offered_the_microphone() -> None:
    table = booths("wu", "lin")
    table.when(WU, "booth.on")
    lose(table, "wu")
    assert giving(table) == {}
    handover = table.room.booths[ZH].handover
    assert handover is not None
    assert (handover.kind, handover.by, handover.to) == ("lost", "wu", None)
    table.when(LIN, "booth.accept")
    assert giving(table) == {"zh": "lin"}


def test_who_comes_back_after_being_lost_is_neither_on_air_nor_ready() -> None:
    table = booths("wu", "lin")
    table.when(WU, "booth.on")
    lose(table, "wu")
    table.live("wu")
    assert giving(table) == {}
    assert table.refused(WU, "booth.on") == "booth.not_ready"
    table.pass_ms(LOST_OFFER_MS)
    table.when(SYSTEM, "room.tick")
    assert table.room.booths[ZH].handover is None


def test_a_weak_link_is_seen_by_booth_and_desk_and_by_nobody_outside() -> None:
    table = booths("wu", "lin")
    table.when(SYSTEM, "media.state", seat="wu", microphone=True, link="weak")
    for viewer in (Viewer(Role.INTERPRETER, SeatId("lin")), Viewer(Role.MODERATOR)):
        booth = project(table.room, viewer).booths[0]
        assert [one.link for one in booth.interpreters] == ["weak", "good"]
    assert not project(table.room, Viewer(Role.AUDIENCE)).booths[0].interpreters


@pytest.mark.parametrize(
    ("verb", "body", "cause"),
    [
        ("media.state", {"seat": "wu", "link": "lost"}, "lost"),
        ("engine.state", {"state": "down"}, "restored"),
        ("room.restored", {}, "restored"),
        ("mute", {"seat": "wu"}, "desk"),
        ("booth.set_active", {"booth": "zh", "seat": None}, "desk"),
        ("booth.set_active", {"booth": "zh", "seat": "lin"}, "desk"),
    ],
)
def test_who_is_taken_off_the_air_is_told_why_until_they_have_noted_it(
    verb: str, body: dict[str, Any], cause: str
) -> None:
    table = booths("wu", "lin")
    table.when(SYSTEM, "engine.state", state="up")
    table.when(WU, "booth.on")
    table.when(CHAIR if cause == "desk" else SYSTEM, verb, **body)
    assert taken_off(table) == {"wu": cause, "lin": None}
    assert table.when(WU, "booth.off_noted") == ["OffAirNoted"]
    assert table.when(WU, "booth.off_noted") == []
    assert taken_off(table) == {"wu": None, "lin": None}


def test_back_on_air_nothing_is_said_of_having_been_taken_off() -> None:
    table = booths("wu")
    table.when(WU, "booth.on")
    lose(table, "wu")
    table.live("wu")
    table.when(WU, "booth.ready")
    assert taken_off(table)["wu"] == "lost"
    table.when(WU, "booth.on")
    assert taken_off(table)["wu"] is None


@pytest.mark.parametrize("missed", [False, True])
def test_a_page_that_is_opened_again_ends_the_same_however_long_it_takes(missed: bool) -> None:
    table = booths("wu", "lin")
    table.when(WU, "booth.on")
    if missed:
        # It took so long that the engine found the microphone gone.
        lose(table, "wu")
        table.pass_ms_as_host(RETURN_MS)
        table.live("wu")
    table.when(WU, "booth.ready", ready=False)
    assert giving(table) == {}
    assert taken_off(table) == {"wu": None, "lin": None}
    handover = table.room.booths[ZH].handover
    assert handover is not None
    assert (handover.kind, handover.by) == ("lost", "wu")
    # Being ready again, or not, is no answer to what the partner is asked.
    table.when(WU, "booth.ready")
    table.when(WU, "booth.ready", ready=False)
    table.when(LIN, "booth.accept")
    assert giving(table) == {"zh": "lin"}


def test_the_partner_is_asked_at_once_whoever_may_come_back() -> None:
    table = booths("wu", "lin")
    table.when(WU, "booth.on")
    assert "HandoverBegun" in lose(table, "wu")
    assert taken_off(table)["wu"] == "lost"


def test_a_page_that_comes_back_late_is_told_that_it_was_missed() -> None:
    table = booths("wu", "lin")
    table.when(WU, "booth.on")
    lose(table, "wu")
    table.pass_ms_as_host(RETURN_MS + 1)
    table.live("wu")
    assert table.when(WU, "booth.ready", ready=False) == []
    assert taken_off(table)["wu"] == "lost"


def test_the_same_page_that_is_connected_again_has_still_been_off_the_air() -> None:
    table = booths("wu", "lin")
    table.when(WU, "booth.on")
    lose(table, "wu")
    table.live("wu")
    table.when(WU, "booth.ready")
    assert taken_off(table)["wu"] == "lost"


def test_alone_in_a_booth_a_page_opened_again_asks_nobody() -> None:
    table = booths("wu")
    table.when(WU, "booth.on")
    table.when(WU, "booth.ready", ready=False)
    assert table.room.booths[ZH].handover is None


def dropped(table: Table) -> frozenset[SeatId]:
    """Whose page the engine takes for gone, if nothing comes of them either."""
    return scene_of(table.room).dropped


def say(table: Table, seat: str, presence: str) -> list[str]:
    return table.when(SYSTEM, "seat.presence", seat=seat, presence=presence)


def test_a_page_without_a_connection_is_a_sign_for_the_engine_and_no_loss() -> None:
    table = booths("wu", "lin")
    table.when(WU, "booth.on")
    assert say(table, "wu", "dropped") == ["ConnectionDropped"]
    assert say(table, "wu", "dropped") == []
    assert dropped(table) == {"wu"}
    assert giving(table) == {"zh": "wu"}
    assert table.room.booths[ZH].handover is None
    view = project(table.room, Viewer(Role.INTERPRETER, SeatId("lin"))).booths[0]
    assert [one.online for one in view.interpreters] == [True, True]


@pytest.mark.parametrize("after", ["online", "away"])
def test_the_sign_counts_until_the_page_is_back_or_away(after: str) -> None:
    table = booths("wu", "lin")
    table.when(WU, "booth.on")
    say(table, "wu", "dropped")
    assert say(table, "wu", after) == ["PresenceChanged"]
    assert dropped(table) == frozenset()
    # Media goes on while signaling does not.
    assert giving(table) == {"zh": "wu"}


def test_without_packets_as_well_it_is_a_loss() -> None:
    table = booths("wu", "lin")
    table.when(WU, "booth.on")
    say(table, "wu", "dropped")
    assert "HandoverBegun" in lose(table, "wu")
    assert giving(table) == {}


def test_a_connection_that_ends_is_noted_of_interpreters_alone() -> None:
    table = booths("wu")
    table.live("gdynia")
    assert say(table, "gdynia", "dropped") == []
    # Somebody who was never here, or has long gone, drops nothing.
    assert say(table, "lin", "dropped") == []
    say(table, "wu", "away")
    assert say(table, "wu", "dropped") == []
