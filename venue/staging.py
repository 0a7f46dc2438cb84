"""From the room to the scene: who is seen and who is heard.  ``written`` has the words."""

from dataclasses import replace

from venue import heard
from venue.booths.state import Booth, booth_of, giving, languages_of, signs
from venue.ids import FLOOR_LANGUAGE, Language, SeatId, is_signed
from venue.presence import Seat, room_feed
from venue.questions import live_question
from venue.roles import Role
from venue.room import Room
from venue.scene import CaptionLine, Layout, Person, Scene, SpeechClock
from venue.turns import Current, Phase, Turn
from venue.written import (
    caption_in,
    card_in,
    card_in_both,
    seat_in,
    second_language,
    shared_languages,
    title_in,
    turn_name,
)


def scene_of(room: Room) -> Scene:
    """Fold a room into what the engine must show and let be heard."""
    languages = shared_languages(room.session)
    shared = _written(_unwritten(room), room, languages[0])
    question = live_question(room.questions)
    return replace(
        shared,
        question=None if question is None else card_in_both(question, languages),
        second=second_language(room.session, room.seats, _named(room), _following(room)),
        own={one: _written(shared, room, one) for one in room.session.own_pictures},
    )


def _written(scene: Scene, room: Room, language: Language) -> Scene:
    """The scene with everything written in one language."""
    speaking, following = _named(room), _following(room)
    question = live_question(room.questions)
    return replace(
        scene,
        language=language,
        title=title_in(room.session, language),
        people={seat_id: _person(seat, language) for seat_id, seat in room.seats.items()},
        next_speaker=turn_name(following, room.seats, language) if following else "",
        lower_third=caption_in(speaking, room.seats, language) if speaking else None,
        question=None if question is None else card_in(question, language),
    )


def _named(room: Room) -> Turn | None:
    """The turn whose speaker has a caption."""
    current = room.floor.current
    return None if current is None or current.phase is Phase.CALLING else current.turn


def _following(room: Room) -> Turn | None:
    return room.floor.queue[0] if room.floor.queue else None


def _unwritten(room: Room) -> Scene:
    """Everything but the words."""
    current = room.floor.current
    layout, seats = picture_of(room)
    signer, next_signers = signers_of(room)
    return Scene(
        layout=layout,
        # Nobody is in the picture twice.
        seats=tuple(seat for seat in seats if seat != signer),
        speaker=_speaker(current),
        clock=_clock(current),
        open_microphones=open_microphones(room),
        listening={seat_id: _source(room, seat) for seat_id, seat in room.seats.items()},
        booths=booths_on_air(room),
        signer=signer,
        next_signers=next_signers,
        dropped=frozenset(seat_id for seat_id, seat in room.seats.items() if seat.dropped),
        raise_floor=room.session.raise_floor,
        coughing=frozenset(
            booth.active for booth in room.booths.values() if booth.active and booth.coughing
        ),
        captions={
            language: CaptionLine(lines[-1].number, lines[-1].text)
            for language, lines in room.captions.items()
        },
        captioned=room.session.captioned,
        languages=room.session.output_languages,
        on_air=room.program.on_air_since is not None,
        accent=room.session.accent,
    )


def open_microphones(room: Room) -> frozenset[SeatId]:
    """The gate: whose sound reaches anybody."""
    return heard.open_microphones(room.floor, room.stage, room.seats)


def booths_on_air(room: Room) -> dict[Language, SeatId]:
    """Who gives into each language now: a booth of two follows what is spoken on the floor."""
    return giving(room.booths, room.seats, room.session.output_languages, room.heard.spoken)


def signers_of(room: Room) -> tuple[SeatId | None, tuple[SeatId, ...]]:
    """Whose place the signer's is, and who may have it next.

    A lost signer keeps it, as a card, while it is offered on: the picture must not jump to and fro.
    """
    active = signer_on_air(room)
    for booth in _signing(room):
        handover, holder = booth.handover, booth.active
        if active is None and handover is not None and handover.kind == "lost":
            holder = handover.by
        if holder in room.seats:
            waits = handover is not None
            return holder, tuple(seat for seat in booth.ready if waits and seat != holder)
    return None, ()


def signer_on_air(room: Room) -> SeatId | None:
    """Who is seen signing, or would be but for the slate."""
    return next((booth.active for booth in _signing(room) if booth.active is not None), None)


def _signing(room: Room) -> tuple[Booth, ...]:
    return tuple(booth for name, booth in room.booths.items() if is_signed(name))


def listening_of(room: Room, seat: Seat) -> Language:
    """What a seat hears: its choice, and until it has chosen, what a delegate understands.

    That is the delegate's own language, where a booth gives into it: nobody has to find a menu to
    follow.  While the booth gives nothing this is the floor.
    """
    if seat.listening is not None:
        return seat.listening
    if seat.definition.role is not Role.DELEGATE or seat.language not in room.session.languages:
        return FLOOR_LANGUAGE
    given = any(seat.language in languages_of(other) for other in room.seats.values())
    return seat.language if given else FLOOR_LANGUAGE


def _source(room: Room, seat: Seat) -> Language:
    """An interpreter hears what the booth takes as its source."""
    name = booth_of(seat)
    if name is None:
        return listening_of(room, seat)
    return room.booths[name].hears(seat.definition.id) if name in room.booths else FLOOR_LANGUAGE


def on_stage(room: Room) -> tuple[SeatId, ...]:
    """Who may be in the picture: those brought, and whoever has the floor."""
    current = room.floor.current
    seats = room.stage.seats
    if current is None or current.phase is Phase.CALLING or current.turn.seat is None:
        return seats
    return seats if current.turn.seat in seats else (*seats, current.turn.seat)


def picture_of(room: Room) -> tuple[Layout, tuple[SeatId, ...]]:
    """The layout and its seats, main seat first."""
    shown = room.stage.pinned or on_stage(room)
    speaker = _speaker(room.floor.current)
    asked = room.stage.layout
    if asked is Layout.ROOM:
        feed = room_feed(room.seats)
        return (Layout.ROOM, (feed,)) if feed is not None else (Layout.GALLERY, shown)
    if asked is Layout.SLATE or not shown:
        return Layout.SLATE, ()
    if asked in (Layout.SPEAKER, Layout.SIDE_BY_SIDE, None) and speaker in shown:
        assert speaker is not None
        shown = (speaker, *(seat for seat in shown if seat != speaker))
    if asked is not None:
        return asked, shown
    return (Layout.SPEAKER if speaker in shown else Layout.GALLERY), shown


def _speaker(current: Current | None) -> SeatId | None:
    if current is None or current.phase is not Phase.SPEAKING:
        return None
    return current.turn.seat


def _person(seat: Seat, language: Language) -> Person:
    definition, words = seat.definition, seat_in(seat.definition, language)
    return Person(
        name=words.name,
        title=words.title,
        city=words.city,
        country=words.country,
        language=seat.language,
        place=definition.place,
        group=definition.acoustic_group,
        online=seat.media.flowing,
        signs=signs(seat),
    )


def _clock(current: Current | None) -> SpeechClock | None:
    if current is None or current.phase is Phase.CALLING:
        return None
    return SpeechClock(current.limit_ms, current.spoken_ms, current.running_since)
