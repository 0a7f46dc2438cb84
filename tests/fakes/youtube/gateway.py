"""From a request to an answer, in the order that YouTube checks things.

Record, (fault), token, scope, quota, rate, parts, method.  No I/O: the HTTP shell is ``server.py``.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from tests.fakes.youtube import api_broadcasts, api_chat, api_streams, api_videos
from tests.fakes.youtube.call import Call, split
from tests.fakes.youtube.errors import Refusal
from tests.fakes.youtube.faults import Faults
from tests.fakes.youtube.journal import Entry, Journal
from tests.fakes.youtube.state import State
from tests.fakes.youtube.tokens import FORCE_SSL, FULL, READONLY, UPLOAD

_WRITE = frozenset((FULL, FORCE_SSL))
_READ = _WRITE | {READONLY}

_BROADCAST = [
    "id",
    "snippet",
    "contentDetails",
    "status",
    "monetizationDetails",
    "statistics",
]
_STREAM = ["id", "snippet", "cdn", "contentDetails", "status"]
_VIDEO = [
    "id",
    "snippet",
    "status",
    "statistics",
    "contentDetails",
    "liveStreamingDetails",
    "localizations",
    "player",
    "topicDetails",
    "recordingDetails",
    "processingDetails",
]
_CHANNEL = [
    "id",
    "snippet",
    "contentDetails",
    "statistics",
    "status",
    "brandingSettings",
    "localizations",
    "topicDetails",
]
_CHAT = ["id", "snippet", "authorDetails"]


class Method(msgspec.Struct, frozen=True):
    """One method: what it is called, what runs it, who may call it, which parts it knows."""

    name: str
    run: Callable[[Call], dict[str, Any] | None]
    scopes: frozenset[str]
    parts: tuple[str, ...] = ()
    unexpected: tuple[str, ...] = ()
    """Parts of the resource that this method does not take."""


def _methods() -> dict[tuple[str, str], Method]:
    rows: list[tuple[str, str, str, Any, frozenset[str], list[str], list[str]]] = [
        ("GET", "liveBroadcasts", "list", api_broadcasts.list_, _READ, _BROADCAST, []),
        (
            "POST",
            "liveBroadcasts",
            "insert",
            api_broadcasts.insert,
            _WRITE,
            _BROADCAST,
            ["statistics"],
        ),
        (
            "PUT",
            "liveBroadcasts",
            "update",
            api_broadcasts.update,
            _WRITE,
            _BROADCAST,
            ["statistics"],
        ),
        ("DELETE", "liveBroadcasts", "delete", api_broadcasts.delete, _WRITE, [], []),
        ("GET", "liveStreams", "list", api_streams.list_, _READ, _STREAM, ["contentDetails"]),
        ("POST", "liveStreams", "insert", api_streams.insert, _WRITE, _STREAM, []),
        ("PUT", "liveStreams", "update", api_streams.update, _WRITE, _STREAM, []),
        ("DELETE", "liveStreams", "delete", api_streams.delete, _WRITE, [], []),
        ("GET", "videos", "list", api_videos.list_, _READ, _VIDEO, []),
        ("PUT", "videos", "update", api_videos.update, _WRITE, _VIDEO, ["liveStreamingDetails"]),
        ("GET", "channels", "list", api_videos.list_channels, _READ, _CHANNEL, []),
    ]
    found = {
        (http, f"/youtube/v3/{resource}"): Method(
            f"{resource}.{verb}", run, scopes, tuple(parts), tuple(unexpected)
        )
        for http, resource, verb, run, scopes, parts, unexpected in rows
    }
    base, broadcast = "/youtube/v3", tuple(_BROADCAST)
    for verb, name, run in (
        ("bind", "bind", api_broadcasts.bind),
        ("transition", "transition", api_broadcasts.transition),
        ("cuepoint", "insertCuepoint", api_broadcasts.cuepoint),
    ):
        parts = broadcast if verb != "cuepoint" else ()
        found["POST", f"{base}/liveBroadcasts/{verb}"] = Method(
            f"liveBroadcasts.{name}", run, _WRITE, parts
        )
    chat = f"{base}/liveChat/messages"
    found["GET", chat] = Method("liveChatMessages.list", api_chat.list_, _READ, tuple(_CHAT))
    found["POST", chat] = Method("liveChatMessages.insert", api_chat.insert, _WRITE, tuple(_CHAT))
    thumbnail = Method("thumbnails.set", api_videos.set_thumbnail, _WRITE | {UPLOAD})
    for prefix in ("", "/upload", "/resumable/upload"):
        found["POST", f"{prefix}{base}/thumbnails/set"] = thumbnail
    found["GET", f"{base}/search"] = Method("search.list", _search, _READ, tuple(_CHANNEL))
    return found


def _search(_: Call) -> dict[str, Any]:
    raise Refusal("forbidden", "search.list must never be called: it costs 100 units.")


def _unknown(_: Call) -> dict[str, Any]:
    raise Refusal("notFound", "Not Found")


METHODS = _methods()
UNKNOWN = Method("unknown", _unknown, _READ)


class Request(msgspec.Struct, kw_only=True, frozen=True):
    """What came over HTTP."""

    http: str
    path: str
    query: dict[str, list[str]]
    content_type: str = ""
    authorization: str = ""
    raw: bytes = b""


class Answer(msgspec.Struct, kw_only=True):
    """What goes back; ``body`` None is 204."""

    status: int = 200
    body: object = None
    headers: dict[str, str] = msgspec.field(default_factory=dict)


class Gateway:
    """The API without HTTP."""

    def __init__(self, state: State, journal: Journal, faults: Faults) -> None:
        self.state = state
        self.journal = journal
        self.faults = faults

    def open(self, request: Request, method: str = "") -> Entry:
        """Record a request before anything else happens to it."""
        known = METHODS.get((request.http, request.path), UNKNOWN)
        access = self.state.tokens.who(request.authorization, self.state.clock.now_s())
        return self.journal.open(
            at_s=self.state.clock.now_s(),
            method=method or known.name,
            http=request.http,
            path=request.path,
            query=request.query,
            body=_json(request),
            subject="" if access is None else access.grant.channel_id,
            client="" if access is None else access.grant.client_id,
            parts=list(split(request.query.get("part", []))),
        )

    def answer(self, request: Request, entry: Entry, channel: str = "") -> Answer:
        """Run the method; ``channel`` stands in for the token's own (a fault)."""
        method = METHODS.get((request.http, request.path), UNKNOWN)
        self.state.tick()
        try:
            body = self._run(method, request, entry, channel)
        except Refusal as refusal:
            return self.refused(entry, refusal)
        entry.applied = True
        entry.status = 204 if body is None else 200
        return Answer(status=entry.status, body=body)

    def refused(self, entry: Entry, refusal: Refusal, retry_after_s: int | None = None) -> Answer:
        """An error in Google's shape."""
        entry.status, entry.reason = refusal.status, refusal.reason
        headers = {} if retry_after_s is None else {"Retry-After": str(retry_after_s)}
        if refusal.status == 401:
            headers["WWW-Authenticate"] = 'Bearer realm="https://accounts.google.com/"'
        return Answer(status=refusal.status, body=refusal.body(entry.method), headers=headers)

    def _run(
        self, method: Method, request: Request, entry: Entry, channel: str
    ) -> dict[str, Any] | None:
        if method is UNKNOWN:
            raise Refusal("notFound", "Not Found")
        now = self.state.clock.now()
        access = self.state.tokens.who(request.authorization, now.timestamp())
        if access is None:
            raise Refusal("authError")
        if not access.grant.scopes & method.scopes:
            raise Refusal("insufficientPermissions")
        caller = channel or access.grant.channel_id
        self.state.channel(caller)
        entry.cost = self.state.ledger.charge(access.grant.client_id, method.name, now)
        self.state.rate.take(caller, now.timestamp())
        call = Call(
            state=self.state,
            method=method.name,
            channel_id=caller,
            query=request.query,
            parts=self._parts(method, request.query),
            body=entry.body,
            upload=api_videos.media_of(request.content_type, request.raw),
        )
        if entry.body is None and request.raw and "json" in request.content_type:
            raise Refusal("parseError", "Parse Error")
        return method.run(call)

    def _parts(self, method: Method, query: Mapping[str, list[str]]) -> tuple[str, ...]:
        parts = tuple(split(query.get("part", [])))
        if not method.parts:
            return parts
        if not parts:
            raise Refusal("missingRequiredParameter", "No part parameter is given.")
        unexpected = method.unexpected
        if (
            method.name == "liveStreams.list"
            and self.state.limits.stream_list_takes_content_details
        ):
            unexpected = ()
        for part in parts:
            if part not in method.parts:
                raise Refusal("unknownPart", part)
            if part in unexpected:
                raise Refusal("unexpectedPart", part)
        return parts


def ids_of(entry: Entry) -> list[str]:
    """Every resource that a request names."""
    named = [
        word
        for name in ("id", "videoId", "streamId", "liveChatId", "cid")
        for word in split(entry.query.get(name, []))
    ]
    if isinstance(entry.body, dict) and isinstance(entry.body.get("id"), str):
        named.append(entry.body["id"])
    return named


def _json(request: Request) -> object:
    if "json" not in request.content_type or not request.raw:
        return None
    try:
        return json.loads(request.raw)
    except ValueError:
        return None
