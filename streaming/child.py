"""One child process: told everything on standard input, heard line by line, gone when we are."""

import asyncio
import contextlib
import ctypes
import signal
import sys
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1
_LIMIT_LINE_BYTES = 1 << 16
_libc = ctypes.CDLL(None, use_errno=True)


def _die_with_parent() -> None:
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


async def answer_of(module: str, order: bytes, limit_s: float) -> bytes | None:
    """Run ``python -m module`` once, with ``order`` on its standard input; what it prints.

    None: it failed, or took too long.  Cancelled, it is ended.
    """
    running = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        preexec_fn=_die_with_parent,
    )
    try:
        async with asyncio.timeout(limit_s):
            told, _ = await running.communicate(order)
    except TimeoutError:
        return None
    finally:
        if running.returncode is None:
            running.kill()
            await running.wait()
    return told if running.returncode == 0 else None


class ChildProcess:
    """A Python module of ours, running."""

    def __init__(
        self, running: asyncio.subprocess.Process, on_line: Callable[[bytes], None]
    ) -> None:
        self._running = running
        self._on_line = on_line
        self.heard_s = asyncio.get_running_loop().time()
        """When it last said something; loop time."""

    @classmethod
    async def start(
        cls, module: str, order: bytes, on_line: Callable[[bytes], None], *, keep_open: bool
    ) -> "ChildProcess":
        """Start ``python -m module`` and hand it its order.

        With ``keep_open`` the pipe stays: its end tells the child that we are gone.
        """
        running = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            module,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=_LIMIT_LINE_BYTES,
            preexec_fn=_die_with_parent,
        )
        child = cls(running, on_line)
        try:
            await child.tell(order)
        except asyncio.CancelledError:
            child.kill()  # nobody would know of it any more
            raise
        if not keep_open and running.stdin is not None:
            running.stdin.close()
        return child

    @property
    def pid(self) -> int:
        """The process id."""
        return self._running.pid

    async def tell(self, line: bytes) -> None:
        """Write to its standard input; a dead child does not care."""
        assert self._running.stdin is not None
        with contextlib.suppress(ConnectionError, RuntimeError):
            self._running.stdin.write(line)
            await self._running.stdin.drain()

    async def wait(self) -> int:
        """Listen until it ends; return its exit status, negative for a signal."""
        assert self._running.stdout is not None
        while True:
            try:
                line = await self._running.stdout.readline()
            except ValueError:
                continue  # a line beyond all measure: skipped, the pipe stays drained
            if not line:
                break
            self.heard_s = asyncio.get_running_loop().time()
            self._on_line(line)
        return await self._running.wait()

    def silent_s(self) -> float:
        """How long it has said nothing."""
        return asyncio.get_running_loop().time() - self.heard_s

    def kill(self) -> None:
        """End it now."""
        with contextlib.suppress(ProcessLookupError):
            self._running.kill()

    async def stop(self, limit_s: float, farewell: bytes = b"") -> None:
        """Ask it to end, by ``farewell`` or SIGTERM, and see to it that it does."""
        if self._running.returncode is not None:
            return
        if farewell:
            await self.tell(farewell)
        else:
            with contextlib.suppress(ProcessLookupError):
                self._running.terminate()
        try:
            async with asyncio.timeout(limit_s):
                await self._running.wait()
        except TimeoutError:
            self.kill()
            await self._running.wait()
