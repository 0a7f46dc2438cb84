"""The shapes of the interpreters' booths; a part of ``venue.wire``."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from venue.ids import FLOOR_LANGUAGE, Instant, Language, SeatId


@dataclass(frozen=True, slots=True)
class InterpreterView:
    """Somebody who sits in a booth."""

    seat: SeatId
    name: str
    ready: bool
    online: bool
    microphone: bool
    """Sound arrives."""
    camera: bool = False
    """A picture arrives; what counts in a booth of a sign language."""
    relay: Language = FLOOR_LANGUAGE
    """What this interpreter hears: the floor, or another booth's language."""
    taken_off: Literal["lost", "desk", "restored"] | None = None
    """Why they were taken off the air; until noted, or back on air."""
    link: Literal["none", "good", "weak", "lost"] = "none"
    """How what they send arrives."""


@dataclass(frozen=True, slots=True)
class HandoverView:
    """The microphone is about to change hands."""

    kind: Literal["offer", "request", "lost"]
    by: SeatId
    to: SeatId | None
    expires_at: Instant
    declined: tuple[SeatId, ...] = ()
    """Who of those it is open to has said not now."""


@dataclass(frozen=True, slots=True)
class UnheededView:
    """An offer or a request that nobody agreed to."""

    by: SeatId
    cause: Literal["declined", "timeout"]
    at: Instant


@dataclass(frozen=True, slots=True)
class BoothSignalView:
    """What hinders an interpreter."""

    signal: str
    seat: SeatId
    at: Instant


@dataclass(frozen=True, slots=True)
class BoothMessageView:
    """One line of the private channel between a booth and the desk."""

    author: str
    desk: bool
    text: str
    at: Instant


@dataclass(frozen=True, slots=True)
class BoothView:
    """One booth; outsiders learn only whether it gives, and into what."""

    booth: Language
    languages: tuple[Language, ...]
    into: Language | None
    """What it gives into now; None: nothing."""
    state: Literal["off", "ready", "on_air", "muted"]
    active: SeatId | None = None
    since: Instant | None = None
    """When the active interpreter took the microphone."""
    silent_since: Instant | None = None
    handover: HandoverView | None = None
    unheeded: UnheededView | None = None
    """The last handover, if it came to nothing and nothing has moved since."""
    interpreters: tuple[InterpreterView, ...] = ()
    signals: tuple[BoothSignalView, ...] = ()
    messages: tuple[BoothMessageView, ...] = ()
    """The private channel; for the desk."""
    signing: bool = False
    """A booth of a sign language: seen in the picture, not heard."""
    output: Language | None = None
    """What the active interpreter chose by hand to give into; None: by what is spoken."""


TermKind = Literal["term", "person", "place", "body", "acronym", "work"]


@dataclass(frozen=True, slots=True)
class TermView:
    """One entry of the glossary."""

    entry: str
    version: int
    """What a correction or removal was made from."""
    term: str
    says: Mapping[str, str]
    """By language."""
    note: str
    kind: TermKind
    name: str = ""
    """The interpreter who wrote it so; empty: as the organiser did."""
