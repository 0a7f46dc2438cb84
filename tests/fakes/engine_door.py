"""A media engine's HTTP door without an engine."""

from pathlib import Path
from typing import Any

from aiohttp import web

ANSWER = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=answer\r\n"


class FakeEngineDoor:
    """Takes offers, remembers them, refuses what it is told to refuse."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.peers: dict[str, dict[str, Any]] = {}
        self.fragments: list[tuple[str, str]] = []
        self.refuse_with: tuple[int, str] | None = None
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        app = web.Application()
        app.router.add_post("/peers", self._offer)
        app.router.add_patch("/peers/{peer}", self._trickle)
        app.router.add_delete("/peers/{peer}", self._remove)
        app.router.add_get("/status", self._status)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        await web.UnixSite(self._runner, str(self.path)).start()

    async def close(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _offer(self, request: web.Request) -> web.Response:
        if self.refuse_with is not None:
            status, code = self.refuse_with
            return web.json_response({"error": {"code": code, "params": {}}}, status=status)
        body = await request.json()
        self.peers[body["peer"]] = body
        return web.json_response({"peer": body["peer"], "sdp": ANSWER}, status=201)

    async def _trickle(self, request: web.Request) -> web.Response:
        body = await request.json()
        if (language := body.get("language")) is not None:
            if (peer := self.peers.get(request.match_info["peer"])) is None:
                error = {"code": "media.unknown_peer", "params": {}}
                return web.json_response({"error": error}, status=404)
            peer["language"] = language
            return web.Response(status=204)
        self.fragments.append((request.match_info["peer"], body["candidates"][0]))
        return web.Response(status=204)

    async def _remove(self, request: web.Request) -> web.Response:
        if self.peers.pop(request.match_info["peer"], None) is None:
            error = {"code": "media.unknown_peer", "params": {}}
            return web.json_response({"error": error}, status=404)
        return web.Response(status=204)

    async def _status(self, _request: web.Request) -> web.Response:
        return web.json_response({"peers": list(self.peers.values())})
