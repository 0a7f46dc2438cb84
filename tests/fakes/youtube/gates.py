"""A TCP forwarder in front of the ingest that can be slow, closed or frozen."""

import asyncio
import contextlib

_SNIFF_BYTES = 16 * 1024


class Gate:
    """Forwards connections to a port; a test decides how badly."""

    def __init__(self, target_port: int) -> None:
        self._target_port = target_port
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._frozen: set[bytes] = set()
        self._thaw = asyncio.Event()
        self.accept_delay_s = 0.0
        self.closed = False
        self.frozen_bytes = 0
        """What senders had on the way when they were held."""

    async def start(self, host: str, port: int) -> int:
        """Listen; answers the port."""
        self._server = await asyncio.start_server(self._serve, host, port)
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
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target_port)
        back = asyncio.create_task(_pump(far_reader, writer))
        # Whoever hangs up first ends both directions.
        back.add_done_callback(lambda _: reader.feed_eof() if not reader.at_eof() else None)
        try:
            head = b""
            while block := await reader.read(64 * 1024):
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


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while block := await reader.read(64 * 1024):
            writer.write(block)
            await writer.drain()
