"""What streaming asks of Redis: the sessions, the leases, the secrets of outputs, the inbox."""

import asyncio
import logging
import uuid
from collections.abc import Mapping
from typing import Any

import msgspec
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

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


class OutputSecret(msgspec.Struct, frozen=True):
    """Where an output goes, with its key; ``repr`` does not show it."""

    url: str
    kind: str = "rtmp"
    lang: str | None = None

    def __repr__(self) -> str:
        return f"OutputSecret({self.kind!r}, {self.lang!r})"


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

    def __init__(self, redis: "Redis", holder: str) -> None:
        self.redis = redis
        self._holder = holder

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

    async def output_secret(self, session: SessionId, output: OutputId) -> OutputSecret | None:
        """Where an output goes; None: nobody said."""
        raw = await self.redis.hget(outputs_key(session), output)
        return None if raw is None else msgspec.json.decode(raw, type=OutputSecret)

    async def keep_output_secret(
        self, session: SessionId, output: OutputId, lang: str, url: str
    ) -> None:
        """Say where an output goes."""
        secret = msgspec.json.encode({"kind": "rtmp", "url": url, "lang": lang})
        await self.redis.hset(outputs_key(session), output, secret)


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
