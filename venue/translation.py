"""A question in other languages, as a moderator writes it for the picture.

The question itself stays as it was asked; a translation stands beside it.
"""

from collections.abc import Mapping
from typing import Annotated

from msgspec import Meta
from msgspec.structs import replace

from venue.base import Command, Event
from venue.errors import CommandRejected
from venue.ids import Language, QuestionId
from venue.questions import MAX_CHARS, Questions, question_of
from venue.session import LanguageTag


class Translate(Command, frozen=True, tag="question.translate"):
    """The desk writes a question in a language of the program; empty: takes that back."""

    question: str
    lang: LanguageTag
    text: Annotated[str, Meta(max_length=4000)]


class QuestionTranslated(Event, frozen=True, tag="QuestionTranslated"):
    """A question can be shown in another language; empty: no longer."""

    question: QuestionId
    lang: Language
    text: str


def decide(
    questions: Questions, languages: tuple[Language, ...], command: Translate
) -> tuple[QuestionTranslated, ...]:
    """Answer a command with the event it causes.

    Raises:
        CommandRejected: ``question.unknown``, ``question.too_long``, ``language.unknown``.
    """
    found = question_of(questions, command.question)
    lang, text = Language(command.lang), " ".join(command.text.split())
    if lang not in languages:
        raise CommandRejected("language.unknown", lang=lang)
    if len(text) > MAX_CHARS:
        raise CommandRejected("question.too_long", max=MAX_CHARS)
    same = found.translations.get(lang, "") == text
    return () if same else (QuestionTranslated(found.question, lang, text),)


def evolve(questions: Questions, event: QuestionTranslated) -> Questions:
    """Apply one event.  Total."""
    found = questions.get(event.question)
    if found is None:
        return questions
    translations: Mapping[Language, str] = {**found.translations, event.lang: event.text}
    kept = {lang: text for lang, text in translations.items() if text}
    return {**questions, event.question: replace(found, translations=kept)}
