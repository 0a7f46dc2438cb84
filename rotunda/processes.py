"""Children of the supervisor: started again when they die, gone when we are."""

import asyncio
import contextlib
import ctypes
import json
import logging
import os
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

log = logging.getLogger(__name__)

PR_SET_PDEATHSIG = 1
STOP_DEADLINE_S = 5.0
CALM_S = 20.0
"""A child that lived this long has its back-off forgotten."""

_libc = ctypes.CDLL(None, use_errno=True)


def _die_with_parent() -> None:
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


@dataclass(slots=True)
class Child:
    """One supervised process.  Its configuration goes to standard input, never to argv."""

    name: str
    argv: Sequence[str]
    configuration: Mapping[str, object] | None = None
    restart: bool = True
    restarts: int = 0
    process: asyncio.subprocess.Process | None = field(default=None, repr=False)
    stopping: bool = False

    async def run(self) -> None:
        """Keep the process alive until ``stop``."""
        delay_s = 0.0
        while not self.stopping:
            started = time.monotonic()
            code = await self._once()
            if self.stopping or not self.restart:
                return
            delay_s = 0.0 if time.monotonic() - started > CALM_S else min(5.0, delay_s * 2 + 0.1)
            self.restarts += 1
            log.warning("%s ended with %s; starting again in %.1f s", self.name, code, delay_s)
            await asyncio.sleep(delay_s)

    async def _once(self) -> int:
        piped = asyncio.subprocess.PIPE if self.configuration is not None else None
        self.process = await asyncio.create_subprocess_exec(
            *self.argv,
            stdin=piped if piped is not None else asyncio.subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_die_with_parent,
        )
        if self.process.stdin is not None:
            with contextlib.suppress(ConnectionError):
                self.process.stdin.write(json.dumps(self.configuration).encode())
                await self.process.stdin.drain()
                self.process.stdin.close()
        return await self.process.wait()

    async def stop(self) -> None:
        """Ask it to end, and see to it that it does, with all its own children."""
        self.stopping = True
        process = self.process
        if process is None or process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            async with asyncio.timeout(STOP_DEADLINE_S):
                await process.wait()
        except TimeoutError:
            log.warning("%s did not end by itself", self.name)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()


def python(module: str, *arguments: str) -> list[str]:
    """Command line of one of our own modules."""
    return [sys.executable, "-m", module, *arguments]
