"""liveStreams: list, insert, update, delete."""

import secrets
from typing import Any

import msgspec

from tests.fakes.youtube.call import Call, chosen, page
from tests.fakes.youtube.clock import stamp
from tests.fakes.youtube.errors import Refusal
from tests.fakes.youtube.health import grade
from tests.fakes.youtube.model import OVER, Stream
from tests.fakes.youtube.state import new_key

Json = dict[str, Any]


def show(call: Call, stream: Stream) -> Json:
    whole = {
        "snippet": {
            "publishedAt": stamp(stream.created_s),
            "channelId": stream.channel_id,
            "title": stream.title,
            "description": stream.description,
            "isDefaultStream": False,
        },
        "cdn": _cdn(call, stream),
        "status": _status(stream),
        "contentDetails": {
            "closedCaptionsIngestionUrl": (
                f"{call.state.addresses.root_url}closedcaption?cid={stream.key}"
            ),
            "isReusable": stream.reusable,
        },
    }
    return chosen("liveStream", stream.id, call.parts, whole)


def _cdn(call: Call, stream: Stream) -> Json:
    rtmp, rtmps = call.state.addresses.rtmp, call.state.addresses.rtmps
    return {
        "ingestionType": stream.ingestion_type,
        "resolution": stream.resolution,
        "frameRate": stream.frame_rate,
        "ingestionInfo": {
            "streamName": stream.key,
            "ingestionAddress": rtmp,
            "backupIngestionAddress": f"{rtmp}?backup=1",
            "rtmpsIngestionAddress": rtmps,
            "rtmpsBackupIngestionAddress": f"{rtmps}?backup=1",
        },
    }


def _status(stream: Stream) -> Json:
    health: Json = {"status": grade(stream)}
    if stream.issues_s:
        health["lastUpdateTimeSeconds"] = str(int(stream.issues_s))
    if stream.issues:
        health["configurationIssues"] = msgspec.to_builtins(stream.issues)
    return {"streamStatus": stream.status, "healthStatus": health}


def list_(call: Call) -> Json:
    which = call.one_filter("id", "mine")
    own = [held for held in call.state.streams.values() if held.channel_id == call.channel_id]
    if which == "id":
        wanted = call.words("id")
        found = [held for held in own if held.id in wanted]
    else:
        found = [held for held in own if held.reusable]
    newest_first = sorted(found, key=lambda held: held.created_s, reverse=True)
    return page(call, "liveStreamListResponse", [show(call, held) for held in newest_first])


def insert(call: Call) -> Json:
    state, body = call.state, call.resource("LiveStream")
    if not state.channel(call.channel_id).live_enabled:
        raise Refusal("liveStreamingNotEnabled")
    snippet = body.get("snippet") or {} if "snippet" in call.parts else {}
    cdn = body.get("cdn") or {} if "cdn" in call.parts else {}
    details = body.get("contentDetails") or {} if "contentDetails" in call.parts else {}
    _check_title(snippet)
    _check_cdn(cdn)
    id_ = f"{call.channel_id[2:]:A<22.22}{secrets.randbelow(10**16):016d}"
    stream = Stream(
        id=id_,
        channel_id=call.channel_id,
        key=new_key(),
        created_s=state.clock.now_s(),
        title=snippet["title"],
        description=snippet.get("description") or "",
        ingestion_type=cdn["ingestionType"],
        resolution=cdn["resolution"],
        frame_rate=cdn["frameRate"],
        reusable=bool(details.get("isReusable", True)),
    )
    state.streams[id_] = stream
    return show(call, stream)


def update(call: Call) -> Json:
    """Replace the snippet; what the CDN was set to stays."""
    body = call.resource("LiveStream")
    stream = call.state.stream(call.channel_id, str(body.get("id", "")))
    if "cdn" in call.parts:
        cdn = body.get("cdn") or {}
        _check_cdn(cdn)
        asked = (cdn["ingestionType"], cdn["resolution"], cdn["frameRate"])
        if asked != (stream.ingestion_type, stream.resolution, stream.frame_rate):
            raise Refusal("liveStreamModificationNotAllowed")
    if "snippet" in call.parts:
        snippet = body.get("snippet") or {}
        _check_title(snippet)
        stream.title, stream.description = snippet["title"], snippet.get("description") or ""
    return show(call, stream)


def delete(call: Call) -> None:
    state = call.state
    stream = state.stream(call.channel_id, call.word("id"))
    if any(held.lifecycle not in OVER for held in state.bound_to(stream)):
        raise Refusal("liveStreamDeletionNotAllowed")
    state.hang_ups.update(stream.publishers)
    del state.streams[stream.id]


def _check_title(snippet: Json) -> None:
    title = snippet.get("title") or ""
    if not title.strip():
        raise Refusal("titleRequired")
    if len(title) > 128:
        raise Refusal("invalidTitle")


def _check_cdn(cdn: Json) -> None:
    if not cdn:
        raise Refusal("cdnRequired")
    for field in ("ingestionType", "resolution", "frameRate"):
        if field not in cdn:
            raise Refusal(f"{field}Required")
    # The schema knows the words; a variable picture needs a variable rate.
    if (cdn["resolution"] == "variable") is not (cdn["frameRate"] == "variable"):
        raise Refusal("invalidFrameRate")
