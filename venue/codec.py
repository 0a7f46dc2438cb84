"""Between JSON and the values of the rules: exact, nothing unknown gets in."""

from functools import reduce
from operator import or_
from typing import Any, get_args

import msgspec

from venue.base import Command, Event
from venue.errors import CommandRejected
from venue.room import Room, RoomCommand, RoomEvent
from venue.session import SessionDefinition

_COMMANDS: dict[str, type[Command]] = {
    str(command.__struct_config__.tag): command for command in get_args(RoomCommand)
}
_EVENTS: Any = reduce(or_, get_args(RoomEvent))
_events_decoder: "msgspec.json.Decoder[list[Event]]" = msgspec.json.Decoder(list[_EVENTS])
_room_decoder = msgspec.json.Decoder(Room)
_session_decoder = msgspec.json.Decoder(SessionDefinition)


def decode_command(verb: str, body: object) -> Command:
    """Build the command that a verb and its body name.

    Raises:
        CommandRejected: ``command.unknown``; ``command.malformed`` with where and why.
    """
    kind = _COMMANDS.get(verb)
    if kind is None:
        raise CommandRejected("command.unknown", verb=verb[:40])
    if not isinstance(body, dict) or "verb" in body:
        raise CommandRejected("command.malformed", verb=verb, detail="Expected an object")
    try:
        return msgspec.convert(body, kind)
    except msgspec.ValidationError as error:
        raise CommandRejected("command.malformed", verb=verb, detail=str(error)) from None


def encode_events(events: tuple[Event, ...]) -> bytes:
    """Events as a JSON list, for the journal."""
    return msgspec.json.encode(events)


def decode_events(raw: bytes | str) -> tuple[Event, ...]:
    """Events of one journal entry.

    Raises:
        msgspec.ValidationError: The journal was written by something else.
    """
    return tuple(_events_decoder.decode(raw))


def encode_room(room: Room) -> bytes:
    """A room as JSON, for the snapshot."""
    return msgspec.json.encode(room)


def decode_room(raw: bytes | str) -> Room:
    """A room from its snapshot.

    Raises:
        msgspec.ValidationError: The snapshot was written by something else.
    """
    return _room_decoder.decode(raw)


def encode_session(session: SessionDefinition) -> bytes:
    """A session definition as JSON."""
    return msgspec.json.encode(session)


def decode_session(raw: bytes | str) -> SessionDefinition:
    """A session definition from JSON.

    Raises:
        msgspec.ValidationError: It is not one.
    """
    return _session_decoder.decode(raw)
