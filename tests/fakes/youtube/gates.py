"""A TCP forwarder in front of the ingest that can be slow, closed or frozen."""

import asyncio
import contextlib
import socket

_BUFFER_BYTES = 64 * 1024
"""Small, so that what comes through slowly is soon felt by whoever sends it."""
_SNIFF_BYTES = 16 * 1024


class Gate:
    """Forwards connections to a port; a test decides how badly."""

    def __init__(self, target_port: int) -> None:
        self._target_port = target_port
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._frozen: set[bytes] = set()
        self._thaw = asyncio.Event()
        self._paces: dict[bytes, float] = {}
        """Bytes a second."""
        self.accept_delay_s = 0.0
        self.closed = False
        self.frozen_bytes = 0
        """What senders had on the way when they were held."""

    async def start(self, host: str, port: int) -> int:
        """Listen; answers the port."""
        listening = socket.socket()
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER_BYTES)
        listening.bind((host, port))
        self._server = await asyncio.start_server(self._serve, sock=listening)
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def freeze(self, key: str) -> None:
        """Let nothing of the sender to this key through any more; its connection stays."""
        self._frozen.add(key.encode())

    def thaw(self) -> None:
        self._frozen.clear()
        self._thaw.set()
        self._thaw = asyncio.Event()

    def pace(self, key: str, bytes_per_s: float | None) -> None:
        """Let no more than so much of the sender to this key through; None: everything again."""
        self._paces.pop(key.encode(), None)
        if bytes_per_s is not None:
            self._paces[key.encode()] = bytes_per_s

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            if self.accept_delay_s:
                await asyncio.sleep(self.accept_delay_s)
            if not self.closed:
                await self._forward(reader, writer)
        except (OSError, asyncio.CancelledError):
            pass  # Either end went away, or the test is over: both ends are closed below.
        finally:
            writer.close()
            with contextlib.suppress(OSError, asyncio.CancelledError):
                await writer.wait_closed()
            self._tasks.discard(task)

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far = socket.socket()
        far.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER_BYTES)
        far.setblocking(False)
        await asyncio.get_running_loop().sock_connect(far, ("127.0.0.1", self._target_port))
        far_reader, far_writer = await asyncio.open_connection(sock=far)
        back = asyncio.create_task(_pump(far_reader, writer))
        # Whoever hangs up first ends both directions.
        back.add_done_callback(lambda _: reader.feed_eof() if not reader.at_eof() else None)
        try:
            head = b""
            while block := await reader.read(self._block_bytes(head)):
                head = (head + block)[:_SNIFF_BYTES] if len(head) < _SNIFF_BYTES else head
                await self._pass(head, len(block), back)
                far_writer.write(block)
                await far_writer.drain()
        finally:
            back.cancel()
            with contextlib.suppress(asyncio.CancelledError, OSError):
                await back
            far_writer.close()
            with contextlib.suppress(OSError):
                await far_writer.wait_closed()

    async def _pass(self, head: bytes, size: int, back: asyncio.Task[None]) -> None:
        """Wait while the sender is frozen; not longer than the far end waits for it."""
        while any(key in head for key in self._frozen) and not back.done():
            self.frozen_bytes += size
            thaw = asyncio.create_task(self._thaw.wait())
            await asyncio.wait({thaw, back}, return_when=asyncio.FIRST_COMPLETED)
            thaw.cancel()
        if pace := self._pace_of(head):
            await asyncio.sleep(size / pace)

    def _pace_of(self, head: bytes) -> float:
        return next((pace for key, pace in self._paces.items() if key in head), 0.0)

    def _block_bytes(self, head: bytes) -> int:
        """A slow line brings little at a time, instead of much seldom."""
        return 4 * 1024 if self._pace_of(head) else _BUFFER_BYTES


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while block := await reader.read(64 * 1024):
            writer.write(block)
            await writer.drain()
