"""Two ways to a client: the library's queue, and straight to the wire.

The queue costs a task switch and a frame per client.  What thousands get alike is framed once and
written to each transport, as long as the client's queue is empty and nothing was queued a moment
ago; frames are whole, so the two ways never mix within one.  Whatever is overtaken all the same is
noticed by ``prev``.
"""

import asyncio
from typing import Any

from engineio.packet import Packet

HOLD_S = 0.5
WRITE_BUFFER_MAX_BYTES = 256 * 1024


class SocketLine:
    """The way to one Socket.IO client."""

    def __init__(self, server: Any, sid: str, transport: asyncio.Transport | None) -> None:
        self._server = server
        self._sid = sid
        self._transport = transport
        self._loop = asyncio.get_running_loop()
        self._held_until_s = 0.0
        self._known: Any = None

    def queue(self, what: Packet) -> int:
        socket = self._socket()
        if socket is None or socket.closed:
            return -1
        self.hold()
        socket.queue.put_nowait(what)
        return int(socket.queue.qsize())

    def write(self, frame: bytes) -> bool:
        socket, transport = self._socket(), self._transport
        if socket is None or transport is None or socket.closed or transport.is_closing():
            return False
        if not socket.queue.empty() or self._loop.time() < self._held_until_s:
            return False
        if transport.get_write_buffer_size() > WRITE_BUFFER_MAX_BYTES:
            # From here on its queue grows until it is cut off.
            return False
        transport.write(frame)
        return True

    def hold(self) -> None:
        self._held_until_s = self._loop.time() + HOLD_S

    def _socket(self) -> Any:
        if self._known is None:
            eio_sid = self._server.manager.eio_sid_from_sid(self._sid, "/")
            self._known = self._server.eio.sockets.get(eio_sid)
        return self._known
