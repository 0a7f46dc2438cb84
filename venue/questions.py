"""Questions of the audience, from the phone to the picture.

    pending --approve--> approved --shortlist--> shortlisted --next--> next --live--> live
    approved, shortlisted, next, live --answered--> answered
    pending --reject(reason)--> rejected --approve--> approved
    next, live --clear--> shortlisted        pending, approved, shortlisted --withdraw--> withdrawn

At most one question is next and one is live.  Votes are counted outside and folded in.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, assert_never
from unicodedata import east_asian_width

import msgspec
from msgspec import Meta
from msgspec.structs import replace

from venue.base import Command, Event
from venue.errors import CommandRejected
from venue.ids import Instant, Language, QuestionId, VoterId
from venue.roles import Actor, Role
from venue.session import LanguageTag

MIN_CHARS, MAX_CHARS, MAX_OPEN = 10, 400, 3


class State(StrEnum):
    """Where a question stands."""

    PENDING = "pending"
    APPROVED = "approved"
    SHORTLISTED = "shortlisted"
    NEXT = "next"
    LIVE = "live"
    ANSWERED = "answered"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


PUBLISHED = frozenset({State.APPROVED, State.SHORTLISTED, State.NEXT, State.LIVE, State.ANSWERED})
_OPEN = frozenset({State.PENDING, State.APPROVED, State.SHORTLISTED, State.NEXT})
_VOTABLE = frozenset({State.APPROVED, State.SHORTLISTED, State.NEXT})

ALLOWED: Mapping[State, frozenset[State]] = {
    State.APPROVED: frozenset({State.PENDING, State.REJECTED}),
    State.REJECTED: frozenset({State.PENDING, State.APPROVED, State.SHORTLISTED}),
    State.SHORTLISTED: frozenset({State.APPROVED, State.NEXT, State.LIVE}),
    State.NEXT: frozenset({State.APPROVED, State.SHORTLISTED}),
    State.LIVE: frozenset({State.APPROVED, State.SHORTLISTED, State.NEXT}),
    State.ANSWERED: frozenset({State.APPROVED, State.SHORTLISTED, State.NEXT, State.LIVE}),
    State.WITHDRAWN: frozenset({State.PENDING, State.APPROVED, State.SHORTLISTED}),
}
"""Target state: the states it may be entered from."""


class Submit(Command, frozen=True, tag="question.submit"):
    """Somebody asks."""

    text: Annotated[str, Meta(max_length=4000)]
    lang: LanguageTag | None = None
    attribution: Annotated[str, Meta(max_length=80)] = "named"
    """``named``: the sender's own name; ``anonymous``; anything else is the name to show."""
    country: Annotated[str, Meta(max_length=80)] = ""


class Approve(Command, frozen=True, tag="question.approve"):
    """The desk lets a question be seen, as the version that was read."""

    question: str
    version: int
    expect_state: State | None = None


class Reject(Command, frozen=True, tag="question.reject"):
    """The desk refuses a question; its author sees why."""

    question: str
    reason: Annotated[str, Meta(min_length=1, max_length=300)]
    expect_state: State | None = None


class Shortlist(Command, frozen=True, tag="question.shortlist"):
    """The desk puts a question on the chair's list."""

    question: str
    expect_state: State | None = None


class SetNext(Command, frozen=True, tag="question.next"):
    """The desk shows a question to chair and delegates."""

    question: str
    expect_state: State | None = None


class GoLive(Command, frozen=True, tag="question.live"):
    """The desk puts a question on the picture."""

    question: str
    expect_state: State | None = None


class Clear(Command, frozen=True, tag="question.clear"):
    """The desk takes a question back to the list."""

    question: str
    expect_state: State | None = None


class MarkAnswered(Command, frozen=True, tag="question.answered"):
    """The question has been answered."""

    question: str
    expect_state: State | None = None


class WithdrawQuestion(Command, frozen=True, tag="question.withdraw"):
    """Its author takes a question back."""

    question: str


class Vote(Command, frozen=True, tag="question.vote"):
    """Support a question.  The votes themselves are kept outside the room."""

    question: str


class Unvote(Command, frozen=True, tag="question.unvote"):
    """Take the support back."""

    question: str


class CountVotes(Command, frozen=True, tag="question.count"):
    """The doors have counted."""

    counts: Mapping[str, Annotated[int, Meta(ge=0)]]


Moderation = Approve | Reject | Shortlist | SetNext | GoLive | Clear | MarkAnswered
QuestionCommand = Submit | Moderation | WithdrawQuestion | Vote | Unvote | CountVotes


class QuestionSubmitted(Event, frozen=True, tag="QuestionSubmitted"):
    """A question came in."""

    question: "Question"


class QuestionMoved(Event, frozen=True, tag="QuestionMoved"):
    """A question changed state."""

    question: QuestionId
    state: State
    at: Instant
    reason: str = ""


class VotesCounted(Event, frozen=True, tag="VotesCounted"):
    """Votes as of now."""

    counts: Mapping[QuestionId, int]


QuestionEvent = QuestionSubmitted | QuestionMoved | VotesCounted


class Question(msgspec.Struct, frozen=True, omit_defaults=True):
    """One question."""

    question: QuestionId
    text: str
    lang: Language
    author: VoterId
    name: str
    """As shown; empty means anonymous."""
    country: str
    submitted_at: Instant
    state: State = State.PENDING
    version: int = 1
    votes: int = 0
    reason: str = ""
    moved_at: Instant = Instant(0)
    """When it entered its state; orders the shortlist."""
    origin: str = ""
    """Where it was asked, if not on our own pages: ``youtube``."""
    source: str = ""
    """Digest of the message there, so that it is taken once."""
    translations: Mapping[Language, str] = {}
    """In other languages of the program, as a moderator wrote it."""


Questions = Mapping[QuestionId, Question]


class Asked(msgspec.Struct, frozen=True):
    """A question on its way in, from wherever."""

    text: str
    lang: Language
    author: VoterId
    name: str
    origin: str = ""
    source: str = ""


def question_of(questions: Questions, question: str) -> Question:
    """Find a question.

    Raises:
        CommandRejected: ``question.unknown``.
    """
    found = questions.get(QuestionId(question))
    if found is None:
        raise CommandRejected("question.unknown", question=question)
    return found


def decide(
    questions: Questions, actor: Actor, command: QuestionCommand, now: Instant
) -> tuple[QuestionEvent, ...]:
    """Answer a command with the events it causes.

    A vote causes none: it is only judged here.

    Raises:
        CommandRejected: Codes ``question.*``.
    """
    match command:
        case Submit():
            return (_submit(questions, actor, command, now),)
        case WithdrawQuestion():
            found = question_of(questions, command.question)
            if actor.voter is None or found.author != actor.voter:
                raise CommandRejected("question.not_yours", question=command.question)
            return _move(questions, command.question, State.WITHDRAWN, now)
        case Vote() | Unvote():
            found = question_of(questions, command.question)
            if found.state not in _VOTABLE or actor.voter is None:
                raise CommandRejected("question.not_votable", question=command.question)
            return ()
        case CountVotes():
            counts = {
                QuestionId(question): count
                for question, count in command.counts.items()
                if (known := questions.get(QuestionId(question))) and known.votes != count
            }
            return (VotesCounted(counts),) if counts else ()
        case _:
            return _moderate(questions, command, now)


def _moderate(questions: Questions, command: Moderation, now: Instant) -> tuple[QuestionEvent, ...]:
    found = question_of(questions, command.question)
    if command.expect_state is not None and command.expect_state is not found.state:
        raise CommandRejected(
            "question.changed", question=command.question, state=found.state.value
        )
    match command:
        case Approve():
            if command.version != found.version:
                raise CommandRejected(
                    "question.stale", question=command.question, version=found.version
                )
            return _move(questions, command.question, State.APPROVED, now)
        case Reject():
            reason = command.reason.strip()
            return _move(questions, command.question, State.REJECTED, now, reason)
        case Shortlist() | Clear():
            return _move(questions, command.question, State.SHORTLISTED, now)
        case SetNext():
            return _alone(questions, command.question, State.NEXT, now)
        case GoLive():
            return _alone(questions, command.question, State.LIVE, now)
        case MarkAnswered():
            return _move(questions, command.question, State.ANSWERED, now)
        case _:
            assert_never(command)


def _submit(questions: Questions, actor: Actor, command: Submit, now: Instant) -> QuestionSubmitted:
    if actor.voter is None:
        raise CommandRejected("question.no_author")
    names = {"named": actor.name, "anonymous": ""}
    name = names.get(command.attribution, command.attribution)
    asked = Asked(command.text, Language(command.lang or "en"), actor.voter, name)
    return submitted(questions, asked, now, command.country)


def _columns(text: str) -> int:
    """Length of a text where a Chinese character, which says more than a letter, counts two."""
    return sum(2 if east_asian_width(each) in ("W", "F") else 1 for each in text)


def submitted(
    questions: Questions, asked: Asked, now: Instant, country: str = ""
) -> QuestionSubmitted:
    """The event of a question that follows the rules.

    Raises:
        CommandRejected: ``question.too_short``, ``question.too_long``, ``question.duplicate``,
            ``question.too_many_open``.
    """
    text = " ".join(asked.text.split())
    if _columns(text) < MIN_CHARS:
        raise CommandRejected("question.too_short", min=MIN_CHARS, min_wide=MIN_CHARS // 2)
    if len(text) > MAX_CHARS:
        raise CommandRejected("question.too_long", max=MAX_CHARS)
    own = [each for each in questions.values() if each.author == asked.author]
    if any(each.text == text and each.state in _OPEN for each in own):
        raise CommandRejected("question.duplicate")
    if sum(each.state in _OPEN for each in own) >= MAX_OPEN:
        raise CommandRejected("question.too_many_open", max=MAX_OPEN)
    return QuestionSubmitted(
        Question(
            question=QuestionId(f"q{len(questions) + 1}"),
            text=text,
            lang=asked.lang,
            author=asked.author,
            name=asked.name.strip(),
            country=country.strip(),
            submitted_at=now,
            moved_at=now,
            origin=asked.origin,
            source=asked.source,
        )
    )


def _move(
    questions: Questions, question: str, state: State, now: Instant, reason: str = ""
) -> tuple[QuestionMoved, ...]:
    found = question_of(questions, question)
    if found.state is state:
        return ()
    if found.state not in ALLOWED[state]:
        raise CommandRejected(
            "question.wrong_state", question=question, state=found.state.value, wanted=state.value
        )
    return (QuestionMoved(found.question, state, now, reason),)


def _alone(
    questions: Questions, question: str, state: State, now: Instant
) -> tuple[QuestionMoved, ...]:
    """Move a question into a state that holds one; whoever is there steps back."""
    moved = _move(questions, question, state, now)
    if not moved:
        return ()
    leaving = tuple(
        QuestionMoved(other.question, State.SHORTLISTED, now)
        for other in questions.values()
        if other.state is state
    )
    return (*leaving, *moved)


def evolve(questions: Questions, event: QuestionEvent) -> Questions:
    """Apply one event.  Total."""
    match event:
        case QuestionSubmitted():
            return {**questions, event.question.question: event.question}
        case QuestionMoved():
            found = questions.get(event.question)
            if found is None:
                return questions
            moved = replace(found, state=event.state, moved_at=event.at, reason=event.reason)
            return {**questions, event.question: moved}
        case VotesCounted():
            counted = {
                question: replace(questions[question], votes=votes)
                for question, votes in event.counts.items()
                if question in questions
            }
            return {**questions, **counted}
        case _:
            assert_never(event)


def may_moderate(role: Role) -> bool:
    """The role sees every question, with the reasons."""
    return role in (Role.ORGANIZER, Role.MODERATOR)


def live_question(questions: Questions) -> Question | None:
    """The question on the picture."""
    return next((asked for asked in questions.values() if asked.state is State.LIVE), None)
