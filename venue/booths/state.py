"""What is known of every booth, and how events change it.

    microphone  off --ready, on--> on air <--cough--> muted; --off, lost, handed over--> off
    handover    idle --offer, request, partner lost--> waiting --accept, cancel, 30 s--> idle

A booth is named by its first language.  It gives into each of its languages, by what the speaker
speaks, unless the interpreter on air chose one by hand: that stands, as the output selector of a
console does (ISO 20109), until they press again or the microphone changes hands.

A booth of a sign language hands over the signer's place in the picture instead of a microphone, by
the same rules.
"""

from collections.abc import Mapping
from typing import Literal, TypeVar, assert_never

import msgspec
from msgspec.structs import replace

from venue.base import Event
from venue.booths.commands import SignalKind
from venue.ids import FLOOR_LANGUAGE, Instant, Language, SeatId, is_signed
from venue.presence import Seat, Seats
from venue.roles import Role

MAX_MESSAGES = 50

Of = TypeVar("Of")

TakenOff = Literal["lost", "desk", "restored"]
"""Why somebody is off the air who did not leave it: the link, the desk, a restart."""


class Handover(msgspec.Struct, frozen=True):
    """The microphone is about to change hands."""

    kind: Literal["offer", "request", "lost"]
    by: SeatId
    """Who offered, asked or was lost."""
    to: SeatId | None
    """Whose agreement it waits for; None: any ready partner."""
    expires_at: Instant
    declined: tuple[SeatId, ...] = ()
    """Who of those it is open to has said not now."""


class Unheeded(msgspec.Struct, frozen=True):
    """What became of an offer or a request that nobody agreed to."""

    by: SeatId
    """Who offered or asked, and is told."""
    cause: Literal["declined", "timeout"]
    at: Instant


class Raised(msgspec.Struct, frozen=True):
    """A signal nobody at the desk has seen yet."""

    signal: SignalKind
    seat: SeatId
    at: Instant


class Message(msgspec.Struct, frozen=True):
    """One line of the private channel."""

    author: str
    desk: bool
    """Whether the desk wrote it."""
    text: str
    at: Instant


class Booth(msgspec.Struct, frozen=True, omit_defaults=True):
    """One booth, whoever sits in it."""

    ready: tuple[SeatId, ...] = ()
    """Who passed the sound check since they connected."""
    active: SeatId | None = None
    """Who has the microphone."""
    coughing: bool = False
    used: bool = False
    """Somebody of it has been on air."""
    since: Instant | None = None
    """When the active interpreter took the microphone."""
    handover: Handover | None = None
    unheeded: Unheeded | None = None
    """What became of the last handover, until the next or until the microphone moves."""
    output: Language | None = None
    """What the active interpreter chose by hand to give into; None: by what is spoken."""
    relay: Language = FLOOR_LANGUAGE
    """What those hear who chose nothing themselves; older journals chose for the whole booth."""
    relays: Mapping[SeatId, Language] = {}
    silent_since: Instant | None = None
    signals: tuple[Raised, ...] = ()
    messages: tuple[Message, ...] = ()
    taken_off: Mapping[SeatId, TakenOff] = {}
    """Who was taken off the air, and has neither noted that nor come back."""
    lost_at: Mapping[SeatId, Instant] = {}
    """Since when those whose link was the cause are off."""

    def hears(self, seat: SeatId) -> Language:
        """The source an interpreter works from."""
        return self.relays.get(seat, self.relay)


Booths = Mapping[Language, Booth]


class ReadyChanged(Event, frozen=True, tag="BoothReadyChanged"):
    """An interpreter may go on air, or no longer."""

    booth: Language
    seat: SeatId
    ready: bool


class MicrophoneTaken(Event, frozen=True, tag="BoothMicrophoneTaken"):
    """An interpreter is on air; whoever was before is not."""

    booth: Language
    seat: SeatId
    at: Instant
    by_desk: bool = False
    """Nobody of the booth has agreed to it."""


class MicrophoneGiven(Event, frozen=True, tag="BoothMicrophoneGiven"):
    """Nobody of the booth is on air."""

    booth: Language
    seat: SeatId
    cause: Literal["self"] | TakenOff
    at: Instant | None = None
    """When their link was found lost."""


class OffAirNoted(Event, frozen=True, tag="BoothOffAirNoted"):
    """Who was taken off the air has seen that."""

    booth: Language
    seat: SeatId


class CoughChanged(Event, frozen=True, tag="BoothCoughChanged"):
    """The interpreter on air coughs, or is heard again."""

    booth: Language
    coughing: bool


class OutputChosen(Event, frozen=True, tag="BoothOutputChosen"):
    """The interpreter on air gives into a language chosen by hand, or automatically again."""

    booth: Language
    lang: Language | None


class HandoverBegun(Event, frozen=True, tag="BoothHandoverBegun"):
    """The microphone is offered or asked for."""

    booth: Language
    handover: Handover


class HandoverDeclined(Event, frozen=True, tag="BoothHandoverDeclined"):
    """One of several partners does not want it; the others may."""

    booth: Language
    seat: SeatId


class HandoverEnded(Event, frozen=True, tag="BoothHandoverEnded"):
    """Nobody agreed; an agreement is a ``MicrophoneTaken``."""

    booth: Language
    cause: Literal["cancelled", "declined", "timeout", "lost"]
    at: Instant | None = None
    """When it was declined or ran out."""


class RelayChanged(Event, frozen=True, tag="BoothRelayChanged"):
    """An interpreter hears something else."""

    booth: Language
    lang: Language
    seat: SeatId | None = None
    """None, in older journals: everybody of the booth."""


class SignalRaised(Event, frozen=True, tag="BoothSignalRaised"):
    """An interpreter told the desk."""

    booth: Language
    raised: Raised


class SignalSeen(Event, frozen=True, tag="BoothSignalSeen"):
    """The desk has seen it, or the booth took it back."""

    booth: Language
    signal: SignalKind


class Said(Event, frozen=True, tag="BoothSaid"):
    """A line on the private channel."""

    booth: Language
    message: Message


class SilenceChanged(Event, frozen=True, tag="BoothSilenceChanged"):
    """The engine hears nothing of the booth, or hears it again."""

    booth: Language
    since: Instant | None


BoothEvent = (
    ReadyChanged
    | MicrophoneTaken
    | MicrophoneGiven
    | OffAirNoted
    | CoughChanged
    | OutputChosen
    | HandoverBegun
    | HandoverDeclined
    | HandoverEnded
    | RelayChanged
    | SignalRaised
    | SignalSeen
    | Said
    | SilenceChanged
)


def languages_of(seat: Seat) -> tuple[Language, ...]:
    """What an interpreter's seat gives into; empty for everybody else."""
    definition = seat.definition
    if definition.role is not Role.INTERPRETER:
        return ()
    return tuple(Language(tag) for tag in definition.booth or (definition.language,))


def booth_of(seat: Seat) -> Language | None:
    """The booth a seat sits in."""
    return next(iter(languages_of(seat)), None)


def signs(seat: Seat) -> bool:
    """The seat is a sign-language interpreter's."""
    booth = booth_of(seat)
    return booth is not None and is_signed(booth)


def arrives(seat: Seat) -> bool:
    """The engine receives what the interpreter gives: a picture, or sound nobody has muted."""
    if signs(seat):
        return seat.media.flowing and seat.media.camera
    return seat.ready


def members(seats: Seats, booth: Language) -> tuple[SeatId, ...]:
    """Everybody who sits in a booth."""
    return tuple(key for key, seat in seats.items() if booth_of(seat) == booth)


def output_of(seat: Seat, spoken: Language | None, chosen: Language | None) -> Language | None:
    """What an interpreter speaks now: the language chosen by hand, else one the floor does not."""
    languages = languages_of(seat)
    if chosen in languages:
        return chosen
    return next((one for one in languages if one != spoken), None)


def giving(
    booths: Booths, seats: Seats, languages: tuple[Language, ...], spoken: Language | None
) -> dict[Language, SeatId]:
    """Who gives into each language of the program while ``spoken`` is spoken on the floor."""
    found: dict[Language, SeatId] = {}
    # What was chosen by hand goes before what another booth gives by itself.
    for booth in sorted(booths.values(), key=lambda one: one.output is None):
        seat = seats.get(booth.active) if booth.active is not None else None
        if seat is None or seat.muted:
            continue
        language = output_of(seat, spoken, booth.output)
        if language in languages:
            found.setdefault(language, seat.definition.id)
    return found


def evolve(booths: Booths, event: BoothEvent) -> Booths:
    """Apply one event.  Total."""
    return {**booths, event.booth: _evolve(booths.get(event.booth, Booth()), event)}


def _evolve(booth: Booth, event: BoothEvent) -> Booth:
    match event:
        case ReadyChanged():
            others = tuple(seat for seat in booth.ready if seat != event.seat)
            return replace(booth, ready=(*others, event.seat) if event.ready else others)
        case MicrophoneTaken():
            return replace(
                booth,
                active=event.seat,
                coughing=False,
                output=None,
                used=True,
                since=event.at,
                handover=None,
                unheeded=None,
                silent_since=None,
                taken_off=_taken_over(booth, event),
                lost_at=_but(booth.lost_at, event.seat),
            )
        case MicrophoneGiven():
            return _given(booth, event)
        case OffAirNoted():
            off = _but(booth.taken_off, event.seat)
            return replace(booth, taken_off=off, lost_at=_but(booth.lost_at, event.seat))
        case CoughChanged():
            return replace(booth, coughing=event.coughing)
        case OutputChosen():
            return replace(booth, output=event.lang)
        case HandoverBegun():
            return replace(booth, handover=event.handover, unheeded=None)
        case HandoverDeclined():
            waits = booth.handover
            if waits is not None:
                waits = replace(waits, declined=(*waits.declined, event.seat))
            return replace(booth, handover=waits)
        case HandoverEnded():
            return replace(booth, handover=None, unheeded=_unheeded(booth.handover, event))
        case _:
            return _beside(booth, event)


def _beside(
    booth: Booth, event: RelayChanged | SignalRaised | SignalSeen | Said | SilenceChanged
) -> Booth:
    """What moves no microphone."""
    match event:
        case RelayChanged():
            return _relayed(booth, event)
        case SignalRaised():
            kept = _without(booth.signals, event.raised.signal)
            return replace(booth, signals=(*kept, event.raised))
        case SignalSeen():
            return replace(booth, signals=_without(booth.signals, event.signal))
        case Said():
            return replace(booth, messages=(*booth.messages, event.message)[-MAX_MESSAGES:])
        case SilenceChanged():
            return replace(booth, silent_since=event.since)
        case _:
            assert_never(event)


def _unheeded(handover: Handover | None, event: HandoverEnded) -> Unheeded | None:
    """The desk is told of one that was lost; of an offer or a request, who made it."""
    if handover is None or handover.kind == "lost" or event.at is None:
        return None
    if event.cause in ("declined", "timeout"):
        return Unheeded(handover.by, event.cause, event.at)
    return None


def _taken_over(booth: Booth, event: MicrophoneTaken) -> Mapping[SeatId, TakenOff]:
    off = _but(booth.taken_off, event.seat)
    if event.by_desk and booth.active is not None:
        return {**off, booth.active: "desk"}
    return off


def _given(booth: Booth, event: MicrophoneGiven) -> Booth:
    off, lost_at = booth.taken_off, booth.lost_at
    if event.cause != "self":
        off = {**off, event.seat: event.cause}
    if event.at is not None:
        lost_at = {**lost_at, event.seat: event.at}
    idle = replace(booth, active=None, coughing=False, output=None, since=None, silent_since=None)
    return replace(idle, taken_off=off, lost_at=lost_at)


def _but(known: Mapping[SeatId, Of], seat: SeatId) -> Mapping[SeatId, Of]:
    return {other: value for other, value in known.items() if other != seat}


def _relayed(booth: Booth, event: RelayChanged) -> Booth:
    if event.seat is None:
        return replace(booth, relay=event.lang, relays={})
    return replace(booth, relays={**booth.relays, event.seat: event.lang})


def _without(signals: tuple[Raised, ...], signal: SignalKind) -> tuple[Raised, ...]:
    return tuple(raised for raised in signals if raised.signal != signal)
