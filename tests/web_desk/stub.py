"""A server that shows one canned view and remembers what it is asked to do."""

import asyncio
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import socketio
from aiohttp import web

from signaling.doors.pages import assembled
from tests.harness.web_files import WEB, address, static
from tests.web_desk.views import SESSION, View, now_ms

Ack = dict[str, Any]
DONE: Ack = {"ok": True, "seq": 1}


@dataclass
class Stub:
    """Runs on a thread of its own; every attribute may be set by the test."""

    listening: socket.socket
    """Where it answers; stays open when this is stopped."""
    view: View
    page: str = "moderator"
    sessions: list[View] = field(default_factory=list)
    archive: View = field(default_factory=dict)
    """What is told of the recording; empty: it is for desks."""
    viewers: list[View] = field(default_factory=list)
    answer: Callable[[str, View], Ack] = field(default=lambda name, body: DONE)
    commands: list[tuple[str, View]] = field(default_factory=list)
    posted: list[tuple[str, View]] = field(default_factory=list)
    url: str = ""
    connected: set[str] = field(default_factory=set)
    seq: int = 1

    def __post_init__(self) -> None:
        self.arrived = threading.Condition()
        self.loop = asyncio.new_event_loop()
        self.sio = socketio.AsyncServer(async_mode="aiohttp", cors_allowed_origins="*")
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.started = threading.Event()

    def start(self) -> "Stub":
        self.thread.start()
        assert self.started.wait(10)
        return self

    def stop(self) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self.loop).result(10)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(5)
        self.loop.close()

    async def _close(self) -> None:
        await self.runner.cleanup()
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)

    def push(self, **sections: Any) -> None:
        """Replace whole sections of the view and tell every page."""
        self.view = {**self.view, **sections}
        self.seq += 1
        change = {"seq": self.seq, "prev": self.seq - 1, "patch": sections, "server_now": now_ms()}
        asyncio.run_coroutine_threadsafe(self.sio.emit("change", change), self.loop).result(5)

    def emit(self, event: str, body: Any) -> None:
        asyncio.run_coroutine_threadsafe(self.sio.emit(event, body), self.loop).result(5)

    def drop(self) -> None:
        """Hang up on every page."""

        async def hang_up() -> None:
            for sid in list(self.connected):
                await self.sio.disconnect(sid)

        asyncio.run_coroutine_threadsafe(hang_up(), self.loop).result(5)

    def wait_for(self, count: int) -> list[tuple[str, View]]:
        """Wait until so many commands have come."""
        with self.arrived:
            assert self.arrived.wait_for(lambda: len(self.commands) >= count, 30), self.commands
        return list(self.commands)

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_until_complete(self._serve())
        self.loop.run_forever()

    async def _serve(self) -> None:
        app = web.Application()
        self.sio.attach(app)
        self.sio.on("connect", self._connected)
        self.sio.on("command", self._command)
        self.sio.on("resync", self._resync)
        self.sio.on("media", self._media)
        app.router.add_get("/", self._file("lobby.html"))
        app.router.add_get("/s/{session}", self._file("audience.html"))
        app.router.add_get("/s/{session}/archive", self._file("archive.html"))
        app.router.add_get("/join", self._file("join.html"))
        app.router.add_post("/api/redeem", self._redeem)
        app.router.add_get("/api/sessions", self._sessions)
        app.router.add_get("/api/sessions/{session}", self._session)
        app.router.add_get("/api/sessions/{session}/archive", self._archive)
        app.router.add_post("/api/sessions/{session}/outputs", self._posted)
        app.router.add_get("/api/sessions/{session}/viewers", self._viewers)
        app.router.add_get("/static/-/{path:.*}", static)
        self.runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self.runner.setup()
        await web.SockSite(self.runner, self.listening.dup()).start()
        self.url = address(self.listening)
        self.started.set()

    @staticmethod
    def _file(name: str) -> Callable[[web.Request], Any]:
        async def page(_: web.Request) -> web.Response:
            return web.Response(text=assembled(WEB, name), content_type="text/html")

        return page

    def _snapshot(self) -> View:
        return {"seq": self.seq, "view": self.view, "server_now": now_ms()}

    async def _connected(self, sid: str, _environ: object, _auth: object = None) -> None:
        self.connected.add(sid)
        await self.sio.emit("snapshot", self._snapshot(), to=sid)

    async def _resync(self, _sid: str, _body: object) -> View:
        return self._snapshot()

    async def _media(self, _sid: str, _body: object) -> Ack:
        return {"ok": False, "error": {"code": "media.full"}}

    async def _command(self, _sid: str, message: View) -> Ack:
        with self.arrived:
            self.commands.append((message["name"], message["body"]))
            self.arrived.notify_all()
        return self.answer(message["name"], message["body"])

    async def _redeem(self, _: web.Request) -> web.Response:
        return web.json_response(
            {
                "session": SESSION, "role": self.page, "seat": "chair", "name": "Host",
                "language": "en", "page": self.page, "ice_servers": [],
            }
        )  # fmt: skip

    async def _session(self, request: web.Request) -> web.Response:
        wanted = request.match_info["session"]
        return web.json_response(next((one for one in self.sessions if one["id"] == wanted), {}))

    async def _archive(self, _: web.Request) -> web.Response:
        if self.archive:
            return web.json_response(self.archive)
        return web.json_response({"error": {"code": "ticket.missing", "params": {}}}, status=401)

    async def _viewers(self, _: web.Request) -> web.Response:
        return web.json_response({"youtube": self.viewers})

    async def _sessions(self, _: web.Request) -> web.Response:
        return web.json_response({"sessions": self.sessions})

    async def _posted(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.posted.append((request.headers.get("Authorization", ""), body))
        return web.json_response({"output": "o3", "kind": "rtmp", "lang": body["lang"]}, status=201)
