"""The floor of one room and what can happen to it."""

from typing import Literal, assert_never

import msgspec
from msgspec.structs import replace

from venue.base import Event
from venue.floor.commands import FloorMode
from venue.ids import CommandId, DurationMs, Instant, Language, SeatId, TurnId
from venue.turns import (
    Asked,
    Current,
    EndReason,
    HoldReason,
    Interval,
    Phase,
    SpeakerSignal,
    Turn,
    Undo,
)

UNDO_WINDOW_MS = 60_000


class ListOpened(Event, frozen=True, tag="ListOpened"):
    """Requests are taken."""


class ListClosing(Event, frozen=True, tag="ListClosing"):
    """The closing was announced."""

    closing_at: Instant


class ListClosed(Event, frozen=True, tag="ListClosed"):
    """Requests are refused."""


class ModeChanged(Event, frozen=True, tag="ModeChanged"):
    """Another rule for microphones."""

    mode: FloorMode


class ChairMicrophoneChanged(Event, frozen=True, tag="ChairMicrophoneChanged"):
    """The chair's microphone opened or closed."""

    open: bool


class TurnQueued(Event, frozen=True, tag="TurnQueued"):
    """Somebody waits for the floor."""

    turn: Turn


class TurnWithdrawn(Event, frozen=True, tag="TurnWithdrawn"):
    """A waiting turn left the queue."""

    turn: TurnId


class TurnMoved(Event, frozen=True, tag="TurnMoved"):
    """A waiting turn stands elsewhere; ``after`` None is the top."""

    turn: TurnId
    after: TurnId | None


class TurnCalled(Event, frozen=True, tag="TurnCalled"):
    """A turn has the floor; whoever had it before has ended."""

    turn: TurnId
    at: Instant
    limit_ms: DurationMs
    command: CommandId


class TurnStarted(Event, frozen=True, tag="TurnStarted"):
    """The clock runs and the microphone is open."""

    turn: TurnId
    at: Instant


class TurnHeld(Event, frozen=True, tag="TurnHeld"):
    """The clock stands and the microphone is closed."""

    turn: TurnId
    at: Instant
    reason: HoldReason


class TurnExtended(Event, frozen=True, tag="TurnExtended"):
    """More time."""

    turn: TurnId
    seconds: int


class TurnEnded(Event, frozen=True, tag="TurnEnded"):
    """The speech is over."""

    turn: TurnId
    at: Instant
    reason: EndReason


class TurnLanguageSet(Event, frozen=True, tag="TurnLanguageSet"):
    """The speaker of a turn speaks another language than was known."""

    turn: TurnId
    lang: Language


class SpeakerAsked(Event, frozen=True, tag="SpeakerAsked"):
    """The speaker is told what the interpreters ask for."""

    turn: TurnId
    signal: SpeakerSignal
    at: Instant


class CallUndone(Event, frozen=True, tag="CallUndone"):
    """The last call never was: its turn waits again, the one before it goes on."""

    turn: TurnId
    at: Instant
    resume: bool
    """The turn before goes on speaking; if not, it is held."""


FloorEvent = (
    ListOpened
    | ListClosing
    | ListClosed
    | ModeChanged
    | ChairMicrophoneChanged
    | TurnQueued
    | TurnWithdrawn
    | TurnMoved
    | TurnCalled
    | TurnStarted
    | TurnHeld
    | TurnExtended
    | TurnEnded
    | TurnLanguageSet
    | SpeakerAsked
    | CallUndone
)


class Floor(msgspec.Struct, frozen=True, omit_defaults=True):
    """The queue, the current turn and the ledger of one room."""

    list: Literal["not_open", "open", "closed"] = "not_open"
    closing_at: Instant | None = None
    mode: FloorMode = "queue"
    chair_open: bool = False
    queue: tuple[Turn, ...] = ()
    current: Current | None = None
    ledger: tuple[Interval, ...] = ()
    undo: Undo | None = None
    turns: int = 0
    """How many turns there have ever been; the next one's id."""

    def waiting(self, turn: str) -> Turn | None:
        """The waiting turn of that id."""
        return next((waiting for waiting in self.queue if waiting.turn == turn), None)


def evolve(floor: Floor, event: FloorEvent) -> Floor:
    """Apply one event.  Total: what happened is never refused."""
    match event:
        case ListOpened():
            return replace(floor, list="open", closing_at=None)
        case ListClosing():
            return replace(floor, closing_at=event.closing_at)
        case ListClosed():
            return replace(floor, list="closed", closing_at=None)
        case ModeChanged():
            return replace(floor, mode=event.mode)
        case ChairMicrophoneChanged():
            return replace(floor, chair_open=event.open)
        case TurnQueued():
            return replace(floor, queue=(*floor.queue, event.turn), turns=floor.turns + 1)
        case TurnWithdrawn():
            return replace(floor, queue=_without(floor.queue, event.turn))
        case TurnMoved():
            return replace(floor, queue=_moved(floor.queue, event))
        case (
            TurnCalled()
            | TurnStarted()
            | TurnHeld()
            | TurnExtended()
            | TurnEnded()
            | SpeakerAsked()
        ):
            return _evolve_current(floor, event)
        case TurnLanguageSet():
            return _speaks(floor, event)
        case CallUndone():
            return _undone(floor, event)
        case _:
            assert_never(event)


def _without(queue: tuple[Turn, ...], turn: str) -> tuple[Turn, ...]:
    return tuple(waiting for waiting in queue if waiting.turn != turn)


def _speaks(floor: Floor, event: TurnLanguageSet) -> Floor:
    current = floor.current
    if current is not None and current.turn.turn == event.turn:
        turn = replace(current.turn, lang=event.lang)
        return replace(floor, current=replace(current, turn=turn))
    queue = (
        replace(turn, lang=event.lang) if turn.turn == event.turn else turn for turn in floor.queue
    )
    return replace(floor, queue=tuple(queue))


def _moved(queue: tuple[Turn, ...], event: TurnMoved) -> tuple[Turn, ...]:
    moving = next((turn for turn in queue if turn.turn == event.turn), None)
    if moving is None:
        return queue
    rest = _without(queue, event.turn)
    if event.after is None:
        return (moving, *rest)
    index = next((i for i, turn in enumerate(rest) if turn.turn == event.after), len(rest) - 1)
    return (*rest[: index + 1], moving, *rest[index + 1 :])


def _evolve_current(
    floor: Floor,
    event: TurnCalled | TurnStarted | TurnHeld | TurnExtended | TurnEnded | SpeakerAsked,
) -> Floor:
    if isinstance(event, TurnCalled):
        return _called(floor, event)
    current = floor.current
    if current is None or current.turn.turn != event.turn:
        return floor
    match event:
        case TurnStarted():
            return replace(floor, current=current.started(event.at))
        case TurnHeld():
            ledger = _booked(floor, current, event.at)
            return _spent(
                replace(floor, current=current.held(event.reason, event.at), ledger=ledger)
            )
        case TurnExtended():
            limit = DurationMs(current.limit_ms + event.seconds * 1000)
            return _spent(replace(floor, current=replace(current, limit_ms=limit)))
        case SpeakerAsked():
            return replace(floor, current=replace(current, asked=Asked(event.signal, event.at)))
        case TurnEnded():
            ledger = _booked(floor, current, event.at)
            ended = replace(floor, current=None, ledger=ledger)
            if event.reason == "chair_next":
                return replace(ended, undo=_remembered(current))
            return _spent(ended)
        case _:
            assert_never(event)


def _remembered(current: Current) -> Undo:
    """Keep the ended turn until the call that ended it (next in the journal) completes this."""
    return Undo(CommandId(""), "floor.call", TurnId(""), Instant(0), 0, current)


def _called(floor: Floor, event: TurnCalled) -> Floor:
    index = next((i for i, turn in enumerate(floor.queue) if turn.turn == event.turn), None)
    if index is None:
        return floor
    pending = floor.undo if floor.undo is not None and not floor.undo.command else None
    undo = Undo(
        command=event.command,
        verb="floor.call",
        turn=event.turn,
        expires_at=Instant(event.at + UNDO_WINDOW_MS),
        index=index,
        before=pending.before if pending else None,
    )
    current = Current(floor.queue[index], Phase.CALLING, event.at, event.limit_ms)
    return replace(floor, queue=_without(floor.queue, event.turn), current=current, undo=undo)


def _spent(floor: Floor) -> Floor:
    return floor if floor.undo is None else replace(floor, undo=replace(floor.undo, spent=True))


def _booked(floor: Floor, current: Current, at: Instant) -> tuple[Interval, ...]:
    """The ledger with the stretch that ends at ``at``."""
    if current.running_since is None:
        return floor.ledger
    start = current.running_since
    turn = current.turn
    interval = Interval(
        turn.turn, turn.seat, turn.name, turn.delegation, start, Instant(max(start, at))
    )
    return (*floor.ledger, interval)


def _undone(floor: Floor, event: CallUndone) -> Floor:
    undo, current = floor.undo, floor.current
    if undo is None or current is None or current.turn.turn != event.turn:
        return floor
    ledger = _booked(floor, current, event.at)
    # What the mistaken turn has spoken counts for nobody.
    ledger = tuple(
        replace(interval, charged=False) if interval.turn == event.turn else interval
        for interval in ledger
    )
    queue = (*floor.queue[: undo.index], current.turn, *floor.queue[undo.index :])
    before = undo.before
    if before is not None:
        before = _resurrected(before, ledger, event)
    return replace(
        floor,
        queue=queue,
        current=before,
        ledger=ledger,
        undo=replace(undo, undone=True, spent=True),
    )


def _resurrected(before: Current, ledger: tuple[Interval, ...], event: CallUndone) -> Current:
    """The turn that the call had ended, with the time its ledger holds."""
    if before.phase is not Phase.SPEAKING:
        return before
    spoken = sum(
        interval.stop - interval.start
        for interval in ledger
        if interval.turn == before.turn.turn and interval.charged
    )
    stopped = replace(
        before,
        phase=Phase.HELD,
        spoken_ms=DurationMs(spoken),
        running_since=None,
        held_reason="chair",
    )
    return stopped.started(event.at) if event.resume else stopped


def speaking_seat(floor: Floor) -> SeatId | None:
    """The seat whose sound the current turn opens, while it is speaking."""
    current = floor.current
    if current is None or current.phase is not Phase.SPEAKING:
        return None
    return current.turn.seat
