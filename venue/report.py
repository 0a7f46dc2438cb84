"""Figures after the event, all sums over what the room remembers."""

import msgspec

from venue.ids import DurationMs
from venue.roles import Role
from venue.room import Room
from venue.viewers import ViewersFigures
from venue.views import shared


class SpeakerFigures(msgspec.Struct, frozen=True):
    """One speaker's share."""

    name: str
    delegation: str
    turns: int
    spoken_ms: DurationMs


class Report(msgspec.Struct, frozen=True):
    """What the organiser is told afterwards.  Names no member of the audience."""

    session: str
    title: dict[str, str]
    speakers: tuple[SpeakerFigures, ...]
    spoken_ms: DurationMs
    questions: dict[str, int]
    youtube: tuple[ViewersFigures, ...] = ()
    """Who watched there, a language each, with every count."""


def report_of(room: Room, youtube: tuple[ViewersFigures, ...] = ()) -> Report:
    """Sum up a room; viewers are counted outside it."""
    order: dict[tuple[str, str], list[tuple[str, int]]] = {}
    for interval in room.floor.ledger:
        if not interval.charged:
            continue
        seat = room.seats.get(interval.seat) if interval.seat else None
        name = interval.name or (seat.definition.name if seat else "")
        key = (name, interval.delegation)
        order.setdefault(key, []).append((interval.turn, interval.stop - interval.start))
    speakers = tuple(
        SpeakerFigures(
            name,
            delegation,
            len({turn for turn, _ in stretches}),
            DurationMs(sum(length for _, length in stretches)),
        )
        for (name, delegation), stretches in order.items()
    )
    return Report(
        session=room.session.id,
        title=dict(room.session.title),
        speakers=speakers,
        spoken_ms=DurationMs(sum(speaker.spoken_ms for speaker in speakers)),
        questions=dict(shared(room, Role.ORGANIZER).counters),
        youtube=youtube,
    )
