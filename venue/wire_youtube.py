"""What a view says of the session on YouTube; a part of ``venue/wire.py``."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from venue.ids import Instant, Language, OutputId

Privacy = Literal["private", "unlisted", "public"]
BroadcastWanted = Literal["off", "prepared", "preflight", "live", "ended"]
BroadcastStage = Literal[
    "off",
    "preparing",
    "prepared",
    "checking",
    "ready",
    "starting",
    "live",
    "stopped",
    "ending",
    "ended",
    "clearing",
]
BroadcastVerdict = Literal["none", "good", "warning", "bad", "down"]
RemarkSubject = Literal[
    "chat",
    "post",
    "captions",
    "link",
    "text",
    "flags",
    "details",
    "thumbnail",
    "start",
    "channel",
    "kept",
]


@dataclass(frozen=True, slots=True)
class RemarkView:
    """What there is to say of a broadcast beside its verdict, as ``code`` and ``params`` of one."""

    about: RemarkSubject
    code: str
    params: Mapping[str, str | int]


CheckName = Literal[
    "sign_in", "quota", "privacy", "key", "target", "tone", "active", "health", "taken"
]
CheckState = Literal["waiting", "passed", "failed"]


@dataclass(frozen=True, slots=True)
class CheckView:
    """One row of a preflight."""

    check: CheckName
    state: CheckState
    code: str
    """Why it failed and what to do: ``youtube.*``, filled with ``params``; otherwise empty."""
    params: Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class BroadcastView:
    """One language on YouTube, for the desk.  Neither key nor token is ever in it."""

    lang: Language
    channel: str
    wanted: BroadcastWanted
    """What the operator asked for."""
    rehearsal: bool
    """It is private, and beside what is prepared; all that follows is the rehearsal's."""
    stage: BroadcastStage
    """How far it is."""
    privacy: Privacy
    version: int
    """Of title, description, start and words of the picture, for ``broadcast.edit``."""
    title: str
    description: str
    """The organiser's words."""
    programme: str
    """What follows them on YouTube, as far as there is room."""
    scheduled_at: Instant | None
    picture: str
    """Words on the thumbnail; empty: the title."""
    watch_url: str | None
    embed_url: str | None
    """Its picture for another site's page."""
    studio_url: str | None
    lifecycle: str
    """YouTube's ``lifeCycleStatus``; empty: nothing there."""
    stream_status: str
    health: str
    issues: tuple[str, ...]
    """Types of YouTube's ``configurationIssues``."""
    verdict: BroadcastVerdict
    code: str
    """The one sentence to show: ``youtube.*``, filled with ``params``."""
    params: Mapping[str, str | int]
    viewers: int | None
    views: int | None
    busy: bool
    """A call to YouTube is under way, or its outcome is being found out."""
    output: OutputId
    since: Instant | None
    remarks: tuple[RemarkView, ...] = ()
    """Of its chat and captions."""
    checks: tuple[CheckView, ...] = ()
    """The rows of a preflight; it is ready when all have passed."""


@dataclass(frozen=True, slots=True)
class WatchView:
    """A public link; it stands from the day the broadcast was prepared."""

    lang: Language
    url: str
    embed: str
    """YouTube's player of it, for a frame."""
    live: bool
    ended: bool
    """It can be watched again; neither live nor ended: it is still to come."""


@dataclass(frozen=True, slots=True)
class ChannelView:
    """A channel that the session goes to, and whether somebody is signed in for it."""

    channel: str
    """As the session's file names it."""
    langs: tuple[Language, ...]
    id: str
    """YouTube's own; empty: nobody signed in yet."""
    title: str
    verdict: BroadcastVerdict
    code: str
    """The one sentence to show: ``youtube.*``."""
    granted_at: Instant | None
    expires_at: Instant | None
    """When Google ends the sign-in; None: it did not say that it would."""
    checked_at: Instant | None


@dataclass(frozen=True, slots=True)
class QuotaView:
    """Today's units of YouTube's interface, for all channels and sessions together."""

    used: int
    daily: int
    reserve: int
    """Kept for going live and for ending."""
    needed: int
    """What the rest of this session will take today, about."""
    resets_at: Instant
    verdict: BroadcastVerdict
    code: str
    """The one sentence to show: ``youtube.*``, filled with ``params``."""
    params: Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class YouTubeView:
    """The session on YouTube; all but ``watch`` is for desks only."""

    panic: bool
    broadcasts: tuple[BroadcastView, ...]
    watch: tuple[WatchView, ...]
    channels: tuple[ChannelView, ...] = ()
    quota: QuotaView | None = None
    """For desks only; None: nobody has counted yet."""
