"""An engine that only plays a clip: told as the real one is, with its lease and its tap."""

import asyncio
import contextlib
import json
import os
import sys
from pathlib import Path
from typing import Any

from streaming.store import connect
from tests.fakes.program_source import ProgramSource
from venue.ids import SessionId
from venue.journal import media_key


async def run(order: dict[str, Any]) -> None:
    session = SessionId(order["session"])
    source = ProgramSource(Path(order["run_dir"]) / f"tap-{session}.sock")
    redis = connect(order["redis_url"])
    lease = json.dumps({"holder": str(os.getpid()), "address": "unix:/nowhere", "generation": 1})
    async with asyncio.TaskGroup() as group:
        group.create_task(source.run())
        while True:
            await redis.set(media_key(session), lease, px=6000)
            await asyncio.sleep(2)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(run(json.load(sys.stdin)))
