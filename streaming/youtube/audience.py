"""Counts of viewers, kept with their time."""

import logging
from collections.abc import Iterable
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError

from venue.ids import SessionId
from venue.journal import viewers_key
from venue.viewers import SAMPLES_MAX, ViewersSample, encode_sample

log = logging.getLogger(__name__)


class Samples:
    """A bounded stream for each session; what Redis does not take is lost, and counted."""

    def __init__(self, redis: "Redis") -> None:
        self.lost = 0
        self._redis = redis

    async def keep(self, session: SessionId, samples: Iterable[ViewersSample]) -> None:
        """Note counts that were made together."""
        for sample in samples:
            fields: dict[Any, Any] = dict(encode_sample(sample))
            key = viewers_key(session)
            try:
                await self._redis.xadd(key, fields, maxlen=SAMPLES_MAX, approximate=True)
            except (RedisError, OSError) as error:
                self.lost += 1
                log.warning("A count of viewers is lost: %s", type(error).__name__)
