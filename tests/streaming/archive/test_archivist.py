"""Who makes recordings ready, and what becomes of it when a process dies."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]
import pytest

from streaming.archive.archivist import Archivist
from streaming.archive.shelf import Shelf
from tests.streaming.archive.recorded import record
from tests.streaming.outputs.house import until
from venue.ids import SessionId

pytestmark = pytest.mark.media

SUMMIT = SessionId("summit")


@asynccontextmanager
async def working(ended: Callable[[], Mapping[SessionId, Path]]) -> AsyncIterator[None]:
    task = asyncio.create_task(Archivist(ended, retry_s=0.1).run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def told(directory: Path, name: str) -> dict[str, Any]:
    path = directory / "archive" / name
    return dict(json.loads(path.read_bytes())) if path.exists() else {}


def processes() -> list[int]:
    children = psutil.Process().children()
    return [each.pid for each in children if "streaming.archive" in each.cmdline()]


async def test_nothing_is_touched_while_the_recording_may_still_be_written(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    for directory in (one, other):
        record(directory, 2)
    async with working(lambda: {SUMMIT: one}):
        await until(lambda: bool(told(one, "archive.json")))
        await until(lambda: not told(one, "state.json"))
    assert not (other / "archive").exists()


async def test_a_process_that_is_killed_begins_again(tmp_path: Path) -> None:
    for second in range(0, 40, 2):
        record(tmp_path, 10, second=second)
    count = len(Shelf(tmp_path).pending())
    async with working(lambda: {SUMMIT: tmp_path}):
        await until(lambda: bool(list((tmp_path / "archive").glob("*/index.json"))))
        (victim,) = processes()
        os.kill(victim, signal.SIGKILL)
        await until(lambda: told(tmp_path, "archive.json") != {})
        await until(lambda: not told(tmp_path, "state.json"))
    assert len(told(tmp_path, "archive.json")["parts"]) == count
    assert list((tmp_path / "archive").glob("*.new")) == []
    assert processes() == []


async def test_what_cannot_be_done_is_said_and_stops_no_other_session(tmp_path: Path) -> None:
    bad, good = tmp_path / "bad", tmp_path / "good"
    for directory in (bad, good):
        record(directory, 2)
    (bad / "archive").write_text("a file where a directory should be")
    async with working(lambda: {SessionId("bad"): bad, SUMMIT: good}):
        await until(lambda: bool(told(good, "archive.json")))
