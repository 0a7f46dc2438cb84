"""Everybody of one role in one room: the shared part of a view is made and encoded once for all.

All members have been sent the same sequence number, because a newcomer makes the channel catch up
before getting a snapshot; so one ``prev`` is true for everybody.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import fields, replace

import msgspec
from engineio.packet import Packet

from signaling.metrics import Metrics
from signaling.people.person import QUEUE_MAX, Person, frame, packet
from signaling.room_host import wall_clock
from venue.ids import QuestionId, VoterId
from venue.roles import Role
from venue.room import Room
from venue.views import personal, shared
from venue.wire import View

logger = logging.getLogger(__name__)

AUDIENCE_PERIOD_S = 0.1
SECTIONS = tuple(part.name for part in fields(View) if part.name != "you")

Sections = dict[str, bytes]


class Channel:
    """One role in one room."""

    def __init__(self, role: Role, metrics: Metrics, cut_off: Callable[[Person], None]) -> None:
        self.role = role
        self.members: dict[str, Person] = {}
        self.audience = 0
        """How many watch, as last counted."""
        self._metrics = metrics
        self._cut_off = cut_off
        self._room: Room | None = None
        self._base: View | None = None
        self._sections: Sections = {}
        self._plain: dict[QuestionId, bytes] = {}
        self._voted: dict[QuestionId, bytes] = {}
        self._authors: frozenset[VoterId | None] = frozenset()
        self._room_seq = 0
        self._seq = 0
        self._flushed_at_s = -1.0
        self._timer: asyncio.Handle | None = None

    def update(self, room: Room, seq: int) -> None:
        """The room has changed; members are told now or, if they are many, soon."""
        self._room, self._room_seq = room, seq
        if not self.members or self._timer is not None:
            return
        loop = asyncio.get_running_loop()
        if self.role is Role.AUDIENCE:
            due_s = max(0.0, self._flushed_at_s + AUDIENCE_PERIOD_S - loop.time())
            self._timer = loop.call_later(due_s, self._on_timer)
        else:
            self._timer = loop.call_soon(self._on_timer)

    def close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def join(self, person: Person) -> None:
        """Add a member and send the snapshot."""
        body = self.snapshot(person)
        self.members[person.sid] = person
        person.welcomed = True
        self._send(person, packet("snapshot", body))

    def leave(self, person: Person) -> None:
        self.members.pop(person.sid, None)

    def snapshot(self, person: Person) -> bytes:
        """Everything that one member may see, and the number it has."""
        self.flush()
        assert self._room is not None
        assert self._base is not None
        view = personal(self._room, person.viewer, self._base, frozenset(person.voted))
        person.you = msgspec.json.encode(view.you)
        person.questions = b""
        sections = {**self._sections, "you": person.you}
        if self._is_own(person):
            person.questions = sections["questions"] = self._questions_of(person)
        return b'{"seq":%d,"view":%s,"server_now":%d}' % (
            self._seq,
            _object(sections),
            wall_clock(),
        )

    def flush(self) -> None:
        """Bring every member up to the room."""
        if self._room is None or (self._sections and self._room_seq == self._seq):
            return
        changed = self._refresh()
        if self._authored(changed) or changed or self.role is not Role.AUDIENCE:
            previous, self._seq = self._seq, self._room_seq
            self._publish(previous, changed)

    def _on_timer(self) -> None:
        self._timer = None
        self._flushed_at_s = asyncio.get_running_loop().time()
        self.flush()

    def _refresh(self) -> Sections:
        """Project the room and tell which sections differ from those last sent."""
        assert self._room is not None
        base = shared(self._room, self.role, self.audience)
        self._base = base
        sections = {name: msgspec.json.encode(getattr(base, name)) for name in SECTIONS}
        changed = {name: raw for name, raw in sections.items() if raw != self._sections.get(name)}
        self._sections = sections
        if "questions" in changed:
            self._plain = {q.question: msgspec.json.encode(q) for q in base.questions}
            self._voted = {
                q.question: msgspec.json.encode(replace(q, voted=True)) for q in base.questions
            }
        self._authors = frozenset(asked.author for asked in self._room.questions.values())
        return changed

    def _authored(self, changed: Sections) -> bool:
        """Whether a member's own question may have changed without the shared part doing so."""
        return "questions" not in changed and any(
            member.viewer.voter in self._authors for member in self.members.values()
        )

    def _publish(self, previous: int, changed: Sections) -> None:
        head = b'{"seq":%d,"prev":%d,"patch":' % (self._seq, previous)
        tail = b',"server_now":%d}' % wall_clock()
        common = packet("change", head + _object(changed) + tail)
        ready = frame(common)
        for member in tuple(self.members.values()):
            own = self._own_sections(member, changed)
            if own is None and member.line.write(ready):
                self._metrics.messages.inc()
            elif own is None:
                self._send(member, common)
            else:
                self._send(member, packet("change", head + _object(own) + tail))

    def _own_sections(self, person: Person, changed: Sections) -> Sections | None:
        """The patch of a member who sees something others do not, or None."""
        own: Sections = {}
        if person.seat is not None and self._room is not None and self._base is not None:
            you = msgspec.json.encode(personal(self._room, person.viewer, self._base).you)
            if you != person.you:
                person.you = own["you"] = you
        if self._is_own(person):
            questions = self._questions_of(person)
            if questions != person.questions or "questions" in changed:
                person.questions = own["questions"] = questions
        return {**changed, **own} if own else None

    def _is_own(self, person: Person) -> bool:
        return bool(person.voted) or person.viewer.voter in self._authors

    def _questions_of(self, person: Person) -> bytes:
        """The questions with a person's own ones and votes marked."""
        assert self._room is not None
        assert self._base is not None
        if person.viewer.voter in self._authors:
            voted = frozenset(person.voted)
            view = personal(self._room, person.viewer, self._base, voted)
            return msgspec.json.encode(view.questions)
        shown = (
            self._voted[question] if question in person.voted else raw
            for question, raw in self._plain.items()
        )
        return b"[" + b",".join(shown) + b"]"

    def _send(self, person: Person, what: Packet) -> None:
        waiting = person.line.queue(what)
        self._metrics.messages.inc()
        if waiting > QUEUE_MAX:
            self._metrics.slow_clients.inc()
            self.members.pop(person.sid, None)
            self._cut_off(person)


def _object(sections: Sections) -> bytes:
    return b"{" + b",".join(b'"%s":%s' % (k.encode(), v) for k, v in sections.items()) + b"}"
