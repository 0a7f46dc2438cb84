"""The one adapter to Redis: three clients, typed answers, and two kinds of failure.

* ``commands`` tries again once: for reads and for writes that may be repeated.
* ``appends`` never tries again: an append whose answer was lost has an unknown outcome, and only
  reading the journal tells.
* ``blocking`` waits in XREAD, at most 4 s, on connections of its own.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, cast

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import (
    BusyLoadingError,
    ConnectionError,
    MasterDownError,
    ReadOnlyError,
    ResponseError,
    TimeoutError,
)

from signaling.errors import StoreUnavailable

StreamEntry = tuple[str, dict[bytes, bytes]]
"""An entry's id and its fields."""

_LOST = (ConnectionError, TimeoutError, BusyLoadingError, MasterDownError, ReadOnlyError, OSError)
_REFUSED_WORDS = ("MISCONF", "OOM", "LOADING", "NOREPLICAS", "CLUSTERDOWN")

_APPEND = """
local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
local seq = 0
if last[1] then seq = tonumber(string.match(last[1][1], '^(%d+)')) end
if seq ~= tonumber(ARGV[1]) then return seq end
local at = 3
for entry = 1, tonumber(ARGV[2]) do
  local fields = {}
  for index = 0, 9 do fields[index + 1] = ARGV[at + index] end
  at = at + 10
  redis.call('XADD', KEYS[1], (seq + entry) .. '-0', unpack(fields))
end
return -1
"""
"""Append several entries if the journal still ends where the writer believes.

XADD alone accepts any greater id, so two writers one apart could interleave; this cannot.
"""

_RENEW = """
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return 0
"""

_RELEASE = """
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
"""


@asynccontextmanager
async def translated() -> AsyncIterator[None]:
    """Turn the library's many failures into ``StoreUnavailable``.

    A cancellation that comes while the library connects is sometimes lost in it; whoever was
    cancelled meanwhile is told again here.
    """
    task = asyncio.current_task()
    before = 0 if task is None else task.cancelling()
    try:
        yield
        if task is not None and task.cancelling() > before:
            raise asyncio.CancelledError
    except _LOST as error:
        if task is not None and task.cancelling() > before:
            raise asyncio.CancelledError from error
        raise StoreUnavailable(type(error).__name__) from error
    except ResponseError as error:
        if str(error).startswith(_REFUSED_WORDS):
            raise StoreUnavailable(str(error).split(" ", 1)[0]) from error
        raise


def _client(url: str, connections: int, retries: int, timeout_s: float) -> "Redis":
    pool = BlockingConnectionPool.from_url(
        url,
        max_connections=connections,
        timeout=3,
        socket_timeout=timeout_s,
        socket_connect_timeout=2,
        retry=Retry(NoBackoff(), retries),
        health_check_interval=0,
    )
    return Redis.from_pool(pool)


class Store:
    """Redis as this package needs it."""

    def __init__(self, url: str) -> None:
        self._commands = _client(url, 64, 1, 4)
        self._appends = _client(url, 32, 0, 4)
        self._blocking = _client(url, 512, 0, 8)

    async def close(self) -> None:
        for client in (self._commands, self._appends, self._blocking):
            await client.aclose()

    async def drop_connections(self) -> None:
        """Forget connections that died with the server, so that the next command opens its own."""
        await self._appends.connection_pool.disconnect(inuse_connections=False)

    async def run(self, *words: str | bytes | int) -> Any:
        """Send one command that may be repeated.

        Raises:
            StoreUnavailable: no answer.
        """
        async with translated():
            return await cast(Any, self._commands).execute_command(*words)

    async def run_many(self, commands: Sequence[Sequence[str | bytes | int]]) -> list[Any]:
        """Send repeatable commands in one round trip.

        Raises:
            StoreUnavailable: no answer.
        """
        async with translated():
            pipeline = self._commands.pipeline(transaction=False)
            for words in commands:
                cast(Any, pipeline).execute_command(*words)
            return list(await pipeline.execute())

    async def append(
        self, key: str, expected_seq: int, entries: Sequence[Mapping[str, bytes]]
    ) -> int | None:
        """Append entries numbered from ``expected_seq + 1``, or none at all.

        Returns:
            None when they are durable, else the sequence number the journal really ends with.

        Raises:
            StoreUnavailable: it is not known whether they were written.
        """
        words: list[str | bytes | int] = [expected_seq, len(entries)]
        for entry in entries:
            for name, value in entry.items():
                words += [name, value]
        async with translated():
            answer = await cast(Any, self._appends.eval(_APPEND, 1, key, *words))
        return None if answer == -1 else int(answer)

    async def take_lease(self, key: str, holder: str, milliseconds: int) -> bool:
        taken = await self.run("SET", key, holder, "NX", "PX", milliseconds)
        return bool(taken) or await self.renew_lease(key, holder, milliseconds)

    async def renew_lease(self, key: str, holder: str, milliseconds: int) -> bool:
        return bool(await self.run("EVAL", _RENEW, 1, key, holder, milliseconds))

    async def release_lease(self, key: str, holder: str) -> None:
        await self.run("EVAL", _RELEASE, 1, key, holder)

    async def read_stream(
        self, key: str, after: str, *, count: int = 200, block_ms: int = 2000
    ) -> list[StreamEntry]:
        """Wait for entries after an id.

        Raises:
            StoreUnavailable: no answer.
        """
        async with translated():
            answer = await cast(
                Any, self._blocking.xread({key: after}, count=count, block=min(block_ms, 4000))
            )
        return _entries(answer)

    async def range_stream(self, key: str, first: str, last: str, count: int) -> list[StreamEntry]:
        async with translated():
            rows = await cast(Any, self._commands.xrange(key, first, last, count=count))
        return [(row[0].decode(), row[1]) for row in rows]

    async def last_entries(self, key: str, count: int) -> list[StreamEntry]:
        """The newest entries, oldest first."""
        async with translated():
            rows = await cast(Any, self._commands.xrevrange(key, count=count))
        return [(row[0].decode(), row[1]) for row in reversed(rows)]

    async def messages(self, pattern: str) -> AsyncIterator[tuple[str, bytes]]:
        """Messages of all channels that match, as (channel, payload); lossy by nature.

        Raises:
            StoreUnavailable: the subscription ended.
        """
        async with translated(), self._blocking.pubsub() as pubsub:
            await pubsub.psubscribe(pattern)
            while True:
                message = await pubsub.get_message(ignore_subscribe_messages=True, timeout=2)
                if message is not None:
                    yield message["channel"].decode(), message["data"]


def _entries(answer: Any) -> list[StreamEntry]:
    if not answer:
        return []
    rows = next(iter(answer.values())) if isinstance(answer, dict) else answer[0][1]
    if rows and isinstance(rows[0], list) and rows[0] and isinstance(rows[0][0], list | tuple):
        rows = rows[0]
    return [(row[0].decode(), row[1]) for row in rows]
