"""liveBroadcasts: list, insert, update, delete, bind, transition, cuepoint."""

import secrets
from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import UNSET

from tests.fakes.youtube.call import Call, chosen, page
from tests.fakes.youtube.clock import parse_stamp, stamp
from tests.fakes.youtube.errors import Refusal
from tests.fakes.youtube.model import (
    EDITABLE,
    ON_AIR,
    OVER,
    Broadcast,
    BroadcastContent,
    BroadcastSnippet,
    BroadcastStatus,
    Lifecycle,
)
from tests.fakes.youtube.rules import concurrency_refusal, next_state
from tests.fakes.youtube.state import State, new_video_id

Json = dict[str, Any]

_ACTIVE = ON_AIR
_FILTERS = {
    "active": _ACTIVE,
    "upcoming": EDITABLE,
    "completed": OVER,
    "all": _ACTIVE | EDITABLE | OVER,
}
_READ_ONLY_CONTENT = ("boundStreamId", "boundStreamLastUpdateTimeMs")


def show(call: Call, broadcast: Broadcast) -> Json:
    """The resource with the requested parts."""
    whole: Json = {
        "snippet": msgspec.to_builtins(broadcast.snippet),
        "status": msgspec.to_builtins(broadcast.status),
        "contentDetails": msgspec.to_builtins(broadcast.content),
        "monetizationDetails": {},
    }
    if broadcast.lifecycle is Lifecycle.LIVE:
        whole["statistics"] = {"concurrentViewers": str(call.state.viewers(broadcast))}
    return chosen("liveBroadcast", broadcast.id, call.parts, whole)


def list_(call: Call) -> Json:
    which = call.one_filter("id", "mine", "broadcastStatus")
    own = [
        held
        for held in call.state.broadcasts.values()
        if held.snippet.channel_id == call.channel_id and not held.hidden
    ]
    if which == "id":
        wanted = call.words("id")
        found = [held for held in own if held.id in wanted]
    else:
        listed = [held for held in own if _listed(call.state, held)]
        found = listed if call.word("broadcastType") in ("", "event", "all") else []
    if which == "broadcastStatus":
        states = _FILTERS.get(call.word("broadcastStatus"))
        if states is None:
            raise Refusal("invalid", "Invalid value at 'broadcast_status' (TYPE_ENUM)")
        found = [held for held in found if held.lifecycle in states]
    newest_first = sorted(found, key=lambda held: held.created_s, reverse=True)
    return page(call, "liveBroadcastListResponse", [show(call, held) for held in newest_first])


def _listed(state: State, held: Broadcast) -> bool:
    return state.clock.now_s() >= held.created_s + state.timings.list_delay_s


def insert(call: Call) -> Json:
    state, body = call.state, call.resource("LiveBroadcast")
    channel = state.channel(call.channel_id)
    if not channel.live_enabled:
        raise Refusal("liveStreamingNotEnabled")
    snippet, status = _part(call, body, "snippet"), _part(call, body, "status")
    _check_snippet(state, snippet, start_required=True)
    if "privacyStatus" not in status:
        raise Refusal("privacyStatusRequired")
    content = _content(_part(call, body, "contentDetails"))
    open_ones = [held for held in state.broadcasts.values() if held.lifecycle not in OVER]
    mine = sum(held.snippet.channel_id == channel.id for held in open_ones)
    if mine >= state.limits.broadcasts_per_channel:
        raise Refusal("userBroadcastsExceedLimit")
    broadcast = _made(call, snippet, status, content)
    state.broadcasts[broadcast.id] = broadcast
    state.chats[broadcast.chat_id] = []
    state.enter(broadcast, Lifecycle.CREATED)
    return show(call, broadcast)


def update(call: Call) -> Json:
    """Replace every part that is named: what the body leaves out goes back to its default."""
    state, body = call.state, call.resource("LiveBroadcast")
    broadcast = state.broadcast(call.channel_id, str(body.get("id", "")))
    snippet, status, content = broadcast.snippet, broadcast.status, broadcast.content
    if "snippet" in call.parts:
        snippet = _updated_snippet(call, broadcast, body.get("snippet") or {})
    if "status" in call.parts:
        asked = body.get("status") or {}
        kids = bool(asked.get("selfDeclaredMadeForKids", False))
        status = msgspec.structs.replace(
            status,
            privacy_status=asked.get("privacyStatus", "public"),
            self_declared_made_for_kids=kids,
            made_for_kids=kids,
        )
    if "contentDetails" in call.parts:
        content = _updated_content(broadcast, body.get("contentDetails") or {})
    broadcast.snippet, broadcast.status, broadcast.content = snippet, status, content
    return show(call, broadcast)


def delete(call: Call) -> None:
    broadcast = call.state.broadcast(call.channel_id, call.word("id"))
    if broadcast.lifecycle in ON_AIR and broadcast.lifecycle not in (
        # Deleting is the one way out of a start that never ends.
        Lifecycle.TEST_STARTING,
        Lifecycle.LIVE_STARTING,
    ):
        raise Refusal("liveBroadcastDeletionNotAllowed")
    del call.state.broadcasts[broadcast.id]
    call.state.chats.pop(broadcast.chat_id, None)


def bind(call: Call) -> Json:
    """Bind to ``streamId``; without it, unbind."""
    state = call.state
    broadcast = state.broadcast(call.channel_id, call.word("id"))
    if broadcast.lifecycle not in EDITABLE:
        raise Refusal("liveBroadcastBindingNotAllowed")
    stream_id = call.word("streamId")
    if not stream_id:
        broadcast.content.bound_stream_id = UNSET
        broadcast.content.bound_stream_last_update_time_ms = UNSET
        state.enter(broadcast, Lifecycle.CREATED)
        return show(call, broadcast)
    stream = state.stream(call.channel_id, stream_id)
    again = broadcast.stream_id == stream.id
    if stream.used and not stream.reusable and not again:
        raise Refusal("liveBroadcastBindingNotAllowed", "The stream is not reusable.")
    stream.used = True
    broadcast.content.bound_stream_id = stream.id
    broadcast.content.bound_stream_last_update_time_ms = stamp(state.clock.now_s())
    state.enter(broadcast, Lifecycle.READY)
    return show(call, broadcast)


def transition(call: Call) -> Json:
    state, target = call.state, call.word("broadcastStatus")
    if not target:
        raise Refusal("statusRequired")
    if target not in ("testing", "live", "complete"):
        text = f"Invalid value at 'broadcast_status' (TYPE_ENUM), \"{target}\""
        raise Refusal("invalid", text)
    broadcast = state.broadcast(call.channel_id, call.word("id"))
    stream = state.stream_of(broadcast)
    outcome = next_state(
        broadcast.lifecycle,
        target,
        active=stream is not None and stream.active,
        monitor=broadcast.content.monitor_stream.enable_monitor_stream,
    )
    if not isinstance(outcome, Lifecycle):
        raise Refusal(outcome)
    if outcome in ON_AIR:
        others = (held for held in state.broadcasts.values() if held is not broadcast)
        refusal = concurrency_refusal(broadcast, others, state.limits)
        if refusal is not None:
            raise Refusal(refusal)
    state.enter(broadcast, outcome)
    return show(call, broadcast)


def cuepoint(call: Call) -> Json:
    """Echo it: only monetised channels have a use for it."""
    body = call.resource("Cuepoint")
    call.state.broadcast(call.channel_id, call.word("id"))
    return {**body, "kind": "youtube#cuepoint", "id": secrets.token_hex(8)}


def _part(call: Call, body: Mapping[str, Any], name: str) -> Json:
    """A part of the body; one that ``part`` does not name is not read."""
    return dict(body.get(name) or {}) if name in call.parts else {}


def _check_snippet(state: State, snippet: Mapping[str, Any], *, start_required: bool) -> None:
    title = snippet.get("title") or ""
    if not title.strip():
        raise Refusal("titleRequired")
    if len(title) > 100 or set(title) & set("<>"):
        raise Refusal("invalidTitle")
    description = snippet.get("description") or ""
    if len(description.encode()) > 5000 or set(description) & set("<>"):
        raise Refusal("invalidDescription")
    start_text = snippet.get("scheduledStartTime")
    if start_text is None:
        if start_required:
            raise Refusal("scheduledStartTimeRequired")
        return
    start = _time(start_text, "invalidScheduledStartTime")
    now = state.clock.now_s()
    if start_required and not -state.timings.start_time_slack_s <= start - now <= 366 * 86400:
        raise Refusal("invalidScheduledStartTime")
    end_text = snippet.get("scheduledEndTime")
    if end_text is not None and _time(end_text, "invalidScheduledEndTime") <= start:
        raise Refusal("invalidScheduledEndTime")


def _time(text: str, reason: str) -> float:
    try:
        return parse_stamp(text)
    except ValueError:
        raise Refusal(reason) from None


def _content(asked: Mapping[str, Any]) -> BroadcastContent:
    """``contentDetails`` with defaults for all that is not asked for.

    Raises:
        Refusal: settings that exclude each other.
    """
    kept = {name: value for name, value in asked.items() if name not in _READ_ONLY_CONTENT}
    content = msgspec.convert(kept, BroadcastContent, strict=False)
    if "closedCaptionsType" in asked:
        content.enable_closed_captions = content.closed_captions_type != "closedCaptionsDisabled"
    elif content.enable_closed_captions:
        content.closed_captions_type = "closedCaptionsHttpPost"
    if "latencyPreference" not in asked and content.enable_low_latency:
        content.latency_preference = "low"
    if "enableLowLatency" in asked and content.enable_low_latency is (
        content.latency_preference == "normal"
    ):
        raise Refusal("invalidLatencyPreferenceOptions")
    content.enable_low_latency = content.latency_preference != "normal"
    if content.latency_preference == "ultraLow" and content.enable_closed_captions:
        raise Refusal("invalidLatencyPreferenceOptions")
    return content


def _made(call: Call, snippet: Json, status: Json, content: BroadcastContent) -> Broadcast:
    state, id_ = call.state, new_video_id()
    now = state.clock.now_s()
    chat_id = f"Cg0KC{secrets.token_urlsafe(24)}"
    kids = bool(status.get("selfDeclaredMadeForKids", False))
    if content.monitor_stream.enable_monitor_stream:
        content.monitor_stream.embed_html = _embed(call, id_)
    thumbnail = f"{state.addresses.root_url}vi/{id_}/default_live.jpg"
    return Broadcast(
        id=id_,
        created_s=now,
        chat_id=chat_id,
        content=content,
        status=BroadcastStatus(
            privacy_status=status["privacyStatus"],
            self_declared_made_for_kids=kids,
            made_for_kids=kids,
        ),
        snippet=BroadcastSnippet(
            published_at=stamp(now),
            channel_id=call.channel_id,
            title=snippet["title"],
            description=snippet.get("description") or "",
            thumbnails={"default": {"url": thumbnail, "width": 120, "height": 90}},
            scheduled_start_time=stamp(parse_stamp(snippet["scheduledStartTime"])),
            scheduled_end_time=_end(snippet),
            live_chat_id=chat_id,
        ),
    )


def _embed(call: Call, id_: str) -> str:
    address = f"{call.state.addresses.root_url}watch?v={id_}"
    return f'<iframe width="425" height="344" src="{address}"></iframe>'


def _end(snippet: Mapping[str, Any]) -> Any:
    text = snippet.get("scheduledEndTime")
    return UNSET if text is None else stamp(parse_stamp(text))


def _updated_snippet(call: Call, broadcast: Broadcast, asked: Json) -> BroadcastSnippet:
    waiting = broadcast.lifecycle in EDITABLE
    before = broadcast.snippet.scheduled_start_time
    unmoved = asked.get("scheduledStartTime") == before
    _check_snippet(call.state, asked, start_required=waiting and not unmoved)
    start = asked.get("scheduledStartTime")
    return msgspec.structs.replace(
        broadcast.snippet,
        title=asked["title"],
        description=asked.get("description") or "",
        scheduled_start_time=before if start is None else stamp(parse_stamp(start)),
        scheduled_end_time=_end(asked),
    )


def _updated_content(broadcast: Broadcast, asked: Json) -> BroadcastContent:
    monitor = asked.get("monitorStream") or {}
    if "enableMonitorStream" not in monitor:
        raise Refusal("enableMonitorStreamRequired")
    if "broadcastStreamDelayMs" not in monitor:
        raise Refusal("broadcastStreamDelayMsRequired")
    content, before = _content(asked), broadcast.content
    content.bound_stream_id = before.bound_stream_id
    content.bound_stream_last_update_time_ms = before.bound_stream_last_update_time_ms
    content.monitor_stream.embed_html = before.monitor_stream.embed_html
    if broadcast.lifecycle not in EDITABLE and content != before:
        # That it is refused is documented; the word for it here is by analogy with liveStreams.
        raise Refusal("liveBroadcastModificationNotAllowed")
    return content
