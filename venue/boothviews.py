"""What each role may see of the booths; a part of ``venue.views``."""

from collections.abc import Mapping
from typing import Literal

from venue.booths.state import Booth, booth_of, languages_of, members
from venue.glossary import entries
from venue.ids import Language, SeatId, is_signed
from venue.roles import DESK, Role
from venue.room import Room
from venue.staging import booths_on_air
from venue.wire_booths import (
    BoothMessageView,
    BoothSignalView,
    BoothView,
    HandoverView,
    InterpreterView,
    TermView,
    UnheededView,
)

_WORKING = DESK | {Role.INTERPRETER}


def booth_views(room: Room, role: Role) -> tuple[BoothView, ...]:
    """Every booth somebody sits in, in the order of the seats."""
    names = dict.fromkeys(name for seat in room.seats.values() if (name := booth_of(seat)))
    giving = booths_on_air(room)
    return tuple(_booth(room, name, giving, role) for name in names)


def glossary_of(room: Room) -> tuple[TermView, ...]:
    """The terms as they are now, for whoever interprets."""
    return tuple(
        TermView(
            one.entry,
            one.version,
            one.term.term,
            one.term.says,
            one.term.note,
            one.term.kind,
            one.name,
        )
        for one in entries(room.session.glossary, room.glossary)
    )


def line_of(room: Room, booth: Language | None) -> tuple[BoothMessageView, ...]:
    """The private channel of one booth; the newest last."""
    messages = room.booths.get(booth, Booth()).messages if booth is not None else ()
    return tuple(BoothMessageView(one.author, one.desk, one.text, one.at) for one in messages)


def _booth(room: Room, name: Language, giving: Mapping[Language, SeatId], role: Role) -> BoothView:
    booth = room.booths.get(name, Booth())
    into = next((one for one, seat in giving.items() if seat == booth.active), None)
    if is_signed(name) and booth.active is not None:
        into = name
    languages = dict.fromkeys(
        one for seat in members(room.seats, name) for one in languages_of(room.seats[seat])
    )
    if role not in _WORKING:
        state: Literal["off", "on_air"] = "on_air" if into else "off"
        return BoothView(name, tuple(languages), into, state, signing=is_signed(name))
    handover = booth.handover
    return BoothView(
        booth=name,
        languages=tuple(languages),
        into=into,
        state=_state(booth),
        active=booth.active,
        since=booth.since,
        silent_since=booth.silent_since,
        handover=None
        if handover is None
        else HandoverView(
            handover.kind, handover.by, handover.to, handover.expires_at, handover.declined
        ),
        unheeded=None
        if booth.unheeded is None
        else UnheededView(booth.unheeded.by, booth.unheeded.cause, booth.unheeded.at),
        interpreters=tuple(_interpreter(room, booth, seat) for seat in members(room.seats, name)),
        signals=tuple(BoothSignalView(one.signal, one.seat, one.at) for one in booth.signals),
        messages=line_of(room, name) if role in DESK else (),
        signing=is_signed(name),
        output=booth.output,
    )


def _state(booth: Booth) -> Literal["off", "ready", "on_air", "muted"]:
    if booth.active is not None:
        return "muted" if booth.coughing else "on_air"
    return "ready" if booth.ready else "off"


def _interpreter(room: Room, booth: Booth, seat_id: SeatId) -> InterpreterView:
    seat = room.seats[seat_id]
    return InterpreterView(
        seat=seat_id,
        name=seat.definition.name,
        ready=seat_id in booth.ready,
        online=seat.presence == "online",
        microphone=seat.ready,
        camera=seat.media.flowing and seat.media.camera,
        relay=booth.hears(seat_id),
        taken_off=booth.taken_off.get(seat_id),
        link=seat.media.link,
    )
