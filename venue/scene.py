"""What the engine must show and let be heard: the room as media sees it.

The engine never interprets floor or stage states; ``venue.staging.scene_of`` folds them into
this value, and the picture, the mixer and the gate do what it says.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from venue.ids import ENGLISH, Instant, Language, SeatId


class Layout(StrEnum):
    """How the program picture is divided.  ``AUTO`` never reaches the engine."""

    GALLERY = "gallery"
    SPEAKER = "speaker"
    SIDE_BY_SIDE = "side_by_side"
    ROOM = "room"
    SLATE = "slate"


@dataclass(frozen=True, slots=True)
class Person:
    """Who sits in a seat, as a caption needs it."""

    name: str
    title: str = ""
    city: str = ""
    country: str = ""
    language: Language = ENGLISH
    place: str = "remote"
    """``remote`` or ``room``."""
    group: str = ""
    """Acoustic group: members never hear one another.  Empty means alone (the seat itself)."""
    online: bool = False
    """A connection of the seat is up; if not, its tile is a slate."""
    signs: bool = False
    """A sign-language interpreter: their picture must arrive before anybody sees it."""


@dataclass(frozen=True, slots=True)
class LowerThird:
    """The caption of who speaks."""

    name: str
    title: str
    place: str
    """City and country, joined for display."""
    language: Language


@dataclass(frozen=True, slots=True)
class QuestionCard:
    """The audience's question on screen."""

    question: str
    """Its id."""
    text: str
    author: str
    votes: int
    other: str = ""
    """The same in another language of the picture."""


@dataclass(frozen=True, slots=True)
class SecondLanguage:
    """What a picture says in its second language; empty where the first shows it already."""

    language: Language
    title: str = ""
    names: Mapping[SeatId, str] = field(default_factory=dict)
    places: Mapping[SeatId, str] = field(default_factory=dict)
    lower_third: LowerThird | None = None
    next_speaker: str = ""


@dataclass(frozen=True, slots=True)
class CaptionLine:
    """The newest line of captions in a language."""

    number: int
    """Counts the lines; a higher one is news."""
    text: str


@dataclass(frozen=True, slots=True)
class SpeechClock:
    """The time of the current turn: ``spoken_ms`` at ``running_since`` (None: stopped)."""

    limit_ms: int
    spoken_ms: int
    running_since: Instant | None


@dataclass(frozen=True, slots=True)
class Scene:
    """One room for the engine.  Replaced whole whenever anything changes."""

    layout: Layout = Layout.SLATE
    seats: tuple[SeatId, ...] = ()
    """Who is in the picture, main seat first (in ``SPEAKER`` the rest form the strip)."""
    people: Mapping[SeatId, Person] = field(default_factory=dict)
    """Every seat of the room, on stage or not."""
    speaker: SeatId | None = None
    """Whose turn is running (the room feed's seat for a speaker in the room)."""
    next_speaker: str = ""
    lower_third: LowerThird | None = None
    question: QuestionCard | None = None
    clock: SpeechClock | None = None
    open_microphones: frozenset[SeatId] = frozenset()
    """The gate: the only seats whose sound reaches any listener or output."""
    listening: Mapping[SeatId, Language] = field(default_factory=dict)
    """The language each seat asked to hear; absent means the floor."""
    booths: Mapping[Language, SeatId] = field(default_factory=dict)
    """The interpreter on air for a language, if any."""
    signer: SeatId | None = None
    """Whose place in the picture is the signer's; lost ones keep it until it is given on."""
    next_signers: tuple[SeatId, ...] = ()
    """Who may take the signer's place any moment."""
    dropped: frozenset[SeatId] = frozenset()
    """Interpreters whose page has just lost its connection: if nothing comes of them either, they
    are gone."""
    raise_floor: bool = False
    """A booth that is silent for long gives its listeners the floor."""
    coughing: frozenset[SeatId] = frozenset()
    """Interpreters on air whose microphone is closed for a moment."""
    captions: Mapping[Language, CaptionLine] = field(default_factory=dict)
    captioned: tuple[Language, ...] = ()
    """Languages that have captions."""
    languages: tuple[Language, ...] = (ENGLISH,)
    """Output languages, in order; every one has its AAC."""
    on_air: bool = False
    language: Language = ENGLISH
    """What the picture is written in."""
    second: SecondLanguage | None = None
    own: Mapping[Language, "Scene"] = field(default_factory=dict)
    """The same scene for languages that have a picture of their own, written in them alone."""
    title: str = ""
    accent: str = "#4aa8ff"
    """Theme colour, ``#rrggbb``."""
