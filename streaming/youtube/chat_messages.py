"""Chat messages as questions, and a question as a chat message.  Pure."""

import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from streaming.youtube.shapes import LiveChatMessage, MessageSnippet
from venue.exchange import PAGE_MAX, ChatMessage
from venue.ids import Language, SessionId
from venue.questions import Question
from venue.written import card_in

POST_MAX: Final = 200
"""Characters that YouTube takes in one message."""

NAME_MAX: Final = 80
TEXT_MAX: Final = 400
Filter = Literal["questions", "all"]

_PREFIX = re.compile(r"^(?:\?|？|[qQ]\s?[:：]|問\s?[:：])\s*")
_QUESTION_MARKS = ("?", "？")


@dataclass(frozen=True, slots=True)
class Found:
    """What a page of a chat has for us."""

    questions: tuple[ChatMessage, ...]
    gone: tuple[str, ...]
    left_out: int


def found_in(
    messages: tuple[LiveChatMessage, ...], wanted: Filter, digest: Callable[[str], str]
) -> Found:
    """Questions, and messages and authors that were taken back or away.

    The channel's own words are left out: our posts would come back as questions.
    """
    asked = [
        ChatMessage(
            id=digest(message.id),
            author=digest(message.author_details.channel_id),
            name=" ".join(message.author_details.display_name.split())[:NAME_MAX],
            text=text[:TEXT_MAX],
        )
        for message in messages
        if not message.author_details.is_chat_owner
        if (text := question_in(words_of(message.snippet), wanted))
    ]
    gone = [digest(name) for message in messages if (name := _gone(message.snippet))]
    left_out = max(0, len(asked) - PAGE_MAX)
    return Found(tuple(asked[:PAGE_MAX]), tuple(gone[:PAGE_MAX]), left_out)


def words_of(snippet: MessageSnippet) -> str:
    """What somebody wrote; paid messages and members' are taken like others."""
    match snippet.type:
        case "textMessageEvent":
            text = snippet.text_message_details.message_text
        case "superChatEvent":
            text = snippet.super_chat_details.user_comment
        case "memberMilestoneChatEvent":
            text = snippet.member_milestone_chat_details.user_comment
        case _:
            text = ""
    return " ".join(text.split())


def _gone(snippet: MessageSnippet) -> str:
    if snippet.type == "messageDeletedEvent":
        return snippet.message_deleted_details.deleted_message_id
    if snippet.type == "messageRetractedEvent":
        return snippet.message_retracted_details.retracted_message_id
    if snippet.type == "userBannedEvent":
        return snippet.user_banned_details.banned_user_details.channel_id
    return ""


def question_in(text: str, wanted: Filter) -> str:
    """The question that a message is meant as, without its mark; empty: it is none.

    >>> question_in("Q: night buses", "questions"), question_in("問：夜間公車", "questions")
    ('night buses', '夜間公車')
    >>> question_in("Who pays?", "questions"), question_in("Hello from Porto", "questions")
    ('Who pays?', '')
    """
    marked = _PREFIX.sub("", text, count=1)
    if wanted == "all" or marked != text or text.endswith(_QUESTION_MARKS):
        return marked
    return ""


def digest_for(secret: str, session: SessionId) -> Callable[[str], str]:
    """Names that tell messages and authors apart, and tell nobody else who they are."""
    key = f"rotunda youtube chat|{session}|{secret}".encode()
    return lambda name: hmac.new(key, name.encode(), hashlib.sha256).hexdigest()[:32]


def post_of(question: Question, lang: Language) -> str:
    """The question as one message, translated if a moderator did that, cut between words."""
    return cut(card_in(question, lang).text, POST_MAX)


def cut(text: str, limit: int) -> str:
    """Text of at most ``limit`` characters; what is cut ends with an ellipsis.

    >>> cut("one two three", 13), cut("one two three", 10), cut("夜間公車的經費", 5)
    ('one two three', 'one two…', '夜間公車…')
    """
    if len(text) <= limit:
        return text
    kept = text[: limit - 1]
    if not text[limit - 1].isspace():
        # Half a word is dropped, unless there are no words, as in Chinese.
        head, space, _ = kept.rpartition(" ")
        kept = head if space and len(head) * 2 > limit else kept
    return kept.rstrip() + "…"
