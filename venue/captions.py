"""Captions: lines of text in a language, as somebody types or a service sends them.

The last lines are kept for those who come late; all of them stand in the journal.
"""

from collections.abc import Mapping
from typing import Annotated

import msgspec
from msgspec import Meta

from venue.base import Command, Event
from venue.errors import CommandRejected
from venue.ids import Instant, Language
from venue.session import LanguageTag

SHOWN = 3
KEPT = 20
"""More than are shown: whoever passes them on may be late for some seconds."""


class SayCaption(Command, frozen=True, tag="caption.say"):
    """One line, at most two rows on a screen."""

    lang: LanguageTag
    text: Annotated[str, Meta(min_length=1, max_length=200, pattern=r"\S")]


CaptionCommand = SayCaption


class Captioned(Event, frozen=True, tag="Captioned"):
    """A line of captions."""

    lang: Language
    text: str
    at: Instant


CaptionEvent = Captioned


class Line(msgspec.Struct, frozen=True):
    """One line and its number, counted from 1 in its language."""

    number: int
    text: str
    at: Instant


Captions = Mapping[Language, tuple[Line, ...]]


def decide(
    captioned: tuple[Language, ...], command: CaptionCommand, now: Instant
) -> tuple[CaptionEvent, ...]:
    """Answer a command with the event it causes.

    Raises:
        CommandRejected: ``caption.not_planned``: the session has no captions in this language.
    """
    if command.lang not in captioned:
        raise CommandRejected("caption.not_planned", lang=command.lang)
    return (Captioned(Language(command.lang), " ".join(command.text.split()), now),)


def evolve(captions: Captions, event: CaptionEvent) -> Captions:
    """Apply one event.  Total."""
    before = captions.get(event.lang, ())
    number = before[-1].number + 1 if before else 1
    return {**captions, event.lang: (*before, Line(number, event.text, event.at))[-KEPT:]}
