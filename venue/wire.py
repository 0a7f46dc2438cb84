"""The shapes that clients receive: one snapshot is one ``View``.

``web/src/wire.d.ts`` is generated from this module, ``wire_youtube.py`` and ``wire_booths.py``.
Every section of a view is replaced whole by a change; a section that a role may not see is empty or
None.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from venue.ids import (
    CommandId,
    DurationMs,
    Instant,
    Language,
    OutputId,
    QuestionId,
    SeatId,
    SessionId,
    TurnId,
)
from venue.wire_booths import BoothMessageView, BoothView, TermView
from venue.wire_youtube import YouTubeView

ListState = Literal["not_open", "open", "closed"]
FloorState = Literal["idle", "calling", "speaking", "held"]
HoldReason = Literal["chair", "disconnect", "technical", "point_of_order", "interpretation"]
Place = Literal["remote", "room"]
Presence = Literal["expected", "online", "away"]
Tally = Literal["off", "next", "on_air"]
QuestionState = Literal[
    "pending", "approved", "shortlisted", "next", "live", "answered", "rejected", "withdrawn"
]
OutputState = Literal["ready", "starting", "running", "degraded", "retrying", "failed", "finished"]


@dataclass(frozen=True, slots=True)
class AgendaView:
    """One item of the programme."""

    at: str
    """When it begins, ``15:10`` by the clocks of the session's time zone."""
    title: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SessionView:
    """What the session is; changes rarely."""

    id: SessionId
    title: Mapping[str, str]
    """By interface language: ``en`` and ``zh-Hant``."""
    languages: tuple[Language, ...]
    starts_at: Instant | None
    timezone: str
    accent: str
    captions: tuple[Language, ...] = ()
    """Languages that have captions."""
    own_pictures: tuple[Language, ...] = ()
    """Languages whose targets get a picture written in them alone."""
    agenda: tuple[AgendaView, ...] = ()
    """Only for interpreters."""


@dataclass(frozen=True, slots=True)
class AskedView:
    """What the interpreters ask of the speaker; pages show it for some seconds."""

    signal: Literal["slow_down", "closer_to_microphone"]
    at: Instant


@dataclass(frozen=True, slots=True)
class SeatWordsView:
    """Name, title and place in another language; empty: as they are."""

    name: str
    title: str
    city: str
    country: str


@dataclass(frozen=True, slots=True)
class CurrentTurnView:
    """Whose turn it is; the clock is ``spoken_ms`` plus the time since ``running_since``."""

    turn: TurnId
    seat: SeatId
    short: str
    """What to call the speaker in two words; the same everywhere."""
    name: str
    title: str
    city: str
    country: str
    place: Place
    kind: str
    topic: str
    spoken_ms: DurationMs
    running_since: Instant | None
    limit_ms: DurationMs
    called_at: Instant
    held_reason: HoldReason | None
    language: Language | None = None
    """What the speaker speaks, as far as anybody said."""
    asked: AskedView | None = None
    """What the interpreters asked of the speaker last; for those at the table."""
    words: Mapping[str, SeatWordsView] = field(default_factory=dict)
    """Of the speaker, in other languages."""


@dataclass(frozen=True, slots=True)
class QueuedTurnView:
    """One waiting turn, in order."""

    turn: TurnId
    seat: SeatId
    short: str
    name: str
    city: str
    country: str
    place: Place
    kind: str
    topic: str
    requested_at: Instant
    first_time: bool
    presence: Presence
    media_ready: bool
    language: Language | None = None
    """What the speaker will speak."""


@dataclass(frozen=True, slots=True)
class UndoView:
    """The act that ``floor.undo`` would take back, until ``expires_at``."""

    command: CommandId
    verb: str
    name: str
    """Whose turn it was about, as ``short`` says it."""
    expires_at: Instant


@dataclass(frozen=True, slots=True)
class FloorView:
    """The queue and the clock."""

    list: ListState
    floor: FloorState
    mode: Literal["queue", "panel_open", "chair_only"]
    closing_at: Instant | None
    current: CurrentTurnView | None
    queue: tuple[QueuedTurnView, ...]
    chair_open: bool
    """The chair's own microphone is open."""
    undo: UndoView | None
    """Only for those who may undo."""
    voice: SeatId | None = None
    """Whose voice the floor is now: the turn's, the chair's, or one of the panel's."""
    spoken: Language | None = None
    """What is spoken on the floor now; None: nobody is heard."""


@dataclass(frozen=True, slots=True)
class MediaView:
    """What of a seat's media arrives."""

    camera: bool
    microphone: bool
    screen: bool
    link: Literal["none", "good", "weak", "lost"]


@dataclass(frozen=True, slots=True)
class SeatView:
    """A place at the table."""

    seat: SeatId
    short: str
    name: str
    title: str
    city: str
    country: str
    language: Language
    role: str
    place: Place
    presence: Presence
    on_stage: bool
    muted: bool
    asked_to_unmute: bool
    """The desk has asked, and no answer has come yet."""
    listening: Language
    media: MediaView
    tally: Tally
    spelling: str = ""
    """How to say and spell the name; for interpreters and the desk."""


@dataclass(frozen=True, slots=True)
class QuestionView:
    """A question as this viewer may see it."""

    question: QuestionId
    version: int
    state: QuestionState
    text: str
    lang: Language
    author: str
    country: str
    votes: int
    submitted_at: Instant
    mine: bool
    voted: bool
    reject_reason: str | None
    """Only its author and moderators see it."""
    origin: str = ""
    """Where it was asked, if not on our pages: ``youtube``."""
    translations: Mapping[Language, str] = field(default_factory=dict)
    """By language of the program, as a moderator wrote them."""


@dataclass(frozen=True, slots=True)
class OutputView:
    """A target of the program; moderators and technicians only.  The key is never in it."""

    output: OutputId
    kind: Literal["rtmp", "hls", "recording"]
    lang: Language | None
    target: str
    """Redacted."""
    state: OutputState
    sent_bytes: int
    retries: int
    error: str | None
    """A stable code."""
    since: Instant | None
    trying: bool
    """Another attempt comes by itself."""


@dataclass(frozen=True, slots=True)
class MissedView:
    """A language that nobody interprets though a booth should."""

    lang: Language
    since: Instant


@dataclass(frozen=True, slots=True)
class ProgramView:
    """The picture and whether it is on air."""

    scene: str
    """The layout asked for, ``auto`` included."""
    layout: str
    """The layout shown."""
    stage: tuple[SeatId, ...]
    on_air: bool
    on_air_since: Instant | None
    languages: tuple[Language, ...]
    engine: Literal["down", "starting", "up"]
    streaming_lost_since: Instant | None = None
    """The process that makes the program and watches over it does not answer since then."""
    missed: tuple[MissedView, ...] = ()
    """While somebody is heard; for desks and booths."""


@dataclass(frozen=True, slots=True)
class CaptionView:
    """One line of captions."""

    number: int
    text: str
    at: Instant


@dataclass(frozen=True, slots=True)
class YouView:
    """The viewer."""

    seat: SeatId | None
    role: str
    name: str
    tally: Tally
    turn: TurnId | None
    """Own live turn, waiting or current."""
    position: int | None
    """Own place in the queue, 1 is next."""
    listening: Language
    muted: bool
    asked_to_unmute: bool
    may: tuple[str, ...]
    """Verbs this role may send."""
    device: str | None
    """A public viewer's signed token: keep it, send it back as ``auth.device``."""
    booth: Language | None = None
    """The booth an interpreter sits in."""
    line: tuple[BoothMessageView, ...] = ()
    """The private channel of that booth with the desk."""


@dataclass(frozen=True, slots=True)
class View:
    """All that one viewer may know of one room."""

    session: SessionView
    floor: FloorView
    seats: tuple[SeatView, ...]
    questions: tuple[QuestionView, ...]
    program: ProgramView
    outputs: tuple[OutputView, ...]
    booths: tuple[BoothView, ...] = ()
    glossary: tuple[TermView, ...] = ()
    """Only for interpreters."""
    captions: Mapping[Language, tuple[CaptionView, ...]] = field(default_factory=dict)
    """The last lines of each language."""
    counters: Mapping[str, int] = field(default_factory=dict)
    """``received``, ``published``, ``answered``, ``rejected``, ``audience``."""
    you: YouView | None = None
    youtube: YouTubeView | None = None
    """None: the session does not go there."""
