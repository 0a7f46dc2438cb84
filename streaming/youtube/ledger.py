"""What was spent of the day's quota, kept in Redis so that a restart does not forget it.

A Google Cloud project has so many units a day, for all channels together; the day ends at midnight
in California.  A reserve is kept for going live and for ending.  What may use it is never refused
here, whatever we have counted: only YouTube knows what is left, and what has begun must be ended.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from redis.asyncio import Redis
from redis.exceptions import RedisError

from streaming.youtube.errors import Kind, YouTubeError
from venue.ids import Instant
from venue.journal import youtube_quota_key

log = logging.getLogger(__name__)

PACIFIC = ZoneInfo("America/Los_Angeles")
DAILY = 10_000
RESERVE = 500
READ_COST = 1
WRITE_COST = 50
COSTS = {"liveChatMessages.list": 5, "liveChatMessages.insert": 20}
"""What is dearer or cheaper than others of its kind."""

KEEP_S = 3 * 86_400
SPENT = "exhausted"


def cost_of(method: str) -> int:
    """Units of one call; a failed one costs the same.

    >>> cost_of("liveStreams.list"), cost_of("liveBroadcasts.insert")
    (1, 50)
    >>> cost_of("liveChatMessages.list"), cost_of("liveChatMessages.insert")
    (5, 20)
    """
    if method in COSTS:
        return COSTS[method]
    return READ_COST if method.endswith(".list") else WRITE_COST


def project_of(client_id: str) -> str:
    """The Google project that pays for a client: the number that its id begins with.

    >>> project_of("123456-abc.apps.googleusercontent.com"), project_of("a client")
    ('123456', 'a client')
    """
    number, dash, _ = client_id.partition("-")
    return number if dash and number.isdigit() else client_id[:80]


def pacific_day(now: Instant) -> str:
    """The quota's day.

    >>> pacific_day(Instant(1_795_334_399_000)), pacific_day(Instant(1_795_334_400_000))
    ('2026-11-21', '2026-11-22')
    """
    return datetime.fromtimestamp(now / 1000, PACIFIC).date().isoformat()


def next_midnight(now: Instant) -> Instant:
    """When the quota begins anew."""
    today = datetime.fromtimestamp(now / 1000, PACIFIC)
    midnight = datetime.combine(today.date() + timedelta(days=1), datetime.min.time(), PACIFIC)
    return Instant(int(midnight.astimezone(UTC).timestamp() * 1000))


@dataclass(frozen=True, slots=True)
class Day:
    """The units of one day in California."""

    used: int
    daily: int
    reserve: int
    spent: bool
    """YouTube said that nothing is left."""
    resets_at: Instant


class Ledger:
    """Counts before each call, and refuses what can wait for a day that can pay for it."""

    def __init__(
        self,
        redis: "Redis",
        clock: Callable[[], Instant],
        *,
        daily: int = DAILY,
        reserve: int = RESERVE,
        project: str = "",
    ) -> None:
        """``project``: see ``project_of``."""
        self._redis = redis
        self._clock = clock
        self._project = project
        self._daily = daily
        self._reserve = reserve
        self._unsaved = 0
        """Spent while Redis was away."""
        self.affords: bool | None = None
        """Whether what is no end of a broadcast could be paid for last; None: nobody asked."""

    def _key(self) -> str:
        return youtube_quota_key(self._project, pacific_day(self._clock()))

    async def charge(self, method: str, reserved: bool) -> None:
        """Pay for a call.

        Raises:
            YouTubeError: QUOTA: it may not use the reserve, and too little is left of the day, or
                YouTube said so.
        """
        cost, key = cost_of(method), self._key()
        try:
            raw = await self._redis.hmget(key, ["used", SPENT])
            used = int(raw[0] or 0) + self._unsaved
            self.affords = used + cost <= self._daily - self._reserve and not raw[1]
            if not self.affords and not reserved:
                raise YouTubeError(Kind.QUOTA, "own_ledger")
            await self._redis.hincrby(key, "used", cost + self._unsaved)
            await self._redis.expire(key, KEEP_S)
            self._unsaved = 0
        except (RedisError, OSError) as error:
            # A show does not wait for bookkeeping.
            log.warning("The quota is counted later: %s", type(error).__name__)
            self._unsaved += cost

    async def exhausted(self) -> None:
        """YouTube said that nothing is left today."""
        key = self._key()
        try:
            await self._redis.hset(key, SPENT, 1)
            await self._redis.expire(key, KEEP_S)
        except (RedisError, OSError) as error:
            log.warning("The end of the quota is not noted: %s", type(error).__name__)

    async def left(self) -> int:
        """Units of today that are nobody's yet: neither spent nor the reserve.

        Raises:
            RedisError: It is away.
        """
        key = self._key()
        raw = await self._redis.hmget(key, ["used", SPENT])
        if raw[1]:
            return 0
        return max(0, self._daily - self._reserve - int(raw[0] or 0) - self._unsaved)

    async def day(self) -> "Day":
        """Today, as far as it is known.

        Raises:
            RedisError: It is away.
        """
        now = self._clock()
        raw = await self._redis.hmget(self._key(), ["used", SPENT])
        return Day(
            used=int(raw[0] or 0) + self._unsaved,
            daily=self._daily,
            reserve=self._reserve,
            spent=bool(raw[1]),
            resets_at=next_midnight(now),
        )

    async def used(self) -> int:
        """Units spent today.

        Raises:
            RedisError: It is away.
        """
        raw = await self._redis.hget(self._key(), "used")
        return int(raw or 0) + self._unsaved
