"""What people may want of the floor."""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, UnsetType

from venue.base import Command
from venue.session import LanguageTag
from venue.turns import HoldReason, Kind

Name = Annotated[str, Meta(max_length=120)]
FloorMode = Literal["queue", "panel_open", "chair_only"]


class OpenList(Command, frozen=True, tag="floor.open"):
    """Let people ask for the floor."""


class CloseList(Command, frozen=True, tag="floor.close"):
    """Stop requests, at once or at an announced time."""

    closing_at: int | None = None


class SetMode(Command, frozen=True, tag="floor.mode"):
    """Choose whose microphones the gate opens."""

    mode: FloorMode


class SetChairMicrophone(Command, frozen=True, tag="floor.chair"):
    """Open or close the chair's own microphone."""

    open: bool


class Request(Command, frozen=True, tag="floor.request"):
    """Ask for the floor."""

    kind: Kind = Kind.STATEMENT
    topic: Annotated[str, Meta(max_length=200)] = ""
    lang: LanguageTag | None = None
    """What they will speak, if not what their seat says."""


class Withdraw(Command, frozen=True, tag="floor.withdraw"):
    """Take a request back."""

    turn: str


class AddFor(Command, frozen=True, tag="floor.add_for"):
    """Put somebody in the queue: a seat, or a speaker in the room by name."""

    seat: str | None = None
    name: Name = ""
    delegation: Name = ""
    source: Literal["room", "remote"] = "room"
    topic: Annotated[str, Meta(max_length=200)] = ""
    lang: LanguageTag | None = None
    """What they will speak, where it is not what their seat says."""


class Move(Command, frozen=True, tag="floor.move"):
    """Place a waiting turn after another, or on top."""

    turn: str
    after: str


class Call(Command, frozen=True, tag="floor.call"):
    """Give the floor to a waiting turn, the next one unless named."""

    turn: str | None = None
    expect_current: str | UnsetType | None = UNSET


class Start(Command, frozen=True, tag="floor.start"):
    """The called speaker is live."""

    turn: str


class Pause(Command, frozen=True, tag="floor.pause"):
    """Stop clock and microphone."""

    turn: str
    reason: HoldReason = "chair"


class Resume(Command, frozen=True, tag="floor.resume"):
    """Let the held speaker go on."""

    turn: str
    force: bool = False
    """Even though no sound arrives from the seat."""


class End(Command, frozen=True, tag="floor.end"):
    """The speech is over."""

    turn: str


class Extend(Command, frozen=True, tag="floor.extend"):
    """Give the current turn more time."""

    turn: str
    seconds: Annotated[int, Meta(ge=1, le=3600)]


class UndoLast(Command, frozen=True, tag="floor.undo"):
    """Take the last call back."""

    command: str


FloorCommand = (
    OpenList
    | CloseList
    | SetMode
    | SetChairMicrophone
    | Request
    | Withdraw
    | AddFor
    | Move
    | Call
    | Start
    | Pause
    | Resume
    | End
    | Extend
    | UndoLast
)
