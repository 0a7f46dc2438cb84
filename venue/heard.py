"""Whose voice the floor is, and which language it speaks: what booths interpret from.

The speaker of the turn comes first, then the chair's own microphone.  In an open panel many
microphones are open, and the engine says whose voice it hears.  While nobody is heard, what was
spoken last stands: an interpreter finishes a sentence after the speaker has.
"""

from collections.abc import Mapping
from typing import assert_never

import msgspec
from msgspec.structs import replace

from venue.base import Command, Event
from venue.errors import CommandRejected
from venue.floor.state import Floor, TurnLanguageSet, speaking_seat
from venue.ids import FLOOR_LANGUAGE, Instant, Language, SeatId, is_signed
from venue.presence import Seats, room_feed, seat_of
from venue.roles import Actor, Role
from venue.session import LanguageTag
from venue.stage import Stage


class SetLanguage(Command, frozen=True, tag="floor.speaks"):
    """Say which language a turn's speaker speaks, or whoever is heard without a turn."""

    lang: LanguageTag
    turn: str | None = None
    seat: str | None = None
    """Who is heard now, as the sender saw it."""


class ReportVoice(Command, frozen=True, tag="floor.voice"):
    """Of several open microphones, the engine hears somebody speak into this one."""

    seat: str


HeardCommand = SetLanguage | ReportVoice


class SeatLanguageSet(Event, frozen=True, tag="SeatLanguageSet"):
    """Whoever speaks from this seat without a turn speaks another language."""

    seat: SeatId
    lang: Language


class VoiceHeard(Event, frozen=True, tag="VoiceHeard"):
    """Another of the open microphones is spoken into."""

    seat: SeatId


class InterpretationMissed(Event, frozen=True, tag="InterpretationMissed"):
    """Somebody speaks, and a language that a booth should give has nobody."""

    lang: Language
    since: Instant


class InterpretationBack(Event, frozen=True, tag="InterpretationBack"):
    """A language is given again, or needs nobody."""

    lang: Language


HeardEvent = SeatLanguageSet | VoiceHeard | InterpretationMissed | InterpretationBack


class Heard(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is known of voices beside the queue."""

    voice: SeatId | None = None
    """Who spoke last of several open microphones."""
    languages: Mapping[SeatId, Language] = {}
    """What seats speak without a turn, where somebody said so."""
    spoken: Language | None = None
    """What is spoken on the floor, or was last."""
    missed: Mapping[Language, Instant] = {}
    """Languages that nobody interprets though a booth should, since when."""


def open_microphones(floor: Floor, stage: Stage, seats: Seats) -> frozenset[SeatId]:
    """The gate: whose sound reaches anybody.

    In ``queue`` the current turn's source while it is speaking; in ``panel_open`` everybody on
    stage as well; in ``chair_only`` nobody but the chair.  The chair's own microphone is opened by
    hand.  A muted seat is never heard.
    """
    heard = set[SeatId]()
    speaker = speaking_seat(floor)
    if speaker is not None and floor.mode != "chair_only":
        heard.add(speaker)
    if floor.mode == "panel_open":
        heard.update(stage.seats)
    if floor.chair_open and (chair := chair_source(seats)) is not None:
        heard.add(chair)
    return frozenset(
        seat for seat in heard if (known := seats.get(seat)) is None or not known.muted
    )


def chair_source(seats: Seats) -> SeatId | None:
    """Where the chair's voice comes from: a moderator's own media, else the room's microphones."""
    for seat_id, seat in seats.items():
        if seat.definition.role is Role.MODERATOR and seat.media.flowing and seat.media.microphone:
            return seat_id
    return room_feed(seats)


def audible(floor: Floor, stage: Stage, seats: Seats, voice: SeatId | None) -> SeatId | None:
    """Whose voice the floor is now; None: nobody's, or nobody knows whose."""
    heard = open_microphones(floor, stage, seats)
    chair = chair_source(seats) if floor.chair_open else None
    # A chair who leads a panel leaves the microphone open: there the voice decides.
    asked = (speaking_seat(floor), voice if floor.mode == "panel_open" else None, chair)
    found = next((seat for seat in asked if seat is not None and seat in heard), None)
    return next(iter(heard)) if found is None and len(heard) == 1 else found


def spoken(floor: Floor, stage: Stage, seats: Seats, heard: Heard) -> Language | None:
    """The language on the floor now; None: nobody is heard."""
    seat = audible(floor, stage, seats, heard.voice)
    if seat is not None:
        return _language_of(floor, seats, heard, seat)
    # Nobody has spoken in the panel yet: all the same if all speak the same.
    voices = [one for one in open_microphones(floor, stage, seats) if _sounds(seats, one)]
    languages = {_language_of(floor, seats, heard, one) for one in voices}
    return languages.pop() if len(languages) == 1 else None


def _sounds(seats: Seats, seat: SeatId) -> bool:
    return (known := seats.get(seat)) is not None and known.ready


def _language_of(floor: Floor, seats: Seats, heard: Heard, seat: SeatId) -> Language | None:
    current = floor.current
    if current is not None and current.turn.seat == seat and speaking_seat(floor) == seat:
        return current.turn.language(seats)
    if seat in heard.languages:
        return heard.languages[seat]
    if floor.chair_open and seat == chair_source(seats):
        # By the room's microphones too, it is the chair who speaks.
        moderators = (one for one in seats.values() if one.definition.role is Role.MODERATOR)
        chair = next(moderators, None) if seat == room_feed(seats) else None
        if chair is not None:
            return chair.language
    known = seats.get(seat)
    return None if known is None else known.language


def decide(
    floor: Floor, stage: Stage, seats: Seats, heard: Heard, actor: Actor, command: HeardCommand
) -> tuple[HeardEvent | TurnLanguageSet, ...]:
    """Answer a command with the events it causes.

    Raises:
        CommandRejected: ``floor.unknown_turn``, ``floor.not_current``, ``floor.not_speaking``,
            ``seat.unknown``, ``language.unknown``.
    """
    if isinstance(command, ReportVoice):
        seat = seat_of(seats, command.seat).definition.id
        news = floor.mode == "panel_open" and seat != heard.voice
        return (VoiceHeard(seat),) if news else ()
    if command.lang == FLOOR_LANGUAGE or is_signed(command.lang):
        raise CommandRejected("language.unknown", lang=command.lang)
    if command.turn is not None:
        return _set_for_turn(floor, seats, actor, command.turn, Language(command.lang))
    speaker = audible(floor, stage, seats, heard.voice)
    if speaker is None or speaker != command.seat:
        raise CommandRejected("floor.not_speaking")
    language = Language(command.lang)
    if floor.current is not None and speaker == speaking_seat(floor):
        return _set_for_turn(floor, seats, actor, floor.current.turn.turn, language)
    same = _language_of(floor, seats, heard, speaker) == language
    return () if same else (SeatLanguageSet(speaker, language),)


def _set_for_turn(
    floor: Floor, seats: Seats, actor: Actor, name: str, language: Language
) -> tuple[TurnLanguageSet, ...]:
    current = floor.current
    turn = current.turn if current is not None and current.turn.turn == name else None
    if turn is None:
        turn = floor.waiting(name)
        if turn is None:
            raise CommandRejected("floor.unknown_turn", turn=name)
        if actor.role is Role.INTERPRETER:
            raise CommandRejected("floor.not_current", turn=name)
    same = turn.language(seats) == language
    return () if same else (TurnLanguageSet(turn.turn, language),)


def evolve(heard: Heard, event: HeardEvent) -> Heard:
    """Apply one event.  Total."""
    match event:
        case VoiceHeard():
            return replace(heard, voice=event.seat)
        case SeatLanguageSet():
            return replace(heard, languages={**heard.languages, event.seat: event.lang})
        case InterpretationMissed():
            return replace(heard, missed={**heard.missed, event.lang: event.since})
        case InterpretationBack():
            rest = {lang: at for lang, at in heard.missed.items() if lang != event.lang}
            return replace(heard, missed=rest)
        case _:
            assert_never(event)


def after(heard: Heard, floor: Floor, stage: Stage, seats: Seats) -> Heard:
    """What is known once the room is as it is."""
    if heard.voice is not None and floor.mode != "panel_open":
        heard = replace(heard, voice=None)
    now = spoken(floor, stage, seats, heard)
    return heard if now is None or now == heard.spoken else replace(heard, spoken=now)
