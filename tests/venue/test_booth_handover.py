"""The microphone changes hands: offered, asked for, agreed to or called off."""

import pytest

from tests.venue.booth_table import (
    KIM,
    LIN,
    WU,
    ZH,
    booths,
    giving,
    lose,
    taken_off,
    three,
)
from tests.venue.table import TECHNICIAN, Table
from venue.booths.rules import HANDOVER_MS
from venue.roles import SYSTEM, Actor, Role
from venue.views import Viewer, project

pytestmark = pytest.mark.unit


def test_an_offer_that_is_accepted_hands_over_without_a_gap() -> None:
    table = booths("wu", "lin")
    table.when(WU, "booth.on")
    table.when(WU, "booth.offer")
    assert table.when(LIN, "booth.accept") == ["MicrophoneTaken"]
    assert giving(table) == {"zh": "lin"}
    assert table.room.booths[ZH].handover is None
    assert table.refused(LIN, "booth.accept") == "booth.no_handover"


def test_a_request_waits_for_the_one_on_air() -> None:
    table = booths("wu", "lin")
    table.when(WU, "booth.on")
    table.when(LIN, "booth.request")
    assert table.refused(LIN, "booth.accept") == "booth.not_asked"
    assert table.refused(WU, "booth.offer") == "booth.handover_waits"
    table.when(WU, "booth.accept")
    assert giving(table) == {"zh": "lin"}


def test_an_offer_nobody_answers_ends_and_the_booth_stays_on_air() -> None:
    table = booths("wu", "lin")
    table.when(WU, "booth.on")
    table.when(WU, "booth.offer", to="lin")
    table.pass_ms(HANDOVER_MS)
    assert table.when(SYSTEM, "room.tick") == ["HandoverEnded"]
    assert table.room.booths[ZH].handover is None
    assert giving(table) == {"zh": "wu"}


@pytest.mark.parametrize("who", [WU, LIN])
def test_either_side_may_call_a_handover_off(who: Actor) -> None:
    table = booths("wu", "lin")
    table.when(WU, "booth.on")
    table.when(LIN, "booth.request")
    table.when(who, "booth.cancel")
    assert table.room.booths[ZH].handover is None
    assert giving(table) == {"zh": "wu"}


def told(table: Table) -> tuple[str, str] | None:
    """Whom the booth tells what became of a handover, and what."""
    unheeded = project(table.room, Viewer(Role.INTERPRETER)).booths[0].unheeded
    return None if unheeded is None else (unheeded.by, unheeded.cause)


def test_who_offers_or_asks_in_vain_is_told_why_until_something_moves() -> None:
    table = booths("wu", "lin")
    table.when(WU, "booth.on")
    table.when(WU, "booth.offer", to="lin")
    table.when(LIN, "booth.cancel")
    assert told(table) == ("wu", "declined")
    table.when(LIN, "booth.request")
    assert told(table) is None
    table.pass_ms(HANDOVER_MS)
    table.when(SYSTEM, "room.tick")
    assert told(table) == ("lin", "timeout")
    table.when(WU, "booth.offer")
    table.when(LIN, "booth.accept")
    assert told(table) is None


def test_who_takes_an_offer_back_needs_no_word_of_it() -> None:
    table = booths("wu", "lin")
    table.when(WU, "booth.on")
    table.when(WU, "booth.offer", to="lin")
    table.when(WU, "booth.cancel")
    assert told(table) is None
    table.when(LIN, "booth.request")
    table.when(TECHNICIAN, "booth.cancel", booth="zh")
    assert told(table) is None


def test_there_is_nobody_to_offer_it_to() -> None:
    table = booths("wu")
    table.when(WU, "booth.on")
    assert table.refused(WU, "booth.offer") == "booth.no_partner"
    assert table.refused(WU, "booth.offer", to="rey") == "booth.no_partner"


def test_a_handover_ends_when_either_side_is_lost() -> None:
    table = booths("wu", "lin")
    table.when(WU, "booth.on")
    table.when(WU, "booth.offer", to="lin")
    lose(table, "lin")
    assert table.room.booths[ZH].handover is None
    assert giving(table) == {"zh": "wu"}


def test_leaving_or_handing_over_takes_nobody_off_the_air() -> None:
    table = booths("wu", "lin")
    table.when(WU, "booth.on")
    table.when(WU, "booth.offer")
    table.when(LIN, "booth.accept")
    table.when(LIN, "booth.off")
    assert taken_off(table) == {"wu": None, "lin": None}


def test_one_of_two_partners_says_not_now_and_the_other_takes_it() -> None:
    table = three()
    table.when(WU, "booth.offer")
    assert table.when(LIN, "booth.cancel") == ["HandoverDeclined"]
    assert table.when(LIN, "booth.cancel") == []
    view = project(table.room, Viewer(Role.INTERPRETER)).booths[0].handover
    assert view is not None
    assert view.declined == ("lin",)
    table.when(KIM, "booth.accept")
    assert giving(table) == {"zh": "kim"}


def test_an_offer_that_everybody_declines_is_over() -> None:
    table = three()
    table.when(WU, "booth.offer")
    table.when(LIN, "booth.cancel")
    assert table.when(KIM, "booth.cancel") == ["HandoverDeclined", "HandoverEnded"]
    assert told(table) == ("wu", "declined")
    assert giving(table) == {"zh": "wu"}


def test_what_two_settle_the_third_does_not_end() -> None:
    table = three()
    table.when(WU, "booth.offer", to="lin")
    assert table.refused(KIM, "booth.cancel") == "booth.not_asked"
    assert table.refused(KIM, "booth.accept") == "booth.not_asked"
    assert table.when(LIN, "booth.cancel") == ["HandoverEnded"]
    table.when(LIN, "booth.request")
    assert table.refused(KIM, "booth.cancel") == "booth.not_asked"
    assert table.when(WU, "booth.cancel") == ["HandoverEnded"]
