"""Has recordings made ready once they have ended: one session after another, one process at a time.

A process that is killed starts again with the part it was at; parts that are ready stay.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from streaming.archive.shelf import Shelf
from streaming.child import ChildProcess
from venue.archive import Preparing
from venue.ids import SessionId

log = logging.getLogger(__name__)

LOOK_S = 1.0
RETRY_S = 10.0
LIMIT_RETRY_S = 600.0

Ended = Callable[[], Mapping[SessionId, Path]]
"""Sessions whose recording is not being written now, and where it is."""


class Archivist:
    """Looks for recordings that have ended."""

    def __init__(self, ended: Ended, retry_s: float = RETRY_S) -> None:
        self._ended = ended
        self._retry_s = retry_s
        self._pause_s: dict[SessionId, float] = {}
        self._due_s: dict[SessionId, float] = {}

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            for session, directory in self._ended().items():
                if self._due_s.get(session, 0.0) <= _now_s():
                    await self._look(session, directory)
            await asyncio.sleep(LOOK_S)

    async def _look(self, session: SessionId, directory: Path) -> None:
        shelf = Shelf(directory)
        try:
            pending = await asyncio.to_thread(shelf.pending)
            # Going on air meanwhile may have begun one of them.
            if (not pending and shelf.is_whole()) or session not in self._ended():
                return
            failure = await self._prepare(directory, shelf, [path.stem for path in pending])
        # The edge of one recording: whatever is wrong with it, live rooms must not notice.
        except Exception:
            log.exception("A recording could not be looked at")
            failure = "archive.failed"
        if failure is None:
            self._pause_s.pop(session, None)
            return
        pause_s = self._pause_s.get(session, self._retry_s)
        self._pause_s[session] = min(LIMIT_RETRY_S, pause_s * 2)
        self._due_s[session] = _now_s() + pause_s
        log.warning("The recording of %s is not ready: %s", session, failure)

    async def _prepare(self, directory: Path, shelf: Shelf, names: list[str]) -> str | None:
        """Run one process to its end; why it failed."""
        said = Preparing()

        def hear(line: bytes) -> None:
            nonlocal said
            said = msgspec.json.decode(line, type=Preparing)
            _say(shelf, said)

        _say(shelf, said)
        order = msgspec.json.encode({"directory": str(directory), "names": names})
        child = await ChildProcess.start("streaming.archive", order, hear, keep_open=False)
        try:
            status = await child.wait()
        except asyncio.CancelledError:
            child.kill()
            await child.wait()
            raise
        if status == 0:
            _say(shelf, None)
            return None
        code = said.code or "archive.failed"
        _say(shelf, Preparing(code=code))
        return code


def _say(shelf: Shelf, preparing: Preparing | None) -> None:
    try:
        shelf.say(preparing)
    except OSError as error:
        log.warning("Nobody is told of it: %s", type(error).__name__)


def _now_s() -> float:
    return asyncio.get_running_loop().time()
