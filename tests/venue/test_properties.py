"""What no sequence of commands may break."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from tests.venue.table import CHAIR, SESSION, Table, delegate, viewer, with_open_list
from venue.errors import CommandRejected
from venue.floor.state import TurnEnded, TurnWithdrawn
from venue.ids import SeatId
from venue.roles import SYSTEM, Actor, Role
from venue.room import Room, open_room, replay
from venue.session import parse_session
from venue.staging import open_microphones
from venue.turns import Phase
from venue.views import Viewer, project

pytestmark = pytest.mark.unit

SEATS = ["gdynia", "dijon", "taichung", "room", "vysocina"]
TURNS = [f"t{number}" for number in range(1, 6)]
QUESTIONS = [f"q{number}" for number in range(1, 5)]
SECRET = "secret words nobody approved"


@st.composite
def acts(draw: DrawFn) -> tuple[Actor, str, dict[str, object]]:
    seat, turn = draw(st.sampled_from(SEATS)), draw(st.sampled_from(TURNS))
    question = draw(st.sampled_from(QUESTIONS))
    person = draw(st.sampled_from([CHAIR, delegate(seat)]))
    link = draw(st.sampled_from(["good", "weak", "lost", "none"]))
    options: list[tuple[Actor, str, dict[str, object]]] = [
        (CHAIR, "floor.open", {}),
        (CHAIR, "floor.close", {}),
        (delegate(seat), "floor.request", {}),
        (CHAIR, "floor.add_for", {"seat": seat}),
        (CHAIR, "floor.add_for", {"name": draw(st.sampled_from(["A", "B"]))}),
        (person, "floor.withdraw", {"turn": turn}),
        (CHAIR, "floor.move", {"turn": turn, "after": draw(st.sampled_from([*TURNS, "top"]))}),
        (CHAIR, "floor.call", {}),
        (CHAIR, "floor.call", {"turn": turn}),
        (CHAIR, "floor.start", {"turn": turn}),
        (CHAIR, "floor.pause", {"turn": turn}),
        (CHAIR, "floor.resume", {"turn": turn}),
        (person, "floor.end", {"turn": turn}),
        (CHAIR, "floor.extend", {"turn": turn, "seconds": 30}),
        (CHAIR, "floor.undo", {"command": f"c{draw(st.integers(1, 40))}"}),
        (CHAIR, "stage.bring", {"seat": seat}),
        (delegate(seat), "self.mute", {"muted": draw(st.booleans())}),
        (SYSTEM, "media.state", {"seat": seat, "microphone": True, "link": link}),
        (SYSTEM, "engine.state", {"state": draw(st.sampled_from(["up", "down"]))}),
        (SYSTEM, "room.restored", {}),
        (viewer(draw(st.integers(1, 3))), "question.submit", {"text": f"{SECRET} {seat}"}),
        (CHAIR, "question.approve", {"question": question, "version": 1}),
        (CHAIR, "question.reject", {"question": question, "reason": "no"}),
        (CHAIR, "question.live", {"question": question}),
        (CHAIR, "question.next", {"question": question}),
    ]
    return draw(st.sampled_from(options))


def busy_table() -> Table:
    """A table at which most acts mean something: people live, three of them waiting."""
    table = with_open_list("gdynia", "dijon", "room")
    for seat in ("gdynia", "dijon", "taichung"):
        table.when(delegate(seat), "floor.request")
    return table


def play(table: Table, script: list[tuple[Actor, str, dict[str, object]]]) -> None:
    for actor, verb, body in script:
        table.pass_ms(500)
        try:
            table.when(actor, verb, **body)
        except CommandRejected:
            continue


def accounted(room: Room) -> set[str]:
    """Turns that wait, are current or have spoken."""
    floor = room.floor
    found = {turn.turn for turn in floor.queue} | {entry.turn for entry in floor.ledger}
    return {str(turn) for turn in found | ({floor.current.turn.turn} if floor.current else set())}


@settings(max_examples=150, deadline=None)
@given(st.lists(acts(), max_size=40))
def test_nobody_waits_twice_and_the_speaker_does_not_wait(script: list) -> None:  # type: ignore[type-arg]
    table = busy_table()
    play(table, script)
    queue = table.room.floor.queue
    people = [(turn.seat, turn.name.casefold()) for turn in queue]
    assert len(people) == len(set(people))
    assert len({turn.turn for turn in queue}) == len(queue)
    if table.room.floor.current is not None:
        assert table.room.floor.current.turn not in queue


@settings(max_examples=150, deadline=None)
@given(st.lists(acts(), max_size=40))
def test_in_a_queue_only_a_speaking_turn_opens_a_microphone(script: list) -> None:  # type: ignore[type-arg]
    table = busy_table()
    play(table, script)
    current = table.room.floor.current
    heard = open_microphones(table.room)
    assert len(heard) <= 1
    if current is None or current.phase is not Phase.SPEAKING:
        assert heard == frozenset()


@settings(max_examples=100, deadline=None)
@given(st.lists(acts(), max_size=40))
def test_no_turn_is_lost(script: list) -> None:  # type: ignore[type-arg]
    table = busy_table()
    for actor, verb, body in script:
        table.pass_ms(500)
        before, written = accounted(table.room), len(table.journal)
        try:
            table.when(actor, verb, **body)
        except CommandRejected:
            continue
        # A turn leaves only by an event that names it: taken back, or ended before it spoke a word.
        named = {
            str(event.turn)
            for event in table.journal[written:]
            if isinstance(event, TurnWithdrawn | TurnEnded)
        }
        assert before - accounted(table.room) <= named


@settings(max_examples=100, deadline=None)
@given(st.lists(acts(), max_size=40))
def test_replaying_the_journal_gives_the_same_room(script: list) -> None:  # type: ignore[type-arg]
    table = busy_table()
    play(table, script)
    assert replay(open_room(parse_session(SESSION)), table.journal) == table.room


@settings(max_examples=100, deadline=None)
@given(st.lists(acts(), max_size=30))
def test_undoing_a_call_restores_queue_and_speaker(script: list) -> None:  # type: ignore[type-arg]
    table = busy_table()
    play(table, script)
    before = table.room.floor
    try:
        table.when(CHAIR, "floor.call")
    except CommandRejected:
        return
    table.when(CHAIR, "floor.undo", command=table.last_op())
    after = table.room.floor
    assert after.queue == before.queue
    if before.current is None:
        assert after.current is None
    else:
        assert after.current is not None
        assert after.current.turn == before.current.turn
        assert after.current.spoken_at(table.now) == before.current.spoken_at(table.now)


@settings(max_examples=100, deadline=None)
@given(st.lists(acts(), max_size=40))
def test_coming_back_never_puts_anybody_on_air(script: list) -> None:  # type: ignore[type-arg]
    table = busy_table()
    # Whatever has happened, somebody speaks when the fault comes.
    play(table, [*script, (CHAIR, "floor.call", {})])
    table.when(SYSTEM, "room.restored")
    assert open_microphones(table.room) == frozenset()
    held = table.room.floor.current
    if held is None or held.phase is not Phase.HELD:
        return  # nobody, or somebody called who has not begun
    for seat in SEATS:
        table.when(SYSTEM, "media.state", seat=seat, microphone=True, link="none")
        table.when(SYSTEM, "media.state", seat=seat, microphone=True, link="good")
    assert open_microphones(table.room) == frozenset()


@settings(max_examples=100, deadline=None)
@given(st.lists(acts(), max_size=40))
def test_the_audience_never_sees_what_is_not_for_it(script: list) -> None:  # type: ignore[type-arg]
    table = busy_table()
    table.when(CHAIR, "output.add", output="yt", lang="en", target="rtmp://ingest.example/…")
    play(table, script)
    view = project(table.room, Viewer(Role.AUDIENCE, None, viewer(99).voter))
    published = {"approved", "live", "answered"}
    assert {question.state for question in view.questions} <= published
    assert all(question.reject_reason is None for question in view.questions)
    assert b"ingest.example" not in msgspec.json.encode(view)
    assert view.floor.undo is None
    assert len(view.floor.queue) <= 1
    assert {seat.media.link for seat in view.seats} == {"none"}


def test_a_view_of_every_role_can_be_made_and_encoded() -> None:
    table = Table()
    for role in Role:
        seat = SeatId("gdynia") if role is Role.DELEGATE else None
        assert msgspec.json.encode(project(table.room, Viewer(role, seat)))
