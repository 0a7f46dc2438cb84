"""The life of a broadcast in virtual time: a model of YouTube, no network, no waiting."""

from dataclasses import replace as with_

import pytest
from msgspec.structs import replace

from streaming.youtube import decider
from streaming.youtube.decider import adopted, next_step
from streaming.youtube.flow import CONFIRM_MS
from streaming.youtube.steps import (
    Case,
    FindBroadcasts,
    FindStreams,
    Found,
    Keep,
    Look,
    Observe,
    Wait,
    Write,
)
from venue.broadcast_commands import Memory
from venue.ids import Instant
from venue.wire_youtube import BroadcastWanted

pytestmark = pytest.mark.unit

NOW = Instant(1_000_000_000)
READY = Memory(marker="m", stream="S", broadcast="B", configured="w", described="d")


def case(wanted: BroadcastWanted, memory: Memory = READY, **known: object) -> Case:
    told = {"details": "d", "privacy": "unlisted", **known}
    return Case(wanted, Instant(NOW - 1000), "w", memory, **told)  # type: ignore[arg-type]


def look(lifecycle: str, stream: str = "active", **known: object) -> Look:
    seen = Look(NOW, lifecycle, "S", "unlisted", stream, "good")
    return with_(seen, **known)


def verb_of(step: object) -> str:
    return step.verb if isinstance(step, Write) else type(step).__name__


@pytest.mark.parametrize(
    ("wanted", "lifecycle", "stream", "expected"),
    [
        # Every row of the state machine, for what an operator may want in it.
        ("prepared", "created", "ready", "bind"),
        ("prepared", "ready", "ready", "Wait"),
        ("prepared", "ready", "active", "Wait"),
        ("preflight", "ready", "ready", "Wait"),
        ("preflight", "ready", "active", "Wait"),
        ("live", "created", "active", "bind"),
        ("live", "ready", "ready", "Wait"),
        ("live", "ready", "inactive", "Wait"),
        ("live", "ready", "error", "Wait"),
        ("live", "ready", "active", "live"),
        ("live", "testStarting", "active", "Keep"),
        ("live", "testing", "active", "live"),
        ("live", "testing", "inactive", "Wait"),
        ("live", "liveStarting", "active", "Keep"),
        ("live", "live", "active", "Keep"),
        ("live", "live", "inactive", "Keep"),
        ("live", "complete", "active", "Wait"),
        ("live", "revoked", "active", "Wait"),
        ("ended", "created", "ready", "delete"),
        ("ended", "ready", "active", "delete"),
        ("ended", "testing", "active", "complete"),
        ("ended", "live", "active", "complete"),
        ("ended", "live", "inactive", "complete"),
        ("ended", "liveStarting", "active", "Keep"),
        ("ended", "testStarting", "active", "Keep"),
        ("ended", "complete", "inactive", "Wait"),
        ("ended", "revoked", "inactive", "Wait"),
        ("off", "ready", "ready", "delete"),
        ("off", "live", "active", "complete"),
    ],
)
def test_each_state_leads_to_one_step(
    wanted: BroadcastWanted, lifecycle: str, stream: str, expected: str
) -> None:
    bound = "" if lifecycle == "created" else "S"
    seen = look(lifecycle, stream, bound=bound)
    assert verb_of(next_step(case(wanted, look=seen), NOW)) == expected


def test_a_stream_that_is_active_from_an_older_push_is_not_gone_live_with() -> None:
    assert verb_of(next_step(case("live", look=look("ready"), pushing=False), NOW)) == "Wait"


def test_going_live_comes_before_another_text() -> None:
    new_text = replace(READY, configured="former")
    assert verb_of(next_step(case("live", new_text, look=look("ready")), NOW)) == "live"
    assert verb_of(next_step(case("live", new_text, look=look("ready", "ready")), NOW)) == "update"
    aired = replace(new_text, aired=True)
    assert verb_of(next_step(case("live", aired, look=look("live")), NOW)) == "update"


@pytest.mark.parametrize(
    ("wanted", "lifecycle", "aired", "said", "expected"),
    [
        # Changed in the studio, before the show: said, then set again on the way to live.
        ("prepared", "ready", False, 0, "Wait"),
        ("preflight", "ready", False, 0, "status"),
        ("live", "ready", False, 0, "status"),
        ("live", "liveStarting", False, 0, "status"),
        ("live", "live", False, 0, "status"),
        # In the show somebody may be hiding it: only a new word of the operator's counts.
        ("live", "live", True, 0, "Wait"),
        ("live", "live", True, 1, "status"),
        ("prepared", "ready", False, 1, "status"),
    ],
)
def test_who_may_watch_is_set_as_the_operator_said(
    wanted: BroadcastWanted, lifecycle: str, aired: bool, said: int, expected: str
) -> None:
    memory = replace(READY, aired=aired, starting_since=NOW, configured="w")
    seen = look(lifecycle, privacy="public")
    known = case(wanted, memory, look=seen, privacy_said=said)
    step = next_step(known, NOW)
    assert verb_of(step) == expected
    if isinstance(step, Write):
        assert step.before.privacy_said == said
        # Refused: it rests, and nothing goes live.
        resting = with_(known, rests={"status": Instant(NOW + 60_000)})
        assert verb_of(next_step(resting, Instant(NOW + 59_000))) in ("Observe", "Keep", "Wait")
        assert verb_of(next_step(resting, Instant(NOW + 60_000))) == "status"


@pytest.mark.parametrize("flag", ["auto_start", "auto_stop", "monitored"])
def test_only_operators_begin_and_end_it_as_long_as_that_can_be_said(flag: str) -> None:
    on: dict[str, object] = {flag: True}
    wanted: tuple[BroadcastWanted, ...] = ("prepared", "preflight", "live")
    for word in wanted:
        assert verb_of(next_step(case(word, look=look("ready", **on)), NOW)) == "flags"
    resting = case("live", look=look("ready", **on), rests={"flags": Instant(NOW + 1)})
    assert verb_of(next_step(resting, NOW)) == "live"
    aired = case("live", replace(READY, aired=True), look=look("live", **on))
    assert verb_of(next_step(aired, NOW)) == "Wait"


def test_what_is_on_youtube_unasked_is_looked_at_soon() -> None:
    soon = Instant(NOW + decider.UNPUSHED_POLL_MS)
    for wanted, state in (("prepared", "live"), ("preflight", "liveStarting")):
        seen = case(wanted, look=look(state))  # type: ignore[arg-type]
        assert verb_of(next_step(seen, NOW)) == "Wait"
        assert verb_of(next_step(seen, soon)) == "Observe"


def test_a_word_that_youtube_knows_already_is_noted_and_not_sent() -> None:
    step = next_step(case("live", look=look("ready"), privacy_said=3), NOW)
    assert isinstance(step, Keep)
    assert step.memory == replace(READY, privacy_said=3, made_for_kids=False)


def test_a_picture_follows_when_nothing_is_under_way() -> None:
    calm = Instant(NOW + decider.DESCRIBE_AFTER_MS)
    seen = look("ready", at=calm)
    wanted = case("prepared", look=seen, picture="p")
    assert verb_of(next_step(wanted, NOW)) == "Wait"
    step = next_step(wanted, calm)
    assert isinstance(step, Write)
    assert (step.verb, step.before.pending, step.before.pictured) == ("thumbnail", "thumbnail", "p")
    assert verb_of(next_step(with_(wanted, niceties_from=Instant(calm + 1)), calm)) == "Wait"
    assert verb_of(next_step(with_(wanted, picture=""), calm)) == "Wait"
    assert verb_of(next_step(with_(wanted, wanted="live"), calm)) == "live"
    on_its_way = look("liveStarting", at=calm)
    memory = replace(READY, starting_since=calm)
    starting = with_(wanted, wanted="live", memory=memory, look=on_its_way)
    assert verb_of(next_step(starting, calm)) == "Wait"


def test_what_says_how_it_should_be_is_said_again_when_its_outcome_is_unknown() -> None:
    for verb, forgotten in (
        ("update", {"configured": ""}),
        ("describe", {"described": ""}),
        ("thumbnail", {"pictured": ""}),
    ):
        memory = replace(READY, pending=verb, pictured="p")
        step = next_step(case("live", memory, look=look("live")), NOW)
        assert isinstance(step, Keep)
        assert step.memory == replace(memory, pending="", **forgotten)


def test_every_write_is_noted_before_it_is_made() -> None:
    for wanted, seen in (("live", look("ready")), ("ended", look("live")), ("off", look("ready"))):
        step = next_step(case(wanted, look=seen), NOW)  # type: ignore[arg-type]
        assert isinstance(step, Write)
        assert step.before.pending == step.verb


def test_while_an_outcome_is_unknown_nothing_is_written() -> None:
    pending = replace(READY, broadcast="", pending="insert")
    assert isinstance(next_step(case("live", pending), NOW), FindBroadcasts)
    stream = Memory(marker="m", pending="stream")
    assert isinstance(next_step(case("live", stream), NOW), FindStreams)
    for verb in ("bind", "live", "complete", "delete", "update"):
        step = next_step(case("live", replace(READY, pending=verb)), NOW)
        assert isinstance(step, Observe)


def test_of_twins_the_bound_one_is_kept_and_else_the_oldest() -> None:
    old, new = Found("A", "2026-01-01", False), Found("B", "2026-01-02", False)
    assert adopted(Memory(), (new, old)) == Memory(broadcast="A", discard=("B",))
    bound = with_(new, bound=True)
    assert adopted(Memory(), (old, bound)) == Memory(broadcast="B", discard=("A",))
    assert adopted(Memory(), ()) == Memory()


def test_what_is_to_go_holds_nothing_up() -> None:
    """A stuck one may hold the key: it is tried once before going live, and then beside it."""
    memory = replace(READY, discard=("A",))
    without = next_step(case("live", replace(memory, broadcast=""), found=()), NOW)
    assert verb_of(without) == "insert"
    first = next_step(case("live", memory, look=look("ready")), NOW)
    assert isinstance(first, Write)
    assert (first.verb, first.target) == ("delete", "A")
    later = Instant(NOW + 30_000)
    refused = case("live", memory, look=look("ready"), refusals={"A": (0, later)})
    assert verb_of(next_step(refused, NOW)) == "live"
    aired = replace(memory, aired=True)
    live = case("live", aired, look=look("live", at=later), refusals={"A": (1, later)})
    assert next_step(live, Instant(later - 1)) == Wait(later)
    step = next_step(live, later)
    assert isinstance(step, Write)
    assert (step.verb, step.target) == ("complete", "A")


def test_what_is_prepared_is_looked_at_each_minute_when_it_is_about_to_begin() -> None:
    def looks_again(starts_at: int) -> int:
        waiting = case("prepared", look=look("ready"), starts_at=Instant(starts_at))
        step = next_step(waiting, NOW)
        assert isinstance(step, Wait)
        return (step.until or 0) - NOW

    half_an_hour_ms = 1_800_000
    assert looks_again(NOW + half_an_hour_ms) == decider.SOON_POLL_MS
    assert looks_again(NOW - half_an_hour_ms) == decider.SOON_POLL_MS
    assert looks_again(NOW + half_an_hour_ms + 1) == decider.PREPARED_POLL_MS
    assert looks_again(NOW - half_an_hour_ms - 1) == decider.PREPARED_POLL_MS


def test_after_an_insert_of_unknown_outcome_there_is_another_count() -> None:
    pending = replace(READY, broadcast="", pending="insert")
    step = next_step(case("prepared", pending, found=()), NOW)
    assert isinstance(step, Keep)
    due = Instant(NOW + decider.RECOUNT_MS)
    assert step.memory.recount_at == due
    memory = replace(READY, recount_at=due)
    seen = look("ready", at=due)
    assert verb_of(next_step(case("prepared", memory, look=seen), Instant(due - 1))) == "Wait"
    assert verb_of(next_step(case("prepared", memory, look=seen), due)) == "FindBroadcasts"
    old = case("prepared", memory, look=seen, found=(), found_at=NOW)
    assert verb_of(next_step(old, due)) == "FindBroadcasts"
    # Ours is kept, whichever is older: its link is known.
    both = (Found("B", "2026-01-02", False), Found("A", "2026-01-01", False))
    step = next_step(case("prepared", memory, look=seen, found=both, found_at=due), due)
    assert isinstance(step, Keep)
    assert (step.memory.broadcast, step.memory.discard) == ("B", ("A",))
    assert step.memory.recount_at is None
    # What was cancelled meanwhile leaves none either.
    gone = replace(memory, broadcast="")
    assert next_step(case("off", gone), NOW) == Wait(due)
    step = next_step(case("off", gone, found=both[1:], found_at=due), due)
    assert isinstance(step, Keep)
    assert step.memory.discard == ("A",)


def test_a_start_is_stuck_after_ninety_seconds_and_not_before() -> None:
    memory = replace(READY, starting_since=NOW)
    seen = look("liveStarting")
    for after_ms, expected in ((89_999, "Observe"), (90_000, "Keep")):
        step = next_step(case("live", memory, look=seen), Instant(NOW + after_ms))
        assert verb_of(step) == expected
    assert isinstance(step, Keep)
    assert step.memory.discard == ("B",)
    assert step.memory.stream == "S"
    assert (step.memory.broadcast, step.memory.attempt) == ("", 1)


def test_what_was_on_air_and_vanished_is_not_replaced_unasked() -> None:
    gone = look("", broadcast_absent_since=NOW)
    later = Instant(NOW + decider.ABSENT_MS)
    aired = case("live", replace(READY, aired=True), look=gone)
    assert verb_of(next_step(aired, later)) == "Wait"
    step = next_step(case("live", look=gone), later)
    assert isinstance(step, Keep)
    # Lists may not have shown it only: then it is to go, unless it is there to be used again.
    assert (step.memory.broadcast, step.memory.discard) == ("", ("B",))
    back = adopted(step.memory, (Found("B", "2026-01-01", True),))
    assert (back.broadcast, back.discard) == ("B", ())


def test_a_live_broadcast_that_takes_nothing_of_ours_is_looked_at_soon() -> None:
    """Its key may be another one; a calm broadcast is looked at once a minute."""
    long_ago = with_(case("live", replace(READY, aired=True), look=look("live")), asked_at=0)
    soon = Instant(NOW + decider.UNPUSHED_POLL_MS)
    assert verb_of(next_step(long_ago, soon)) == "Wait"
    assert verb_of(next_step(with_(long_ago, pushing=False), soon)) == "Observe"


def test_trouble_is_waited_out() -> None:
    until = Instant(NOW + 5000)
    assert next_step(case("live", look=look("ready"), blocked_until=until), NOW) == Wait(until)
    assert (
        verb_of(next_step(case("live", look=look("ready"), blocked_until=until), until)) == "live"
    )


@pytest.mark.parametrize(
    ("flowing_ms", "poll_ms"),
    [
        (1_000, decider.UNPUSHED_POLL_MS),
        (-CONFIRM_MS + 1, decider.UNPUSHED_POLL_MS),
        (-CONFIRM_MS, decider.TROUBLED_POLL_MS),
    ],
)
def test_what_is_sent_again_is_looked_at_often_until_youtube_should_show_it(
    flowing_ms: int, poll_ms: int
) -> None:
    aired = replace(READY, aired=True)
    unfed = case("live", aired, look=look("live", "inactive"))
    seen = with_(unfed, asked_at=Instant(0), flowing_since=Instant(NOW + flowing_ms))
    assert verb_of(next_step(seen, Instant(NOW + poll_ms - 1))) == "Wait"
    assert verb_of(next_step(seen, Instant(NOW + poll_ms))) == "Observe"
