"""The engine's HTTP door, on a unix socket; the signaling process is its only caller."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from aiohttp import web

from streaming.engine.peers import PeerTable, RoomFull, UnknownPeer
from streaming.rtc.offer import OfferRefused
from streaming.rtc.peer import PeerKind, PeerSpec
from venue.ids import FLOOR_LANGUAGE, Language, SeatId

_BODY_BYTES_MAX = 256 * 1024


class _OpenPeer(msgspec.Struct):
    peer: str
    sdp: str
    seat: SeatId | None = None
    role: str = ""
    kind: PeerKind = PeerKind.BROWSER
    language: Language = FLOOR_LANGUAGE
    tracks: dict[str, str] = msgspec.field(default_factory=dict)


class _Change(msgspec.Struct):
    candidates: list[str] = msgspec.field(default_factory=list)
    language: Language | None = None


def _json(body: object, status: int = 200) -> web.Response:
    return web.Response(
        body=msgspec.json.encode(body), status=status, content_type="application/json"
    )


def _error(status: int, code: str, message: str) -> web.Response:
    error = {"code": code, "params": {}, "message": message}
    return _json({"error": error}, status)


class Door:
    """Routes of the door."""

    def __init__(
        self,
        table: PeerTable,
        status: Callable[[], Mapping[str, Any]],
        metrics: Callable[[], bytes],
    ) -> None:
        self._table = table
        self._status = status
        self._metrics = metrics

    def application(self) -> web.Application:
        """The aiohttp application."""
        app = web.Application(client_max_size=_BODY_BYTES_MAX)
        app.router.add_post("/peers", self._open)
        app.router.add_patch("/peers/{peer}", self._change)
        app.router.add_delete("/peers/{peer}", self._close)
        app.router.add_get("/status", self._get_status)
        app.router.add_get("/metrics", self._get_metrics)
        return app

    async def _open(self, request: web.Request) -> web.Response:
        try:
            wanted = msgspec.json.decode(await request.read(), type=_OpenPeer)
        except msgspec.DecodeError:
            return _error(400, "command.malformed", "The request is not understood.")
        spec = PeerSpec(
            wanted.peer, wanted.seat, wanted.role, wanted.kind, wanted.language, wanted.tracks
        )
        try:
            answer = await self._table.open(spec, wanted.sdp)
        except OfferRefused as error:
            return _error(422, error.code, error.reason)
        except RoomFull:
            return _error(503, "media.full", "The room takes no more connections.")
        return _json({"peer": spec.peer, "sdp": answer}, 201)

    async def _change(self, request: web.Request) -> web.Response:
        peer = request.match_info["peer"]
        try:
            self._table.get(peer)
            wanted = msgspec.json.decode(await request.read(), type=_Change)
            if wanted.language is not None:
                self._table.retune(peer, wanted.language)
        except UnknownPeer:
            return _error(404, "media.unknown_peer", "There is no such connection.")
        except msgspec.DecodeError:
            return _error(400, "command.malformed", "The request is not understood.")
        # The peer's own checks reach our port and teach us its address: candidates add nothing.
        return web.Response(status=204)

    async def _close(self, request: web.Request) -> web.Response:
        try:
            self._table.close(request.match_info["peer"])
        except UnknownPeer:
            return _error(404, "media.unknown_peer", "There is no such connection.")
        return web.Response(status=204)

    async def _get_status(self, _request: web.Request) -> web.Response:
        return _json(self._status())

    async def _get_metrics(self, _request: web.Request) -> web.Response:
        return web.Response(body=self._metrics(), content_type="text/plain")
