"""Votes: a set of voters per question in Redis, counted into the room a few times a second.

A voter may have several pages open, here and in other processes; all of them show the vote.
"""

import asyncio
import logging
import secrets
from collections.abc import Mapping

from signaling.errors import StoreUnavailable
from signaling.people.person import Person
from signaling.room_host import Ack, refusal
from signaling.router import Router
from signaling.store import Store
from venue import codec
from venue import journal as keys
from venue.errors import CommandRejected
from venue.ids import CommandId, Instant, QuestionId, SessionId, VoterId
from venue.questions import PUBLISHED
from venue.room import Room, decide

logger = logging.getLogger(__name__)

FOLD_EVERY_S = 0.25
VERBS = frozenset({"question.vote", "question.unvote"})


class Votes:
    """Takes votes and has them counted."""

    def __init__(self, store: Store, router: Router) -> None:
        self._store = store
        self._router = router
        self._pages: dict[tuple[SessionId, VoterId], set[Person]] = {}
        self._touched: dict[SessionId, set[QuestionId]] = {}
        self._wake = asyncio.Event()

    async def cast(self, person: Person, op: str, name: str, body: object) -> Ack:
        """Vote or take a vote back; both may be repeated."""
        worker = await self._router.worker(person.session)
        assert worker.room is not None
        try:
            command = codec.decode_command(name, body)
            decide(worker.room, person.actor, command, Instant(0), CommandId(op))
        except CommandRejected as rejected:
            return refusal(rejected.code, dict(rejected.params))
        question = QuestionId(str(getattr(command, "question", "")))
        key = keys.votes_key(person.session, question)
        supports = name == "question.vote"
        vote = {"voter": person.viewer.voter, "question": question, "supports": supports}
        try:
            await self._store.run("SADD" if supports else "SREM", key, str(person.viewer.voter))
            # Before it is counted: the change that brings the count then finds the mark everywhere.
            await self._router.hint(person.session, "all", "voted", vote)
        except StoreUnavailable:
            return refusal("store.unavailable")
        self.mark(person.session, vote)
        self._touched.setdefault(person.session, set()).add(question)
        self._wake.set()
        return {"ok": True, "seq": worker.seq, "question": question}

    def mark(self, session: SessionId, vote: Mapping[str, object]) -> None:
        """Note ``{voter, question, supports}`` on every page of the voter in this process."""
        question = QuestionId(str(vote.get("question")))
        for page in self._pages.get((session, VoterId(str(vote.get("voter")))), ()):
            if vote.get("supports"):
                page.voted.add(question)
            else:
                page.voted.discard(question)

    def arrive(self, person: Person) -> None:
        """A page is open."""
        if person.viewer.voter is not None:
            self._pages.setdefault((person.session, person.viewer.voter), set()).add(person)

    def leave(self, person: Person) -> None:
        """A page is closed."""
        if person.viewer.voter is None:
            return
        key = (person.session, person.viewer.voter)
        pages = self._pages.get(key, set())
        pages.discard(person)
        if not pages:
            self._pages.pop(key, None)

    async def recall(self, person: Person, room: Room) -> None:
        """Learn what somebody who comes back has voted for."""
        voter = person.viewer.voter
        shown = [asked.question for asked in room.questions.values() if asked.state in PUBLISHED]
        if voter is None or not shown:
            return
        commands = [("SISMEMBER", keys.votes_key(person.session, q), str(voter)) for q in shown]
        answers = await self._store.run_many(commands)
        person.voted = {q for q, yes in zip(shown, answers, strict=True) if yes}

    async def run(self) -> None:
        """Fold votes into rooms until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            touched, self._touched = self._touched, {}
            for session, questions in touched.items():
                await self._fold(session, questions)
            await asyncio.sleep(FOLD_EVERY_S)

    async def _fold(self, session: SessionId, questions: set[QuestionId]) -> None:
        ordered = sorted(questions)
        try:
            commands = [("SCARD", keys.votes_key(session, question)) for question in ordered]
            totals = await self._store.run_many(commands)
        except StoreUnavailable:
            totals = None
        if totals is not None:
            counts = dict(zip(ordered, totals, strict=True))
            op = f"count-{secrets.token_hex(8)}"
            ack = await self._router.tell(session, op, "question.count", {"counts": counts})
            if ack["ok"]:
                return
        # Counted again at the next turn: the sets are the truth.
        self._touched.setdefault(session, set()).update(questions)
        self._wake.set()
