"""One connection and what is known of the person behind it."""

from dataclasses import dataclass, field
from typing import Protocol

from engineio.packet import MESSAGE, Packet

from venue.ids import QuestionId, SeatId, SessionId
from venue.roles import Actor, Role
from venue.views import Viewer

QUEUE_MAX = 200
"""Packets a client may be behind before it is cut off."""


class Line(Protocol):
    """The way to one client."""

    def queue(self, what: Packet) -> int:
        """Queue a packet and tell how many wait; negative when the client is gone."""

    def write(self, frame: bytes) -> bool:
        """Put a ready frame on the wire if nothing waits; False: it must be queued."""

    def hold(self) -> None:
        """Something whose order matters has just been queued: write nothing past it."""


@dataclass(slots=True, eq=False)
class Person:
    """One Socket.IO connection."""

    sid: str
    session: SessionId
    actor: Actor
    viewer: Viewer
    line: Line
    ticket_id: str = ""
    voted: set[QuestionId] = field(default_factory=set)
    you: bytes = b""
    """The section last sent."""
    questions: bytes = b""
    """The section last sent, if it was this person's own."""
    welcomed: bool = False
    replaced: bool = False

    @property
    def seat(self) -> SeatId | None:
        return self.actor.seat

    @property
    def counted_as(self) -> str:
        """By what its messages are counted: its seat, or this connection."""
        return self.sid if self.seat is None else f"{self.session}|{self.seat}"

    @property
    def role(self) -> Role:
        return self.actor.role


def packet(event: str, body: bytes) -> Packet:
    """An event as it goes over the wire; may be queued for many."""
    return Packet(MESSAGE, f'2["{event}",{body.decode()}]')


def frame(what: Packet) -> bytes:
    """A packet as one unmasked WebSocket text frame (RFC 6455, section 5.2)."""
    payload = str(what.encode()).encode()
    length = len(payload)
    if length < 126:
        return bytes((0x81, length)) + payload
    if length < 1 << 16:
        return b"\x81\x7e" + length.to_bytes(2, "big") + payload
    return b"\x81\x7f" + length.to_bytes(8, "big") + payload
