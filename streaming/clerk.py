"""Answers what signaling asks of this process: sign-ins for channels of YouTube.

A request names its verb, a body and where the answer goes.  It is deleted before it is worked on,
so that a crash repeats none: a code of Google's can be redeemed once.
"""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

import msgspec
from redis.asyncio import Redis
from redis.exceptions import RedisError

from streaming.follower import streams
from streaming.store import pause
from streaming.youtube.errors import YouTubeError
from streaming.youtube.office import Office
from streaming.youtube.sign_in import SignInRefused
from venue.journal import requests_key

log = logging.getLogger(__name__)

BLOCK_MS = 2_000
PAGE = 20
AT_ONCE = 4
REPLIES_MAX = 10_000
RETRY_S = 0.5

Answer = dict[str, object]


class _Begin(msgspec.Struct, tag="sign_in.begin", forbid_unknown_fields=True):
    nonce: str
    state: str
    channel: str
    redirect_uri: str


class _Finish(msgspec.Struct, tag="sign_in.finish", forbid_unknown_fields=True):
    nonce: str
    channel: str
    code: str
    """Empty: it was denied."""


class _Check(msgspec.Struct, tag="channels.check", forbid_unknown_fields=True):
    channels: tuple[str, ...]


class Clerk:
    """Takes requests one after another and works on a few at once."""

    def __init__(self, redis: "Redis", process: str, office: Office) -> None:
        self._redis = redis
        self._key = requests_key(process)
        self._office = office
        self._places = asyncio.Semaphore(AT_ONCE)

    async def run(self) -> None:
        """Answer until cancelled; waits for Redis to come back."""
        async with asyncio.TaskGroup() as group:
            while True:
                try:
                    answer = await self._redis.xread({self._key: "0-0"}, count=PAGE, block=BLOCK_MS)
                    for _, rows in streams(answer):
                        for entry_id, fields in rows:
                            await self._redis.xdel(self._key, entry_id)
                            await self._places.acquire()
                            group.create_task(self._serve(fields))
                except (RedisError, OSError) as error:
                    log.warning("Requests cannot be read: %s", type(error).__name__)
                    await pause(RETRY_S)

    async def _serve(self, fields: Mapping[bytes, bytes]) -> None:
        try:
            answer = await self._answer(fields.get(b"body", b""))
            reply: dict[Any, Any] = {"id": fields[b"id"], "ack": msgspec.json.encode(answer)}
            await self._redis.xadd(fields[b"reply"], reply, maxlen=REPLIES_MAX, approximate=True)
        except Exception:
            # Supervised edge: whoever asked gives up by itself, the next request is answered.
            log.exception("A request failed")
        finally:
            self._places.release()

    async def _answer(self, body: bytes) -> Answer:
        request = msgspec.json.decode(body, type=_Begin | _Finish | _Check)
        try:
            return {"ok": True, **await self._do(request)}
        except SignInRefused as refused:
            log.info("Sign-in: %s", refused.code)
            return {"ok": False, "error": {"code": refused.code, "params": refused.params}}
        except YouTubeError as error:
            return {"ok": False, "error": {"code": error.code, "params": {}}}

    async def _do(self, request: _Begin | _Finish | _Check) -> Answer:
        sign_ins = self._office.sign_ins
        if isinstance(request, _Begin):
            address = await sign_ins.begin(
                request.nonce, request.state, request.channel, request.redirect_uri
            )
            return {"url": address}
        if isinstance(request, _Check):
            await self._office.try_again(request.channels)
            return {}
        stored = await sign_ins.finish(request.nonce, request.code)
        await self._office.try_again((request.channel,))
        return {"title": stored.title, "channel": stored.id}
