"""The life of one broadcast.  Pure: what is wanted, remembered and seen, in; the next step, out.

                    look                               look: stream active
    (nothing) --insert--> created --bind--> ready --------------live-------> liveStarting
        ^                                     |                                  |  look
        |                                  delete                    90 s: stuck |  v
        +-------------------------------------+---- replacement, same key <------+ live
                                                                                    | complete
                                                                          complete <+

Every write is preceded by a note of it in the room's journal (``Memory.pending``).  While a note
stands, its outcome is unknown: it is found out by looking or listing, and never guessed.  A
broadcast is found again by its marker, the last line of its description.

Only an operator ends a broadcast: no fault of a call, a stream or an encoder leads to ``Complete``.
"""

from collections.abc import Mapping
from typing import Literal

from msgspec.structs import replace

from streaming.youtube.flow import is_unconfirmed
from streaming.youtube.steps import (
    Case,
    FindBroadcasts,
    FindStreams,
    Found,
    Keep,
    Look,
    Observe,
    Step,
    Wait,
    Write,
)
from venue.broadcast import ON_YOUTUBE, OVER
from venue.broadcast_commands import Memory
from venue.ids import Instant

STARTING_POLL_MS = 2_000
STARTING_FAST_MS = 120_000
STARTING_SLOW_POLL_MS = 10_000
STUCK_MS = 90_000
STUCK_AGAIN_MS = 600_000
REPLACEMENTS = 3
"""After so many stuck broadcasts the next is waited for longer."""

PREPARED_POLL_MS = 600_000
SOON_POLL_MS = 60_000
SOON_MS = 1_800_000
"""So long before and after the announced start, what somebody changes in the studio shows soon."""

DESCRIBE_AFTER_MS = 20_000
"""What was just made is a broadcast at once, and a video some seconds later."""

CHECKED_POLL_MS = 15_000
"""While the tone is sent, somebody in the studio may let others hear it."""

TROUBLED_POLL_MS = 15_000
UNPUSHED_POLL_MS = 5_000
"""Nothing of ours is taken, perhaps because the key is another; or it has just been taken again."""

LIVE_POLLS_MS = ((120_000, 10_000), (600_000, 30_000))
"""Up to this long after the operator's word, look this often."""

LIVE_CALM_POLL_MS = 60_000
OVER_POLL_MS = 600_000
ABSENT_MS = 60_000
RECOUNT_MS = 60_000
"""A list may not show for a while what was just made."""

_EARLY = frozenset({"created", "ready"})
_ON_ITS_WAY = frozenset({"testStarting", "liveStarting"})

_SAID_AGAIN: Mapping[str, Mapping[str, object]] = {
    "status": {"privacy_said": -1},
    "update": {"configured": ""},
    "describe": {"described": ""},
    "thumbnail": {"pictured": ""},
}
"""Writes that say how it should be, with what is forgotten of one whose outcome is unknown: made
twice they do no harm, not made they would never be."""


def next_step(case: Case, now: Instant) -> Step:
    """What to do now."""
    if case.blocked_until is not None and now < case.blocked_until:
        return Wait(case.blocked_until)
    if case.memory.pending:
        return _find_out(case, now)
    down = case.wanted in ("off", "ended")
    step = _down(case, now) if down else _up(case, now)
    if not isinstance(step, Wait):
        return step
    return _recount(case, now) or _sweep(case, now) or _wait(case, step)


def _wait(case: Case, step: Wait) -> Wait:
    due = [case.refusals[each][1] for each in case.memory.discard if each in case.refusals]
    due += [at for at in (step.until, case.memory.recount_at) if at is not None]
    return Wait(min(due, default=None))


def _find_out(case: Case, now: Instant) -> Step:
    """A write was begun and its outcome is not known."""
    memory = case.memory
    settled = replace(memory, pending="")
    match memory.pending:
        case "stream":
            if case.streams is None:
                return FindStreams()
            return Keep(replace(settled, stream=case.streams[0] if case.streams else ""))
        case "insert":
            if case.found is None:
                return FindBroadcasts()
            settled = replace(settled, recount_at=Instant(now + RECOUNT_MS))
            return Keep(adopted(settled, case.found))
        case verb:
            if memory.broadcast and case.look is None:
                return Observe()
            return Keep(replace(settled, **_SAID_AGAIN.get(verb, {})))


def adopted(memory: Memory, found: tuple[Found, ...]) -> Memory:
    """Take the broadcast that is there; of twins the bound one, else the oldest."""
    if not found:
        return memory
    kept = min(found, key=lambda each: (not each.bound, each.published_at, each.id))
    return _alone(replace(memory, broadcast=kept.id), found)


def _alone(memory: Memory, found: tuple[Found, ...]) -> Memory:
    """Have all go that were found beside ours."""
    listed = dict.fromkeys((*memory.discard, *(each.id for each in found)))
    return replace(memory, discard=tuple(each for each in listed if each != memory.broadcast))


def _recount(case: Case, now: Instant) -> Step | None:
    """An insert of unknown outcome, made again, may have been applied late."""
    memory = case.memory
    if memory.recount_at is None or now < memory.recount_at:
        return None
    if case.found is None or (case.found_at or 0) < memory.recount_at:
        return FindBroadcasts()
    return Keep(replace(_alone(memory, case.found), recount_at=None))


def _up(case: Case, now: Instant) -> Step:
    """Towards prepared, preflight or live."""
    memory = case.memory
    if not memory.stream:
        return _stream(case)
    if not memory.broadcast:
        if case.found is None:
            return FindBroadcasts()
        if case.found:
            return Keep(adopted(memory, case.found))
        return _insert(case)
    look = case.look
    if look is None:
        return Observe()
    if look.lifecycle in OVER:
        return _poll(look, OVER_POLL_MS, now)
    if not look.lifecycle:
        return _absent(case, look, now)
    if not look.stream_status and look.lifecycle in _EARLY:
        gone = _long(look.stream_absent_since, now)
        return Keep(replace(memory, stream="")) if gone else _poll(look, STARTING_POLL_MS, now)
    return (
        _bind(case, look)
        or _flags(case, look, now)
        or _who_may_watch(case, look, now)
        or _aired(case, look)
        or _text(case, look)
        or _nicety(case, look, now)
        or _towards(case, look, now)
    )


def _insert(case: Case) -> Step:
    begun = replace(
        case.memory,
        pending="insert",
        configured=case.wish,
        privacy_said=case.privacy_said,
        made_for_kids=case.made_for_kids,
        described="",
        pictured="",
    )
    return Write("insert", begun)


def _stream(case: Case) -> Step:
    if case.streams is None:
        return FindStreams()
    if case.streams:
        return Keep(replace(case.memory, stream=case.streams[0]))
    return Write("stream", replace(case.memory, pending="stream"))


def _sweep(case: Case, now: Instant) -> Step | None:
    """Take away twins and stuck broadcasts; one that cannot be deleted may have gone live."""
    for broadcast in case.memory.discard:
        refused, again_at = case.refusals.get(broadcast, (0, Instant(0)))
        if now >= again_at:
            verb: Literal["delete", "complete"] = "complete" if refused % 2 else "delete"
            return Write(verb, replace(case.memory, pending=verb), broadcast)
    return None


def _absent(case: Case, look: Look, now: Instant) -> Step:
    """Somebody removed it in the studio.  What was on air is not replaced without being asked."""
    if not _long(look.broadcast_absent_since, now):
        return _poll(look, STARTING_POLL_MS, now)
    if case.memory.aired:
        return _poll(look, OVER_POLL_MS, now)
    return Keep(replace(_given_up(case.memory), starting_since=None))


def _given_up(memory: Memory) -> Memory:
    """Without its broadcast; should it come back, it is to go."""
    return replace(memory, broadcast="", discard=(*memory.discard, memory.broadcast))


def _long(since: Instant | None, now: Instant) -> bool:
    return since is not None and now - since >= ABSENT_MS


def _bind(case: Case, look: Look) -> Step | None:
    memory = case.memory
    if look.lifecycle in _EARLY and look.bound != memory.stream:
        return Write("bind", replace(memory, pending="bind"), memory.broadcast)
    return None


def _flags(case: Case, look: Look, now: Instant) -> Step | None:
    """Let only operators begin and end it, while that can still be said."""
    wrong = look.auto_start or look.auto_stop or look.monitored
    if not wrong or look.lifecycle not in _EARLY or not _rested(case, "flags", now):
        return None
    return Write("flags", replace(case.memory, pending="flags"), case.memory.broadcast)


def _aired(case: Case, look: Look) -> Step | None:
    if look.lifecycle == "live" and case.wanted == "live" and not case.memory.aired:
        return Keep(replace(case.memory, aired=True))
    return None


def _text(case: Case, look: Look) -> Step | None:
    """Let the broadcast say what the operator wants it to say."""
    memory = case.memory
    if memory.configured == case.wish or _first_live(case, look):
        return None
    return Write(
        "update", replace(memory, pending="update", configured=case.wish), memory.broadcast
    )


def _who_may_watch(case: Case, look: Look, now: Instant) -> Step | None:
    """Set it as the operator said: always on the way to live, and once for each word of theirs.

    What somebody changes in the studio after that stays: they may be hiding it in a hurry.
    """
    memory = case.memory
    said = memory.privacy_said != case.privacy_said
    under_way = case.wanted in ("preflight", "live") and not memory.aired
    wrong = look.privacy != case.privacy and (said or under_way)
    kids = memory.made_for_kids not in (None, case.made_for_kids) and look.lifecycle in _EARLY
    settled = replace(memory, privacy_said=case.privacy_said, made_for_kids=case.made_for_kids)
    if not (wrong or kids):
        return Keep(settled) if said else None
    if not _rested(case, "status", now):
        return None
    return Write("status", replace(settled, pending="status"), memory.broadcast)


def _rested(case: Case, verb: str, now: Instant) -> bool:
    return now >= case.rests.get(verb, now)


def _first_live(case: Case, look: Look) -> bool:
    """Going live comes before another text."""
    if case.wanted != "live" or look.lifecycle == "live":
        return False
    return look.lifecycle in _ON_ITS_WAY or (look.stream_status == "active" and case.pushing)


def _nicety(case: Case, look: Look, now: Instant) -> Step | None:
    """What is good to have and can wait: the video's language and category, its picture."""
    memory = case.memory
    calm = case.wanted != "live" or look.lifecycle == "live"
    rested = case.niceties_from is None or now >= case.niceties_from
    if not (calm and rested) or look.lifecycle in _ON_ITS_WAY:
        return None
    if now - case.asked_at < DESCRIBE_AFTER_MS:
        return None
    if case.details and memory.described != case.details:
        begun = replace(memory, pending="describe", described=case.details)
        return Write("describe", begun, memory.broadcast)
    if case.picture and memory.pictured != case.picture:
        begun = replace(memory, pending="thumbnail", pictured=case.picture)
        return Write("thumbnail", begun, memory.broadcast)
    return None


def _towards(case: Case, look: Look, now: Instant) -> Step:
    active = look.stream_status == "active"
    if case.wanted in ("prepared", "preflight") and look.lifecycle in ON_YOUTUBE:
        return _poll(look, UNPUSHED_POLL_MS, now)
    if case.wanted == "prepared":
        described = case.memory.described == case.details
        return _poll(look, _prepared_poll(case, now) if described else DESCRIBE_AFTER_MS, now)
    if case.wanted == "preflight":
        return _poll(look, CHECKED_POLL_MS if active else _starting_poll(case, now), now)
    if look.lifecycle == "live":
        return _poll(look, _live_poll(case, look, now), now)
    if look.lifecycle in _ON_ITS_WAY:
        return _unstick(case, look, now)
    # YouTube calls a stream active for a while after the push has ended: its word is not enough.
    if not (active and case.pushing):
        return _poll(look, _starting_poll(case, now), now)
    # Who may watch is right before anybody can, whatever hindered it.
    if look.privacy != case.privacy:
        return _poll(look, _starting_poll(case, now), now)
    if not _rested(case, "live", now):
        return _poll(look, STARTING_POLL_MS, now)
    if untried := [each for each in case.memory.discard if each not in case.refusals]:
        # It may hold the key; but what cannot be taken away holds up nothing.
        return Write("delete", replace(case.memory, pending="delete"), untried[0])
    memory = replace(case.memory, pending="live", starting_since=now)
    return Write("live", memory, memory.broadcast)


def _unstick(case: Case, look: Look, now: Instant) -> Step:
    """Going live takes seconds, or for ever: then only another broadcast helps."""
    memory = case.memory
    if memory.starting_since is None:
        return Keep(replace(memory, starting_since=now))
    limit_ms = STUCK_MS if memory.attempt < REPLACEMENTS else STUCK_AGAIN_MS
    if now - memory.starting_since < limit_ms:
        return _poll(look, STARTING_POLL_MS, now)
    return Keep(replace(_given_up(memory), attempt=memory.attempt + 1, starting_since=None))


def _prepared_poll(case: Case, now: Instant) -> int:
    soon = case.starts_at is not None and abs(case.starts_at - now) <= SOON_MS
    return SOON_POLL_MS if soon else PREPARED_POLL_MS


def _starting_poll(case: Case, now: Instant) -> int:
    early = now - case.asked_at < STARTING_FAST_MS
    return STARTING_POLL_MS if early else STARTING_SLOW_POLL_MS


def _live_poll(case: Case, look: Look, now: Instant) -> int:
    if look.stream_status != "active" and now - case.asked_at < STARTING_FAST_MS:
        return STARTING_POLL_MS
    if not case.pushing or is_unconfirmed(look, case.flowing_since):
        return UNPUSHED_POLL_MS
    if look.stream_status != "active" or look.health not in ("good", "ok"):
        return TROUBLED_POLL_MS
    for until_ms, every_ms in LIVE_POLLS_MS:
        if now - case.asked_at < until_ms:
            return every_ms
    return LIVE_CALM_POLL_MS


def _down(case: Case, now: Instant) -> Step:
    """An operator has ended or cancelled it."""
    memory, look = case.memory, case.look
    if memory.broadcast:
        if look is None:
            return Observe()
        if not look.lifecycle:
            gone = _long(look.broadcast_absent_since, now)
            return Keep(_given_up(memory)) if gone else _poll(look, STARTING_POLL_MS, now)
        if look.lifecycle in _EARLY:
            return Write("delete", replace(memory, pending="delete"), memory.broadcast)
        if look.lifecycle in _ON_ITS_WAY:
            return _down_on_its_way(case, look, now)
        if look.lifecycle not in OVER:
            # Video may have stopped: a broadcast that is live can be completed all the same.
            return Write("complete", replace(memory, pending="complete"), memory.broadcast)
    return Wait(None)


def _down_on_its_way(case: Case, look: Look, now: Instant) -> Step:
    memory = case.memory
    if memory.starting_since is None:
        return Keep(replace(memory, starting_since=now))
    if now - memory.starting_since < STUCK_MS:
        return _poll(look, STARTING_POLL_MS, now)
    return Keep(_given_up(memory))


def _poll(look: Look, every_ms: int, now: Instant) -> Step:
    due = Instant(look.at + every_ms)
    return Observe() if now >= due else Wait(due)
