"""One connection and what is known of the person behind it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from engineio.packet import MESSAGE, Packet

from venue.ids import QuestionId, SeatId, SessionId
from venue.roles import Actor, Role
from venue.views import Viewer

QUEUE_MAX = 200
"""Packets a client may be behind before it is cut off."""

Send = Callable[[Packet], int]
"""Queues a packet for a client and tells how many wait; negative when the client is gone."""


@dataclass(slots=True, eq=False)
class Person:
    """One Socket.IO connection."""

    sid: str
    session: SessionId
    actor: Actor
    viewer: Viewer
    send: Send
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
    def role(self) -> Role:
        return self.actor.role


def packet(event: str, body: bytes) -> Packet:
    """An event as it goes over the wire; may be queued for many."""
    return Packet(MESSAGE, f'2["{event}",{body.decode()}]')
