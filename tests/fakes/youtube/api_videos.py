"""videos: list, update; channels: list; thumbnails: set."""

import email
from collections.abc import Callable
from typing import Any

from tests.fakes.youtube.call import Call, chosen, page
from tests.fakes.youtube.errors import Refusal
from tests.fakes.youtube.model import OVER, Broadcast, Lifecycle, Video

Json = dict[str, Any]

_MAGIC = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
_SIZES = {"default": (120, 90), "medium": (320, 180), "high": (480, 360)}


def list_(call: Call) -> Json:
    """Videos by id: one's own, and those of others that are not private."""
    call.one_filter("id", "chart", "myRating")
    wanted = call.words("id")
    if len(wanted) > 50:
        raise Refusal("invalidParameter", "At most 50 ids.")
    found = [
        held
        for held in call.state.broadcasts.values()
        if held.id in wanted and _visible(call, held)
    ]
    return page(call, "videoListResponse", [show(call, held) for held in found], 1)


def update(call: Call) -> Json:
    """Replace the named parts of a video, as for broadcasts."""
    body = call.resource("Video")
    broadcast = _own_video(call, str(body.get("id", "")))
    if "snippet" in call.parts:
        _update_snippet(broadcast, body.get("snippet") or {})
    if "status" in call.parts:
        status = body.get("status") or {}
        kids = bool(status.get("selfDeclaredMadeForKids", False))
        broadcast.status.privacy_status = status.get("privacyStatus", "public")
        broadcast.status.self_declared_made_for_kids = kids
        broadcast.status.made_for_kids = kids
        video = broadcast.video
        video.embeddable = bool(status.get("embeddable", True))
        video.license = status.get("license", "youtube")
        video.public_stats_viewable = bool(status.get("publicStatsViewable", True))
        video.contains_synthetic_media = bool(status.get("containsSyntheticMedia", False))
    return show(call, broadcast)


def _update_snippet(broadcast: Broadcast, asked: Json) -> None:
    title = asked.get("title") or ""
    if not title.strip() or len(title) > 100 or set(title) & set("<>"):
        raise Refusal("invalidTitle")
    if not str(asked.get("categoryId") or "").isdigit():
        raise Refusal("invalidCategoryId")
    tags = list(asked.get("tags") or [])
    if sum(len(tag) for tag in tags) > 500:
        raise Refusal("invalidTags")
    broadcast.snippet.title = title
    broadcast.snippet.description = asked.get("description") or ""
    video = broadcast.video
    video.category_id, video.tags = asked["categoryId"], tags
    video.default_language = asked.get("defaultLanguage") or ""
    video.default_audio_language = asked.get("defaultAudioLanguage") or ""


def show(call: Call, broadcast: Broadcast) -> Json:
    makers: dict[str, Callable[[Call, Broadcast], Json]] = {
        "snippet": _snippet,
        "status": _status,
        "liveStreamingDetails": _live_details,
        "statistics": lambda _, held: _statistics(held.video),
        "contentDetails": lambda *_: {"duration": "P0D", "dimension": "2d", "definition": "hd"},
    }
    whole = {part: makers[part](call, broadcast) for part in call.parts if part in makers}
    return chosen("video", broadcast.id, call.parts, whole)


def _snippet(call: Call, broadcast: Broadcast) -> Json:
    video, snippet = broadcast.video, broadcast.snippet
    optional = {
        "tags": video.tags,
        "defaultLanguage": video.default_language,
        "defaultAudioLanguage": video.default_audio_language,
    }
    live = broadcast.lifecycle in (Lifecycle.LIVE, Lifecycle.LIVE_STARTING)
    content = "live" if live else "none" if broadcast.lifecycle in OVER else "upcoming"
    return {
        "publishedAt": snippet.published_at,
        "channelId": snippet.channel_id,
        "title": snippet.title,
        "description": snippet.description,
        "thumbnails": snippet.thumbnails,
        "channelTitle": call.state.channel(snippet.channel_id).title,
        "categoryId": video.category_id,
        "liveBroadcastContent": content,
        "localized": {"title": snippet.title, "description": snippet.description},
        **{name: value for name, value in optional.items() if value},
    }


def _status(_: Call, broadcast: Broadcast) -> Json:
    video, status = broadcast.video, broadcast.status
    return {
        "uploadStatus": "processed" if broadcast.lifecycle in OVER else "uploaded",
        "privacyStatus": status.privacy_status,
        "license": video.license,
        "embeddable": video.embeddable,
        "publicStatsViewable": video.public_stats_viewable,
        "madeForKids": status.made_for_kids,
        "selfDeclaredMadeForKids": status.self_declared_made_for_kids,
        "containsSyntheticMedia": video.contains_synthetic_media,
    }


def _live_details(call: Call, broadcast: Broadcast) -> Json:
    snippet = broadcast.snippet
    times = {
        "actualStartTime": snippet.actual_start_time,
        "actualEndTime": snippet.actual_end_time,
        "scheduledStartTime": snippet.scheduled_start_time,
        "scheduledEndTime": snippet.scheduled_end_time,
    }
    shown: Json = {name: value for name, value in times.items() if isinstance(value, str)}
    if broadcast.lifecycle is Lifecycle.LIVE and (viewers := call.state.viewers(broadcast)):
        shown["concurrentViewers"] = str(viewers)
    if broadcast.lifecycle not in OVER:
        shown["activeLiveChatId"] = broadcast.chat_id
    return shown


def _statistics(video: Video) -> Json:
    counts = {"viewCount": video.views, "likeCount": video.likes}
    return {**{name: str(count) for name, count in counts.items()}, "commentCount": "0"}


def _visible(call: Call, broadcast: Broadcast) -> bool:
    due = broadcast.created_s + call.state.timings.video_delay_s <= call.state.clock.now_s()
    mine = broadcast.snippet.channel_id == call.channel_id
    return due and (mine or broadcast.status.privacy_status != "private")


def _own_video(call: Call, id_: str) -> Broadcast:
    found = call.state.broadcasts.get(id_)
    if found is None or not _visible(call, found):
        raise Refusal("videoNotFound")
    if found.snippet.channel_id != call.channel_id:
        raise Refusal("forbidden")
    return found


def list_channels(call: Call) -> Json:
    which = call.one_filter("mine", "id", "forHandle", "forUsername", "managedByMe")
    wanted = (call.channel_id,) if which == "mine" else call.words("id")
    shown = [
        chosen("channel", held.id, call.parts, _channel(call, held.id, held.title))
        for held in call.state.channels.values()
        if held.id in wanted
    ]
    return page(call, "channelListResponse", shown)


def _channel(call: Call, id_: str, title: str) -> Json:
    picture = f"{call.state.addresses.root_url}vi/{id_}/channel.jpg"
    return {
        "snippet": {
            "title": title,
            "description": "",
            "customUrl": f"@{id_[2:].lower()}",
            "publishedAt": "2026-01-01T00:00:00Z",
            "thumbnails": {"default": {"url": picture, "width": 88, "height": 88}},
        },
        "statistics": {"viewCount": "0", "subscriberCount": "0", "hiddenSubscriberCount": False},
        "status": {"privacyStatus": "public", "isLinked": True, "longUploadsStatus": "allowed"},
    }


def set_thumbnail(call: Call) -> Json:
    """Keep the picture: ``uploadType`` media or multipart; resumable is not here."""
    kind = call.word("uploadType")
    if kind == "resumable":
        raise Refusal("notImplemented", "The stand-in takes no resumable uploads.")
    if not call.upload or kind not in ("media", "multipart"):
        raise Refusal("mediaBodyRequired")
    broadcast = _own_video(call, call.word("videoId"))
    if not call.state.channel(call.channel_id).phone_verified:
        raise Refusal("forbidden", "The channel may not set custom thumbnails.")
    if len(call.upload) > call.state.limits.thumbnail_bytes or not call.upload.startswith(_MAGIC):
        raise Refusal("invalidImage")
    broadcast.video.thumbnail = call.upload
    address = f"{call.state.addresses.root_url}vi/{broadcast.id}"
    shown = {
        name: {"url": f"{address}/{name}.jpg", "width": width, "height": height}
        for name, (width, height) in _SIZES.items()
    }
    broadcast.snippet.thumbnails = shown
    return {"kind": "youtube#thumbnailSetResponse", "etag": '"t"', "items": [shown]}


def media_of(content_type: str, raw: bytes) -> bytes:
    """The picture of an upload: the body itself, or the second half of multipart/related."""
    if not content_type.startswith("multipart/"):
        return raw
    message = email.message_from_bytes(f"Content-Type: {content_type}\r\n\r\n".encode() + raw)
    halves = message.get_payload()
    if not isinstance(halves, list) or len(halves) != 2:
        return b""
    payload = halves[1].get_payload(decode=True)  # type: ignore[union-attr]
    return payload if isinstance(payload, bytes) else b""
