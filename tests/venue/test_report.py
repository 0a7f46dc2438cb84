"""What the organiser is told after the event."""

import msgspec
import pytest

from tests.venue.table import CHAIR, viewer
from tests.venue.told import Told
from venue.ids import SeatId
from venue.report import report_of
from venue.roles import SYSTEM, Actor, Role

pytestmark = pytest.mark.unit


def test_each_turn_speaker_and_delegation_has_the_time_it_spoke_pauses_left_out() -> None:
    table = Told()
    table.speech("gdynia", 20_000, 10_000, pause_ms=5_000)
    table.speech("dijon", 7_000)
    table.speech("gdynia", 1_000)
    report = report_of(table.story)
    assert [(one.name, one.turns, one.spoken_ms) for one in report.speakers] == [
        ("Ewa Nowak", 2, 31_000),
        ("Luc Martin", 1, 7_000),
    ]
    assert [(one.delegation, one.spoken_ms) for one in report.delegations] == [
        ("Gdynia", 31_000),
        ("Dijon", 7_000),
    ]
    turns = [(one.name, one.spoken_ms, one.ended_at - one.started_at) for one in report.turns]
    assert turns[0] == ("Ewa Nowak", 30_000, 35_000)
    assert report.spoken_ms == 38_000


def test_questions_are_counted_and_refusals_by_reason() -> None:
    table = Told()
    table.question("Where will the night ferries land?", 5_000)
    for number, reason in enumerate(("off topic", "off topic", "names a person")):
        table.when(viewer(number), "question.submit", text=f"Is this number {number} on the list?")
        asked = list(table.room.questions)[-1]
        table.when(CHAIR, "question.reject", question=asked, reason=reason)
    report = report_of(table.story)
    assert report.rejected == {"off topic": 2, "names a person": 1}
    assert (report.questions["received"], report.questions["answered"]) == (4, 1)
    assert report.answered == ("Where will the night ferries land?",)
    assert "Viewer" not in msgspec.json.encode(report).decode()


def test_a_target_is_down_only_while_the_program_was_on_air_and_it_had_begun() -> None:
    table = Told()

    def state(name: str, error: str | None = None) -> None:
        body = {"output": "hls", "state": name, "error": error, "sent_bytes": table.now}
        table.when(SYSTEM, "output.state", **body)

    table.when(CHAIR, "onair.start")
    table.pass_ms(2_000)
    state("running")
    table.pass_ms(10_000)
    state("retrying", "output.lost")
    table.pass_ms(3_000)
    state("running")
    table.pass_ms(5_000)
    table.when(CHAIR, "onair.stop")
    table.pass_ms(1_000)
    state("finished")
    (output,) = report_of(table.story).outputs
    assert (output.up_ms, output.down_ms, output.drops) == (15_000, 3_000, 1)
    assert output.errors == {"output.lost": 1}
    assert report_of(table.story).on_air_ms == 20_000


def test_interpreting_is_counted_by_language_and_what_of_it_was_on_air() -> None:
    table = Told()
    definition = {"seat": "wu", "name": "Wu", "role": "interpreter", "booth": ["zh"]}
    table.when(SYSTEM, "seat.add", definition=definition)
    table.live("wu")
    wu = Actor(Role.INTERPRETER, SeatId("wu"), None, "Wu")
    table.when(wu, "booth.ready")
    table.when(wu, "booth.on")
    table.pass_ms(4_000)
    table.when(CHAIR, "onair.start")
    table.pass_ms(6_000)
    table.when(wu, "booth.off")
    (language,) = report_of(table.story).languages
    assert (language.lang, language.interpreted_ms, language.on_air_ms) == ("zh", 10_000, 6_000)
