"""The way to a room's media engine: its own HTTP door, found through the lease in Redis.

Session descriptions pass through; media never does.
"""

import asyncio
import contextlib
import hashlib
import json
import secrets
from typing import Any

import aiohttp

from signaling.errors import ApiError
from signaling.store import Store
from venue import journal as keys
from venue.ids import SessionId

ANSWER_TIMEOUT_S = 6
WANTED_MS = 20_000
"""Time for an engine to start and for the encoder's media to arrive at it."""

LOOK_S = 0.1
CLIENTS_MAX = 64

Document = dict[str, Any]


def new_peer(ticket_id: str = "") -> str:
    """Name a connection so that those of one ticket can be found again."""
    return f"{_ticket_mark(ticket_id)}{secrets.token_hex(8)}"


def _ticket_mark(ticket_id: str) -> str:
    return f"{hashlib.sha256(ticket_id.encode()).hexdigest()[:12]}-"


class EngineDoors:
    """Asks the engines of all rooms."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._clients: dict[str, aiohttp.ClientSession] = {}

    async def close(self) -> None:
        for client in self._clients.values():
            await client.close()
        self._clients.clear()

    async def offer(self, session: SessionId, body: Document) -> Document:
        """Hand in an offer; the answer is ``{"peer", "sdp"}``.

        Raises:
            ApiError: 503 ``media.unavailable``, ``media.full``; 422 with the engine's code.
        """
        answer = await self._ask(session, "POST", "/peers", body)
        if not isinstance(answer.get("sdp"), str):
            raise ApiError(503, "media.unavailable")
        return answer

    async def wake(self, session: SessionId, wait_s: float) -> None:
        """Have an engine started if the room has none, and wait for it, but not for ever.

        Whether one has come is for whoever hands in an offer next.
        """
        if await self._lease(session) is not None:
            return
        await self._store.run("SET", keys.engine_wanted_key(session), 1, "PX", WANTED_MS)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(wait_s):
                # Another process writes the lease: there is nothing here to be woken by.
                while await self._lease(session) is None:  # noqa: ASYNC110
                    await asyncio.sleep(LOOK_S)

    async def trickle(self, session: SessionId, peer: str, fragment: str) -> None:
        await self._ask(session, "PATCH", f"/peers/{peer}", {"candidates": [fragment]})

    async def retune(self, session: SessionId, peer: str, language: str) -> None:
        await self._ask(session, "PATCH", f"/peers/{peer}", {"language": language})

    async def remove(self, session: SessionId, peer: str) -> None:
        await self._ask(session, "DELETE", f"/peers/{peer}", None)

    async def status(self, session: SessionId) -> Document:
        return await self._ask(session, "GET", "/status", None)

    async def remove_of(self, session: SessionId, seat: str | None, ticket_id: str | None) -> None:
        """End the connections of a seat, or those made with a ticket."""
        mark = None if ticket_id is None else _ticket_mark(ticket_id)
        for peer in (await self.status(session)).get("peers", ()):
            name = str(peer["peer"])
            hit = peer.get("seat") == seat if mark is None else name.startswith(mark)
            if hit:
                await self.remove(session, name)

    async def peers(self, session: SessionId) -> frozenset[str]:
        """The ids of the peers the engine has now."""
        found = (await self.status(session)).get("peers", ())
        names = [peer.get("peer") if isinstance(peer, dict) else peer for peer in found]
        return frozenset(str(name) for name in names)

    async def _ask(
        self, session: SessionId, method: str, path: str, body: Document | None
    ) -> Document:
        address = await self._address(session)
        client, base = self._client(address)
        try:
            async with client.request(method, base + path, json=body) as response:
                raw = await response.content.read(1_000_000)
                return _document(response.status, raw)
        except (TimeoutError, aiohttp.ClientError, OSError):
            raise ApiError(503, "media.unavailable") from None

    async def _lease(self, session: SessionId) -> bytes | None:
        lease: bytes | None = await self._store.run("GET", keys.media_key(session))
        return lease

    async def _address(self, session: SessionId) -> str:
        raw = await self._lease(session)
        if raw is None:
            raise ApiError(503, "media.unavailable")
        try:
            return str(json.loads(raw)["address"])
        except (ValueError, KeyError, TypeError):
            raise ApiError(503, "media.unavailable") from None

    def _client(self, address: str) -> tuple[aiohttp.ClientSession, str]:
        if address.startswith("unix:"):
            base = "http://engine"
        elif address.startswith("http://"):
            base = address.rstrip("/")
        else:
            raise ApiError(503, "media.unavailable")
        client = self._clients.get(address)
        if client is None:
            if len(self._clients) >= CLIENTS_MAX:
                oldest = self._clients.pop(next(iter(self._clients)))
                closing = asyncio.ensure_future(oldest.close())
                closing.add_done_callback(lambda done: done.exception())
            connector: aiohttp.BaseConnector | None = None
            if address.startswith("unix:"):
                connector = aiohttp.UnixConnector(path=address.removeprefix("unix:"), limit=32)
            client = self._clients[address] = aiohttp.ClientSession(
                connector=connector, timeout=aiohttp.ClientTimeout(total=ANSWER_TIMEOUT_S)
            )
        return client, base


def _document(status: int, raw: bytes) -> Document:
    try:
        document = json.loads(raw) if raw else {}
    except ValueError:
        document = {}
    if not isinstance(document, dict):
        document = {}
    if status < 300:
        return document
    error = document.get("error")
    if not isinstance(error, dict) or not isinstance(error.get("code"), str):
        raise ApiError(503, "media.unavailable")
    params = error.get("params")
    message = error.get("message")
    raise ApiError(
        status,
        error["code"],
        params if isinstance(params, dict) else {},
        message if isinstance(message, str) else None,
    )
