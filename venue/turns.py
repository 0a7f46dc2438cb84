"""One request to speak and the speech that follows: the values the floor is made of."""

from enum import StrEnum
from typing import Literal

import msgspec
from msgspec.structs import replace

from venue.ids import CommandId, DurationMs, Instant, Language, SeatId, TurnId
from venue.presence import Seats

HoldReason = Literal["chair", "disconnect", "technical", "point_of_order", "interpretation"]
EndReason = Literal["done", "chair", "chair_next", "withdrawn"]


class Kind(StrEnum):
    """What a turn is for.  Later kinds take their place in the order of precedence here."""

    STATEMENT = "statement"


class Phase(StrEnum):
    """How far the current turn is."""

    CALLING = "calling"
    SPEAKING = "speaking"
    HELD = "held"


class Turn(msgspec.Struct, frozen=True, omit_defaults=True):
    """A request to speak.

    ``seat`` is the source of its sound: the speaker's, or the room feed's.
    """

    turn: TurnId
    seat: SeatId | None
    name: str
    """As written by the chair for a speaker in the room; empty: the seat's own name."""
    delegation: str = ""
    kind: Kind = Kind.STATEMENT
    topic: str = ""
    requested_at: Instant = Instant(0)
    in_room: bool = False
    """The sound comes by the room's microphones; somebody there opens them."""
    lang: Language | None = None
    """What the speaker speaks, where somebody said so; None: as the seat has it."""

    def language(self, seats: Seats) -> Language | None:
        """What the speaker speaks."""
        seat = seats.get(self.seat) if self.seat is not None else None
        return self.lang or (None if seat is None else seat.language)

    def same_person(self, other: "Turn") -> bool:
        """Both belong to one person (a nameless speaker is nobody's double)."""
        if self.name or other.name:
            return self.name.casefold() == other.name.casefold() and self.seat == other.seat
        return self.seat is not None and self.seat == other.seat


SpeakerSignal = Literal["slow_down", "closer_to_microphone"]


class Asked(msgspec.Struct, frozen=True):
    """What the interpreters asked of the speaker."""

    signal: SpeakerSignal
    at: Instant


class Current(msgspec.Struct, frozen=True, omit_defaults=True):
    """The turn that was called, with its clock."""

    turn: Turn
    phase: Phase
    called_at: Instant
    limit_ms: DurationMs
    spoken_ms: DurationMs = DurationMs(0)
    running_since: Instant | None = None
    held_reason: HoldReason | None = None
    asked: Asked | None = None

    def started(self, at: Instant) -> "Current":
        """The clock runs."""
        return replace(self, phase=Phase.SPEAKING, running_since=at, held_reason=None)

    def held(self, reason: HoldReason, at: Instant) -> "Current":
        """The clock stands; an instant before the start counts as the start."""
        return replace(
            self,
            phase=Phase.HELD,
            spoken_ms=self.spoken_at(at),
            running_since=None,
            held_reason=reason,
        )

    def spoken_at(self, at: Instant) -> DurationMs:
        """How long the speech has lasted."""
        running = 0 if self.running_since is None else max(0, at - self.running_since)
        return DurationMs(self.spoken_ms + running)


class Interval(msgspec.Struct, frozen=True, omit_defaults=True):
    """A stretch of speech in the ledger.  Sums over it give budgets, counts and the report."""

    turn: TurnId
    seat: SeatId | None
    name: str
    delegation: str
    start: Instant
    stop: Instant
    charged: bool = True
    """False for a stretch that an undo declared a mistake."""


class Undo(msgspec.Struct, frozen=True, omit_defaults=True):
    """What it takes to undo the last call."""

    command: CommandId
    verb: str
    turn: TurnId
    expires_at: Instant
    index: int
    """Where in the queue the called turn stood."""
    before: Current | None
    """The turn that the call ended."""
    spent: bool = False
    """Undone already, or something later depends on the call."""
    undone: bool = False
