"""The stage: who is in the picture and how it is divided."""

from enum import StrEnum
from typing import Annotated, assert_never

import msgspec
from msgspec import Meta
from msgspec.structs import replace

from venue.base import Command, Event
from venue.errors import CommandRejected
from venue.ids import SeatId
from venue.presence import Seats, seat_of
from venue.scene import Layout

MAX_ON_STAGE = 16


class SceneChoice(StrEnum):
    """A layout, or ``auto``: the floor decides."""

    AUTO = "auto"
    GALLERY = "gallery"
    SPEAKER = "speaker"
    SIDE_BY_SIDE = "side_by_side"
    ROOM = "room"
    SLATE = "slate"


class SetScene(Command, frozen=True, tag="stage.scene"):
    """Choose the layout, and the seats in it if not simply everybody on stage."""

    layout: SceneChoice
    seats: Annotated[tuple[str, ...], Meta(max_length=MAX_ON_STAGE)] | None = None


class Bring(Command, frozen=True, tag="stage.bring"):
    """Put a seat on stage."""

    seat: str


class Leave(Command, frozen=True, tag="stage.leave"):
    """Take a seat off stage."""

    seat: str


StageCommand = SetScene | Bring | Leave


class SceneSet(Event, frozen=True, tag="SceneSet"):
    """Another layout."""

    layout: SceneChoice
    seats: tuple[SeatId, ...]


class SeatBrought(Event, frozen=True, tag="SeatBrought"):
    """A seat is on stage."""

    seat: SeatId


class SeatLeft(Event, frozen=True, tag="SeatLeft"):
    """A seat is off stage."""

    seat: SeatId


StageEvent = SceneSet | SeatBrought | SeatLeft


class Stage(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the moderator asked for."""

    scene: SceneChoice = SceneChoice.AUTO
    pinned: tuple[SeatId, ...] = ()
    """Seats named with the layout; empty: everybody on stage."""
    seats: tuple[SeatId, ...] = ()

    @property
    def layout(self) -> Layout | None:
        """The layout asked for, None when the floor decides."""
        return None if self.scene is SceneChoice.AUTO else Layout(self.scene.value)


def decide(stage: Stage, seats: Seats, command: StageCommand) -> tuple[StageEvent, ...]:
    """Answer a command with the events it causes.

    Raises:
        CommandRejected: ``seat.unknown``, ``stage.full``.
    """
    match command:
        case SetScene():
            pinned = tuple(seat_of(seats, seat).definition.id for seat in command.seats or ())
            if (stage.scene, stage.pinned) == (command.layout, pinned):
                return ()
            return (SceneSet(command.layout, pinned),)
        case Bring():
            seat = seat_of(seats, command.seat).definition.id
            if seat in stage.seats:
                return ()
            if len(stage.seats) >= MAX_ON_STAGE:
                raise CommandRejected("stage.full", max=MAX_ON_STAGE)
            return (SeatBrought(seat),)
        case Leave():
            seat = seat_of(seats, command.seat).definition.id
            return (SeatLeft(seat),) if seat in stage.seats else ()
        case _:
            assert_never(command)


def evolve(stage: Stage, event: StageEvent) -> Stage:
    """Apply one event.  Total."""
    match event:
        case SceneSet():
            return replace(stage, scene=event.layout, pinned=event.seats)
        case SeatBrought():
            rest = tuple(seat for seat in stage.seats if seat != event.seat)
            return replace(stage, seats=(*rest, event.seat))
        case SeatLeft():
            return replace(stage, seats=tuple(seat for seat in stage.seats if seat != event.seat))
        case _:
            assert_never(event)
