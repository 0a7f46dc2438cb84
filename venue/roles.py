"""Who may send which command: one table."""

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from venue.ids import SeatId, VoterId


class Role(StrEnum):
    """What a ticket lets its bearer be."""

    ORGANIZER = "organizer"
    MODERATOR = "moderator"
    DELEGATE = "delegate"
    ROOM = "room"
    INTERPRETER = "interpreter"
    CAPTIONER = "captioner"
    """Types what is said, or pastes what a service hears."""
    AUDIENCE = "audience"
    SYSTEM = "system"
    """Our own processes, never a person."""


class Actor(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who sends a command."""

    role: Role
    seat: SeatId | None = None
    voter: VoterId | None = None
    """Who asks and votes; None for those who cannot."""
    name: str = ""


SYSTEM = Actor(Role.SYSTEM)

_CHAIR = frozenset({Role.ORGANIZER, Role.MODERATOR})
DESK = _CHAIR | {Role.ROOM}
"""Who runs the room."""
SEATED = DESK | {Role.DELEGATE, Role.INTERPRETER}
"""Who takes part."""
_ASKING = frozenset({Role.ORGANIZER, Role.MODERATOR, Role.DELEGATE, Role.AUDIENCE})
_SYSTEM = frozenset({Role.SYSTEM})
_BOOTH = frozenset({Role.INTERPRETER})

VERBS: Mapping[str, frozenset[Role]] = {
    "floor.open": _CHAIR,
    "floor.close": _CHAIR,
    "floor.mode": _CHAIR,
    "floor.chair": DESK,
    "floor.request": frozenset({Role.DELEGATE, Role.ROOM}),
    "floor.withdraw": SEATED,
    "floor.add_for": DESK,
    "floor.move": _CHAIR,
    "floor.call": _CHAIR,
    "floor.start": DESK | {Role.DELEGATE},
    "floor.pause": _CHAIR,
    "floor.resume": _CHAIR,
    "floor.end": DESK | {Role.DELEGATE},
    "floor.extend": _CHAIR,
    "floor.undo": _CHAIR,
    "floor.speaks": DESK | _BOOTH,
    "floor.voice": _SYSTEM,
    "stage.scene": _CHAIR,
    "stage.bring": DESK,
    "stage.leave": DESK,
    "question.submit": _ASKING,
    "question.withdraw": _ASKING,
    "question.vote": _ASKING,
    "question.unvote": _ASKING,
    "question.approve": _CHAIR,
    "question.reject": _CHAIR,
    "question.shortlist": _CHAIR,
    "question.next": _CHAIR,
    "question.live": _CHAIR,
    "question.clear": _CHAIR,
    "question.answered": _CHAIR,
    "question.translate": _CHAIR,
    "booth.ready": _BOOTH,
    "booth.on": _BOOTH,
    "booth.off": _BOOTH,
    "booth.off_noted": _BOOTH,
    "booth.cough": _BOOTH,
    "booth.offer": _BOOTH,
    "booth.request": _BOOTH,
    "booth.accept": _BOOTH,
    "booth.cancel": _BOOTH | DESK,
    "booth.set_active": DESK,
    "booth.output": _BOOTH,
    "booth.relay": _BOOTH,
    "booth.signal": _BOOTH,
    "booth.signal_seen": DESK,
    "booth.pass_on": DESK,
    "booth.say": _BOOTH | DESK,
    "booth.silence": _SYSTEM,
    "glossary.add": _BOOTH,
    "glossary.correct": _BOOTH,
    "glossary.remove": _BOOTH,
    "caption.say": _CHAIR | {Role.CAPTIONER},
    "listen": SEATED - _BOOTH,
    "mute": DESK,
    "mute.ask": DESK,
    "self.mute": SEATED,
    "onair.start": _CHAIR,
    "onair.stop": _CHAIR,
    "output.add": _CHAIR | _SYSTEM,
    "output.remove": _CHAIR,
    "output.retry": DESK,
    "broadcast.prepare": _CHAIR,
    "broadcast.preflight": _CHAIR,
    "broadcast.rehearse": _CHAIR,
    "broadcast.live": _CHAIR,
    "broadcast.end": _CHAIR,
    "broadcast.cancel": _CHAIR,
    "broadcast.privacy": _CHAIR,
    "broadcast.edit": _CHAIR,
    "broadcast.panic": DESK,
    "broadcast.remember": _SYSTEM,
    "broadcast.seen": _SYSTEM,
    "channel.seen": _SYSTEM,
    "quota.seen": _SYSTEM,
    "exchange.read": _SYSTEM,
    "exchange.post": _SYSTEM,
    "exchange.seen": _SYSTEM,
    "seat.add": _SYSTEM,
    "seat.presence": _SYSTEM,
    "media.state": _SYSTEM,
    "engine.state": _SYSTEM,
    "streaming.state": _SYSTEM,
    "output.state": _SYSTEM,
    "question.count": _SYSTEM,
    "session.update": _SYSTEM,
    "room.tick": _SYSTEM,
    "room.restored": _SYSTEM,
}
"""The roles that may send each verb.  Whether a person may act on a *given* turn, seat or question
(their own, mostly) is for the decider of that part."""


def verbs_of(role: Role) -> tuple[str, ...]:
    """The verbs a role may send, in the order of the table."""
    return tuple(verb for verb, roles in VERBS.items() if role in roles)
