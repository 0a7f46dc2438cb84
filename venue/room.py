"""One room: its parts, the one decider and the one evolution.

Replaying the journal through ``evolve`` gives the same room; nothing here knows the time, chance
or the outside.
"""

from collections.abc import Iterable
from typing import get_args

import msgspec
from msgspec.structs import replace

from venue import (
    broadcast,
    broadcast_asks,
    captions,
    exchange,
    floor,
    glossary,
    heard,
    passing_on,
    presence,
    program,
    questions,
    stage,
    translation,
)
from venue.base import Command, Event
from venue.booths import missing, upkeep
from venue.booths import rules as booth_rules
from venue.booths.commands import BoothCommand, Signal
from venue.booths.state import BoothEvent, Booths
from venue.booths.state import evolve as evolve_booths
from venue.broadcast import Broadcasts
from venue.broadcast_commands import (
    BroadcastAsked,
    BroadcastCommand,
    BroadcastEvent,
    GoLive,
)
from venue.captions import CaptionCommand, Captioned, CaptionEvent, Captions
from venue.errors import CommandRejected
from venue.exchange import ExchangeCommand, ExchangeEvent, Exchanges
from venue.floor import rules
from venue.floor.commands import AddFor, FloorCommand, Request
from venue.floor.state import Floor, FloorEvent
from venue.floor.state import evolve as evolve_floor
from venue.glossary import Glossary, GlossaryCommand, GlossaryEvent, TermWritten
from venue.heard import Heard, HeardCommand, HeardEvent
from venue.ids import CommandId, Instant
from venue.passing_on import PassOn
from venue.presence import Media, MediaChanged, PresenceCommand, PresenceEvent, Seats
from venue.program import EngineChanged, Program, ProgramCommand, ProgramEvent, StartOnAir
from venue.questions import QuestionCommand, QuestionEvent, Questions
from venue.roles import VERBS, Actor
from venue.session import SessionDefinition
from venue.stage import Stage, StageCommand, StageEvent
from venue.translation import QuestionTranslated, Translate

__all__ = ["Room", "decide", "evolve", "floor", "next_deadline", "open_room", "replay", "result_of"]


class Tick(Command, frozen=True, tag="room.tick"):
    """A deadline has come."""


class Restored(Command, frozen=True, tag="room.restored"):
    """A host has taken the room over from the journal."""

    last_seen: int | None = None
    """When the last host was last alive; None: now."""


class UpdateSession(Command, frozen=True, tag="session.update"):
    """The programme was imported again."""

    definition: SessionDefinition


HostCommand = Tick | Restored | UpdateSession


class SessionUpdated(Event, frozen=True, tag="SessionUpdated"):
    """Title, languages, times or seats are others now."""

    definition: SessionDefinition


RoomCommand = (
    FloorCommand
    | HeardCommand
    | PresenceCommand
    | QuestionCommand
    | Translate
    | StageCommand
    | ProgramCommand
    | BroadcastCommand
    | BoothCommand
    | PassOn
    | CaptionCommand
    | GlossaryCommand
    | ExchangeCommand
    | HostCommand
)
RoomEvent = (
    FloorEvent
    | HeardEvent
    | PresenceEvent
    | QuestionEvent
    | QuestionTranslated
    | StageEvent
    | ProgramEvent
    | BroadcastEvent
    | BoothEvent
    | CaptionEvent
    | GlossaryEvent
    | ExchangeEvent
    | SessionUpdated
)

_FLOOR_COMMANDS, _FLOOR_EVENTS = get_args(FloorCommand), get_args(FloorEvent)
_HEARD_COMMANDS, _HEARD_EVENTS = get_args(HeardCommand), get_args(HeardEvent)
_SEAT_COMMANDS, _SEAT_EVENTS = get_args(PresenceCommand), get_args(PresenceEvent)
_QUESTION_COMMANDS, _QUESTION_EVENTS = get_args(QuestionCommand), get_args(QuestionEvent)
_STAGE_COMMANDS, _STAGE_EVENTS = get_args(StageCommand), get_args(StageEvent)
_PROGRAM_COMMANDS, _PROGRAM_EVENTS = get_args(ProgramCommand), get_args(ProgramEvent)
_BROADCAST_COMMANDS, _BROADCAST_EVENTS = get_args(BroadcastCommand), get_args(BroadcastEvent)
_BOOTH_COMMANDS, _BOOTH_EVENTS = (*get_args(BoothCommand), PassOn), get_args(BoothEvent)
_GLOSSARY_COMMANDS, _GLOSSARY_EVENTS = get_args(GlossaryCommand), get_args(GlossaryEvent)
_EXCHANGE_COMMANDS, _EXCHANGE_EVENTS = get_args(ExchangeCommand), get_args(ExchangeEvent)


class Room(msgspec.Struct, frozen=True):
    """Everything that has happened in one room, as a value."""

    session: SessionDefinition
    seats: Seats
    floor: Floor = Floor()
    questions: Questions = {}
    stage: Stage = Stage()
    program: Program = Program()
    broadcasts: Broadcasts = Broadcasts()
    booths: Booths = {}
    captions: Captions = {}
    exchanges: Exchanges = {}
    heard: Heard = Heard()
    glossary: Glossary = Glossary()


def open_room(session: SessionDefinition) -> Room:
    """The room before its first event."""
    return Room(session, presence.initial(session))


def decide(
    room: Room, actor: Actor, command: Command, now: Instant, op: CommandId
) -> tuple[Event, ...]:
    """Answer a command with all events it causes, those that follow by themselves included.

    Raises:
        CommandRejected: ``role.forbidden``, or what the part concerned answers.
    """
    verb = str(command.__struct_config__.tag)
    if actor.role not in VERBS.get(verb, frozenset()):
        raise CommandRejected("role.forbidden", verb=verb, role=actor.role.value)
    events = _decide_part(room, actor, command, now, op)
    after = replay(room, events)
    restarts = any(isinstance(one, EngineChanged) and one.state != "up" for one in events)
    booths = upkeep.follow(after.booths, after.seats, now, restarts=restarts)
    events = (*events, *_follow(room, after, events, now), *booths)
    return (*events, *_missed(replay(room, events), now))


def _decide_part(
    room: Room, actor: Actor, command: Command, now: Instant, op: CommandId
) -> tuple[Event, ...]:
    session = room.session
    if isinstance(command, _FLOOR_COMMANDS):
        limit = session.speech_limit
        return rules.decide(room.floor, room.seats, limit, actor, command, now, op)
    if isinstance(command, _HEARD_COMMANDS):
        return heard.decide(room.floor, room.stage, room.seats, room.heard, actor, command)
    if isinstance(command, _SEAT_COMMANDS):
        return presence.decide(room.seats, session.output_languages, actor, command, now)
    if isinstance(command, _QUESTION_COMMANDS):
        return questions.decide(room.questions, actor, command, now)
    if isinstance(command, Translate):
        return translation.decide(room.questions, session.output_languages, command)
    if isinstance(command, _STAGE_COMMANDS):
        return stage.decide(room.stage, room.seats, command)
    if isinstance(command, _PROGRAM_COMMANDS):
        return program.decide(room.program, session.output_languages, command, now)
    if isinstance(command, _BROADCAST_COMMANDS):
        return _decide_broadcast(room, command, now, op)
    if isinstance(command, _BOOTH_COMMANDS):
        return _decide_booth(room, actor, command, now)
    return _decide_words(room, actor, command, now)


def _decide_words(room: Room, actor: Actor, command: Command, now: Instant) -> tuple[Event, ...]:
    """What is written beside the show."""
    session = room.session
    if isinstance(command, CaptionCommand):
        return captions.decide(session.captioned, command, now)
    if isinstance(command, _GLOSSARY_COMMANDS):
        listed = session.glossary
        return glossary.decide(listed, room.glossary, room.seats, actor, command, now)
    if isinstance(command, _EXCHANGE_COMMANDS):
        return exchange.decide(room.exchanges, room.broadcasts, room.questions, command, now)
    return _decide_host(room, command, now)


def _decide_booth(
    room: Room, actor: Actor, command: BoothCommand | PassOn, now: Instant
) -> tuple[Event, ...]:
    if isinstance(command, PassOn):
        return passing_on.decide(room.floor, room.booths, command, now)
    languages = room.session.output_languages
    events = booth_rules.decide(room.booths, room.seats, languages, actor, command, now)
    if not room.session.pass_signals or not isinstance(command, Signal) or not command.on:
        return events
    if command.signal == "slow_down" or command.signal == "closer_to_microphone":
        return (*events, *passing_on.ask(room.floor, command.signal, now))
    return events


def _decide_host(room: Room, command: Command, now: Instant) -> tuple[Event, ...]:
    """What the room's host does by itself."""
    if isinstance(command, Restored):
        held = rules.restored(room.floor, Instant(command.last_seen or now))
        return (*held, *upkeep.restored(room.booths))
    if isinstance(command, Tick):
        return (*rules.tick(room.floor, now), *upkeep.tick(room.booths, now))
    if isinstance(command, UpdateSession):
        if command.definition.id != room.session.id:
            raise CommandRejected("session.other", session=command.definition.id)
        same = command.definition == room.session
        return () if same else (SessionUpdated(command.definition),)
    raise CommandRejected("command.unknown", verb=str(command.__struct_config__.tag))


def _decide_broadcast(
    room: Room, command: BroadcastCommand, now: Instant, op: CommandId
) -> tuple[Event, ...]:
    """One button: going live on YouTube sends the program as well, unless told otherwise."""
    asked = broadcast_asks.decide(room.broadcasts, room.session, command, now, op)
    shown = any(isinstance(event, BroadcastAsked) and not event.rehearsal for event in asked)
    if not isinstance(command, GoLive) or not command.on_air or not shown:
        return asked
    languages = room.session.output_languages
    return (*asked, *program.decide(room.program, languages, StartOnAir(), now))


def _missed(room: Room, now: Instant) -> tuple[HeardEvent, ...]:
    """Languages that have lost their interpreter, or have one again, by what just happened."""
    spoken = heard.spoken(room.floor, room.stage, room.seats, room.heard)
    lacking, back = missing.changes(
        room.heard.missed,
        room.booths,
        room.seats,
        room.session.output_languages,
        (spoken, room.heard.spoken),
        room.program.on_air_since is not None,
    )
    return (
        *(heard.InterpretationMissed(lang, now) for lang in sorted(lacking)),
        *(heard.InterpretationBack(lang) for lang in sorted(back)),
    )


def _follow(
    before: Room, after: Room, events: Iterable[Event], now: Instant
) -> tuple[FloorEvent, ...]:
    """What the floor does because of what just happened to seats and engine."""
    lost_at = now
    for event in events:
        if isinstance(event, MediaChanged):
            lost_at = event.last_packet_at
        if isinstance(event, EngineChanged) and event.state != "up":
            # Whoever connects to the next engine must not find themselves on air.
            return rules.restored(after.floor, now)
    return rules.follow(after.floor, before.seats, after.seats, now, lost_at)


def evolve(room: Room, event: Event) -> Room:
    """Apply one event.  Total: what happened is never refused."""
    room = _evolve(room, event)
    after = heard.after(room.heard, room.floor, room.stage, room.seats)
    return room if after is room.heard else replace(room, heard=after)


def _evolve(room: Room, event: Event) -> Room:
    if isinstance(event, _FLOOR_EVENTS):
        return replace(room, floor=evolve_floor(room.floor, event))
    if isinstance(event, _HEARD_EVENTS):
        return replace(room, heard=heard.evolve(room.heard, event))
    if isinstance(event, _SEAT_EVENTS):
        return replace(room, seats=presence.evolve(room.seats, event))
    if isinstance(event, _QUESTION_EVENTS):
        return replace(room, questions=questions.evolve(room.questions, event))
    if isinstance(event, QuestionTranslated):
        return replace(room, questions=translation.evolve(room.questions, event))
    if isinstance(event, _STAGE_EVENTS):
        return replace(room, stage=stage.evolve(room.stage, event))
    if isinstance(event, _BROADCAST_EVENTS):
        return replace(room, broadcasts=broadcast.evolve(room.broadcasts, event))
    if isinstance(event, _BOOTH_EVENTS):
        return replace(room, booths=evolve_booths(room.booths, event))
    if isinstance(event, _PROGRAM_EVENTS):
        return _evolve_program(room, event)
    return _evolve_words(room, event)


def _evolve_words(room: Room, event: Event) -> Room:
    if isinstance(event, Captioned):
        return replace(room, captions=captions.evolve(room.captions, event))
    if isinstance(event, _GLOSSARY_EVENTS):
        return replace(room, glossary=glossary.evolve(room.glossary, event))
    if isinstance(event, _EXCHANGE_EVENTS):
        return replace(room, exchanges=exchange.evolve(room.exchanges, event))
    if isinstance(event, SessionUpdated):
        seats = presence.with_definitions(room.seats, event.definition)
        return replace(room, session=event.definition, seats=seats)
    return room


def _evolve_program(room: Room, event: ProgramEvent) -> Room:
    room = replace(room, program=program.evolve(room.program, event))
    if isinstance(event, EngineChanged) and event.state != "up":
        room = replace(room, seats=_without_media(room.seats))
    return room


def _without_media(seats: Seats) -> Seats:
    """No engine, no media, whatever was last heard of it."""
    return {
        key: seat if seat.media == Media() else replace(seat, media=Media())
        for key, seat in seats.items()
    }


def replay(room: Room, events: Iterable[Event]) -> Room:
    """Apply events in order."""
    for event in events:
        room = evolve(room, event)
    return room


def next_deadline(room: Room) -> Instant | None:
    """When time alone will change something; the host then sends ``room.tick``."""
    deadlines = (rules.next_deadline(room.floor), upkeep.next_deadline(room.booths))
    return min((one for one in deadlines if one is not None), default=None)


def result_of(
    before: Room, room: Room, actor: Actor, command: Command, events: Iterable[Event]
) -> dict[str, str]:
    """What the sender is told beside ``ok``: the id of what was made, or was there already."""
    from venue.floor.state import TurnCalled, TurnQueued
    from venue.questions import QuestionSubmitted

    for event in events:
        if isinstance(event, TurnQueued):
            return {"turn": event.turn.turn}
        if isinstance(event, TurnCalled):
            return {"turn": event.turn}
        if isinstance(event, QuestionSubmitted):
            return {"question": event.question.question}
        if isinstance(event, TermWritten):
            return {"entry": event.entry}
    if isinstance(command, Request | AddFor):
        existing = rules.existing_turn(before.floor, before.seats, actor, command)
        return {"turn": existing} if existing else {}
    return {}
