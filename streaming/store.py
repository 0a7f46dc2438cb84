"""What streaming asks of Redis: the sessions, the leases, the secrets of outputs, the inbox."""

import asyncio
import contextlib
import logging
import uuid
from collections.abc import Mapping
from typing import Any

import msgspec
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError, ResponseError

from venue.ids import OutputId, SessionId
from venue.journal import (
    SESSIONS,
    engine_wanted_key,
    inbox_key,
    media_key,
    outputs_key,
    streaming_key,
)
from venue.roles import SYSTEM
from venue.sealing import Address, Seal, Unreadable

log = logging.getLogger(__name__)

INBOX_MAX = 10_000
RETRY_S = 0.5

_RENEW = """
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return 0
"""
_RELEASE = """
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
"""
_REPLACE = """
if redis.call('HGET', KEYS[1], ARGV[1]) == ARGV[2] then
  return redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
end
return 0
"""


async def pause(seconds: float) -> None:
    """Wait before trying again."""
    await asyncio.sleep(seconds)


class CancellableRedis(Redis):
    """A client in which no cancellation is lost.

    While it connects, redis-py 8.1 turns some cancellations into its own errors; whoever was
    cancelled meanwhile is told again here.  To be removed once the library keeps them.
    """

    async def execute_command(self, *args: Any, **options: Any) -> Any:
        """Send one command.

        Raises:
            RedisError: The server refused it, or is away.
            OSError: The server is away.
        """
        task = asyncio.current_task()
        before = 0 if task is None else task.cancelling()
        try:
            answer = await super().execute_command(*args, **options)  # type: ignore[no-untyped-call]
        except (RedisError, OSError):
            if task is not None and task.cancelling() > before:
                raise asyncio.CancelledError from None
            raise
        if task is not None and task.cancelling() > before:
            raise asyncio.CancelledError
        return answer


def connect(url: str, connections: int = 64) -> "Redis":
    """A client whose pool waits instead of failing, and that tries again once."""
    pool = BlockingConnectionPool.from_url(
        url,
        max_connections=connections,
        timeout=5,
        socket_timeout=10,
        socket_connect_timeout=2,
        retry=Retry(NoBackoff(), 1),
    )
    return CancellableRedis.from_pool(pool)


class StreamingStore:
    """A typed view of Redis.  Methods raise ``RedisError`` or ``OSError`` while it is away."""

    def __init__(self, redis: "Redis", holder: str, secret: str = "") -> None:
        """``secret``: what addresses with keys are encrypted with."""
        self.redis = redis
        self._holder = holder
        self._seal = Seal(secret)

    async def sessions(self) -> tuple[SessionId, ...]:
        """All sessions of the programme."""
        keys: list[bytes] = await self.redis.hkeys(SESSIONS)  # type: ignore[assignment]
        return tuple(SessionId(key.decode()) for key in keys)

    async def take_lease(self, session: SessionId, lease_ms: int) -> bool:
        """Become, or stay, the supervisor of a room's streaming."""
        key = streaming_key(session)
        if await self.redis.set(key, self._holder, nx=True, px=lease_ms):
            return True
        return bool(await self.redis.eval(_RENEW, 1, key, self._holder, lease_ms))

    async def release_lease(self, session: SessionId) -> None:
        """Let another supervisor take over at once."""
        await self.redis.eval(_RELEASE, 1, streaming_key(session), self._holder)

    async def engine_lease(self, session: SessionId) -> bytes | None:
        """What the live engine of a room says of itself."""
        lease = await self.redis.get(media_key(session))
        return lease.encode() if isinstance(lease, str) else lease

    async def engine_asked_for(self, session: SessionId) -> bool:
        """Whether somebody with media to send waits for an engine."""
        return bool(await self.redis.exists(engine_wanted_key(session)))

    async def address(self, session: SessionId, output: OutputId) -> Address | None:
        """Where an output goes; None: nobody said.

        Raises:
            Unreadable: It was said under another secret.
        """
        key = outputs_key(session)
        raw: Any = await self.redis.hget(key, output)
        return None if raw is None else await self._opened(key, output, raw)

    async def _opened(self, key: str, output: Any, raw: bytes) -> Address:
        """What was written down; what a former version left plain is encrypted."""
        address = self._seal.opened(raw)
        if address.plain:
            await self.redis.eval(_REPLACE, 1, key, output, raw, self._seal.shut(address))
        return address

    async def keep_address(self, session: SessionId, output: OutputId, lang: str, url: str) -> None:
        """Say where an output goes."""
        sealed = self._seal.shut(Address(url, lang))
        await self.redis.hset(outputs_key(session), output, sealed)

    async def seal_addresses(self, session: SessionId) -> None:
        """Encrypt what a former version left plain, and have it leave the server's own log."""
        key, found = outputs_key(session), False
        kept: Any = await self.redis.hgetall(key)
        for output, raw in kept.items():
            with contextlib.suppress(Unreadable):
                found |= (await self._opened(key, output, raw)).plain
        if found:
            # A server that is not ours may not let us: then its log forgets when it likes.
            with contextlib.suppress(ResponseError):
                await self.redis.bgrewriteaof()


class Facts:
    """What a room must be told.  Newest wins: one pending fact for each thing it is about."""

    def __init__(self, redis: "Redis", session: SessionId) -> None:
        self.posted = 0
        self._redis = redis
        self._session = session
        self._pending: dict[str, tuple[str, Mapping[str, Any]]] = {}
        self._some = asyncio.Event()

    def post(self, about: str, name: str, body: Mapping[str, Any]) -> None:
        """Tell the room; ``about`` is what an older fact is replaced by."""
        self._pending.pop(about, None)
        self._pending[about] = (name, body)
        self._some.set()

    @property
    def waiting(self) -> int:
        """How many facts have not been posted yet."""
        return len(self._pending)

    async def run(self) -> None:
        """Post until cancelled; waits for Redis to come back."""
        while True:
            await self._some.wait()
            self._some.clear()
            while self._pending:
                await self._post_first()

    async def flush(self, limit_s: float) -> None:
        """Post what is left, for a short while."""
        try:
            async with asyncio.timeout(limit_s):
                while self._pending:
                    await self._post_first()
        except TimeoutError:
            log.warning("Facts of %s are lost: %d", self._session, len(self._pending))

    async def _post_first(self) -> None:
        about = next(iter(self._pending))
        name, body = fact = self._pending[about]
        fields: dict[Any, Any] = {
            "id": uuid.uuid4().hex,
            "actor": msgspec.json.encode(SYSTEM),
            "name": name,
            "body": msgspec.json.encode(body),
            "reply": "",
        }
        try:
            key = inbox_key(self._session)
            await self._redis.xadd(key, fields, maxlen=INBOX_MAX, approximate=True)
        except (RedisError, OSError) as error:
            log.warning("A fact waits for Redis: %s", type(error).__name__)
            await pause(RETRY_S)
            return
        self.posted += 1
        if self._pending.get(about) is fact:
            del self._pending[about]
