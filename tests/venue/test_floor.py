import pytest

from tests.venue.table import CHAIR, TECHNICIAN, Table, delegate, viewer, with_open_list
from venue.roles import SYSTEM
from venue.staging import open_microphones

pytestmark = pytest.mark.unit

GDYNIA, DIJON, TAICHUNG = delegate("gdynia"), delegate("dijon"), delegate("taichung")


def speaking(*queue: str) -> Table:
    """Gdynia speaks (t1), the others wait."""
    table = with_open_list("gdynia", *queue)
    table.when(GDYNIA, "floor.request")
    for seat in queue:
        table.when(delegate(seat), "floor.request")
    table.when(CHAIR, "floor.call")
    return table


def test_requests_are_refused_until_the_list_is_open() -> None:
    table = Table()
    assert table.refused(GDYNIA, "floor.request") == "floor.list_not_open"
    table.when(CHAIR, "floor.open")
    assert table.when(GDYNIA, "floor.request") == ["TurnQueued"]


def test_a_second_request_of_the_same_person_returns_the_first_turn() -> None:
    table = with_open_list()
    table.when(GDYNIA, "floor.request")
    assert table.when(GDYNIA, "floor.request") == []
    assert table.when(CHAIR, "floor.add_for", seat="gdynia") == []
    assert table.queued() == ["t1"]


def test_the_chair_adds_a_speaker_in_the_room_while_the_list_is_closed() -> None:
    table = Table()
    table.when(CHAIR, "floor.add_for", name="Professor Chen", delegation="NCHU", source="room")
    assert table.room.floor.queue[0].in_room
    assert table.room.floor.queue[0].seat == "room"
    assert table.when(CHAIR, "floor.add_for", name="professor chen", source="room") == []


def test_two_named_speakers_of_the_room_wait_both_though_they_share_its_microphones() -> None:
    table = Table()
    table.when(CHAIR, "floor.add_for", name="A")
    table.when(CHAIR, "floor.add_for", name="B")
    assert table.queued() == ["t1", "t2"]


def test_a_speaker_without_name_and_seat_is_refused() -> None:
    assert Table().refused(CHAIR, "floor.add_for", name="  ") == "floor.name_missing"


def test_a_called_remote_speaker_who_is_live_starts_at_once() -> None:
    table = with_open_list("gdynia")
    table.when(GDYNIA, "floor.request")
    assert table.when(CHAIR, "floor.call") == ["TurnCalled", "TurnStarted"]
    assert table.current() == ("t1", "speaking")


def test_the_clock_starts_when_the_media_is_live_and_not_at_the_call() -> None:
    table = with_open_list()
    table.when(GDYNIA, "floor.request")
    table.when(CHAIR, "floor.call")
    assert table.current() == ("t1", "calling")
    table.pass_ms(7_000)
    table.live("gdynia")
    current = table.room.floor.current
    assert current is not None
    assert current.running_since == table.now
    assert current.called_at == table.now - 7_000


def test_a_muted_speaker_starts_when_they_open_their_microphone() -> None:
    table = with_open_list("gdynia")
    table.when(GDYNIA, "self.mute", muted=True)
    table.when(GDYNIA, "floor.request")
    table.when(CHAIR, "floor.call")
    assert table.current() == ("t1", "calling")
    assert table.when(GDYNIA, "self.mute", muted=False) == ["MuteChanged", "TurnStarted"]


def test_a_speaker_in_the_room_starts_when_somebody_there_opens_the_microphone() -> None:
    table = with_open_list("room")
    table.when(CHAIR, "floor.add_for", name="Professor Chen")
    table.when(CHAIR, "floor.call")
    assert table.current() == ("t1", "calling")
    assert table.when(TECHNICIAN, "floor.start", turn="t1") == ["TurnStarted"]
    assert open_microphones(table.room) == {"room"}


def test_starting_a_speaker_who_speaks_already_changes_nothing() -> None:
    assert speaking().when(CHAIR, "floor.start", turn="t1") == []


def test_calling_the_next_ends_the_speaker_before() -> None:
    table = speaking("dijon")
    table.pass_ms(60_000)
    assert table.when(CHAIR, "floor.call", expect_current="t1") == [
        "TurnEnded",
        "TurnCalled",
        "TurnStarted",
    ]
    assert [(entry.turn, entry.stop - entry.start) for entry in table.room.floor.ledger] == [
        ("t1", 60_000)
    ]


def test_the_second_of_two_moderators_who_call_next_is_told_that_the_floor_has_advanced() -> None:
    table = speaking("dijon", "taichung")
    table.when(CHAIR, "floor.call", expect_current="t1")
    assert table.refused(CHAIR, "floor.call", expect_current="t1") == "floor.advanced"
    assert table.current() == ("t2", "speaking")


def test_expecting_nobody_is_refused_while_somebody_speaks() -> None:
    assert speaking("dijon").refused(CHAIR, "floor.call", expect_current=None) == "floor.advanced"


def test_calling_from_an_empty_queue_is_refused_and_leaves_the_speaker() -> None:
    table = speaking()
    assert table.refused(CHAIR, "floor.call", expect_current="t1") == "floor.queue_empty"
    assert table.refused(CHAIR, "floor.call", turn="t1") == "floor.already_called"
    assert table.refused(CHAIR, "floor.call", turn="t9") == "floor.not_queued"


def test_a_paused_speech_keeps_its_remaining_time() -> None:
    table = speaking()
    table.pass_ms(20_000)
    table.when(CHAIR, "floor.pause", turn="t1", reason="chair")
    table.pass_ms(100_000)
    table.when(CHAIR, "floor.resume", turn="t1")
    table.pass_ms(10_000)
    current = table.room.floor.current
    assert current is not None
    assert current.spoken_at(table.now) == 30_000
    assert table.when(CHAIR, "floor.resume", turn="t1") == []


def test_a_late_done_of_a_speaker_whose_turn_has_ended_is_harmless() -> None:
    table = speaking("dijon")
    table.when(CHAIR, "floor.call", expect_current="t1")
    assert table.refused(GDYNIA, "floor.end", turn="t1") == "floor.not_current"


def test_a_delegate_ends_only_their_own_turn() -> None:
    table = speaking("dijon")
    assert table.refused(DIJON, "floor.end", turn="t1") == "floor.not_yours"
    table.when(GDYNIA, "floor.end", turn="t1")
    assert table.current() is None


def test_withdrawing_is_always_allowed_to_oneself_and_to_nobody_else() -> None:
    table = with_open_list()
    table.when(GDYNIA, "floor.request")
    table.when(CHAIR, "floor.close")
    assert table.refused(DIJON, "floor.withdraw", turn="t1") == "floor.not_yours"
    assert table.when(GDYNIA, "floor.withdraw", turn="t1") == ["TurnWithdrawn"]
    assert table.refused(GDYNIA, "floor.withdraw", turn="t1") == "floor.unknown_turn"


def test_a_called_speaker_who_withdraws_frees_the_floor() -> None:
    table = with_open_list()
    table.when(GDYNIA, "floor.request")
    table.when(CHAIR, "floor.call")
    assert table.when(GDYNIA, "floor.withdraw", turn="t1") == ["TurnEnded"]
    assert table.current() is None


def test_moving_goes_by_anchor_and_a_gone_anchor_is_refused() -> None:
    table = with_open_list()
    for seat in ("gdynia", "dijon", "taichung"):
        table.when(delegate(seat), "floor.request")
    table.when(CHAIR, "floor.move", turn="t3", after="top")
    assert table.queued() == ["t3", "t1", "t2"]
    table.when(CHAIR, "floor.move", turn="t3", after="t1")
    assert table.queued() == ["t1", "t3", "t2"]
    assert table.when(CHAIR, "floor.move", turn="t3", after="t1") == []
    table.when(DIJON, "floor.withdraw", turn="t2")
    assert table.refused(CHAIR, "floor.move", turn="t1", after="t2") == "floor.anchor_gone"
    assert table.refused(CHAIR, "floor.move", turn="t1", after="t1") == "floor.anchor_gone"
    assert table.refused(CHAIR, "floor.move", turn="t2", after="top") == "floor.not_queued"


def test_extending_adds_to_the_limit() -> None:
    table = speaking()
    table.when(CHAIR, "floor.extend", turn="t1", seconds=60)
    assert table.room.floor.current is not None
    assert table.room.floor.current.limit_ms == 240_000


def test_losing_the_speaker_holds_the_turn_with_the_clock_at_the_last_packet() -> None:
    table = speaking()
    table.pass_ms(30_000)
    events = table.when(SYSTEM, "media.state", seat="gdynia", link="lost", silent_ms=3_000)
    assert events == ["MediaChanged", "TurnHeld"]
    current = table.room.floor.current
    assert current is not None
    assert (current.held_reason, current.spoken_ms) == ("disconnect", 27_000)


def test_coming_back_does_not_put_anybody_on_air() -> None:
    table = speaking()
    table.when(SYSTEM, "media.state", seat="gdynia", link="lost")
    assert table.refused(CHAIR, "floor.resume", turn="t1") == "floor.speaker_not_ready"
    table.live("gdynia")
    assert table.current() == ("t1", "held")
    assert open_microphones(table.room) == frozenset()
    table.when(CHAIR, "floor.resume", turn="t1")
    assert open_microphones(table.room) == {"gdynia"}


def test_losing_the_room_feed_holds_the_turn_of_whoever_speaks_there() -> None:
    table = with_open_list("room")
    table.when(CHAIR, "floor.add_for", name="Professor Chen")
    table.when(CHAIR, "floor.call")
    table.when(CHAIR, "floor.start", turn="t1")
    table.when(SYSTEM, "media.state", seat="room", link="lost")
    assert table.room.floor.current is not None
    assert table.room.floor.current.held_reason == "technical"


def test_a_dead_engine_holds_the_speaker_and_forgets_all_media() -> None:
    table = speaking()
    table.when(SYSTEM, "engine.state", state="up")
    table.when(SYSTEM, "engine.state", state="down")
    assert table.current() == ("t1", "held")
    assert not any(seat.media.flowing for seat in table.room.seats.values())
    table.when(SYSTEM, "engine.state", state="up")
    table.live("gdynia")
    assert table.current() == ("t1", "held")


def test_losing_a_waiting_person_keeps_their_place() -> None:
    table = speaking("dijon")
    table.when(SYSTEM, "media.state", seat="dijon", link="lost")
    table.when(SYSTEM, "seat.presence", seat="dijon", presence="away")
    assert table.queued() == ["t2"]


def test_after_a_restart_a_running_turn_is_held_with_the_time_until_the_last_sign_of_life() -> None:
    table = speaking()
    table.pass_ms(50_000)
    table.when(SYSTEM, "room.restored", last_seen=table.now - 10_000)
    current = table.room.floor.current
    assert current is not None
    assert (current.held_reason, current.spoken_ms) == ("technical", 40_000)
    assert table.when(SYSTEM, "room.restored") == []


def test_an_announced_closing_lets_requests_under_way_in() -> None:
    table = with_open_list()
    table.when(CHAIR, "floor.close", closing_at=table.now + 10_000)
    assert table.room.floor.list == "open"
    table.pass_ms(11_000)
    table.when(GDYNIA, "floor.request")
    assert table.when(SYSTEM, "room.tick") == []
    table.pass_ms(1_000)
    assert table.when(SYSTEM, "room.tick") == ["ListClosed"]
    assert table.refused(DIJON, "floor.request") == "floor.list_not_open"


def test_a_closing_in_the_past_or_of_a_closed_list_is_refused() -> None:
    table = with_open_list()
    assert table.refused(CHAIR, "floor.close", closing_at=5) == "floor.closing_at_past"
    table.when(CHAIR, "floor.close")
    assert table.when(CHAIR, "floor.close") == []
    assert table.refused(CHAIR, "floor.close", closing_at=table.now + 1) == "floor.list_not_open"


def test_undoing_a_call_restores_queue_speaker_and_clock() -> None:
    table = speaking("dijon", "taichung")
    table.pass_ms(40_000)
    table.when(CHAIR, "floor.call", expect_current="t1")
    op = table.last_op()
    table.pass_ms(5_000)
    assert table.when(CHAIR, "floor.undo", command=op) == ["CallUndone"]
    assert table.queued() == ["t2", "t3"]
    assert table.current() == ("t1", "speaking")
    current = table.room.floor.current
    assert current is not None
    assert current.spoken_at(table.now) == 40_000
    charged = [entry for entry in table.room.floor.ledger if entry.charged]
    assert [entry.turn for entry in charged] == ["t1"]
    assert open_microphones(table.room) == {"gdynia"}


def test_undoing_does_not_put_a_speaker_on_air_who_was_lost_meanwhile() -> None:
    table = speaking("dijon")
    table.when(CHAIR, "floor.call", expect_current="t1")
    op = table.last_op()
    table.when(SYSTEM, "media.state", seat="gdynia", link="lost")
    table.when(CHAIR, "floor.undo", command=op)
    assert table.current() == ("t1", "held")


def test_undoing_the_first_call_leaves_the_floor_idle() -> None:
    table = speaking()
    table.when(CHAIR, "floor.undo", command=table.last_op())
    assert table.current() is None
    assert table.queued() == ["t1"]


def test_undoing_twice_is_harmless() -> None:
    table = speaking("dijon")
    op = table.last_op()
    table.when(CHAIR, "floor.undo", command=op)
    assert table.when(CHAIR, "floor.undo", command=op) == []


def test_an_undo_too_late_or_of_something_else_is_refused() -> None:
    table = speaking("dijon")
    op = table.last_op()
    assert table.refused(CHAIR, "floor.undo", command="zzz") == "floor.undo_unknown"
    table.pass_ms(60_000)
    assert table.refused(CHAIR, "floor.undo", command=op) == "floor.undo_expired"


def test_a_call_on_which_something_later_depends_is_not_undone() -> None:
    table = speaking("dijon")
    op = table.last_op()
    table.when(CHAIR, "floor.extend", turn="t1", seconds=30)
    assert table.refused(CHAIR, "floor.undo", command=op) == "floor.undo_stale"


@pytest.mark.parametrize("verb", ["floor.open", "floor.call", "onair.start", "stage.bring"])
def test_delegates_and_audience_do_not_hold_the_gavel(verb: str) -> None:
    body = {"seat": "gdynia"} if verb == "stage.bring" else {}
    assert Table().refused(GDYNIA, verb, **body) == "role.forbidden"
    assert Table().refused(viewer(1), verb, **body) == "role.forbidden"


def test_facts_are_taken_from_our_own_processes_only() -> None:
    table = Table()
    assert table.refused(CHAIR, "media.state", seat="gdynia", link="good") == "role.forbidden"


def test_the_chair_microphone_is_the_room_feed_until_the_chair_sends_sound() -> None:
    table = with_open_list("room")
    table.when(CHAIR, "floor.chair", open=True)
    assert open_microphones(table.room) == {"room"}
    table.live("chair")
    assert open_microphones(table.room) == {"chair"}
    table.when(CHAIR, "floor.chair", open=False)
    assert open_microphones(table.room) == frozenset()


def test_the_mode_decides_whose_microphones_are_open() -> None:
    table = speaking("dijon")
    table.when(CHAIR, "stage.bring", seat="dijon")
    assert open_microphones(table.room) == {"gdynia"}
    table.when(CHAIR, "floor.mode", mode="panel_open")
    assert open_microphones(table.room) == {"gdynia", "dijon"}
    table.when(CHAIR, "mute", seat="dijon")
    assert open_microphones(table.room) == {"gdynia"}
    table.when(CHAIR, "floor.mode", mode="chair_only")
    assert open_microphones(table.room) == frozenset()


def test_somebody_may_ask_again_while_speaking() -> None:
    table = speaking()
    table.when(GDYNIA, "floor.request")
    assert table.queued() == ["t2"]
    table.when(CHAIR, "floor.pause", turn="t1")
    assert table.when(GDYNIA, "floor.request") == []
