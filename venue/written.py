"""What is written on a picture, in the one or two languages of those who see it.

A picture of one language has every text in it, as far as there is one.  The shared picture has
every text in the first language of the session, and beside it what the second has to add.
"""

from collections.abc import Mapping
from typing import TypeVar

from venue.ids import ENGLISH, FLOOR_LANGUAGE, Language
from venue.presence import Seats
from venue.questions import Question
from venue.scene import LowerThird, QuestionCard, SecondLanguage
from venue.session import SeatDefinition, SeatWords, SessionDefinition
from venue.turns import Turn

_Tag = TypeVar("_Tag", bound=str)
_Text = TypeVar("_Text")
_NOTHING = SeatWords()


def text_in(texts: Mapping[_Tag, _Text], language: Language) -> _Text | None:
    """What there is in a language: under its tag, else under one of another script or region."""
    primary = language.partition("-")[0]
    near = [tag for tag in texts if tag.partition("-")[0] == primary]
    return texts[min(near, key=lambda tag: tag != language)] if near else None


def shared_languages(session: SessionDefinition) -> tuple[Language, Language | None]:
    """What the shared picture is written in."""
    written = [tag for tag in session.output_languages if tag != FLOOR_LANGUAGE]
    return (written or [Language("en")])[0], (written[1] if len(written) > 1 else None)


def title_in(session: SessionDefinition, language: Language) -> str:
    """The session's title."""
    return text_in(session.title, language) or session.title.get("en", "")


def seat_in(seat: SeatDefinition, language: Language) -> SeatWords:
    """Name, title and place; what nobody translated stays as it is."""
    words = text_in(seat.words, language) or _NOTHING
    return SeatWords(
        words.name or seat.name,
        words.title or seat.title,
        words.city or seat.city,
        words.country or seat.country,
    )


def place_of(words: SeatWords) -> str:
    """City and country."""
    return " · ".join(part for part in (words.city, words.country) if part)


def turn_name(turn: Turn, seats: Seats, language: Language) -> str:
    """The speaker's name: as written for this turn, or the seat's."""
    seat = seats.get(turn.seat) if turn.seat else None
    return turn.name or (seat_in(seat.definition, language).name if seat else "")


def caption_in(turn: Turn, seats: Seats, language: Language) -> LowerThird:
    """The caption of who speaks."""
    seat = seats.get(turn.seat) if turn.seat else None
    spoken = turn.language(seats) or ENGLISH
    if turn.name or seat is None:
        return LowerThird(turn.name, "", turn.delegation, spoken)
    words = seat_in(seat.definition, language)
    return LowerThird(words.name, words.title, place_of(words), spoken)


def card_in(asked: Question, language: Language) -> QuestionCard:
    """The question, translated if a moderator did that."""
    text = text_in(asked.translations, language) or asked.text
    return QuestionCard(asked.question, text, asked.name, asked.votes)


def card_in_both(asked: Question, languages: tuple[Language, Language | None]) -> QuestionCard:
    """The question as it was asked, and one translation into a language of the picture."""
    found = (text_in(asked.translations, one) for one in languages if one is not None)
    other = next((text for text in found if text and text != asked.text), "")
    return QuestionCard(asked.question, asked.text, asked.name, asked.votes, other)


def second_language(
    session: SessionDefinition, seats: Seats, speaking: Turn | None, following: Turn | None
) -> SecondLanguage | None:
    """What the second language has to say that the first does not show already."""
    first, second = shared_languages(session)
    if second is None:
        return None
    added = {
        seat_id: _added(
            seat_in(seat.definition, first), text_in(seat.definition.words, second) or _NOTHING
        )
        for seat_id, seat in seats.items()
    }
    caption = None
    if speaking is not None and not speaking.name and speaking.seat in added:
        words = added[speaking.seat]
        caption = LowerThird(words.name, words.title, place_of(words), second)
    named = following is not None and not following.name and following.seat in added
    return SecondLanguage(
        language=second,
        title=_new(text_in(session.title, second) or "", title_in(session, first)),
        names={seat: words.name for seat, words in added.items() if words.name},
        places={seat: place for seat, words in added.items() if (place := place_of(words))},
        lower_third=caption,
        next_speaker=added[following.seat].name if named and following and following.seat else "",
    )


def _added(shown: SeatWords, words: SeatWords) -> SeatWords:
    return SeatWords(
        _new(words.name, shown.name),
        _new(words.title, shown.title),
        _new(words.city, shown.city),
        _new(words.country, shown.country),
    )


def _new(text: str, shown: str) -> str:
    """The text, unless it can be read already: many write both scripts in one line."""
    return "" if text.casefold() in shown.casefold() else text
