"""The methods of the API: address, name, what runs it, who may call it, which parts it knows."""

from collections.abc import Callable
from typing import Any

import msgspec

from tests.fakes.youtube import api_broadcasts, api_chat, api_streams, api_videos
from tests.fakes.youtube.call import Call
from tests.fakes.youtube.errors import Refusal
from tests.fakes.youtube.tokens import FORCE_SSL, FULL, READONLY, UPLOAD

_WRITE = frozenset((FULL, FORCE_SSL))
_READ = _WRITE | {READONLY}

_BROADCAST = ("id", "snippet", "contentDetails", "status", "monetizationDetails", "statistics")
_STREAM = ("id", "snippet", "cdn", "contentDetails", "status")
_VIDEO = (
    *("id", "snippet", "status", "statistics", "contentDetails", "liveStreamingDetails"),
    *("localizations", "player", "topicDetails", "recordingDetails", "processingDetails"),
)
_CHANNEL = (
    *("id", "snippet", "contentDetails", "statistics", "status", "brandingSettings"),
    *("localizations", "topicDetails"),
)
_CHAT = ("id", "snippet", "authorDetails")


class Method(msgspec.Struct, frozen=True):
    """One method.  Without ``parts`` it takes no ``part`` or does not look at it."""

    name: str
    run: Callable[[Call], dict[str, Any] | None]
    scopes: frozenset[str]
    parts: tuple[str, ...] = ()
    unexpected: tuple[str, ...] = ()
    """Parts of the resource that this method does not take."""


def _search(_: Call) -> dict[str, Any]:
    raise Refusal("forbidden", "search.list must never be called: it costs 100 units.")


def _unknown(_: Call) -> dict[str, Any]:
    raise Refusal("notFound", "Not Found")


UNKNOWN = Method("unknown", _unknown, _READ)
_THUMBNAIL = Method("thumbnails.set", api_videos.set_thumbnail, _WRITE | {UPLOAD})

_NO_STATISTICS = ("statistics",)
_NO_DETAILS = ("contentDetails",)
_NO_LIVE = ("liveStreamingDetails",)

_TABLE: dict[str, Method] = {
    "GET liveBroadcasts": Method("liveBroadcasts.list", api_broadcasts.list_, _READ, _BROADCAST),
    "POST liveBroadcasts": Method(
        "liveBroadcasts.insert", api_broadcasts.insert, _WRITE, _BROADCAST, _NO_STATISTICS
    ),
    "PUT liveBroadcasts": Method(
        "liveBroadcasts.update", api_broadcasts.update, _WRITE, _BROADCAST, _NO_STATISTICS
    ),
    "DELETE liveBroadcasts": Method("liveBroadcasts.delete", api_broadcasts.delete, _WRITE),
    "POST liveBroadcasts/bind": Method(
        "liveBroadcasts.bind", api_broadcasts.bind, _WRITE, _BROADCAST
    ),
    "POST liveBroadcasts/transition": Method(
        "liveBroadcasts.transition", api_broadcasts.transition, _WRITE, _BROADCAST
    ),
    "POST liveBroadcasts/cuepoint": Method(
        "liveBroadcasts.insertCuepoint", api_broadcasts.cuepoint, _WRITE
    ),
    "GET liveStreams": Method("liveStreams.list", api_streams.list_, _READ, _STREAM, _NO_DETAILS),
    "POST liveStreams": Method("liveStreams.insert", api_streams.insert, _WRITE, _STREAM),
    "PUT liveStreams": Method("liveStreams.update", api_streams.update, _WRITE, _STREAM),
    "DELETE liveStreams": Method("liveStreams.delete", api_streams.delete, _WRITE),
    "GET videos": Method("videos.list", api_videos.list_, _READ, _VIDEO),
    "PUT videos": Method("videos.update", api_videos.update, _WRITE, _VIDEO, _NO_LIVE),
    "GET channels": Method("channels.list", api_videos.list_channels, _READ, _CHANNEL),
    "POST thumbnails/set": _THUMBNAIL,
    "GET liveChat/messages": Method("liveChatMessages.list", api_chat.list_, _READ, _CHAT),
    "POST liveChat/messages": Method("liveChatMessages.insert", api_chat.insert, _WRITE, _CHAT),
    "GET search": Method("search.list", _search, _READ),
}

_V3 = "/youtube/v3/"
METHODS: dict[tuple[str, str], Method] = {
    **{(row.split()[0], _V3 + row.split()[1]): method for row, method in _TABLE.items()},
    ("POST", f"/upload{_V3}thumbnails/set"): _THUMBNAIL,
    ("POST", f"/resumable/upload{_V3}thumbnails/set"): _THUMBNAIL,
}
"""By HTTP method and path."""
