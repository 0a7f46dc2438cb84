"""What the engine tells the rest of the house through Redis: facts, hints and its lease."""

import asyncio
import logging
import uuid
from collections.abc import Mapping
from typing import Any

import msgspec
from redis.asyncio import Redis
from redis.exceptions import RedisError

from venue.ids import SessionId
from venue.journal import hints_key, inbox_key, media_key
from venue.roles import SYSTEM

logger = logging.getLogger(__name__)

LEASE_MS = 6000
RENEW_S = 2.0
QUEUE_MAX = 256
INBOX_MAX = 10_000

_Message = tuple[str, Mapping[str, Any]]


class Reports:
    """A bounded queue to Redis.

    Facts wait for Redis to come back, the oldest being dropped first; hints are sent once or lost.
    """

    def __init__(self, redis: "Redis", session: SessionId, holder: str, address: str) -> None:
        self.dropped = 0
        self._redis = redis
        self._session = session
        self._lease = msgspec.json.encode(
            {"holder": holder, "address": address, "generation": uuid.uuid4().int >> 96}
        )
        self._facts: asyncio.Queue[_Message] = asyncio.Queue(QUEUE_MAX)
        self._hints: asyncio.Queue[_Message] = asyncio.Queue(QUEUE_MAX)

    def fact(self, name: str, body: Mapping[str, Any]) -> None:
        """Post a command to the room's inbox."""
        self._put(self._facts, (name, body))

    def hint(self, to: str, event: str, body: Mapping[str, Any]) -> None:
        """Publish something that matters only now."""
        self._put(self._hints, (to, {"to": to, "event": event, "body": body}))

    def _put(self, queue: "asyncio.Queue[_Message]", message: _Message) -> None:
        if queue.full():
            queue.get_nowait()
            self.dropped += 1
        queue.put_nowait(message)

    async def run(self) -> None:
        """Work until cancelled, then give the lease up."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._renew())
                group.create_task(self._post_facts())
                group.create_task(self._publish_hints())
        finally:
            await asyncio.shield(self._release())

    async def _renew(self) -> None:
        while True:
            try:
                await self._redis.set(media_key(self._session), self._lease, px=LEASE_MS)
            except (RedisError, OSError) as error:
                logger.warning("media lease not renewed: %s", type(error).__name__)
            await asyncio.sleep(RENEW_S)

    async def _release(self) -> None:
        """Delete the lease, if it is still ours."""
        try:
            if await self._redis.get(media_key(self._session)) == self._lease:
                await self._redis.delete(media_key(self._session))
        except (RedisError, OSError):
            logger.warning("media lease left to expire")

    async def _post_facts(self) -> None:
        while True:
            name, body = await self._facts.get()
            fields: dict[Any, Any] = {
                "id": uuid.uuid4().hex,
                "actor": msgspec.json.encode(SYSTEM),
                "name": name,
                "body": msgspec.json.encode(body),
                "reply": "",
            }
            while True:
                try:
                    await self._redis.xadd(
                        inbox_key(self._session), fields, maxlen=INBOX_MAX, approximate=True
                    )
                    break
                except (RedisError, OSError) as error:
                    logger.warning("fact not posted yet: %s", type(error).__name__)
                    await asyncio.sleep(0.5)

    async def _publish_hints(self) -> None:
        while True:
            _, message = await self._hints.get()
            try:
                await self._redis.publish(hints_key(self._session), msgspec.json.encode(message))
            except (RedisError, OSError):
                self.dropped += 1
