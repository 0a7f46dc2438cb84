"""What decides about one broadcast, and the steps that can be decided on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from venue.broadcast_commands import Memory
from venue.ids import Instant
from venue.wire_youtube import BroadcastWanted


@dataclass(frozen=True, slots=True)
class Found:
    """A broadcast of ours in the channel's list."""

    id: str
    published_at: str
    bound: bool


@dataclass(frozen=True, slots=True)
class Look:
    """One look at the broadcast and its stream."""

    at: Instant
    lifecycle: str = ""
    """Empty: there is no such broadcast."""
    bound: str = ""
    privacy: str = ""
    stream_status: str = ""
    """Empty: there is no such stream."""
    health: str = ""
    issues: tuple[tuple[str, str], ...] = ()
    """Type and severity."""
    words: tuple[tuple[str, str], ...] = ()
    """What YouTube says of a type."""
    broadcast_absent_since: Instant | None = None
    stream_absent_since: Instant | None = None
    auto_start: bool = False
    auto_stop: bool = False
    monitored: bool = False
    """It would have to be tested before it can go live."""


@dataclass(frozen=True, slots=True)
class Case:
    """All that decides."""

    wanted: BroadcastWanted
    asked_at: Instant
    wish: str
    """Digest of the text and the settings wanted."""
    memory: Memory
    look: Look | None = None
    starts_at: Instant | None = None
    """The start that is announced."""
    privacy: str = ""
    """Who may watch, by the operator's word."""
    privacy_said: int = 0
    """Counts those words."""
    made_for_kids: bool = False
    details: str = ""
    """Digest of what only the video can say; empty: nothing."""
    picture: str = ""
    """Digest of the thumbnail wanted; empty: none."""
    niceties_from: Instant | None = None
    """After one failed, none before this."""
    streams: tuple[str, ...] | None = None
    """Streams with our title, oldest first; None: not listed."""
    found: tuple[Found, ...] | None = None
    """Broadcasts with our marker; None: not listed."""
    found_at: Instant | None = None
    """When they were."""
    pushing: bool = True
    """Our own output sends just now."""
    flowing_since: Instant | None = None
    """Since when YouTube's server takes it without a break."""
    blocked_until: Instant | None = None
    """After trouble, no call before this."""
    rests: Mapping[str, Instant] = field(default_factory=dict)
    """Writes that were refused, or changed nothing, and when each may be tried again."""
    refusals: Mapping[str, tuple[int, Instant]] = field(default_factory=dict)
    """Of broadcasts to be discarded: how often refused, and when to try again."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing to do before ``until``; None: before something changes."""

    until: Instant | None


@dataclass(frozen=True, slots=True)
class Observe:
    """Look at broadcast and stream."""


@dataclass(frozen=True, slots=True)
class FindStreams:
    """List the channel's streams."""


@dataclass(frozen=True, slots=True)
class FindBroadcasts:
    """List the channel's broadcasts."""


@dataclass(frozen=True, slots=True)
class Keep:
    """Remember something; no call."""

    memory: Memory


@dataclass(frozen=True, slots=True)
class Write:
    """A call that changes something; ``before`` is remembered first."""

    verb: Literal[
        "stream",
        "insert",
        "bind",
        "flags",
        "status",
        "update",
        "describe",
        "thumbnail",
        "live",
        "complete",
        "delete",
    ]
    before: Memory
    target: str = ""
    """The broadcast concerned."""

    @property
    def is_discard(self) -> bool:
        """It is about a broadcast that is to go, and not about the one that is shown."""
        return self.target in self.before.discard


Step = Wait | Observe | FindStreams | FindBroadcasts | Keep | Write
