"""What is said of a session where it is announced: date, place, programme, speakers, in a language.

Languages without words of their own here get the headings in English; dates are Babel's.
"""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, get_timezone_location

from venue.broadcast_text import DESCRIPTION_BYTES, TITLE_MOST, cut_to, plain
from venue.ids import Instant, Language
from venue.roles import Role
from venue.session import YEAR_2100, SeatDefinition, SeatWords, SessionDefinition
from venue.written import place_of, seat_in, text_in, title_in

_JOINER = "\u2060"
"""Within clock times: YouTube makes links of "14:00", to minute 14 of the recording."""

_ENGLISH = Locale("en", "GB")
_WRITTEN_AS = {"en": "en-GB", "zh": "zh-Hant-TW", "zh-TW": "zh-Hant-TW", "zh-HK": "zh-Hant-HK"}
"""What a tag leaves open."""


@dataclass(frozen=True, slots=True)
class Headings:
    """Words above the parts."""

    programme: str
    chair: str
    speakers: str
    rehearsal: str


_HEADINGS = {
    "en": Headings("Programme", "Chair", "Speakers", "Rehearsal"),
    "zh": Headings("議程", "主持人", "與談人", "彩排"),
    "zh_Hans": Headings("议程", "主持人", "发言人", "彩排"),
    "de": Headings("Programm", "Moderation", "Es sprechen", "Probe"),
    "es": Headings("Programa", "Moderación", "Intervienen", "Ensayo"),
    "fr": Headings("Programme", "Modération", "Intervenants", "Répétition"),
    "it": Headings("Programma", "Moderazione", "Interventi", "Prova"),
    "ja": Headings("プログラム", "司会", "登壇者", "リハーサル"),
    "pl": Headings("Program", "Moderacja", "Mówcy", "Próba"),
    "pt": Headings("Programa", "Moderação", "Intervenientes", "Ensaio"),
}


@dataclass(frozen=True, slots=True)
class _Facts:
    """All that the text is made from; hashable, because views ask again and again."""

    lang: Language
    starts_at: Instant | None
    timezone: str
    city: str
    agenda: tuple[tuple[str, str, tuple[str, ...]], ...]
    chairs: tuple[str, ...]
    speakers: tuple[str, ...]


def title_of(session: SessionDefinition, lang: Language) -> str:
    """The session's title in a language of the program, or the nearest there is."""
    return plain(title_in(session, lang))[:TITLE_MOST]


def programme_of(session: SessionDefinition, lang: Language) -> tuple[str, ...]:
    """Date and place, programme, speakers, line by line."""
    names = {seat.seat: seat_in(seat, lang).name for seat in session.seats}
    return _lines(
        _Facts(
            lang=lang,
            starts_at=_start(session),
            timezone=session.timezone,
            city=city_of(session, lang),
            agenda=tuple(
                (
                    item.at,
                    _nearest(item.title, lang),
                    tuple(names.get(seat, seat) for seat in item.speakers),
                )
                for item in session.agenda
            ),
            chairs=_people(session.seats, Role.MODERATOR, lang),
            speakers=_people(session.seats, Role.DELEGATE, lang),
        )
    )


def description_of(own: str, session: SessionDefinition, lang: Language) -> str:
    """The organiser's words, then as much of the programme as YouTube takes, in whole lines."""
    lines = [*plain(own).strip().splitlines()]
    programme = programme_of(session, lang)
    if lines and programme:
        lines.append("")
    text = "\n".join(lines)
    for line in programme:
        longer = f"{text}\n{line}" if text else line
        if len(longer.encode()) > DESCRIPTION_BYTES - len("\n…".encode()):
            return cut_to(f"{text.rstrip()}\n…", DESCRIPTION_BYTES)
        text = longer
    return cut_to(text.strip(), DESCRIPTION_BYTES)


def rehearsed(title: str, lang: Language) -> str:
    """The title of a rehearsal.

    >>> rehearsed("Mayors' Summit", Language("en"))
    "Rehearsal: Mayors' Summit"
    """
    return f"{_headings(lang).rehearsal}: {title}"[:TITLE_MOST]


def city_of(session: SessionDefinition, lang: Language) -> str:
    """Where it takes place; empty if nobody has said so."""
    return _nearest(session.city, lang)


def date_of(session: SessionDefinition, lang: Language) -> str:
    """The day of the session, written out; empty if nobody has said when it is."""
    return _date(_start(session), session.timezone, lang)


def language_name(lang: Language, reader: Language | None = None) -> str:
    """A language's name in the reader's language; None: in the language itself.

    >>> language_name("zh"), language_name("fr"), language_name("x-none")
    ('中文', 'français', 'x-none')
    >>> language_name("zh", "en"), language_name("fr", "zh-Hant"), language_name("x-none", "en")
    ('Chinese', '法文', 'x-none')
    """
    known = locale_of(lang)
    readers = known if reader is None else locale_of(reader)
    return lang if known is None else known.get_language_name(readers) or lang


def locale_of(lang: Language) -> Locale | None:
    """Babel's locale of a language tag, if it knows the language."""
    try:
        return Locale.parse(_WRITTEN_AS.get(lang, lang), sep="-")
    except (UnknownLocaleError, ValueError):
        family = lang.partition("-")[0]
        return None if family == lang else locale_of(Language(family))


def zone_of(name: str) -> ZoneInfo:
    """A time zone by name; UTC if there is none, for sessions of before names were checked."""
    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError):
        return ZoneInfo("UTC")


def _start(session: SessionDefinition) -> Instant | None:
    """The start, unless a session of before it was checked names none that there can be."""
    start = session.start
    return start if start is not None and 0 <= start <= YEAR_2100 else None


def _nearest(texts: Mapping[str, str], lang: Language) -> str:
    return text_in(texts, lang) or texts.get("en") or next(iter(texts.values()), "")


def _people(seats: Sequence[SeatDefinition], role: Role, lang: Language) -> tuple[str, ...]:
    return tuple(_person(seat_in(seat, lang)) for seat in seats if seat.role is role)


def _person(seat: SeatWords) -> str:
    return " · ".join(part for part in (seat.name, seat.title, place_of(seat)) if part)


@functools.lru_cache(maxsize=256)
def _lines(facts: _Facts) -> tuple[str, ...]:
    words = _headings(facts.lang)
    agenda = [_item(*item) for item in facts.agenda]
    parts = [
        [line for line in (_when(facts), facts.city) if line],
        [words.programme, *agenda] if agenda else [],
        [words.chair, *facts.chairs] if facts.chairs else [],
        [words.speakers, *facts.speakers] if facts.speakers else [],
    ]
    lines: list[str] = []
    for part in filter(None, parts):
        lines += ["", *part] if lines else part
    return tuple(map(plain, lines))


def _headings(lang: Language) -> Headings:
    locale = locale_of(lang)
    if locale is None:
        return _HEADINGS["en"]
    exact = f"{locale.language}_{locale.script}" if locale.script else locale.language
    return _HEADINGS.get(exact) or _HEADINGS.get(locale.language) or _HEADINGS["en"]


def _item(at: str, title: str, speakers: tuple[str, ...]) -> str:
    said = f"{_clock(at)}  {title}"
    return f"{said} – {', '.join(speakers)}" if speakers else said


def _clock(at: str) -> str:
    hours, _, minutes = at.partition(":")
    return f"{hours}:{_JOINER}{minutes}"


def _when(facts: _Facts) -> str:
    if facts.starts_at is None:
        return ""
    zone = zone_of(facts.timezone)
    start = datetime.fromtimestamp(facts.starts_at / 1000, zone)
    where = get_timezone_location(zone, locale=locale_of(facts.lang) or _ENGLISH, return_city=True)
    offset = _offset(start)
    said = offset if where == "UTC" else f"{where}, {offset}"
    date = _date(facts.starts_at, facts.timezone, facts.lang)
    return f"{date}, {_clock(start.strftime('%H:%M'))} ({said})"


def _date(starts_at: Instant | None, timezone: str, lang: Language) -> str:
    if starts_at is None:
        return ""
    start = datetime.fromtimestamp(starts_at / 1000, zone_of(timezone))
    return format_date(start.date(), "full", locale_of(lang) or _ENGLISH)


def _offset(at: datetime) -> str:
    seconds = int((at.utcoffset() or at - at).total_seconds())
    hours, minutes = divmod(abs(seconds) // 60, 60)
    sign = "-" if seconds < 0 else "+"
    return f"UTC{sign}{hours}" + (f":{minutes:02}" if minutes else "")
