"""What each role may see of a room: the only place that decides it.

A view is made in two steps so that thousands share the first: ``shared`` depends on the role alone,
``personal`` adds what is the viewer's own.
"""

from collections.abc import Mapping

import msgspec

from venue import heard
from venue.booths.state import booth_of
from venue.boothviews import booth_views, glossary_of, line_of
from venue.broadcast_view import youtube_view
from venue.captions import SHOWN
from venue.floor.state import Floor
from venue.ids import FLOOR_LANGUAGE, QuestionId, SeatId, TurnId, VoterId
from venue.naming import short_name, short_names, words_of
from venue.presence import Seat
from venue.questions import may_moderate
from venue.questionviews import counters, own_questions, question_views
from venue.roles import DESK, SEATED, Role, verbs_of
from venue.room import Room
from venue.staging import (
    booths_on_air,
    listening_of,
    on_stage,
    open_microphones,
    picture_of,
    signer_on_air,
)
from venue.turns import Current, Phase, Turn
from venue.wire import (
    AgendaView,
    AskedView,
    CaptionView,
    CurrentTurnView,
    FloorView,
    MediaView,
    MissedView,
    OutputView,
    Presence,
    ProgramView,
    QueuedTurnView,
    SeatView,
    SeatWordsView,
    SessionView,
    Tally,
    UndoView,
    View,
    YouView,
)


class Viewer(msgspec.Struct, frozen=True):
    """Who looks."""

    role: Role
    seat: SeatId | None = None
    voter: VoterId | None = None
    name: str = ""
    device: str | None = None


def project(
    room: Room, viewer: Viewer, voted: frozenset[QuestionId] = frozenset(), audience: int = 0
) -> View:
    """All that one viewer may know; ``voted`` and ``audience`` are counted outside the room."""
    return personal(room, viewer, shared(room, viewer.role, audience), voted)


def shared(room: Room, role: Role, audience: int = 0) -> View:
    """The part of a view that everybody of a role has in common; ``you`` is None."""
    names = short_names(room.seats)
    return View(
        session=_session(room, role),
        floor=_floor(room, role, names),
        seats=tuple(_seat(room, seat_id, name, role) for seat_id, name in names.items()),
        questions=question_views(room, role),
        program=_program(room, role),
        outputs=_outputs(room) if role in DESK else (),
        booths=booth_views(room, role),
        glossary=glossary_of(room) if role is Role.INTERPRETER else (),
        captions={
            language: tuple(CaptionView(line.number, line.text, line.at) for line in lines[-SHOWN:])
            for language, lines in room.captions.items()
        },
        counters=counters(room, audience),
        youtube=youtube_view(room, role in DESK),
    )


def personal(
    room: Room, viewer: Viewer, base: View, voted: frozenset[QuestionId] = frozenset()
) -> View:
    """A shared view made this viewer's own: their questions, votes, turn and tally."""
    questions = base.questions
    if viewer.voter is not None:
        questions = own_questions(room, viewer.role, viewer.voter, questions, voted)
    return View(
        session=base.session,
        floor=base.floor,
        seats=base.seats,
        questions=questions,
        program=base.program,
        outputs=base.outputs,
        booths=base.booths,
        glossary=base.glossary,
        captions=base.captions,
        counters=base.counters,
        you=_you(room, viewer),
        youtube=base.youtube,
    )


def _session(room: Room, role: Role) -> SessionView:
    session = room.session
    agenda = session.agenda if role is Role.INTERPRETER else ()
    return SessionView(
        id=session.session_id,
        title=session.title,
        languages=session.output_languages,
        starts_at=session.start,
        timezone=session.timezone,
        accent=session.accent,
        captions=session.captioned,
        own_pictures=session.own_pictures,
        agenda=tuple(AgendaView(one.at, one.title) for one in agenda),
    )


def _floor(room: Room, role: Role, names: Mapping[SeatId, str]) -> FloorView:
    floor = room.floor
    waiting = floor.queue if role in SEATED else floor.queue[:1]
    return FloorView(
        list=floor.list,
        floor="idle" if floor.current is None else floor.current.phase.value,
        mode=floor.mode,
        closing_at=floor.closing_at,
        current=None if floor.current is None else _current(room, floor.current, names, role),
        queue=tuple(_queued(room, turn, names) for turn in waiting),
        chair_open=floor.chair_open,
        undo=_undo(room, floor, names) if may_moderate(role) else None,
        voice=heard.audible(floor, room.stage, room.seats, room.heard.voice),
        spoken=heard.spoken(floor, room.stage, room.seats, room.heard),
    )


def _undo(room: Room, floor: Floor, names: Mapping[SeatId, str]) -> UndoView | None:
    undo = floor.undo
    if undo is None or undo.spent or not undo.command:
        return None
    called = floor.current.turn if floor.current else None
    name = short_name(called, room.seats, names) if called else ""
    return UndoView(undo.command, undo.verb, name, undo.expires_at)


def _current(
    room: Room, current: Current, names: Mapping[SeatId, str], role: Role
) -> CurrentTurnView:
    turn, asked = current.turn, current.asked if role in SEATED else None
    name, title, city, country = _caption(room, turn)
    return CurrentTurnView(
        turn=turn.turn,
        seat=turn.seat or SeatId(""),
        short=short_name(turn, room.seats, names),
        name=name,
        title=title,
        city=city,
        country=country,
        place="room" if turn.in_room else "remote",
        kind=turn.kind.value,
        topic=turn.topic,
        spoken_ms=current.spoken_ms,
        running_since=current.running_since,
        limit_ms=current.limit_ms,
        called_at=current.called_at,
        held_reason=current.held_reason,
        language=turn.language(room.seats),
        asked=None if asked is None else AskedView(asked.signal, asked.at),
        words={
            lang: SeatWordsView(one.name, one.title, one.city, one.country)
            for lang, one in words_of(turn, room.seats).items()
        },
    )


def _caption(room: Room, turn: Turn) -> tuple[str, str, str, str]:
    seat = room.seats.get(turn.seat) if turn.seat else None
    if turn.name or seat is None:
        return turn.name, "", turn.delegation, ""
    definition = seat.definition
    return definition.name, definition.title, definition.city, definition.country


def _queued(room: Room, turn: Turn, names: Mapping[SeatId, str]) -> QueuedTurnView:
    seat = room.seats.get(turn.seat) if turn.seat else None
    name, _, city, country = _caption(room, turn)
    spoken = any(
        interval.charged and interval.seat == turn.seat and interval.name == turn.name
        for interval in room.floor.ledger
    )
    return QueuedTurnView(
        turn=turn.turn,
        seat=turn.seat or SeatId(""),
        short=short_name(turn, room.seats, names),
        name=name,
        city=city,
        country=country,
        place="room" if turn.in_room else "remote",
        kind=turn.kind.value,
        topic=turn.topic,
        requested_at=turn.requested_at,
        first_time=not spoken,
        presence=seat.presence if seat else "expected",
        media_ready=seat.ready if seat else False,
        language=turn.language(room.seats),
    )


def _seat(room: Room, seat_id: SeatId, short: str, role: Role) -> SeatView:
    """A seat; outsiders learn who sits there, not how their connection fares."""
    seat, inside = room.seats[seat_id], role in SEATED
    definition, media = seat.definition, seat.media
    shown = media if inside else type(media)()
    return SeatView(
        seat=seat_id,
        short=short,
        name=definition.name,
        title=definition.title,
        city=definition.city,
        country=definition.country,
        language=seat.language,
        role=definition.role.value,
        place=definition.place,
        presence=_presence(seat),
        on_stage=seat_id in on_stage(room),
        muted=seat.muted,
        asked_to_unmute=inside and seat.asked_to_unmute,
        listening=listening_of(room, seat) if inside else FLOOR_LANGUAGE,
        media=MediaView(shown.camera, shown.microphone, shown.screen, shown.link),
        tally=tally(room, seat_id),
        spelling=definition.spelling if role in DESK or role is Role.INTERPRETER else "",
    )


def _presence(seat: Seat) -> Presence:
    """A feed that came by WHIP has no page open, and is here all the same."""
    return "online" if seat.media.flowing else seat.presence


def tally(room: Room, seat: SeatId | None) -> Tally:
    """``on_air`` while heard, ``next`` when called or first in the queue.

    Heard is whoever the gate lets through, turn or not; a speaker who is muted keeps ``on_air``,
    because opening the microphone is all that is missing.  A signer is seen instead.
    """
    current = room.floor.current
    if seat is None:
        return "off"
    if seat in open_microphones(room) or seat in booths_on_air(room).values():
        return "on_air"
    if seat == signer_on_air(room):
        return "on_air"
    if current is not None and current.turn.seat == seat:
        if current.phase is Phase.SPEAKING:
            return "off" if room.floor.mode == "chair_only" else "on_air"
        if current.phase is Phase.CALLING:
            return "next"
    first = room.floor.queue[0] if room.floor.queue else None
    return "next" if first is not None and first.seat == seat else "off"


def _program(room: Room, role: Role) -> ProgramView:
    program, missed = room.program, room.heard.missed
    is_heard = heard.spoken(room.floor, room.stage, room.seats, room.heard) is not None
    if not is_heard or (role not in DESK and role is not Role.INTERPRETER):
        missed = {}
    layout, _ = picture_of(room)
    return ProgramView(
        scene=room.stage.scene.value,
        layout=layout.value,
        stage=on_stage(room),
        on_air=program.on_air_since is not None,
        on_air_since=program.on_air_since,
        languages=room.session.output_languages,
        engine=program.engine,
        streaming_lost_since=program.streaming_lost_since,
        missed=tuple(MissedView(lang, since) for lang, since in missed.items()),
    )


def _outputs(room: Room) -> tuple[OutputView, ...]:
    return tuple(
        OutputView(
            output=output.output,
            kind=output.kind,
            lang=output.lang,
            target=output.target,
            state=output.state,
            sent_bytes=output.sent_bytes,
            retries=output.retries,
            error=output.error,
            since=output.since,
            trying=output.trying,
        )
        for output in room.program.outputs.values()
    )


def _you(room: Room, viewer: Viewer) -> YouView:
    seat = room.seats.get(viewer.seat) if viewer.seat else None
    turn, position = _own_turn(room, viewer.seat)
    booth = booth_of(seat) if seat and viewer.role is Role.INTERPRETER else None
    return YouView(
        seat=viewer.seat,
        role=viewer.role.value,
        name=seat.definition.name if seat else viewer.name,
        tally=tally(room, viewer.seat),
        turn=turn,
        position=position,
        listening=listening_of(room, seat) if seat else FLOOR_LANGUAGE,
        muted=seat.muted if seat else False,
        asked_to_unmute=seat.asked_to_unmute if seat else False,
        may=verbs_of(viewer.role),
        device=viewer.device,
        booth=booth,
        line=line_of(room, booth),
    )


def _own_turn(room: Room, seat: SeatId | None) -> tuple[TurnId | None, int | None]:
    if seat is None:
        return None, None
    current = room.floor.current
    for position, turn in enumerate(room.floor.queue, start=1):
        if turn.seat == seat and not turn.name:
            holds = current is not None and current.turn.seat == seat
            return (current.turn.turn if holds and current else turn.turn), position
    if current is not None and current.turn.seat == seat:
        return current.turn.turn, None
    return None, None
