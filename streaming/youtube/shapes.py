"""What YouTube answers, as far as we read it.  Secrets are not shown by ``repr``."""

import msgspec

WORDS_MAX = 240
"""Characters of YouTube's own words that are shown."""


class Snippet(msgspec.Struct, frozen=True, rename="camel"):
    """Of a broadcast or a stream."""

    title: str = ""
    description: str = ""
    channel_id: str = ""
    published_at: str = ""
    scheduled_start_time: str = ""
    actual_start_time: str = ""
    actual_end_time: str = ""
    live_chat_id: str = ""


class MonitorStream(msgspec.Struct, frozen=True, rename="camel"):
    """Of a broadcast's settings."""

    enable_monitor_stream: bool = True


class ContentDetails(msgspec.Struct, frozen=True, rename="camel"):
    """Of a broadcast; what stands here by itself is how we make one."""

    bound_stream_id: str = ""
    enable_auto_start: bool = False
    enable_auto_stop: bool = False
    enable_dvr: bool = True
    enable_embed: bool = True
    enable_content_encryption: bool = False
    record_from_start: bool = True
    start_with_slate: bool = False
    projection: str = "rectangular"
    closed_captions_type: str = ""
    monitor_stream: MonitorStream = MonitorStream()


class BroadcastStatus(msgspec.Struct, frozen=True, rename="camel"):
    """Of a broadcast."""

    life_cycle_status: str = ""
    privacy_status: str = ""
    recording_status: str = ""


class LiveBroadcast(msgspec.Struct, frozen=True, rename="camel"):
    """A broadcast; its id is the id of the video."""

    id: str
    snippet: Snippet = Snippet()
    status: BroadcastStatus = BroadcastStatus()
    content_details: ContentDetails = ContentDetails()


class IngestionInfo(msgspec.Struct, frozen=True, rename="camel"):
    """Where to push; ``stream_name`` is the key."""

    stream_name: str = ""
    ingestion_address: str = ""
    rtmps_ingestion_address: str = ""
    backup_ingestion_address: str = ""
    rtmps_backup_ingestion_address: str = ""

    def __repr__(self) -> str:
        return "IngestionInfo(...)"

    def urls(self, *, plain: bool) -> tuple[str, ...]:
        """The primary and the backup with the key, encrypted unless ``plain``, as far as named."""
        plain = plain or not self.rtmps_ingestion_address
        primary = self.ingestion_address if plain else self.rtmps_ingestion_address
        backup = self.backup_ingestion_address if plain else self.rtmps_backup_ingestion_address
        found = (primary, backup) if backup else (primary,)
        return tuple(f"{each}/{self.stream_name}" for each in found if each and self.stream_name)


class Cdn(msgspec.Struct, frozen=True, rename="camel"):
    """Of a stream."""

    ingestion_info: IngestionInfo = IngestionInfo()


class Issue(msgspec.Struct, frozen=True):
    """One thing YouTube does not like about what arrives."""

    type: str = ""
    severity: str = ""
    reason: str = ""
    description: str = ""

    @property
    def words(self) -> str:
        """YouTube's own, in one line that is not too long."""
        line = " ".join((self.description or self.reason).split())
        line = "".join(each for each in line if each.isprintable())
        return line if len(line) <= WORDS_MAX else line[: WORDS_MAX - 1].rstrip() + "…"


class HealthStatus(msgspec.Struct, frozen=True, rename="camel"):
    """Of a stream."""

    status: str = ""
    configuration_issues: tuple[Issue, ...] = ()


class StreamStatus(msgspec.Struct, frozen=True, rename="camel"):
    """Of a stream."""

    stream_status: str = ""
    health_status: HealthStatus = HealthStatus()


class LiveStream(msgspec.Struct, frozen=True, rename="camel"):
    """A key and what arrives with it."""

    id: str
    snippet: Snippet = Snippet()
    status: StreamStatus = StreamStatus()
    cdn: Cdn = Cdn()


class LiveDetails(msgspec.Struct, frozen=True, rename="camel"):
    """Of a video; ``concurrent_viewers`` is absent when hidden, zero or not live."""

    concurrent_viewers: str | None = None


class Statistics(msgspec.Struct, frozen=True, rename="camel"):
    """Of a video."""

    view_count: str | None = None


class VideoSnippet(msgspec.Struct, frozen=True):
    """Of a video: what we leave as it is."""

    tags: tuple[str, ...] = ()


class VideoStatus(msgspec.Struct, frozen=True, rename="camel"):
    """Of a video."""

    privacy_status: str = ""
    embeddable: bool = True
    license: str = "youtube"
    public_stats_viewable: bool = True
    self_declared_made_for_kids: bool = False
    contains_synthetic_media: bool = False


class Video(msgspec.Struct, frozen=True, rename="camel"):
    """A broadcast as a video."""

    id: str
    snippet: VideoSnippet = VideoSnippet()
    status: VideoStatus = VideoStatus()
    live_streaming_details: LiveDetails = LiveDetails()
    statistics: Statistics = Statistics()

    @property
    def viewers(self) -> int | None:
        """Who watches now."""
        return number(self.live_streaming_details.concurrent_viewers)

    @property
    def views(self) -> int | None:
        """In all."""
        return number(self.statistics.view_count)


class Channel(msgspec.Struct, frozen=True):
    """A channel of the signed-in account."""

    id: str
    snippet: Snippet = Snippet()


class MessageText(msgspec.Struct, frozen=True, rename="camel"):
    """Words of a chat message, whichever kind of message it is."""

    message_text: str = ""
    user_comment: str = ""


class MessageGone(msgspec.Struct, frozen=True, rename="camel"):
    """Which message was deleted by a moderator, or retracted by its author."""

    deleted_message_id: str = ""
    retracted_message_id: str = ""


class Banned(msgspec.Struct, frozen=True, rename="camel"):
    """Whom a moderator of the chat has shut out."""

    channel_id: str = ""

    def __repr__(self) -> str:
        return "Banned(...)"


class BanDetails(msgspec.Struct, frozen=True, rename="camel"):
    """Of the message that says so."""

    banned_user_details: Banned = Banned()


class MessageSnippet(msgspec.Struct, frozen=True, rename="camel"):
    """Of a chat message."""

    type: str = ""
    text_message_details: MessageText = MessageText()
    super_chat_details: MessageText = MessageText()
    member_milestone_chat_details: MessageText = MessageText()
    message_deleted_details: MessageGone = MessageGone()
    message_retracted_details: MessageGone = MessageGone()
    user_banned_details: BanDetails = BanDetails()


class MessageAuthor(msgspec.Struct, frozen=True, rename="camel"):
    """Of a chat message; ``repr`` says nothing of who it is."""

    channel_id: str = ""
    display_name: str = ""
    is_chat_owner: bool = False

    def __repr__(self) -> str:
        return "MessageAuthor(...)"


class LiveChatMessage(msgspec.Struct, frozen=True, rename="camel"):
    """A chat message, or something that happened in the chat."""

    id: str
    snippet: MessageSnippet = MessageSnippet()
    author_details: MessageAuthor = MessageAuthor()


class ChatPage(msgspec.Struct, frozen=True, rename="camel"):
    """What is new in a chat."""

    items: tuple[msgspec.Raw, ...] = ()
    next_page_token: str = ""
    polling_interval_millis: int = 0

    def messages(self) -> tuple[LiveChatMessage, ...]:
        """The messages we understand; one of a new shape does not hide the others."""
        found = []
        for item in self.items:
            try:
                found.append(msgspec.json.decode(item, type=LiveChatMessage))
            except msgspec.ValidationError:
                continue
        return tuple(found)


class BroadcastText(msgspec.Struct, frozen=True):
    """What a broadcast says of itself, and to whom."""

    title: str
    description: str
    scheduled_at: str
    """RFC 3339; not in the past."""
    privacy: str
    made_for_kids: bool
    latency: str
    captions: bool = False
    category: int = 25
    text_language: str = "en"
    spoken_language: str = "en"


def number(text: str | None) -> int | None:
    """Google's counts are strings.

    >>> number("12"), number(None), number("many")
    (12, None, None)
    """
    return int(text) if text is not None and text.isdigit() else None
