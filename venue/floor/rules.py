"""What the floor allows: commands to events."""

from typing import assert_never

from msgspec import UNSET

from venue.errors import CommandRejected
from venue.floor.commands import (
    AddFor,
    Call,
    CloseList,
    End,
    Extend,
    FloorCommand,
    Move,
    OpenList,
    Pause,
    Request,
    Resume,
    SetChairMicrophone,
    SetMode,
    Start,
    UndoLast,
    Withdraw,
)
from venue.floor.state import (
    CallUndone,
    ChairMicrophoneChanged,
    Floor,
    FloorEvent,
    ListClosed,
    ListClosing,
    ListOpened,
    ModeChanged,
    TurnCalled,
    TurnEnded,
    TurnExtended,
    TurnHeld,
    TurnMoved,
    TurnQueued,
    TurnStarted,
    TurnWithdrawn,
    evolve,
)
from venue.ids import (
    FLOOR_LANGUAGE,
    CommandId,
    DurationMs,
    Instant,
    Language,
    TurnId,
    is_signed,
)
from venue.presence import Seats, room_feed, seat_of
from venue.roles import Actor, Role
from venue.turns import Current, HoldReason, Phase, Turn

CLOSING_GRACE_MS = 2_000
"""Requests under way when an announced closing comes still count."""


def decide(
    floor: Floor,
    seats: Seats,
    limit: DurationMs,
    actor: Actor,
    command: FloorCommand,
    now: Instant,
    op: CommandId,
) -> tuple[FloorEvent, ...]:
    """Answer a command with the events it causes.

    Raises:
        CommandRejected: The rules forbid the command in this state; codes ``floor.*``, ``seat.*``,
            ``language.unknown``.
    """
    match command:
        case OpenList() | CloseList() | SetMode() | SetChairMicrophone():
            return _decide_list(floor, command, now)
        case Request():
            return _request(floor, seats, actor, command, now)
        case AddFor():
            return _add_for(floor, seats, command, now)
        case Withdraw():
            return _withdraw(floor, actor, command, now)
        case Move():
            return _move(floor, command)
        case Call():
            return _call(floor, seats, limit, command, now, op)
        case UndoLast():
            return _undo(floor, seats, command, now)
        case Start() | Pause() | Resume() | End() | Extend():
            return _decide_current(floor, seats, actor, command, now)
        case _:
            assert_never(command)


def _decide_list(
    floor: Floor, command: OpenList | CloseList | SetMode | SetChairMicrophone, now: Instant
) -> tuple[FloorEvent, ...]:
    match command:
        case OpenList():
            opened = floor.list == "open" and floor.closing_at is None
            return () if opened else (ListOpened(),)
        case CloseList(closing_at=None):
            return () if floor.list == "closed" else (ListClosed(),)
        case CloseList():
            if floor.list != "open":
                raise CommandRejected("floor.list_not_open")
            assert command.closing_at is not None
            if command.closing_at <= now:
                raise CommandRejected("floor.closing_at_past")
            return (ListClosing(Instant(command.closing_at)),)
        case SetMode():
            return () if floor.mode == command.mode else (ModeChanged(command.mode),)
        case SetChairMicrophone():
            same = floor.chair_open == command.open
            return () if same else (ChairMicrophoneChanged(command.open),)
        case _:
            assert_never(command)


def _request(
    floor: Floor, seats: Seats, actor: Actor, command: Request, now: Instant
) -> tuple[FloorEvent, ...]:
    turn = _requested(floor, seats, actor, command, now)
    if live_turn(floor, turn) is not None:
        return ()
    if floor.list != "open":
        raise CommandRejected("floor.list_not_open", list=floor.list)
    return (TurnQueued(turn),)


def _requested(floor: Floor, seats: Seats, actor: Actor, command: Request, now: Instant) -> Turn:
    if actor.seat is None:
        raise CommandRejected("seat.none")
    seat = seat_of(seats, actor.seat)
    return Turn(
        turn=_next_turn(floor),
        seat=seat.definition.id,
        name="",
        delegation=seat.definition.city,
        kind=command.kind,
        topic=command.topic.strip(),
        requested_at=now,
        in_room=seat.definition.place == "room",
        lang=_language(command.lang),
    )


def existing_turn(
    floor: Floor, seats: Seats, actor: Actor, command: Request | AddFor
) -> TurnId | None:
    """The turn that made a request or an addition unnecessary."""
    if isinstance(command, Request):
        like = _requested(floor, seats, actor, command, Instant(0))
    else:
        like = _added(floor, seats, command, Instant(0))
    found = live_turn(floor, like)
    return found.turn if found else None


def _add_for(floor: Floor, seats: Seats, command: AddFor, now: Instant) -> tuple[FloorEvent, ...]:
    turn = _added(floor, seats, command, now)
    return () if live_turn(floor, turn) is not None else (TurnQueued(turn),)


def _added(floor: Floor, seats: Seats, command: AddFor, now: Instant) -> Turn:
    if command.seat is None:
        name, in_room = command.name.strip(), command.source == "room"
        if not name:
            raise CommandRejected("floor.name_missing")
        source, delegation = room_feed(seats), command.delegation.strip()
        if not in_room:
            raise CommandRejected("floor.seat_missing")
    else:
        seat = seat_of(seats, command.seat)
        name, source = command.name.strip(), seat.definition.id
        in_room = seat.definition.place == "room"
        delegation = command.delegation.strip() or seat.definition.city
    return Turn(
        turn=_next_turn(floor),
        seat=source,
        name=name,
        delegation=delegation,
        topic=command.topic.strip(),
        requested_at=now,
        in_room=in_room,
        lang=_language(command.lang),
    )


def _language(tag: str | None) -> Language | None:
    if tag is not None and (tag == FLOOR_LANGUAGE or is_signed(tag)):
        raise CommandRejected("language.unknown", lang=tag)
    return None if tag is None else Language(tag)


def live_turn(floor: Floor, like: Turn) -> Turn | None:
    """The turn that the same person already has, waiting or called.

    Somebody who is speaking may ask again, for later.
    """
    for turn in floor.queue:
        if turn.kind is like.kind and turn.same_person(like):
            return turn
    current = floor.current
    if current is None or current.phase is Phase.SPEAKING:
        return None
    if current.turn.kind is like.kind and current.turn.same_person(like):
        return current.turn
    return None


def _next_turn(floor: Floor) -> TurnId:
    return TurnId(f"t{floor.turns + 1}")


def _withdraw(
    floor: Floor, actor: Actor, command: Withdraw, now: Instant
) -> tuple[FloorEvent, ...]:
    waiting = floor.waiting(command.turn)
    current = floor.current
    turn = waiting or (current.turn if current and current.turn.turn == command.turn else None)
    if turn is None:
        raise CommandRejected("floor.unknown_turn", turn=command.turn)
    if not _is_desk(actor) and (actor.seat is None or turn.seat != actor.seat):
        raise CommandRejected("floor.not_yours", turn=command.turn)
    if waiting is not None:
        return (TurnWithdrawn(waiting.turn),)
    assert current is not None
    if current.phase is not Phase.CALLING:
        raise CommandRejected("floor.not_queued", turn=command.turn)
    return (TurnEnded(turn.turn, now, "withdrawn"),)


def _move(floor: Floor, command: Move) -> tuple[FloorEvent, ...]:
    turn = floor.waiting(command.turn)
    if turn is None:
        raise CommandRejected("floor.not_queued", turn=command.turn)
    if command.after == "top":
        moved = TurnMoved(turn.turn, None)
    else:
        anchor = floor.waiting(command.after)
        if anchor is None or anchor == turn:
            raise CommandRejected("floor.anchor_gone", turn=command.turn, after=command.after)
        moved = TurnMoved(turn.turn, anchor.turn)
    return () if evolve(floor, moved).queue == floor.queue else (moved,)


def _call(
    floor: Floor, seats: Seats, limit: DurationMs, command: Call, now: Instant, op: CommandId
) -> tuple[FloorEvent, ...]:
    holder = floor.current.turn.turn if floor.current else None
    if command.expect_current is not UNSET and command.expect_current != holder:
        raise CommandRejected("floor.advanced", current=holder)
    if command.turn is not None:
        turn = floor.waiting(command.turn)
        if turn is None:
            code = "floor.already_called" if command.turn == holder else "floor.not_queued"
            raise CommandRejected(code, turn=command.turn, current=holder)
    elif floor.queue:
        turn = floor.queue[0]
    else:
        raise CommandRejected("floor.queue_empty")
    events: list[FloorEvent] = []
    if holder is not None:
        events.append(TurnEnded(holder, now, "chair_next"))
    events.append(TurnCalled(turn.turn, now, limit, op))
    return tuple(events)


def _undo(floor: Floor, seats: Seats, command: UndoLast, now: Instant) -> tuple[FloorEvent, ...]:
    undo = floor.undo
    if undo is None or undo.command != command.command:
        raise CommandRejected("floor.undo_unknown", command=command.command)
    if undo.undone:
        return ()
    if undo.spent:
        raise CommandRejected("floor.undo_stale")
    if now >= undo.expires_at:
        raise CommandRejected("floor.undo_expired")
    before = undo.before
    resume = before is not None and before.phase is Phase.SPEAKING and _may_go_on(before, seats)
    return (CallUndone(undo.turn, now, resume),)


def _may_go_on(current: Current, seats: Seats) -> bool:
    seat = seats.get(current.turn.seat) if current.turn.seat else None
    return current.turn.in_room or (seat is not None and seat.ready)


def _decide_current(
    floor: Floor,
    seats: Seats,
    actor: Actor,
    command: Start | Pause | Resume | End | Extend,
    now: Instant,
) -> tuple[FloorEvent, ...]:
    current = floor.current
    if current is None or current.turn.turn != command.turn:
        holder = current.turn.turn if current else None
        raise CommandRejected("floor.not_current", turn=command.turn, current=holder)
    if not _is_desk(actor) and (actor.seat is None or current.turn.seat != actor.seat):
        raise CommandRejected("floor.not_yours", turn=command.turn)
    turn = current.turn.turn
    match command:
        case Start():
            return _start(current, now)
        case Pause():
            if current.phase is Phase.HELD:
                return ()
            if current.phase is Phase.CALLING:
                raise CommandRejected("floor.not_speaking", turn=turn)
            return (TurnHeld(turn, now, command.reason),)
        case Resume():
            return _resume(current, seats, command, now)
        case End():
            own = not _is_desk(actor)
            return (TurnEnded(turn, now, "done" if own else "chair"),)
        case Extend():
            return (TurnExtended(turn, command.seconds),)
        case _:
            assert_never(command)


def _start(current: Current, now: Instant) -> tuple[FloorEvent, ...]:
    if current.phase is Phase.SPEAKING:
        return ()
    if current.phase is Phase.HELD:
        raise CommandRejected("floor.held", turn=current.turn.turn)
    return (TurnStarted(current.turn.turn, now),)


def _resume(
    current: Current, seats: Seats, command: Resume, now: Instant
) -> tuple[FloorEvent, ...]:
    if current.phase is Phase.SPEAKING:
        return ()
    if current.phase is Phase.CALLING:
        raise CommandRejected("floor.not_held", turn=current.turn.turn)
    source = seats.get(current.turn.seat) if current.turn.seat else None
    technical = current.held_reason in ("disconnect", "technical")
    if technical and source is not None and not source.media.flowing and not command.force:
        raise CommandRejected("floor.speaker_not_ready", turn=current.turn.turn)
    return (TurnStarted(current.turn.turn, now),)


def _is_desk(actor: Actor) -> bool:
    return actor.role in (Role.ORGANIZER, Role.MODERATOR, Role.ROOM, Role.SYSTEM)


def follow(
    floor: Floor, before: Seats, seats: Seats, now: Instant, lost_at: Instant
) -> tuple[FloorEvent, ...]:
    """What the floor does by itself when seats have changed from ``before`` to ``seats``.

    A called remote speaker starts once live; a speaker whose sound is lost is held, the clock
    stopped at ``lost_at``.  Nothing ever resumes by itself.
    """
    current = floor.current
    if current is None or current.turn.seat is None:
        return ()
    seat, was = seats.get(current.turn.seat), before.get(current.turn.seat)
    if seat is None:
        return ()
    if current.phase is Phase.CALLING and not current.turn.in_room and seat.ready:
        return (TurnStarted(current.turn.turn, now),)
    if current.phase is Phase.SPEAKING and was is not None:
        dropped = was.media.flowing and not seat.media.flowing
        left = was.presence == "online" and seat.presence == "away" and not seat.media.flowing
        if dropped or left:
            reason: HoldReason = "technical" if current.turn.in_room else "disconnect"
            return (TurnHeld(current.turn.turn, lost_at, reason),)
    return ()


def restored(floor: Floor, last_seen: Instant) -> tuple[FloorEvent, ...]:
    """After a restart nobody is on air by themselves: a running turn is held."""
    current = floor.current
    if current is None or current.phase is not Phase.SPEAKING:
        return ()
    return (TurnHeld(current.turn.turn, last_seen, "technical"),)


def tick(floor: Floor, now: Instant) -> tuple[FloorEvent, ...]:
    """What time alone brings about."""
    due = next_deadline(floor)
    return (ListClosed(),) if due is not None and now >= due else ()


def next_deadline(floor: Floor) -> Instant | None:
    """When the room must look at the floor again."""
    if floor.closing_at is None:
        return None
    return Instant(floor.closing_at + CLOSING_GRACE_MS)
