"""What a session is before anybody has come: the programme's part of a room."""

from collections.abc import Mapping
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta
from msgspec.structs import replace

from venue.errors import CommandRejected
from venue.ids import (
    FLOOR_LANGUAGE,
    DurationMs,
    Instant,
    Language,
    SeatId,
    SessionId,
    fitting,
    is_signed,
)
from venue.roles import Role
from venue.wire_youtube import Privacy

Line = Annotated[str, Meta(max_length=120)]
Identifier = Annotated[str, Meta(pattern="^[a-z0-9][a-z0-9-]{0,39}$")]
LanguageTag = Annotated[str, Meta(pattern="^(floor|[a-z]{2,3}(-[A-Za-z0-9]{2,8})*)$")]

Colour = Annotated[str, Meta(pattern="^#[0-9a-fA-F]{6}$")]
ClockTime = Annotated[str, Meta(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$")]

GLOSSARY_CHARACTERS = 100_000
"""Every interpreter's page gets all of it with each change."""

YEAR_2100 = 4_102_444_800_000


class SeatWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How a seat is written in one language; what is empty stays as the seat itself has it."""

    name: Line = ""
    title: Line = ""
    city: Line = ""
    country: Line = ""


class SeatDefinition(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A place at the table, as the organiser wrote it down or a ticket names it."""

    seat: Identifier
    name: Line
    role: Role = Role.DELEGATE
    title: Line = ""
    city: Line = ""
    country: Line = ""
    language: LanguageTag = "en"
    place: Literal["remote", "room"] = "remote"
    group: Annotated[str, Meta(max_length=40)] = ""
    """Acoustic group; a seat in the room without one belongs to the group ``room``."""
    booth: tuple[LanguageTag, ...] = ()
    """What an interpreter gives into, the booth's own language first; empty: ``language``.

    A sign language (``sgn-...``) stands alone: its interpreter is seen, not heard.
    """
    spelling: Line = ""
    """How to say and spell the name, for interpreters."""
    words: Mapping[LanguageTag, SeatWords] = {}
    """Name, title and place in other languages, for the picture."""

    def among(self, languages: tuple[str, ...]) -> "SeatDefinition":
        """The seat with its languages by the names that the program has for them."""
        language = fitting(self.language, languages)
        booth = tuple(fitting(one, languages) for one in self.booth)
        same = language == self.language and booth == self.booth
        return self if same else replace(self, language=language, booth=booth)

    @property
    def id(self) -> SeatId:
        """The seat's id, typed."""
        return SeatId(self.seat)

    @property
    def acoustic_group(self) -> str:
        """Members never hear one another; empty means alone."""
        return self.group or ("room" if self.place == "room" else "")


class YouTubeDefinition(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True
):
    """How the session goes to YouTube; who may watch is never assumed."""

    privacy: Privacy
    channels: Mapping[LanguageTag, Line]
    """By language of the program: a channel's id (``UC...``) or its alias."""
    made_for_kids: bool = False
    latency: Literal["normal", "low", "ultraLow"] = "normal"
    category: Annotated[int, Meta(ge=1, le=99)] = 25
    """YouTube's number; 25 is *News & Politics*."""
    description: Mapping[LanguageTag, Annotated[str, Meta(max_length=4000)]] = {}
    """Stands above programme and speakers."""
    thumbnail: bool = True
    """Draw a picture from title, date and city, and set it."""
    text_languages: Mapping[LanguageTag, LanguageTag] = {}
    """What YouTube is told of the text, where the program's tag does not say enough: ``zh-TW``."""
    spoken_languages: Mapping[LanguageTag, LanguageTag] = {}
    """The same of the sound."""
    chat: bool = False
    """Questions are taken from the broadcasts' chats."""
    chat_filter: Literal["questions", "all"] = "questions"
    """Which messages are meant for us: those that look like a question, or every one."""
    chat_post: bool = False
    """The question on the picture is posted into the chats."""
    captions: bool = False
    """Captions of the session's ``captions`` go along."""
    backup: bool = False
    """Push to YouTube's second ingest as well, over a connection of its own."""
    standin: Annotated[str, Meta(pattern=r"^(http://127\.0\.0\.1:\d{1,5}/)?$")] = ""
    """Root of the pages of a stand-in on this machine, for links; empty: YouTube itself."""


TermKind = Literal["term", "person", "place", "body", "acronym", "work"]
"""Who or what is named: ``body`` is an organisation, ``work`` a programme, law or document."""


class Term(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One entry of the glossary."""

    term: Line
    says: Mapping[LanguageTag, Line] = {}
    """What it is in each language."""
    note: Line = ""
    kind: TermKind = "term"


def term_key(term: str) -> str:
    """What makes two terms one: letters, whatever their case and the spaces between.

    >>> term_key("  Sponge   City ")
    'sponge city'
    """
    return " ".join(term.casefold().split())


class AgendaItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One item of the session's programme."""

    at: ClockTime
    """When it begins, by the clocks of the session's time zone."""
    title: Mapping[LanguageTag, Annotated[str, Meta(min_length=1, max_length=120)]]
    speakers: tuple[Identifier, ...] = ()
    """Seats."""


class SessionDefinition(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True
):
    """One session of the programme."""

    id: Identifier
    title: Mapping[str, Line]
    """By interface language, ``en`` at least."""
    languages: tuple[LanguageTag, ...] = ("en",)
    timezone: Annotated[str, Meta(max_length=60)] = "UTC"
    starts_at: int | None = None
    """Milliseconds since the epoch."""
    ends_at: int | None = None
    """When it is planned to end; for calendars."""
    limit_ms: Annotated[int, Meta(ge=10_000, le=7_200_000)] = 300_000
    """Speech time unless extended."""
    accent: Colour = "#4aa8ff"
    city: Mapping[LanguageTag, Line] = {}
    """Where it takes place, by language."""
    agenda: Annotated[tuple[AgendaItem, ...], Meta(max_length=100)] = ()
    public: bool = True
    """Anybody may watch without a ticket."""
    captions: tuple[LanguageTag, ...] = ()
    """Languages of the program that get captions; players then offer them."""
    pass_signals: bool = False
    """What interpreters ask of the speaker is shown to the speaker at once, without the desk."""
    raise_floor: bool = False
    """When a booth falls silent, let its listeners hear the floor again, slowly."""
    seats: tuple[SeatDefinition, ...] = ()
    youtube: YouTubeDefinition | None = None
    own_picture: tuple[LanguageTag, ...] = ()
    """Languages whose targets get a picture written in that language, which costs an encode."""
    glossary: Annotated[tuple[Term, ...], Meta(max_length=500)] = ()
    """For the interpreters."""
    archive: Literal["organizers", "public"] = "organizers"
    """Who may play the recording once it has ended."""

    @property
    def session_id(self) -> SessionId:
        """The id, typed."""
        return SessionId(self.id)

    @property
    def output_languages(self) -> tuple[Language, ...]:
        """Languages of the program, typed."""
        return tuple(Language(tag) for tag in self.languages)

    @property
    def captioned(self) -> tuple[Language, ...]:
        """Languages that get captions, in the order of the program's."""
        return tuple(tag for tag in self.output_languages if tag in self.captions)

    @property
    def own_pictures(self) -> tuple[Language, ...]:
        """Languages with a picture of their own, in the order of the program's."""
        return tuple(tag for tag in self.output_languages if tag in self.own_picture)

    @property
    def start(self) -> Instant | None:
        """The start, typed."""
        return None if self.starts_at is None else Instant(self.starts_at)

    @property
    def speech_limit(self) -> DurationMs:
        """The limit of a speech, typed."""
        return DurationMs(self.limit_ms)


def parse_session(raw: object) -> SessionDefinition:
    """Read a session from parsed TOML or JSON.

    Raises:
        CommandRejected: ``session.malformed`` with the field's path, ``session.no_title``,
            ``session.agenda_title``, ``session.agenda_seat``, ``session.timezone``,
            ``session.starts_at``, ``session.languages``,
            ``session.duplicate_seat``, ``session.youtube_language``, ``session.signed_language``,
            ``session.booth_mixed``, ``session.own_picture_language``,
            ``session.youtube_captions``, ``session.youtube_captions_latency``,
            ``session.ends_early``, ``session.glossary_term``, ``session.glossary_duplicate``,
            ``session.glossary_language``, ``session.glossary_size``.
    """
    try:
        session = msgspec.convert(raw, SessionDefinition)
    except msgspec.ValidationError as error:
        raise CommandRejected("session.malformed", detail=str(error)) from None
    if not session.title.get("en"):
        raise CommandRejected("session.no_title")
    _check_time(session)
    _check_languages(session)
    seen: set[str] = set()
    for seat in session.seats:
        if seat.seat in seen:
            raise CommandRejected("session.duplicate_seat", seat=seat.seat)
        seen.add(seat.seat)
        if len(seat.booth) > 1 and any(is_signed(language) for language in seat.booth):
            raise CommandRejected("session.booth_mixed", seat=seat.seat)
    _check_agenda(session, seen)
    _check_glossary(session.glossary)
    return replace(session, seats=tuple(one.among(session.languages) for one in session.seats))


def _check_time(session: SessionDefinition) -> None:
    try:
        ZoneInfo(session.timezone)
    except (KeyError, OSError, ValueError):
        raise CommandRejected("session.timezone", timezone=session.timezone) from None
    if session.starts_at is not None and not 0 <= session.starts_at <= YEAR_2100:
        raise CommandRejected("session.starts_at", starts_at=session.starts_at)
    if session.ends_at is not None and session.ends_at <= (session.starts_at or session.ends_at):
        raise CommandRejected("session.ends_early")


def _check_agenda(session: SessionDefinition, seats: set[str]) -> None:
    for number, item in enumerate(session.agenda, 1):
        if not item.title:
            raise CommandRejected("session.agenda_title", item=number)
        for seat in item.speakers:
            if seat not in seats:
                raise CommandRejected("session.agenda_seat", item=number, seat=seat)


def _check_glossary(terms: tuple[Term, ...]) -> None:
    known = set[str]()
    size = 0
    for number, one in enumerate(terms, 1):
        key = term_key(one.term)
        if not key:
            raise CommandRejected("session.glossary_term", term=number)
        if key in known:
            raise CommandRejected("session.glossary_duplicate", term=one.term)
        known.add(key)
        for language, says in one.says.items():
            if language == FLOOR_LANGUAGE or not says.strip():
                raise CommandRejected("session.glossary_language", term=one.term, lang=language)
        size += len(one.term) + len(one.note) + sum(map(len, one.says.values()))
    if size > GLOSSARY_CHARACTERS:
        raise CommandRejected("session.glossary_size", characters=size, max=GLOSSARY_CHARACTERS)


def _check_languages(session: SessionDefinition) -> None:
    if not session.languages or len(set(session.languages)) != len(session.languages):
        raise CommandRejected("session.languages")
    for language in session.languages:
        if is_signed(language):
            # It is in the picture of every language, so it has no sound and no broadcast.
            raise CommandRejected("session.signed_language", lang=language)
    for language in session.own_picture:
        if language not in session.languages:
            raise CommandRejected("session.own_picture_language", lang=language)
    if session.youtube is not None:
        _check_youtube(session, session.youtube)


def _check_youtube(session: SessionDefinition, youtube: YouTubeDefinition) -> None:
    for language in youtube.channels:
        if language not in session.languages:
            raise CommandRejected("session.youtube_language", lang=language)
    if not youtube.captions:
        return
    # YouTube has no captions at its lowest latency.
    if youtube.latency == "ultraLow":
        detail = 'YouTube has no captions with latency = "ultraLow": take "low", or no captions'
        raise CommandRejected("session.youtube_captions_latency", detail=detail)
    if not any(language in session.captioned for language in youtube.channels):
        detail = "none of the channels' languages is in the session's captions: add it there"
        raise CommandRejected("session.youtube_captions", detail=detail)
