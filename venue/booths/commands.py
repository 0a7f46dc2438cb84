"""What interpreters, the desk and the engine may want of a booth."""

from typing import Annotated, Literal

from msgspec import Meta

from venue.base import Command
from venue.session import LanguageTag

SignalKind = Literal["slow_down", "no_sound", "missed_name", "closer_to_microphone"]


class SetReady(Command, frozen=True, tag="booth.ready"):
    """An interpreter has passed the check of sound or picture, or leaves the desk."""

    ready: bool = True


class TakeMicrophone(Command, frozen=True, tag="booth.on"):
    """An interpreter goes on air."""


class GiveMicrophone(Command, frozen=True, tag="booth.off"):
    """The interpreter on air stops."""


class NoteOffAir(Command, frozen=True, tag="booth.off_noted"):
    """An interpreter who was taken off the air has seen that."""


class SetCough(Command, frozen=True, tag="booth.cough"):
    """The interpreter on air closes the microphone for a moment, or opens it again."""

    on: bool


class Offer(Command, frozen=True, tag="booth.offer"):
    """The interpreter on air offers the microphone, to one partner or to any."""

    to: str | None = None


class RequestHandover(Command, frozen=True, tag="booth.request"):
    """A partner asks for the microphone."""


class Accept(Command, frozen=True, tag="booth.accept"):
    """Whom the handover waits for agrees: the microphone changes hands."""


class Cancel(Command, frozen=True, tag="booth.cancel"):
    """Either side, or the desk, calls the handover off; one of several partners: not now."""

    booth: LanguageTag | None = None
    """Needed only by the desk."""


class SetActive(Command, frozen=True, tag="booth.set_active"):
    """The desk puts an interpreter on air, or nobody."""

    booth: LanguageTag
    seat: str | None


class SetOutput(Command, frozen=True, tag="booth.output"):
    """The interpreter on air chooses by hand what the booth gives into; None: automatic again."""

    lang: LanguageTag | None


class SetRelay(Command, frozen=True, tag="booth.relay"):
    """An interpreter chooses what to hear: the floor, or another booth's language."""

    lang: LanguageTag


class Signal(Command, frozen=True, tag="booth.signal"):
    """An interpreter tells the desk that something hinders the work, or takes that back."""

    signal: SignalKind
    on: bool = True


class ClearSignal(Command, frozen=True, tag="booth.signal_seen"):
    """The desk has seen a signal."""

    booth: LanguageTag
    signal: SignalKind


class Say(Command, frozen=True, tag="booth.say"):
    """A line on the private channel between a booth and the desk."""

    text: Annotated[str, Meta(min_length=1, max_length=500)]
    booth: LanguageTag | None = None
    """Needed only by the desk."""


class ReportSilence(Command, frozen=True, tag="booth.silence"):
    """The engine hears nothing from a booth on air while the floor speaks, or hears it again."""

    seat: str
    """The interpreter's."""
    silent: bool


BoothCommand = (
    SetReady
    | TakeMicrophone
    | GiveMicrophone
    | NoteOffAir
    | SetCough
    | Offer
    | RequestHandover
    | Accept
    | Cancel
    | SetActive
    | SetOutput
    | SetRelay
    | Signal
    | ClearSignal
    | Say
    | ReportSilence
)
