"""Everything the stand-in knows, and what happens in it as time passes.

Nothing here does I/O: requests and the ingest call in, ``tick`` applies what is due.
"""

import base64
import math
import secrets
import string
import time

from tests.fakes.youtube.clock import Clock, stamp
from tests.fakes.youtube.errors import Refusal
from tests.fakes.youtube.model import (
    OVER,
    Broadcast,
    Channel,
    ChatMessage,
    Lifecycle,
    Limits,
    Publisher,
    Stream,
    Timings,
)
from tests.fakes.youtube.quota import Ledger, Rate
from tests.fakes.youtube.rules import concurrency_refusal
from tests.fakes.youtube.tokens import Tokens

_KEY_LETTERS = string.ascii_lowercase + string.digits


def new_key() -> str:
    """A stream name: five groups of four."""
    return "-".join("".join(secrets.choice(_KEY_LETTERS) for _ in range(4)) for _ in range(5))


def new_video_id() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(8)).decode()[:11]


class Addresses:
    """Where the parts of the stand-in are reached; filled in when they listen."""

    def __init__(self) -> None:
        self.root_url = "http://127.0.0.1/"
        self.rtmp = "rtmp://127.0.0.1/live2"
        self.rtmps = "rtmps://localhost/live2"


class State:
    """The world behind the API."""

    def __init__(self, timings: Timings | None = None, limits: Limits | None = None) -> None:
        self.timings = timings or Timings()
        self.limits = limits or Limits()
        self.addresses = Addresses()
        self.reset()

    def reset(self) -> None:
        """Forget everything but the settings and the addresses; the time is the machine's again."""
        self.clock = Clock()
        self.channels: dict[str, Channel] = {}
        self.broadcasts: dict[str, Broadcast] = {}
        self.streams: dict[str, Stream] = {}
        self.chats: dict[str, list[ChatMessage]] = {}
        self.chat_polls: dict[tuple[str, str], float] = {}
        self.ledger = Ledger(self.limits.quota)
        self.rate = Rate(self.limits.calls_per_minute)
        self.tokens = Tokens(self.timings)
        self.stuck_starts = 0
        self.hang_ups: set[str] = set()
        """Publishers (clientid) that the ingest shall drop."""
        self.recordings: dict[str, list[str]] = {}
        """By stream key: the names of what each connection left."""
        self.publish_counts = {"accepted": 0, "refused": 0}

    def channel(self, channel_id: str, title: str = "") -> Channel:
        """A channel, made when it is first named."""
        if channel_id not in self.channels:
            self.channels[channel_id] = Channel(id=channel_id, title=title or channel_id)
        return self.channels[channel_id]

    def broadcast(self, channel_id: str, broadcast_id: str) -> Broadcast:
        """A caller's own broadcast.

        Raises:
            Refusal: idRequired, or liveBroadcastNotFound also when it is somebody else's.
        """
        if not broadcast_id:
            raise Refusal("idRequired")
        found = self.broadcasts.get(broadcast_id)
        if found is None or found.snippet.channel_id != channel_id:
            raise Refusal("liveBroadcastNotFound")
        return found

    def stream(self, channel_id: str, stream_id: str) -> Stream:
        """A caller's own stream.

        Raises:
            Refusal: idRequired, or liveStreamNotFound also when it is somebody else's.
        """
        if not stream_id:
            raise Refusal("idRequired")
        found = self.streams.get(stream_id)
        if found is None or found.channel_id != channel_id:
            raise Refusal("liveStreamNotFound")
        return found

    def stream_of(self, broadcast: Broadcast) -> Stream | None:
        return None if broadcast.stream_id is None else self.streams.get(broadcast.stream_id)

    def stream_by_key(self, key: str) -> Stream | None:
        return next((stream for stream in self.streams.values() if stream.key == key), None)

    def bound_to(self, stream: Stream) -> list[Broadcast]:
        return [held for held in self.broadcasts.values() if held.stream_id == stream.id]

    # -- broadcasts ---------------------------------------------------------------------------

    def enter(self, broadcast: Broadcast, lifecycle: Lifecycle) -> None:
        """Put a broadcast into a state, with all that shows of it."""
        now = self.clock.now_s()
        broadcast.status.life_cycle_status = lifecycle
        broadcast.history.append((stamp(now), lifecycle.value))
        broadcast.starting_until_s = None
        if lifecycle in (Lifecycle.TEST_STARTING, Lifecycle.LIVE_STARTING):
            stuck = self.stuck_starts > 0
            self.stuck_starts -= int(stuck)
            broadcast.starting_until_s = math.inf if stuck else now + self.timings.start_delay_s
        elif lifecycle is Lifecycle.LIVE:
            broadcast.snippet.actual_start_time = stamp(now)
            broadcast.status.recording_status = "recording"
        elif lifecycle in OVER:
            broadcast.snippet.actual_end_time = stamp(now)
            if broadcast.status.recording_status == "recording":
                broadcast.status.recording_status = "recorded"

    def viewers(self, broadcast: Broadcast) -> int:
        """People who watch now: open pages, and as many as a test adds."""
        now = time.monotonic()
        broadcast.watchers = {who: at for who, at in broadcast.watchers.items() if now - at < 8}
        return broadcast.shown_viewers + len(broadcast.watchers)

    # -- what the ingest reports --------------------------------------------------------------

    def publish(self, key: str, clientid: str, *, backup: bool = False) -> Stream | None:
        """Somebody wants to send to a key; None refuses.

        YouTube does not say what two senders on one key and address do; the second is refused.
        """
        stream = self.stream_by_key(key)
        taken = stream is not None and any(
            one.backup == backup for one in stream.publishers.values()
        )
        if stream is None or stream.refused or taken:
            self.publish_counts["refused"] += 1
            return None
        self.publish_counts["accepted"] += 1
        stream.publishers[clientid] = Publisher(
            clientid=clientid,
            since_s=self.clock.now_s(),
            backup=backup,
            moved_s=time.monotonic(),
        )
        return stream

    def progress(self, clientid: str, timestamp_ms: int) -> bool:
        """Where a publisher's media time is; False when nobody knows that publisher."""
        publisher = self.publisher(clientid)
        if publisher is not None and timestamp_ms != publisher.timestamp_ms:
            publisher.timestamp_ms = timestamp_ms
            publisher.moved_s = time.monotonic()
        return publisher is not None

    def publisher(self, clientid: str) -> Publisher | None:
        holders = (stream.publishers.get(clientid) for stream in self.streams.values())
        return next((found for found in holders if found is not None), None)

    def unpublish(self, clientid: str) -> None:
        for stream in self.streams.values():
            stream.publishers.pop(clientid, None)

    # -- time ---------------------------------------------------------------------------------

    def tick(self) -> None:
        """Apply everything that has become due."""
        now = self.clock.now_s()
        for stream in self.streams.values():
            self._tick_stream(stream, now)
        for broadcast in list(self.broadcasts.values()):
            self._tick_broadcast(broadcast, now)

    def _tick_stream(self, stream: Stream, now: float) -> None:
        for publisher in stream.publishers.values():
            limit = stream.hung_up_after_s
            if limit is not None and now >= publisher.since_s + limit:
                self.hang_ups.add(publisher.clientid)
        feeding = [one for one in stream.publishers.values() if self._feeds(one)]
        if feeding:
            stream.starved_since_s = None
            stream.fed_since_s = min(one.since_s for one in feeding)
            due = now >= stream.fed_since_s + self.timings.activate_delay_s
            if due and not stream.active and not stream.held_ready:
                stream.status = "active"
        else:
            stream.fed_since_s = None
            stream.starved_since_s = (
                now if stream.starved_since_s is None else stream.starved_since_s
            )
            gone = now >= stream.starved_since_s + self.timings.deactivate_delay_s
            if stream.active and gone:
                stream.status = "inactive"

    def _feeds(self, publisher: Publisher) -> bool:
        heard = publisher.has_audio is True or not self.limits.audio_required
        return heard and not publisher.astray

    def _tick_broadcast(self, broadcast: Broadcast, now: float) -> None:
        until = broadcast.starting_until_s
        if until is not None and now >= until:
            testing = broadcast.lifecycle is Lifecycle.TEST_STARTING
            self.enter(broadcast, Lifecycle.TESTING if testing else Lifecycle.LIVE)
        stream = self.stream_of(broadcast)
        active = stream is not None and stream.active
        if broadcast.lifecycle is Lifecycle.READY and active:
            self._auto_start(broadcast)
        if broadcast.lifecycle is Lifecycle.LIVE and not active:
            since = broadcast.unfed_since_s = broadcast.unfed_since_s or now
            if broadcast.content.enable_auto_stop and now >= since + self.timings.auto_stop_s:
                self.enter(broadcast, Lifecycle.COMPLETE)
        else:
            broadcast.unfed_since_s = None

    def _auto_start(self, broadcast: Broadcast) -> None:
        content = broadcast.content
        direct = content.enable_auto_start and not content.monitor_stream.enable_monitor_stream
        others = (other for other in self.broadcasts.values() if other is not broadcast)
        if direct and concurrency_refusal(broadcast, others, self.limits) is None:
            self.enter(broadcast, Lifecycle.LIVE_STARTING)
