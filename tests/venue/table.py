"""given / when / then for a room."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from venue.base import Event
from venue.codec import decode_command, decode_events, encode_events
from venue.errors import CommandRejected
from venue.ids import CommandId, Instant, SeatId, VoterId
from venue.roles import SYSTEM, Actor, Role
from venue.room import Room, decide, next_deadline, open_room, replay
from venue.session import parse_session

SESSION = {
    "id": "summit",
    "title": {"en": "Mayors' Summit", "zh-Hant": "市長高峰會"},
    "languages": ["en", "zh"],
    "limit_ms": 180_000,
    "seats": [
        {"seat": "chair", "name": "The Chair", "role": "moderator", "place": "room"},
        {"seat": "room", "name": "Conference room", "role": "room", "place": "room"},
        {"seat": "gdynia", "name": "Ewa Nowak", "city": "Gdynia", "country": "Poland"},
        {"seat": "dijon", "name": "Luc Martin", "city": "Dijon", "country": "France"},
        {"seat": "taichung", "name": "林美惠", "city": "臺中", "language": "zh"},
        {"seat": "vysocina", "name": "Jana Malá", "city": "Jihlava", "place": "room"},
    ],
}

CHAIR = Actor(Role.MODERATOR, SeatId("chair"), VoterId("seat:chair"), "The Chair")
TECHNICIAN = Actor(Role.ROOM, SeatId("room"), None, "Technician")


def delegate(seat: str) -> Actor:
    """The person in a delegate's seat."""
    return Actor(Role.DELEGATE, SeatId(seat), VoterId(f"seat:{seat}"), seat)


def viewer(number: int) -> Actor:
    """A member of the audience."""
    return Actor(Role.AUDIENCE, None, VoterId(f"device:{number}"), f"Viewer {number}")


@dataclass
class Table:
    """A room that remembers everything that happened, with a clock that stands until moved."""

    room: Room = field(default_factory=lambda: open_room(parse_session(SESSION)))
    now: int = 1_000_000
    commands: int = 0
    journal: list[Event] = field(default_factory=list)

    def when(self, actor: Actor, verb: str, **body: Any) -> list[str]:
        """Send a command; returns the names of its events."""
        self.commands += 1
        command = decode_command(verb, body)
        op = CommandId(f"c{self.commands}")
        events = decide(self.room, actor, command, Instant(self.now), op)
        # What is applied is what came back from the journal's JSON, so a codec fault shows here.
        stored = decode_events(encode_events(events))
        assert stored == events
        self.room = replay(self.room, stored)
        self.journal.extend(stored)
        return [type(event).__name__ for event in events]

    def refused(self, actor: Actor, verb: str, **body: Any) -> str:
        """Send a command that must be refused; returns the code."""
        before = self.room
        with pytest.raises(CommandRejected) as refusal:
            self.when(actor, verb, **body)
        assert self.room == before
        return refusal.value.code

    def live(self, *seats: str) -> None:
        """Their pictures and sound arrive."""
        for seat in seats:
            self.when(SYSTEM, "seat.presence", seat=seat, presence="online")
            self.when(SYSTEM, "media.state", seat=seat, camera=True, microphone=True, link="good")

    def pass_ms(self, length: int) -> None:
        """Let time pass."""
        self.now += length

    def pass_ms_as_host(self, length: int) -> None:
        """Let time pass, with a tick whenever the room asks for one."""
        end = self.now + length
        while (due := next_deadline(self.room)) is not None and due <= end:
            self.now = max(self.now, due)
            self.when(SYSTEM, "room.tick")
            assert next_deadline(self.room) != due, "a tick must do what it was armed for"
        self.now = end

    def queued(self) -> list[str]:
        """Ids of the waiting turns."""
        return [turn.turn for turn in self.room.floor.queue]

    def current(self) -> tuple[str, str] | None:
        """Id and phase of the current turn."""
        current = self.room.floor.current
        return None if current is None else (current.turn.turn, current.phase.value)

    def last_op(self) -> str:
        """Id of the last command sent."""
        return f"c{self.commands}"


def with_open_list(*live: str) -> Table:
    """A table whose list is open and whose named seats are live."""
    table = Table()
    table.when(CHAIR, "floor.open")
    table.live(*live)
    return table


def body_of(mapping: Mapping[str, Any]) -> dict[str, Any]:
    """A copy to be changed."""
    return dict(mapping)
