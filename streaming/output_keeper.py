"""Keeps one output of one room running while the room is on air."""

import asyncio
import logging
import random
import time
from collections.abc import Callable
from dataclasses import replace

import msgspec

from streaming.child import ChildProcess
from streaming.outputs import policy
from streaming.outputs.order import Cover, Order, Report
from streaming.outputs.policy import RetryState
from streaming.store import Facts
from venue.ids import Instant

log = logging.getLogger(__name__)

LIMIT_SILENT_S = 20.0
"""An output process that reports nothing for so long is killed."""

LIMIT_STOP_S = 2.0
LIMIT_HALT_S = 1.5
POST_EVERY_MS = 2_000
_ALARM = -14


def now_ms() -> Instant:
    """Wall clock."""
    return Instant(int(time.time() * 1000))


class OutputKeeper:
    """One attempt after another at one target."""

    def __init__(
        self,
        order: Order,
        facts: Facts,
        others: Callable[[], tuple[Instant, ...]],
        *,
        progressed: bool,
    ) -> None:
        """Begin.

        ``others``: when attempts of other outputs begin or have begun; ``progressed``: the target
        took the program already, before we were started.
        """
        self.order = order
        self.retry = RetryState(progressed=progressed)
        self.state = "ready"
        self.sent_bytes = 0
        self.report = Report(state="ready")
        """What the attempt said last."""
        self._facts = facts
        self._others = others
        self._sent_before_bytes = 0
        self._error: str | None = None
        self.last_error: str | None = None
        self._stopping = False
        self._again = asyncio.Event()
        """Somebody wants another attempt now."""
        self._because = ""
        self._posted_ms = 0
        self._child: ChildProcess | None = None

    async def run(self) -> None:
        """Until ``stop`` was called."""
        while not self._stopping:
            self.retry = policy.begun(self.retry, now_ms())
            error = await self._attempt()
            if self._stopping:
                break
            if self._again.is_set():
                error = self._because
                self._again.clear()
            await self._rest(error)

    async def _rest(self, error: str) -> None:
        """Wait for the next attempt, or for somebody to ask for it."""
        self.retry = policy.ended(self.retry, error, now_ms(), random.random())
        log.warning("Output %s: %s", self.order.output, error)
        if self.retry.next_attempt is not None:
            self._due_at(self.retry.next_attempt)
        self._post("failed" if self.retry.failed else "retrying", error)
        if await self._asked_before(self.retry.next_attempt):
            self._again.clear()
            self._due_at(now_ms())
            self._post("retrying", self._because)
            await _sleep_until(self.retry.next_attempt)

    def _due_at(self, due: Instant) -> None:
        self.retry = replace(self.retry, next_attempt=policy.apart(due, self._others()))

    async def _asked_before(self, due: Instant | None) -> bool:
        limit_s = None if due is None else max(0, due - now_ms()) / 1000
        try:
            async with asyncio.timeout(limit_s):
                await self._again.wait()
        except TimeoutError:
            return False
        return True

    def again(self, because: str) -> None:
        """Let another attempt begin now, whatever the present one is at; ``because``: a code."""
        self._because = because
        self._again.set()

    async def cover(self, cover: Cover) -> None:
        """Play the slate or the program, now and in every attempt from now on."""
        if cover == self.order.cover:
            return
        self.order = msgspec.structs.replace(self.order, cover=cover)
        if self._child is not None:
            await self._child.tell(f"cover {cover}\n".encode())

    async def stop(self) -> None:
        """End it, telling the target that the broadcast is over."""
        self._stopping = True
        if self._child is not None:
            await self._child.stop(LIMIT_STOP_S, farewell=b"finish\n")
        self._post("finished", None)

    async def halt(self) -> None:
        """End it because this process ends; another supervisor goes on."""
        self._stopping = True
        if self._child is not None:
            await self._child.stop(LIMIT_HALT_S)

    @property
    def pid(self) -> int | None:
        """The process of the running attempt."""
        return None if self._child is None else self._child.pid

    @property
    def retries(self) -> int:
        """Attempts but the first."""
        return self.retry.retries

    async def _attempt(self) -> str:
        self._error = None
        self._sent_before_bytes = self.sent_bytes
        if self.state == "ready":
            self._post("starting", None)
        cover = self.order.cover
        order = msgspec.json.encode(self.order) + b"\n"
        child = await ChildProcess.start("streaming.outputs", order, self._hear, keep_open=True)
        self._child = child
        if self.order.cover != cover:  # it was changed while the process started
            await child.tell(f"cover {self.order.cover}\n".encode())
        watches = (
            asyncio.create_task(_kill_when_silent(child)),
            asyncio.create_task(self._end_when_asked(child)),
        )
        try:
            status = await child.wait()
        except asyncio.CancelledError:
            child.kill()
            raise
        finally:
            for watch in watches:
                watch.cancel()
            self._child = None
        if self._error is not None:
            return self._error
        return "output.timeout" if status in (_ALARM, -9) else "output.crashed"

    async def _end_when_asked(self, child: ChildProcess) -> None:
        await self._again.wait()
        await child.stop(LIMIT_STOP_S, farewell=b"finish\n")

    def _hear(self, line: bytes) -> None:
        try:
            report = msgspec.json.decode(line, type=Report)
        except msgspec.DecodeError:
            return
        self.sent_bytes = self._sent_before_bytes + report.sent_bytes
        self.report = report
        self._error = self.last_error = report.error
        if report.state == "running":
            self.retry = policy.running(self.retry, now_ms())
        # A retry shows as such until it succeeds; the end of an attempt is for the policy.
        if report.state in ("running", "degraded"):
            self._post(report.state, None)

    def _post(self, state: str, error: str | None) -> None:
        now = now_ms()
        if state == self.state and error is None and now - self._posted_ms < POST_EVERY_MS:
            return
        self.state, self._posted_ms = state, now
        body = {
            "output": self.order.output,
            "state": state,
            "sent_bytes": self.sent_bytes,
            "retries": self.retry.retries,
            "error": error,
            "trying": state != "finished" and self.retry.next_attempt is not None,
        }
        self._facts.post(f"output:{self.order.output}", "output.state", body)


async def _sleep_until(due: Instant | None) -> None:
    await asyncio.sleep(0 if due is None else max(0, due - now_ms()) / 1000)


async def _kill_when_silent(child: ChildProcess) -> None:
    while True:
        left_s = LIMIT_SILENT_S - child.silent_s()
        if left_s <= 0:
            child.kill()
            return
        await asyncio.sleep(left_s)
