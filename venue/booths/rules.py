"""Who may go on air in a booth, and how the microphone changes hands."""

from venue.base import Command
from venue.booths import upkeep
from venue.booths.commands import (
    Accept,
    BoothCommand,
    Cancel,
    ClearSignal,
    GiveMicrophone,
    NoteOffAir,
    Offer,
    ReportSilence,
    RequestHandover,
    Say,
    SetActive,
    SetCough,
    SetOutput,
    SetReady,
    SetRelay,
    Signal,
    SignalKind,
    TakeMicrophone,
)
from venue.booths.state import (
    Booth,
    BoothEvent,
    Booths,
    CoughChanged,
    Handover,
    HandoverBegun,
    HandoverDeclined,
    HandoverEnded,
    Message,
    MicrophoneGiven,
    MicrophoneTaken,
    OffAirNoted,
    OutputChosen,
    Raised,
    ReadyChanged,
    RelayChanged,
    Said,
    SignalRaised,
    SignalSeen,
    SilenceChanged,
    arrives,
    booth_of,
    languages_of,
    members,
    signs,
)
from venue.errors import CommandRejected
from venue.ids import FLOOR_LANGUAGE, Instant, Language, SeatId, is_signed
from venue.presence import Seat, Seats, seat_of
from venue.roles import Actor, Role

HANDOVER_MS = 30_000
RETURN_MS = 30_000
"""Whose page is back so soon after it was missed has opened it again; later something broke."""


def decide(
    booths: Booths,
    seats: Seats,
    languages: tuple[Language, ...],
    actor: Actor,
    command: BoothCommand,
    now: Instant,
) -> tuple[BoothEvent, ...]:
    """Answer a command with the events it causes.

    Raises:
        CommandRejected: Codes ``booth.*``, ``seat.unknown``, ``language.unknown``.
    """
    events = _decide(booths, seats, languages, actor, command, now)
    for event in events:
        if isinstance(event, MicrophoneTaken):
            _check_place(booths, event.booth)
    return events


def _check_place(booths: Booths, name: Language) -> None:
    """The picture has one place for a signer, whatever sign languages the session has."""
    for other, booth in booths.items():
        if is_signed(name) and is_signed(other) and other != name and booth.active is not None:
            raise CommandRejected("booth.place_taken", by=booth.active)


def _decide(
    booths: Booths,
    seats: Seats,
    languages: tuple[Language, ...],
    actor: Actor,
    command: BoothCommand,
    now: Instant,
) -> tuple[BoothEvent, ...]:
    match command:
        case SetActive():
            return _set_active(booths, seats, command, now)
        case ClearSignal():
            name = Language(command.booth)
            return _lower(booths.get(name, Booth()), name, command.signal)
        case ReportSilence():
            return _silence(booths, seats, command, now)
        case Say():
            return _say(seats, actor, command, now)
        case Cancel():
            name = _own_or_named(seats, actor, command.booth)
            own = actor.seat if actor.role is Role.INTERPRETER else None
            return _cancel(booths.get(name, Booth()), name, seats, own, now)
        case _:
            return _decide_own(booths, seats, languages, actor, command, now)


def _decide_own(
    booths: Booths,
    seats: Seats,
    languages: tuple[Language, ...],
    actor: Actor,
    command: Command,
    now: Instant,
) -> tuple[BoothEvent, ...]:
    """Commands an interpreter gives about the booth they sit in."""
    name = _own_or_named(seats, actor, None)
    assert actor.seat is not None
    booth, own = booths.get(name, Booth()), actor.seat
    match command:
        case SetReady():
            return _set_ready(booth, name, seats, own, command.ready, now)
        case TakeMicrophone():
            if booth.active is not None and booth.active != own:
                raise CommandRejected("booth.taken", by=booth.active)
            return () if booth.active == own else _take(booth, name, seats[own], now)
        case GiveMicrophone():
            return () if booth.active != own else _give(booth, name, own)
        case SetCough():
            _check_active(booth, own)
            if signs(seats[own]):
                raise CommandRejected("booth.no_sound")
            same = booth.coughing == command.on
            return () if same else (CoughChanged(name, command.on),)
        case SetOutput():
            return _set_output(booth, name, seats[own], command.lang)
        case Offer():
            return _offer(booth, name, seats, own, command.to, now)
        case RequestHandover():
            return _request(booth, name, seats[own], now)
        case Accept():
            return _accept(booth, name, seats, own, now)
        case SetRelay():
            return _relay(booths, seats, languages, own, Language(command.lang))
        case _:
            return _decide_beside(booth, name, own, command, now)


def _decide_beside(
    booth: Booth, name: Language, own: SeatId, command: Command, now: Instant
) -> tuple[BoothEvent, ...]:
    """Commands that move no microphone."""
    match command:
        case NoteOffAir():
            return (OffAirNoted(name, own),) if own in booth.taken_off else ()
        case Signal(on=False):
            return _lower(booth, name, command.signal)
        case Signal():
            return (SignalRaised(name, Raised(command.signal, own, now)),)
        case _:
            raise CommandRejected("command.unknown", verb=str(command.__struct_config__.tag))


def _lower(booth: Booth, name: Language, signal: SignalKind) -> tuple[BoothEvent, ...]:
    """The desk has seen a signal, or the booth takes it back."""
    raised = any(one.signal == signal for one in booth.signals)
    return (SignalSeen(name, signal),) if raised else ()


def _own_or_named(seats: Seats, actor: Actor, named: str | None) -> Language:
    """The booth an interpreter sits in, or the one the desk names."""
    if actor.role is not Role.INTERPRETER:
        known = {booth_of(seat) for seat in seats.values()}
        if named is None or Language(named) not in known:
            raise CommandRejected("booth.unknown", booth=named or "")
        return Language(named)
    own = seats.get(actor.seat) if actor.seat is not None else None
    name = booth_of(own) if own is not None else None
    if name is None:
        raise CommandRejected("booth.none")
    return name


def _check_arrives(seat: Seat) -> None:
    if not arrives(seat):
        raise CommandRejected("booth.no_camera" if signs(seat) else "booth.no_microphone")


def _set_ready(
    booth: Booth, name: Language, seats: Seats, own: SeatId, ready: bool, now: Instant
) -> tuple[BoothEvent, ...]:
    if ready and own not in booth.ready:
        _check_arrives(seats[own])
        return (ReadyChanged(name, own, True),)
    return () if ready else _at_check(booth, name, seats, own, now)


def _at_check(
    booth: Booth, name: Language, seats: Seats, own: SeatId, now: Instant
) -> tuple[BoothEvent, ...]:
    """An interpreter's page is at the check: mostly it was opened again.

    On air it had no time to be missed, or it was missed and is back within the grace time.  Either
    way the partner is asked to step in, and the interpreter is told of no loss: they know that
    they opened the page.  However long a page takes to load, it ends the same.
    """
    lost_at = booth.lost_at.get(own)
    is_back = lost_at is not None and now - lost_at <= RETURN_MS
    noted: tuple[BoothEvent, ...] = (OffAirNoted(name, own),) if is_back else ()
    if own not in booth.ready:
        return noted
    off = ReadyChanged(name, own, False)
    if booth.active == own:
        return (*_give(booth, name, own), off, *upkeep.offered(booth, name, seats, own, now))
    handover = booth.handover
    if handover is None or handover.kind == "lost" or own not in (handover.by, handover.to):
        return (*noted, off)
    return (*noted, HandoverEnded(name, "cancelled"), off)


def _take(
    booth: Booth, name: Language, seat: Seat, now: Instant, *, by_desk: bool = False
) -> tuple[BoothEvent, ...]:
    if seat.definition.id not in booth.ready:
        raise CommandRejected("booth.not_ready", seat=seat.definition.id)
    _check_arrives(seat)
    return (MicrophoneTaken(name, seat.definition.id, now, by_desk),)


def _give(booth: Booth, name: Language, own: SeatId) -> tuple[BoothEvent, ...]:
    ended: tuple[BoothEvent, ...] = (HandoverEnded(name, "cancelled"),) if booth.handover else ()
    return (*ended, MicrophoneGiven(name, own, "self"))


def _set_output(
    booth: Booth, name: Language, own: Seat, chosen: str | None
) -> tuple[BoothEvent, ...]:
    _check_active(booth, own.definition.id)
    if chosen is not None and chosen not in languages_of(own):
        raise CommandRejected("language.unknown", lang=chosen)
    language = None if chosen is None else Language(chosen)
    return () if booth.output == language else (OutputChosen(name, language),)


def _check_active(booth: Booth, own: SeatId) -> None:
    if booth.active != own:
        raise CommandRejected("booth.not_active")


def _partners(booth: Booth, seats: Seats, own: SeatId) -> tuple[SeatId, ...]:
    return tuple(one for one in booth.ready if one != own and arrives(seats[one]))


def _offer(
    booth: Booth, name: Language, seats: Seats, own: SeatId, to: str | None, now: Instant
) -> tuple[BoothEvent, ...]:
    _check_active(booth, own)
    _check_idle(booth)
    partners = _partners(booth, seats, own)
    if not partners or (to is not None and SeatId(to) not in partners):
        raise CommandRejected("booth.no_partner")
    target = None if to is None else SeatId(to)
    return (HandoverBegun(name, Handover("offer", own, target, Instant(now + HANDOVER_MS))),)


def _check_idle(booth: Booth) -> None:
    if booth.handover is not None:
        raise CommandRejected("booth.handover_waits", by=booth.handover.by)


def _request(booth: Booth, name: Language, seat: Seat, now: Instant) -> tuple[BoothEvent, ...]:
    own = seat.definition.id
    if booth.active is None or booth.active == own:
        # Nobody to ask: the microphone is free, or one's own.
        return () if booth.active == own else _take(booth, name, seat, now)
    _check_idle(booth)
    if own not in booth.ready:
        raise CommandRejected("booth.not_ready", seat=own)
    handover = Handover("request", own, booth.active, Instant(now + HANDOVER_MS))
    return (HandoverBegun(name, handover),)


def _accept(
    booth: Booth, name: Language, seats: Seats, own: SeatId, now: Instant
) -> tuple[BoothEvent, ...]:
    handover = booth.handover
    if handover is None:
        raise CommandRejected("booth.no_handover")
    if own == handover.by or handover.to not in (None, own):
        raise CommandRejected("booth.not_asked")
    receiver = handover.by if handover.kind == "request" else own
    return _take(booth, name, seats[receiver], now)


def _cancel(
    booth: Booth, name: Language, seats: Seats, own: SeatId | None, now: Instant
) -> tuple[BoothEvent, ...]:
    """Either side ends a handover, or the desk (``own`` is None); one of many only declines it."""
    handover = booth.handover
    if handover is None:
        return ()
    if own is None or own == handover.by:
        return (HandoverEnded(name, "cancelled"),)
    ended = HandoverEnded(name, "declined", now)
    if own == handover.to:
        return (ended,)
    if handover.to is not None:
        raise CommandRejected("booth.not_asked")
    if own in handover.declined:
        return ()
    left = set(_partners(booth, seats, handover.by)) - {own, *handover.declined}
    declined = HandoverDeclined(name, own)
    return (declined,) if left else (declined, ended)


def _set_active(
    booths: Booths, seats: Seats, command: SetActive, now: Instant
) -> tuple[BoothEvent, ...]:
    name = Language(command.booth)
    booth = booths.get(name, Booth())
    if command.seat is None:
        if booth.active is None:
            return ()
        return (
            *((HandoverEnded(name, "cancelled"),) if booth.handover else ()),
            MicrophoneGiven(name, booth.active, "desk"),
        )
    seat = seat_of(seats, command.seat)
    if booth_of(seat) != name:
        raise CommandRejected("booth.unknown", booth=command.booth)
    if booth.active == seat.definition.id:
        return ()
    # The desk may save a booth, never put somebody on air who has not said they are ready.
    return _take(booth, name, seat, now, by_desk=True)


def _relay(
    booths: Booths,
    seats: Seats,
    languages: tuple[Language, ...],
    own: SeatId,
    source: Language,
) -> tuple[BoothEvent, ...]:
    if source != FLOOR_LANGUAGE and source not in languages:
        raise CommandRejected("language.unknown", lang=source)
    name = booth_of(seats[own])
    assert name is not None
    if booths.get(name, Booth()).hears(own) == source:
        return ()
    if name in _booths_behind(booths, seats, source):
        raise CommandRejected("booth.cycle", lang=source)
    return (RelayChanged(name, source, own),)


def _booths_behind(booths: Booths, seats: Seats, source: Language) -> set[Language]:
    """Every booth that a language may come through, whoever of it is on air."""
    found: set[Language] = set()
    waiting = [source]
    while waiting:
        language = waiting.pop()
        givers = {booth_of(one) for one in seats.values() if language in languages_of(one)}
        for giver in givers - found:
            assert giver is not None
            found.add(giver)
            waiting += [booths.get(giver, Booth()).hears(one) for one in members(seats, giver)]
    return found


def _silence(
    booths: Booths, seats: Seats, command: ReportSilence, now: Instant
) -> tuple[BoothEvent, ...]:
    name = booth_of(seat_of(seats, command.seat))
    booth = booths.get(name) if name is not None else None
    if name is None or booth is None:
        return ()
    silent = command.silent and booth.active == command.seat
    if silent == (booth.silent_since is not None):
        return ()
    return (SilenceChanged(name, now if silent else None),)


def _say(seats: Seats, actor: Actor, command: Say, now: Instant) -> tuple[BoothEvent, ...]:
    name = _own_or_named(seats, actor, command.booth)
    own = seats.get(actor.seat) if actor.seat is not None else None
    author = own.definition.name if own is not None else actor.name
    desk = actor.role is not Role.INTERPRETER
    return (Said(name, Message(author, desk, command.text, now)),)
