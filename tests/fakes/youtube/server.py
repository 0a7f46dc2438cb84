"""The HTTP shell: the API with its faults, OAuth, captions, what nginx reports, and the pages."""

import asyncio
import gzip
import json
from collections.abc import Callable
from urllib.parse import parse_qs

from aiohttp import BasicAuth, web

from tests.fakes.youtube.api_chat import CaptionRefused, captions
from tests.fakes.youtube.control import Control
from tests.fakes.youtube.errors import Refusal
from tests.fakes.youtube.faults import Fault, Faults
from tests.fakes.youtube.gateway import Answer, Gateway, Request, ids_of
from tests.fakes.youtube.ingest import Ingest
from tests.fakes.youtube.journal import Entry, Journal
from tests.fakes.youtube.pages import Pages
from tests.fakes.youtube.state import State
from tests.fakes.youtube.tokens import OAuthRefusal

_HTML_502 = "<html><title>Error 502 (Server Error)!!1</title><body>Bad Gateway</body></html>"


class Server:
    """The routes over one state."""

    def __init__(self, state: State, ingest: Ingest | None) -> None:
        self.state = state
        self.journal = Journal()
        self.faults = Faults(state)
        self.gateway = Gateway(state, self.journal, self.faults)
        self.ingest = ingest
        self._closing = asyncio.Event()
        self._late: set[asyncio.Task[None]] = set()
        self._control = Control(state, self.journal, self.faults, ingest)
        self._pages = Pages(state, ingest)

    def application(self) -> web.Application:
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.add_routes(
            [
                web.post("/token", self.token),
                web.post("/revoke", self.revoke),
                web.get("/o/oauth2/auth", self.consent),
                web.get("/o/oauth2/approve", self.approve),
                web.post("/closedcaption", self.closed_caption),
                web.post("/_rtmp/publish", self.rtmp_publish),
                web.post("/_rtmp/done", self.rtmp_done),
                web.post("/_rtmp/update", self.rtmp_update),
            ]
        )
        self._control.add_to(app)
        self._pages.add_to(app)
        # What is left is the API, /batch and whatever a wrong client makes up: 404 in its shape.
        app.router.add_route("*", "/{path:.*}", self.api)
        return app

    def close(self) -> None:
        """Let go of requests that would never be answered."""
        self._closing.set()

    # -- requests and what goes wrong with them ------------------------------------------------

    async def api(self, request: web.Request) -> web.StreamResponse:
        asked = await _asked(request)
        entry = self.gateway.open(asked)
        return await self._faulted(
            request, entry, lambda channel: self.gateway.answer(asked, entry, channel)
        )

    async def _faulted(
        self, request: web.Request, entry: Entry, run: Callable[[str], Answer]
    ) -> web.StreamResponse:
        """Answer a recorded request, or do to it what a fault says."""
        fault = self.faults.take(entry.method, ids_of(entry), entry.parts, entry.subject)
        if fault is None:
            return _response(request, run(""))
        entry.fault = fault.action
        if fault.action == "apply_late":
            self._late.add(asyncio.create_task(self._apply_late(fault.delay_s, run)))
            return _response(request, self.gateway.refused(entry, Refusal(fault.reason)))
        if fault.delay_s:
            await self._wait(fault.delay_s)
        if fault.action in ("hang", "drop"):
            if fault.action == "hang":
                await self._until_gone(request)
            return _dropped(request)
        if fault.action == "html":
            entry.status = 502
            return web.Response(status=502, text=_HTML_502, content_type="text/html")
        if fault.action == "error":
            return _response(request, self._error(entry, fault))
        answer = self._worked(fault, run)
        if fault.action == "apply_then_drop":
            entry.status = 0
            return _dropped(request)
        if fault.action == "apply_then_error":
            return _response(request, self._error(entry, fault))
        if fault.action == "truncate":
            body = _encoded(answer)
            return web.Response(
                status=answer.status, body=body[: len(body) // 2], content_type="application/json"
            )
        return _response(request, answer)

    async def _apply_late(self, delay_s: float, run: Callable[[str], Answer]) -> None:
        """Let a method work that was answered long ago; the time is the stand-in's."""
        due_s = self.state.clock.now_s() + delay_s
        while self.state.clock.now_s() < due_s and not self._closing.is_set():
            await self._wait(0.02)
        if not self._closing.is_set():
            run("")

    def _worked(self, fault: Fault, run: Callable[[str], Answer]) -> Answer:
        if fault.action == "stuck":
            self.state.stuck_starts += 1
        answer = run(fault.channel)
        if fault.action == "stuck":
            self.state.stuck_starts = 0
        return answer

    def _error(self, entry: Entry, fault: Fault) -> Answer:
        if entry.method == "oauth.token":
            entry.status, entry.reason = fault.status or 400, fault.reason
            return Answer(status=entry.status, body={"error": fault.reason})
        refusal = Refusal(fault.reason, status=fault.status)
        return self.gateway.refused(entry, refusal, fault.retry_after_s)

    async def _wait(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._closing.wait()
        except TimeoutError:
            return

    async def _until_gone(self, request: web.Request) -> None:
        while request.transport is not None and not self._closing.is_set():
            await self._wait(0.05)

    # -- OAuth --------------------------------------------------------------------------------

    async def token(self, request: web.Request) -> web.StreamResponse:
        asked = await _asked(request)
        form = {name: values[-1] for name, values in parse_qs(asked.raw.decode()).items()}
        # The sign-in flow names its client here, refreshes do it in the form: both are allowed.
        if (basic := request.headers.get("Authorization", "")).startswith("Basic "):
            client = BasicAuth.decode(basic)
            form = {"client_id": client.login, "client_secret": client.password, **form}
        entry = self.gateway.open(asked, "oauth.token")
        entry.body = {"grant_type": form.get("grant_type", ""), "scope": form.get("scope", "")}
        entry.client = form.get("client_id", "")

        def run(_: str) -> Answer:
            try:
                body = self.state.tokens.exchange(form, self.state.clock.now_s())
            except OAuthRefusal as refusal:
                entry.status, entry.reason = refusal.status, str(refusal)
                return Answer(status=refusal.status, body=refusal.body)
            entry.applied, entry.status = True, 200
            return Answer(body=body)

        return await self._faulted(request, entry, run)

    async def revoke(self, request: web.Request) -> web.StreamResponse:
        """Somebody disconnects their channel; ``token`` in the form or the query."""
        asked = await _asked(request)
        entry = self.gateway.open(asked, "oauth.revoke")
        form = parse_qs(asked.raw.decode()) | asked.query

        def run(_: str) -> Answer:
            known = self.state.tokens.revoke(form.get("token", [""])[-1])
            entry.applied, entry.status = known, 200 if known else 400
            return Answer(status=entry.status, body={} if known else {"error": "invalid_token"})

        return await self._faulted(request, entry, run)

    async def consent(self, request: web.Request) -> web.StreamResponse:
        """Ask which channel; ``login_hint`` with a channel's id answers at once."""
        hint = request.query.get("login_hint", "")
        if hint in self.state.channels:
            return self._approved(request, hint)
        return self._pages.consent(request)

    async def approve(self, request: web.Request) -> web.StreamResponse:
        return self._approved(request, request.query.get("channel", ""))

    def _approved(self, request: web.Request, channel_id: str) -> web.StreamResponse:
        try:
            back = self.state.tokens.consent(request.query, channel_id)
        except OAuthRefusal as refusal:
            return web.json_response(refusal.body, status=refusal.status)
        return web.Response(status=302, headers={"Location": back})

    # -- captions -----------------------------------------------------------------------------

    async def closed_caption(self, request: web.Request) -> web.StreamResponse:
        asked = await _asked(request)
        entry = self.gateway.open(asked, "closedcaption")
        entry.body = asked.raw.decode(errors="replace")
        query = request.query

        def run(_: str) -> Answer:
            try:
                now = captions(
                    self.state, query.get("cid", ""), query.get("seq", ""), str(entry.body)
                )
            except CaptionRefused as refusal:
                entry.status, entry.reason = 400, str(refusal)
                return Answer(status=400, body=str(refusal))
            entry.applied, entry.status = True, 200
            return Answer(body=now)

        return await self._faulted(request, entry, run)

    # -- nginx --------------------------------------------------------------------------------

    async def rtmp_publish(self, request: web.Request) -> web.StreamResponse:
        form = {name: str(value) for name, value in (await request.post()).items()}
        name = None if self.ingest is None else self.ingest.on_publish(form)
        if name is None:
            return web.Response(status=403)
        return web.Response(status=302, headers={"Location": name})

    async def rtmp_done(self, request: web.Request) -> web.StreamResponse:
        form = {name: str(value) for name, value in (await request.post()).items()}
        if self.ingest is not None:
            self.ingest.on_done(form)
        return web.Response()

    async def rtmp_update(self, request: web.Request) -> web.StreamResponse:
        form = {name: str(value) for name, value in (await request.post()).items()}
        known = self.ingest is not None and self.ingest.on_update(form)
        return web.Response(status=200 if known else 404)


async def _asked(request: web.Request) -> Request:
    query = {name: list(request.query.getall(name)) for name in request.query}
    return Request(
        http=request.method,
        path=request.path,
        query=query,
        content_type=request.headers.get("Content-Type", ""),
        authorization=request.headers.get("Authorization", ""),
        raw=await request.read(),
    )


def _dropped(request: web.Request) -> web.StreamResponse:
    """Close the connection instead of answering."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _encoded(answer: Answer) -> bytes:
    if isinstance(answer.body, str):
        return answer.body.encode()
    return b"" if answer.body is None else json.dumps(answer.body, indent=2).encode()


def _response(request: web.Request, answer: Answer) -> web.StreamResponse:
    body = _encoded(answer)
    headers = {
        "Vary": "Origin, X-Origin, Referer",
        "Content-Type": "application/json; charset=UTF-8",
        **answer.headers,
    }
    if isinstance(answer.body, str):
        headers["Content-Type"] = "text/html; charset=UTF-8"
    if not body:
        del headers["Content-Type"]
    elif "gzip" in request.headers.get("Accept-Encoding", ""):
        body, headers["Content-Encoding"] = gzip.compress(body, 1), "gzip"
    return web.Response(status=answer.status, body=body, headers=headers)
