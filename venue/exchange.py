"""What goes to and fro between a session and YouTube beside the video.

Messages of a broadcast's chat become questions of the audience, the question on the picture is
posted back into the chat, and captions go along.  The shell (``streaming/youtube``) reads and
writes; here is what it must not forget, so that after ``kill -9`` nothing is asked or posted twice:
a page of the chat and the place where it ended are one entry of the journal, and a post is noted
before it is made and never made again.
"""

from collections.abc import Mapping
from typing import Annotated, assert_never

import msgspec
from msgspec import Meta
from msgspec.structs import replace

from venue import questions
from venue.base import Command, Event
from venue.broadcast import Broadcasts
from venue.broadcast_commands import Word
from venue.errors import CommandRejected
from venue.ids import Instant, Language, QuestionId, VoterId
from venue.questions import Asked, QuestionEvent, QuestionMoved, Questions, State
from venue.session import LanguageTag
from venue.wire_youtube import RemarkSubject

ORIGIN = "youtube"
PENDING_MAX = 100
"""So many may wait for the moderators; a chat can be faster than anybody reads."""

TOTAL_MAX = 1_000
"""In one session; every desk gets them all."""

OFTEN, OFTEN_MS = 3, 90_000
"""One author's questions within so long; like devices of the audience."""

PAGE_MAX = 200

Digest = Annotated[str, Meta(pattern="^[0-9a-f]{32}$")]
Token = Annotated[str, Meta(max_length=4000)]


class ChatMessage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A message that is meant as a question.  Who wrote it is a digest that only we can make."""

    id: Digest
    author: Digest
    name: Annotated[str, Meta(max_length=80)]
    text: Annotated[str, Meta(max_length=4000)]


class Remark(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One sentence for the desk; without a code there is nothing to say."""

    code: Word = ""
    params: Mapping[str, str | int] = {}


class ReadChat(Command, frozen=True, tag="exchange.read"):
    """The shell has read a page of a chat."""

    lang: LanguageTag
    broadcast: str
    token: Token
    """Where the page ended."""
    messages: Annotated[tuple[ChatMessage, ...], Meta(max_length=PAGE_MAX)] = ()
    gone: Annotated[tuple[Digest, ...], Meta(max_length=PAGE_MAX)] = ()
    """Messages that were taken back, or away, on YouTube, and authors that were shut out."""
    left_out: Annotated[int, Meta(ge=0)] = 0
    """How many more there were than fit."""


class BeginPost(Command, frozen=True, tag="exchange.post"):
    """The shell is about to post the question on the picture; ``by`` is that attempt's own."""

    lang: LanguageTag
    broadcast: str
    question: str
    by: Digest


class NoteRemark(Command, frozen=True, tag="exchange.seen"):
    """The shell has something to say."""

    lang: LanguageTag
    about: RemarkSubject
    remark: Remark


ExchangeCommand = ReadChat | BeginPost | NoteRemark


class ChatRead(Event, frozen=True, tag="ChatRead"):
    """A chat was read up to a place."""

    lang: Language
    broadcast: str
    token: str
    left_out: int = 0


class PostBegun(Event, frozen=True, tag="PostBegun"):
    """From here on the question is never posted to this chat again, whatever became of it."""

    lang: Language
    broadcast: str
    question: QuestionId
    by: str


class Remarked(Event, frozen=True, tag="Remarked"):
    """What the desk is told."""

    lang: Language
    about: RemarkSubject
    remark: Remark


ExchangeEvent = ChatRead | PostBegun | Remarked


class Exchange(msgspec.Struct, frozen=True, omit_defaults=True):
    """One language's."""

    broadcast: str = ""
    """Whose chat the next three are about."""
    token: str = ""
    left_out: int = 0
    posts: Mapping[QuestionId, str] = {}
    """By whom each was posted."""
    remarks: Mapping[RemarkSubject, Remark] = {}


Exchanges = Mapping[Language, Exchange]


def of(exchanges: Exchanges, lang: Language, broadcast: str) -> Exchange:
    """What is remembered of a broadcast's chat; another one's is forgotten."""
    known = exchanges.get(lang, Exchange())
    return known if known.broadcast == broadcast else Exchange(broadcast, remarks=known.remarks)


def decide(
    exchanges: Exchanges,
    broadcasts: Broadcasts,
    asked: Questions,
    command: ExchangeCommand,
    now: Instant,
) -> tuple[ExchangeEvent | QuestionEvent, ...]:
    """Answer a command with the events it causes.

    Raises:
        CommandRejected: ``exchange.stale``: another broadcast has begun, or the question is not
            on the picture any more.
    """
    lang = Language(command.lang)
    if isinstance(command, NoteRemark):
        before = exchanges.get(lang, Exchange()).remarks.get(command.about, Remark())
        same = before == command.remark
        return () if same else (Remarked(lang, command.about, command.remark),)
    run = broadcasts.languages.get(lang)
    if run is None or run.memory.broadcast != command.broadcast:
        raise CommandRejected("exchange.stale", lang=lang)
    match command:
        case ReadChat():
            return _read(asked, lang, command, now)
        case BeginPost():
            question = questions.question_of(asked, command.question)
            if question.state is not State.LIVE:
                raise CommandRejected("exchange.stale", question=command.question)
            if question.question in of(exchanges, lang, command.broadcast).posts:
                return ()
            return (PostBegun(lang, command.broadcast, question.question, command.by),)
        case _:
            assert_never(command)


def _read(
    asked: Questions, lang: Language, command: ReadChat, now: Instant
) -> tuple[ExchangeEvent | QuestionEvent, ...]:
    events: list[ExchangeEvent | QuestionEvent] = []
    known = {question.source for question in asked.values()}
    left_out = command.left_out
    for message in command.messages:
        if message.id in known:
            continue
        known.add(message.id)
        try:
            event = _question(asked, lang, message, now)
        except CommandRejected:
            left_out += 1
            continue
        asked = questions.evolve(asked, event)
        events.append(event)
    gone = {*command.gone, *map(_voter, command.gone)}
    events += [
        QuestionMoved(question.question, State.WITHDRAWN, now)
        for question in asked.values()
        if gone & {question.source, question.author} and question.state is State.PENDING
    ]
    return (*events, ChatRead(lang, command.broadcast, command.token, left_out))


def _voter(author: str) -> VoterId:
    return VoterId(f"{ORIGIN}:{author}")


def _question(
    asked: Questions, lang: Language, message: ChatMessage, now: Instant
) -> questions.QuestionSubmitted:
    """The rules of the audience page, and no flood.

    Raises:
        CommandRejected: Codes ``question.*``.
    """
    author = _voter(message.author)
    ours = [question for question in asked.values() if question.origin == ORIGIN]
    waiting = sum(question.state is State.PENDING for question in ours)
    if waiting >= PENDING_MAX or len(ours) >= TOTAL_MAX:
        raise CommandRejected("question.too_many_open", max=PENDING_MAX)
    lately = now - OFTEN_MS
    own = sum(question.author == author and question.submitted_at > lately for question in ours)
    if own >= OFTEN:
        raise CommandRejected("question.too_many")
    return questions.submitted(
        asked, Asked(message.text, lang, author, message.name, ORIGIN, message.id), now
    )


def evolve(exchanges: Exchanges, event: ExchangeEvent) -> Exchanges:
    """Apply one event.  Total."""
    match event:
        case ChatRead():
            known = of(exchanges, event.lang, event.broadcast)
            total = known.left_out + event.left_out
            changed = replace(known, token=event.token, left_out=total)
        case PostBegun():
            known = of(exchanges, event.lang, event.broadcast)
            changed = replace(known, posts={**known.posts, event.question: event.by})
        case Remarked():
            known = exchanges.get(event.lang, Exchange())
            remarks = {**known.remarks, event.about: event.remark}
            shown = {about: remark for about, remark in remarks.items() if remark.code}
            changed = replace(known, remarks=shown)
        case _:
            assert_never(event)
    return {**exchanges, event.lang: changed}
