"""One participant's Socket.IO connection: the view kept whole, commands answered."""

import asyncio
import base64
import json
import uuid
from collections.abc import Callable, Mapping
from typing import Any, Self

import socketio

View = dict[str, Any]
"""The JSON of ``venue.wire.View``."""

ACK_TIMEOUT_S = 10.0


class Refused(Exception):
    """The room said no."""

    def __init__(self, code: str, params: Mapping[str, Any]) -> None:
        super().__init__(f"{code} {dict(params)}" if params else code)
        self.code = code
        self.params = params


def session_of(ticket: str) -> str:
    """Read the session a ticket is for; the signature is the server's business."""
    body = ticket.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return str(claims["session"])


def ticket_of(link: str) -> str:
    """Take the ticket out of a join link."""
    return link.rsplit("#", 1)[-1].strip()


class Link:
    """Follows a room as one viewer and speaks for it."""

    def __init__(self, base_url: str, auth: Mapping[str, str]) -> None:
        self._base_url, self._auth = base_url, dict(auth)
        self._socket = socketio.AsyncClient(reconnection_delay=0.5, reconnection_delay_max=3)
        self._socket.on("snapshot", self._on_snapshot)
        self._socket.on("change", self._on_change)
        self._socket.on("media", self._on_media)
        self._changed = asyncio.Event()
        self.view: View = {}
        self.seq = -1
        self.snapshots = 0
        self.media_notes: list[View] = []
        """What the server said about our media, the last 100."""
        self.on_media: Callable[[View], None] | None = None

    async def __aenter__(self) -> Self:
        await self.connect()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @property
    def connected(self) -> bool:
        """The socket is up."""
        return bool(self._socket.connected)

    async def connect(self, timeout_s: float = 10.0) -> None:
        """Join and wait for the first snapshot."""
        await self._socket.connect(
            self._base_url, auth=self._auth, transports=["websocket"], wait_timeout=timeout_s
        )
        await self.until(lambda view: bool(view), timeout_s, "first snapshot")

    async def close(self) -> None:
        """Leave."""
        await self._socket.disconnect()
        await self._socket.shutdown()

    async def command(self, name: str, body: Mapping[str, Any] | None = None) -> View:
        """Send a command and give the acknowledgement.

        Raises:
            Refused: The room refused it.
        """
        message = {"id": uuid.uuid4().hex, "name": name, "body": dict(body or {})}
        return self._checked(await self._socket.call("command", message, timeout=ACK_TIMEOUT_S))

    async def offer(self, sdp: str, tracks: Mapping[str, str]) -> str:
        """Send a media offer and give the answer's SDP.

        Raises:
            Refused: The engine or the room refused it.
        """
        message = {"kind": "offer", "sdp": sdp, "tracks": dict(tracks)}
        ack = self._checked(await self._socket.call("media", message, timeout=ACK_TIMEOUT_S))
        return str(ack["sdp"])

    async def until(
        self, wanted: Callable[[View], bool], timeout_s: float = 10.0, what: str = ""
    ) -> View:
        """Wait for a view that satisfies ``wanted`` and give it.

        Raises:
            TimeoutError: It did not come in time.
        """
        try:
            async with asyncio.timeout(timeout_s):
                while not (self.view and wanted(self.view)):
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            state = {key: self.view.get(key) for key in ("floor", "program", "you", "outputs")}
            raise TimeoutError(f"{what or 'view'} not seen in {timeout_s} s: {state}") from None
        return self.view

    @staticmethod
    def _checked(ack: Any) -> View:
        if not isinstance(ack, dict) or not ack.get("ok"):
            error = ack.get("error", {}) if isinstance(ack, dict) else {}
            raise Refused(str(error.get("code", "malformed")), error.get("params") or {})
        return ack

    def _on_snapshot(self, message: View) -> None:
        self.view, self.seq = dict(message["view"]), int(message["seq"])
        self.snapshots += 1
        self._changed.set()

    async def _on_change(self, message: View) -> None:
        seq = int(message["seq"])
        if seq < self.seq:
            return
        # A view may change without the journal (counters): same number, newer patch.
        if seq > self.seq + 1:
            ack = await self._socket.call("resync", {}, timeout=ACK_TIMEOUT_S)
            if isinstance(ack, dict) and "view" in ack:
                self._on_snapshot(ack)
            return
        self.view.update(message["patch"])
        self.seq = seq
        self._changed.set()

    def _on_media(self, message: View) -> None:
        self.media_notes = [*self.media_notes[-99:], message]
        if self.on_media is not None:
            self.on_media(message)
        self._changed.set()
