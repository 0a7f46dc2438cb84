"""What the stand-in keeps: channels, broadcasts with their videos, streams, chats, captions."""

from enum import StrEnum
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType


class Lifecycle(StrEnum):
    CREATED = "created"
    READY = "ready"
    TEST_STARTING = "testStarting"
    TESTING = "testing"
    LIVE_STARTING = "liveStarting"
    LIVE = "live"
    COMPLETE = "complete"
    REVOKED = "revoked"


ON_AIR = frozenset(
    (Lifecycle.TEST_STARTING, Lifecycle.TESTING, Lifecycle.LIVE_STARTING, Lifecycle.LIVE)
)
OVER = frozenset((Lifecycle.COMPLETE, Lifecycle.REVOKED))
EDITABLE = frozenset((Lifecycle.CREATED, Lifecycle.READY))


class Channel(msgspec.Struct, kw_only=True):
    id: str
    title: str
    live_enabled: bool = True
    phone_verified: bool = True


class BroadcastSnippet(msgspec.Struct, rename="camel", kw_only=True):
    published_at: str
    channel_id: str
    title: str
    description: str = ""
    thumbnails: dict[str, dict[str, Any]]
    scheduled_start_time: str
    scheduled_end_time: str | UnsetType = UNSET
    actual_start_time: str | UnsetType = UNSET
    actual_end_time: str | UnsetType = UNSET
    is_default_broadcast: bool = False
    live_chat_id: str | UnsetType = UNSET


class BroadcastStatus(msgspec.Struct, rename="camel", kw_only=True):
    life_cycle_status: Lifecycle = Lifecycle.CREATED
    privacy_status: str
    recording_status: str = "notRecording"
    made_for_kids: bool = False
    self_declared_made_for_kids: bool = False


class MonitorStream(msgspec.Struct, rename="camel", kw_only=True):
    enable_monitor_stream: bool = True
    broadcast_stream_delay_ms: int = 0
    embed_html: str | UnsetType = UNSET


class BroadcastContent(msgspec.Struct, rename="camel", kw_only=True):
    """``contentDetails``: the flags of a broadcast and the stream that it is bound to."""

    monitor_stream: MonitorStream = msgspec.field(default_factory=MonitorStream)
    bound_stream_id: str | UnsetType = UNSET
    bound_stream_last_update_time_ms: str | UnsetType = UNSET
    enable_embed: bool = True
    enable_dvr: bool = True
    enable_content_encryption: bool = False
    start_with_slate: bool = False
    record_from_start: bool = True
    enable_closed_captions: bool = False
    closed_captions_type: str = "closedCaptionsDisabled"
    enable_low_latency: bool = False
    latency_preference: str = "normal"
    projection: str = "rectangular"
    stereo_layout: str | UnsetType = UNSET
    enable_auto_start: bool = False
    enable_auto_stop: bool = False


class Video(msgspec.Struct, kw_only=True):
    """What the video resource says beyond its broadcast."""

    category_id: str = "22"
    tags: list[str] = msgspec.field(default_factory=list)
    default_language: str = ""
    default_audio_language: str = ""
    embeddable: bool = True
    contains_synthetic_media: bool = False
    license: str = "youtube"
    public_stats_viewable: bool = True
    views: int = 0
    likes: int = 0
    thumbnail: bytes = b""


class Broadcast(msgspec.Struct, kw_only=True):
    id: str
    created_s: float
    snippet: BroadcastSnippet
    status: BroadcastStatus
    content: BroadcastContent
    video: Video = msgspec.field(default_factory=Video)
    chat_id: str
    starting_until_s: float | None = None
    """When testStarting or liveStarting ends; infinite for one that is stuck."""
    hidden: bool = False
    """A fault: no list shows it."""
    unfed_since_s: float | None = None
    """Since when its stream has been inactive while it was live."""
    shown_viewers: int = 0
    """What a test says of the number of people who watch."""
    watchers: dict[str, float] = msgspec.field(default_factory=dict)
    """Open watch pages, each with the time of its last word."""
    history: list[tuple[str, str]] = msgspec.field(default_factory=list)
    """(time, lifeCycleStatus) of everything it went through."""

    @property
    def lifecycle(self) -> Lifecycle:
        return self.status.life_cycle_status

    @property
    def stream_id(self) -> str | None:
        bound = self.content.bound_stream_id
        return None if isinstance(bound, UnsetType) else bound


class Issue(msgspec.Struct, frozen=True):
    """One row of ``configurationIssues``."""

    type: str
    severity: str
    reason: str
    description: str


class Publisher(msgspec.Struct, kw_only=True):
    """One connection that sends video; ``clientid`` is nginx-rtmp's number for it."""

    clientid: str
    since_s: float
    backup: bool = False
    recording: str = ""
    timestamp_ms: int = 0
    moved_s: float = 0.0
    """When its media time last went forward, on the machine's clock."""
    has_audio: bool | None = None
    """None until something has been seen of it."""
    astray: bool = False
    """What it sends is taken and never reaches the stream."""
    has_video: bool | None = None
    issues: tuple[Issue, ...] = ()


class Caption(msgspec.Struct, frozen=True):
    seq: int
    at: str
    text: str


class Stream(msgspec.Struct, kw_only=True):
    id: str
    channel_id: str
    key: str
    created_s: float
    title: str
    description: str = ""
    ingestion_type: str = "rtmp"
    resolution: str
    frame_rate: str
    reusable: bool = True
    used: bool = False
    """It has been bound once; a stream that is not reusable cannot be bound again."""
    status: str = "ready"
    publishers: dict[str, Publisher] = msgspec.field(default_factory=dict)
    fed_since_s: float | None = None
    starved_since_s: float | None = None
    issues: tuple[Issue, ...] = ()
    issues_s: float = 0.0
    held_ready: bool = False
    """A fault: it stays as it is although video flows."""
    refused: bool = False
    """A fault: nobody may publish to it."""
    hung_up_after_s: float | None = None
    """A fault: publishers are let in and dropped after so many seconds."""
    captions: list[Caption] = msgspec.field(default_factory=list)
    caption_seq: int | None = None

    @property
    def active(self) -> bool:
        return self.status == "active"


class ChatMessage(msgspec.Struct, kw_only=True, frozen=True):
    id: str
    author_channel: str
    author_name: str
    published_s: float
    text: str
    """Of a message that was taken away: whose id it was."""
    type: str = "textMessageEvent"


class Timings(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Seconds on the stand-in's clock, unless a field says otherwise."""

    start_delay_s: float = 0.3
    activate_delay_s: float = 0.5
    deactivate_delay_s: float = 0.2
    auto_stop_s: float = 60.0
    video_delay_s: float = 0.5
    list_delay_s: float = 0.0
    """Lists of a channel's broadcasts show one only when it is so old."""
    stalled_after_s: float = 2.0
    idle_publisher_s: int = 8
    access_life_s: float = 3600.0
    refresh_life_s: float | None = None
    """604800 is a consent screen in Testing."""
    start_time_slack_s: float = 300.0
    chat_poll_ms: int = 5000


class Limits(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Numbers that YouTube does not publish; strict here."""

    broadcasts_per_channel: int = 100
    concurrent_per_channel: int = 4
    concurrent_per_stream: int = 1
    calls_per_minute: int = 6000
    quota: int = 10_000
    audio_required: bool = True
    """A publisher without sound never makes a stream active."""
    stream_list_takes_content_details: bool = False
    bitrate_floor_kbps: float = 200.0
    thumbnail_bytes: int = 2 * 1024 * 1024
