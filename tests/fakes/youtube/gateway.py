"""From a request to an answer, in the order that YouTube checks things.

Record, (fault), token, scope, quota, rate, parts, method.  No I/O: the HTTP shell is ``server.py``.
"""

import json
from collections.abc import Mapping
from typing import Any

import msgspec

from tests.fakes.youtube.api_videos import media_of
from tests.fakes.youtube.call import Call, split
from tests.fakes.youtube.errors import Refusal
from tests.fakes.youtube.faults import Faults
from tests.fakes.youtube.journal import Entry, Journal
from tests.fakes.youtube.methods import METHODS, UNKNOWN, Method
from tests.fakes.youtube.state import State


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
            upload=media_of(request.content_type, request.raw),
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
