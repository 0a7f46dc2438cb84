"""Keeps the engine of one room running while the room wants one."""

import asyncio
import logging

from redis.exceptions import RedisError

from streaming.child import ChildProcess
from streaming.store import Facts, StreamingStore
from venue.ids import SessionId

log = logging.getLogger(__name__)

LOOK_S = 0.25
LIMIT_SILENT_S = 12.0
"""An engine that has lost its lease for so long stands still; it is ended and started again."""

LIMIT_START_S = 40.0
"""The same for its first lease: a busy machine starts slowly."""

CALM_S = 20.0
LIMIT_DELAY_S = 5.0
LIMIT_STOP_S = 1.5


def restart_delay_s(crashes: int) -> float:
    """At once at first, then slower: ``crashes`` in a row, none of them after a calm time."""
    return 0.0 if crashes <= 1 else min(0.5 * 2.0 ** (crashes - 2), LIMIT_DELAY_S)


class EngineKeeper:
    """One engine process at a time."""

    def __init__(
        self,
        session: SessionId,
        order: bytes,
        store: StreamingStore,
        facts: Facts,
        module: str = "streaming.engine",
    ) -> None:
        self.pid: int | None = None
        self._module = module
        self.restarts = 0
        self.running = False
        self._session = session
        self._order = order
        self._store = store
        self._facts = facts
        self._wanted = asyncio.Event()
        self._unwanted = asyncio.Event()
        self._unwanted.set()

    def want(self, wanted: bool) -> None:
        """Say whether the room needs an engine."""
        if wanted:
            self._wanted.set()
            self._unwanted.clear()
        else:
            self._wanted.clear()
            self._unwanted.set()

    async def run(self) -> None:
        """Start, watch and start again, until cancelled."""
        crashes = 0
        while True:
            await self._wanted.wait()
            started_s = asyncio.get_running_loop().time()
            status = await self._once()
            if not self._wanted.is_set():
                crashes = 0
                continue
            calm = asyncio.get_running_loop().time() - started_s > CALM_S
            crashes = 1 if calm else crashes + 1
            self.restarts += 1
            log.warning("The engine of %s ended with %s", self._session, status)
            await asyncio.sleep(restart_delay_s(crashes))

    async def _once(self) -> int | None:
        """One engine from start to end; its exit status, None if it was ended on purpose."""
        self._post("starting")
        child = await ChildProcess.start(self._module, self._order, _ignore, keep_open=False)
        self.running, self.pid = True, child.pid
        ended = asyncio.create_task(child.wait())
        watch = asyncio.create_task(self._watch(child))
        unwanted = asyncio.create_task(self._unwanted.wait())
        try:
            await asyncio.wait((ended, unwanted), return_when=asyncio.FIRST_COMPLETED)
            return ended.result() if ended.done() else None
        finally:
            watch.cancel()
            unwanted.cancel()
            await child.stop(LIMIT_STOP_S)
            await ended
            self.running, self.pid = False, None
            self._post("down")

    async def _watch(self, child: ChildProcess) -> None:
        """Say that the engine is up, and end it when it stands still."""
        clock = asyncio.get_running_loop().time
        before, seen_s, up = await self._lease(), clock(), False
        while True:
            await asyncio.sleep(LOOK_S)
            try:
                lease = await self._store.engine_lease(self._session)
            except (RedisError, OSError):
                seen_s = clock()  # nobody can renew anything now
                continue
            if lease is not None:
                seen_s = clock()
                # The lease of a dead engine stays for a while: wait for the new one.
                if not up and lease != before:
                    up = True
                    self._post("up")
            elif clock() - seen_s > (LIMIT_SILENT_S if up else LIMIT_START_S):
                log.warning("The engine of %s stands still and is ended", self._session)
                child.kill()
                return

    async def _lease(self) -> bytes | None:
        try:
            return await self._store.engine_lease(self._session)
        except (RedisError, OSError):
            return None

    def _post(self, state: str) -> None:
        self._facts.post("engine", "engine.state", {"state": state})


def _ignore(_: bytes) -> None:
    """An engine says nothing on standard output; what its libraries say is drained."""
