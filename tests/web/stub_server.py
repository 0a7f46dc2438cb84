"""A small server for the pages' own tests: tickets, one canned view, and commands that are noted.

    python -m tests.web.stub_server [PORT]

``tickets`` maps a ticket to the answer of the redeem door; ``view`` is what everybody is sent.
Media offers are answered by ``answer_media``, which a test may replace.
"""

import asyncio
import logging
import re
import socket
import sys
from collections.abc import Awaitable, Callable
from copy import deepcopy
from typing import Any

import socketio
from aiohttp import web

from signaling.doors.pages import assembled
from tests.harness.web_files import WEB, address, door, static
from tests.web import canned

PAGES = {"/join": "join.html", "/": "lobby.html"}
REFUSALS = {
    "expired": "ticket.expired",
    "forged": "ticket.invalid",
    "foreign": "ticket.foreign",
    "revoked": "ticket.revoked",
}
Document = dict[str, Any]

log = logging.getLogger(__name__)


class StubServer:
    """One room without rules."""

    def __init__(self) -> None:
        self.address = ""
        self.view: Document = canned.view()
        self.seq = 10
        self.commands: list[tuple[str, Document]] = []
        self.offers: list[Document] = []
        self.whep_refusal = (503, "media.unavailable", "1")
        """Status, code and Retry-After."""
        self.whep_offers = 0
        self.public = True
        self.resyncs = 0
        self._heard = asyncio.Event()
        self.answers: dict[str, Document] = {}
        self.answer_media: Callable[[Document], Awaitable[Document]] | None = None
        self.sio = socketio.AsyncServer(async_mode="aiohttp", async_handlers=False)
        self.app = web.Application()
        self.sio.attach(self.app)
        self._routes()
        self._runner = web.AppRunner(self.app, shutdown_timeout=0.1)
        self._lines: dict[str, asyncio.Transport] = {}
        self.refusing = False
        """Nobody new may connect: the server restarts."""

    def _routes(self) -> None:
        for path, file in PAGES.items():
            self.app.router.add_get(path, self._page(file))
        self.app.router.add_get("/s/{session}/program", self._page("room.html"))
        self.app.router.add_get("/s/{session}/listen", self._page("listen.html"))
        self.app.router.add_get("/s/{session}/poster", self._page("poster.html"))
        self.app.router.add_get("/api/sessions/{session}", self._session)
        self.app.router.add_post("/api/sessions/{session}/tickets/hall", self._hall)
        self.app.router.add_post("/whep/{session}", self._refuse_whep)
        self.app.router.add_get("/s/{session}", self._page("audience.html"))
        self.app.router.add_get("/static/-/{path:.*}", static)
        self.app.router.add_post("/api/redeem", self._redeem)
        self.sio.on("connect", self._connect)
        self.sio.on("command", self._command)
        self.sio.on("resync", self._resync)
        self.sio.on("media", self._media)

    async def start(self, listening: socket.socket) -> None:
        """Answer at a door, which stays when this is stopped."""
        await self._runner.setup()
        await web.SockSite(self._runner, listening.dup()).start()
        self.address = address(listening)

    async def stop(self) -> None:
        await self._runner.cleanup()

    async def change(self, patch: Document, *, skip: int = 0, base: int | None = None) -> None:
        """Change sections of the view; ``skip`` leaves a gap in the numbers."""
        self.view = {**self.view, **deepcopy(patch)}
        prev = self.seq + skip if base is None else base
        self.seq += 1 + skip
        message = {"seq": self.seq, "prev": prev, "patch": patch, "server_now": canned.now_ms()}
        await self.sio.emit("change", message)

    async def heard(self, name: str, times: int = 1) -> None:
        """Wait until somebody has sent this command."""
        async with asyncio.timeout(30):
            while sum(said == name for said, _ in self.commands) < times:
                self._heard.clear()
                await self._heard.wait()

    async def media(self, body: Document) -> None:
        await self.sio.emit("media", body)

    async def drop_everybody(self) -> None:
        """Cut every line, as a restart of the server does."""
        for transport in self._lines.values():
            transport.abort()
        self._lines.clear()

    def _snapshot(self) -> Document:
        return {"seq": self.seq, "view": self.view, "server_now": canned.now_ms()}

    def _page(self, file: str) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def page(_: web.Request) -> web.Response:
            path = WEB / file
            if not path.exists():
                raise web.HTTPNotFound
            return web.Response(text=assembled(WEB, file), content_type="text/html")

        return page

    async def _redeem(self, request: web.Request) -> web.Response:
        ticket = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if ticket in REFUSALS:
            error = {"code": REFUSALS[ticket], "params": {}, "message": "No."}
            return web.json_response({"error": error}, status=403)
        page = re.sub(r"-.*", "", ticket) or "delegate"
        return web.json_response(canned.admission(page))

    async def _refuse_whep(self, _: web.Request) -> web.Response:
        self.whep_offers += 1
        status, code, wait_s = self.whep_refusal
        error = {"code": code, "params": {}, "message": "No."}
        headers = {"Retry-After": wait_s}
        return web.json_response({"error": error}, status=status, headers=headers)

    async def _session(self, _: web.Request) -> web.Response:
        return web.json_response({**self.view["session"], "public": self.public})

    async def _hall(self, request: web.Request) -> web.Response:
        assert request.headers["Authorization"] == "Bearer room-1"
        made = {"ticket": "of.the.hall", "jti": "h", "expires_at": canned.now_ms()}
        return web.json_response(made, status=201)

    async def _connect(self, sid: str, environ: Document, _: Document | None) -> None:
        if self.refusing:
            raise socketio.exceptions.ConnectionRefusedError(
                "server.unavailable", {"code": "server.unavailable", "params": {}}
            )
        self._lines[sid] = environ["aiohttp.request"].transport
        await self.sio.emit("snapshot", self._snapshot(), to=sid)

    async def _command(self, _: str, message: Document) -> Document:
        self.commands.append((message["name"], message["body"]))
        self._heard.set()
        return self.answers.get(message["name"], {"ok": True, "seq": self.seq})

    async def _resync(self, _: str, __: Document) -> Document:
        self.resyncs += 1
        return self._snapshot()

    async def _media(self, _: str, message: Document) -> Document:
        self.offers.append(message)
        if self.answer_media is None:
            return {"ok": False, "error": {"code": "media.unavailable", "params": {}}}
        return await self.answer_media(message)


async def _serve(port: int) -> None:
    server = StubServer()
    await server.start(door(port))
    log.info("stub on %s", server.address)
    await asyncio.Event().wait()


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    asyncio.run(_serve(int(sys.argv[1]) if len(sys.argv) > 1 else 8099))
