"""Seats, who is connected to them, and what of their media arrives.

    expected --connect--> online --no connection for 3 s--> away --connect--> online
                          online --last connection gone--> online, dropped, for those 3 s

A seat outlives its connections; media is a fact of the engine, presence one of the doors.
"""

from collections.abc import Mapping
from typing import Literal, assert_never

import msgspec
from msgspec.structs import replace

from venue.base import Command, Event
from venue.errors import CommandRejected
from venue.ids import FLOOR_LANGUAGE, Instant, Language, SeatId
from venue.roles import Actor, Role
from venue.session import LanguageTag, SeatDefinition, SessionDefinition

Link = Literal["none", "good", "weak", "lost"]


class AddSeat(Command, frozen=True, tag="seat.add"):
    """A ticket named a seat the room does not know, or names it anew."""

    definition: SeatDefinition


class SetPresence(Command, frozen=True, tag="seat.presence"):
    """The doors saw a seat's first connection come or its last one go.

    ``dropped`` is said at once, ``away`` when none has come for a while.
    """

    seat: str
    presence: Literal["online", "dropped", "away"]


class ReportMedia(Command, frozen=True, tag="media.state"):
    """The engine saw a seat's media change."""

    seat: str
    camera: bool = False
    microphone: bool = False
    screen: bool = False
    link: Link = "none"
    silent_ms: int = 0
    """How long ago the last packet came, when the link is lost."""


class Mute(Command, frozen=True, tag="mute"):
    """The desk closes somebody's microphone."""

    seat: str


class AskToUnmute(Command, frozen=True, tag="mute.ask"):
    """The desk asks somebody to open their microphone; nobody but they can."""

    seat: str


class MuteSelf(Command, frozen=True, tag="self.mute"):
    """A seat closes or opens its own microphone."""

    muted: bool


class Listen(Command, frozen=True, tag="listen"):
    """A seat chooses the language it hears."""

    lang: LanguageTag


PresenceCommand = AddSeat | SetPresence | ReportMedia | Mute | AskToUnmute | MuteSelf | Listen


class SeatAdded(Event, frozen=True, tag="SeatAdded"):
    """A seat stands at the table."""

    definition: SeatDefinition


class PresenceChanged(Event, frozen=True, tag="PresenceChanged"):
    """A seat came or went."""

    seat: SeatId
    presence: Literal["online", "away"]
    at: Instant


class ConnectionDropped(Event, frozen=True, tag="ConnectionDropped"):
    """An interpreter's last connection ended: they left, opened the page again, or were lost."""

    seat: SeatId
    at: Instant


class MediaChanged(Event, frozen=True, tag="MediaChanged"):
    """What arrives from a seat changed."""

    seat: SeatId
    media: "Media"
    last_packet_at: Instant


class MuteChanged(Event, frozen=True, tag="MuteChanged"):
    """A microphone was closed or opened; whatever was asked is answered by it."""

    seat: SeatId
    muted: bool


class UnmuteAsked(Event, frozen=True, tag="UnmuteAsked"):
    """The desk asked a muted seat to open its microphone."""

    seat: SeatId


class ListeningChanged(Event, frozen=True, tag="ListeningChanged"):
    """A seat hears another language."""

    seat: SeatId
    lang: Language


PresenceEvent = (
    SeatAdded
    | PresenceChanged
    | ConnectionDropped
    | MediaChanged
    | MuteChanged
    | UnmuteAsked
    | ListeningChanged
)


class Media(msgspec.Struct, frozen=True, omit_defaults=True):
    """What arrives from a seat."""

    camera: bool = False
    microphone: bool = False
    screen: bool = False
    link: Link = "none"

    @property
    def flowing(self) -> bool:
        """Packets arrive."""
        return self.link in ("good", "weak")


class Seat(msgspec.Struct, frozen=True, omit_defaults=True):
    """A place at the table and what is known of it now."""

    definition: SeatDefinition
    presence: Literal["expected", "online", "away"] = "expected"
    dropped: bool = False
    """An interpreter without a connection who is not called away yet."""
    media: Media = Media()
    muted: bool = False
    asked_to_unmute: bool = False
    listening: Language | None = None
    """What its owner chose to hear; None: nothing yet."""

    @property
    def language(self) -> Language:
        """The language its owner speaks."""
        return Language(self.definition.language)

    @property
    def ready(self) -> bool:
        """Could be heard at once: its sound arrives and its owner has not closed it."""
        return self.media.flowing and self.media.microphone and not self.muted


Seats = Mapping[SeatId, Seat]


def initial(session: SessionDefinition) -> Seats:
    """The table before anybody has come."""
    return {seat.id: Seat(seat) for seat in session.seats}


def with_definitions(seats: Seats, session: SessionDefinition) -> Seats:
    """The table after another import: new seats come, known ones are renamed, nobody leaves."""
    fresh = {
        seat.id: replace(known, definition=seat) if (known := seats.get(seat.id)) else Seat(seat)
        for seat in session.seats
    }
    return {**seats, **fresh}


def seat_of(seats: Seats, seat: str) -> Seat:
    """Find a seat.

    Raises:
        CommandRejected: ``seat.unknown``.
    """
    found = seats.get(SeatId(seat))
    if found is None:
        raise CommandRejected("seat.unknown", seat=seat)
    return found


def decide(
    seats: Seats,
    languages: tuple[Language, ...],
    actor: Actor,
    command: PresenceCommand,
    now: Instant,
) -> tuple[PresenceEvent, ...]:
    """Answer a command with the events it causes.

    Raises:
        CommandRejected: ``seat.unknown``, ``seat.none``, ``language.unknown``.
    """
    match command:
        case AddSeat():
            definition = command.definition.among(languages)
            known = seats.get(definition.id)
            same = known is not None and known.definition == definition
            return () if same else (SeatAdded(definition),)
        case SetPresence():
            return _set_presence(seat_of(seats, command.seat), command.presence, now)
        case ReportMedia():
            media = Media(command.camera, command.microphone, command.screen, command.link)
            if seat_of(seats, command.seat).media == media:
                return ()
            return (MediaChanged(SeatId(command.seat), media, Instant(now - command.silent_ms)),)
        case Mute():
            changed = not seat_of(seats, command.seat).muted
            return (MuteChanged(SeatId(command.seat), True),) if changed else ()
        case AskToUnmute():
            return _ask_to_unmute(seat_of(seats, command.seat))
        case MuteSelf():
            return _mute_self(_own(seats, actor), command.muted)
        case Listen():
            own = _own(seats, actor)
            if command.lang != FLOOR_LANGUAGE and command.lang not in languages:
                raise CommandRejected("language.unknown", lang=command.lang)
            if own.listening == command.lang:
                return ()
            return (ListeningChanged(own.definition.id, Language(command.lang)),)
        case _:
            assert_never(command)


def _set_presence(
    seat: Seat, presence: Literal["online", "dropped", "away"], now: Instant
) -> tuple[PresenceEvent, ...]:
    """Where a second matters the first sign counts: what an interpreter on air says is missed."""
    own = seat.definition
    if presence != "dropped":
        same = seat.presence == presence and not seat.dropped
        return () if same else (PresenceChanged(own.id, presence, now),)
    matters = own.role is Role.INTERPRETER and seat.presence == "online" and not seat.dropped
    return (ConnectionDropped(own.id, now),) if matters else ()


def _ask_to_unmute(seat: Seat) -> tuple[PresenceEvent, ...]:
    useless = not seat.muted or seat.asked_to_unmute
    return () if useless else (UnmuteAsked(seat.definition.id),)


def _mute_self(own: Seat, muted: bool) -> tuple[PresenceEvent, ...]:
    """Staying muted after having been asked is an answer, and so an event."""
    changed = own.muted != muted or own.asked_to_unmute
    return (MuteChanged(own.definition.id, muted),) if changed else ()


def _own(seats: Seats, actor: Actor) -> Seat:
    if actor.seat is None:
        raise CommandRejected("seat.none")
    return seat_of(seats, actor.seat)


def evolve(seats: Seats, event: PresenceEvent) -> Seats:
    """Apply one event; an event about a seat nobody knows changes nothing."""
    if isinstance(event, SeatAdded):
        seat = event.definition.id
        known = seats.get(seat)
        fresh = replace(known, definition=event.definition) if known else Seat(event.definition)
        return {**seats, seat: fresh}
    known = seats.get(event.seat)
    if known is None:
        return seats
    match event:
        case PresenceChanged():
            known = replace(known, presence=event.presence, dropped=False)
        case ConnectionDropped():
            known = replace(known, dropped=True)
        case MediaChanged():
            known = replace(known, media=event.media)
        case MuteChanged():
            known = replace(known, muted=event.muted, asked_to_unmute=False)
        case UnmuteAsked():
            known = replace(known, asked_to_unmute=True)
        case ListeningChanged():
            known = replace(known, listening=event.lang)
        case _:
            assert_never(event)
    return {**seats, event.seat: known}


def room_feed(seats: Seats) -> SeatId | None:
    """The seat whose camera and microphones are the conference room's, if there is one.

    The first that sends sound wins, so that a spare feed can take over.
    """
    feeds = [seat for seat in seats.values() if seat.definition.role is Role.ROOM]
    flowing = [seat for seat in feeds if seat.media.flowing]
    chosen = (flowing or feeds)[:1]
    return chosen[0].definition.id if chosen else None
