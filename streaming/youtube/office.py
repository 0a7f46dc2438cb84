"""What all rooms of a machine share: channels, their clients, the quota, the threads."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from redis.asyncio import Redis

from streaming.youtube.client import YouTube
from streaming.youtube.credentials import StoredChannel, Vault, sign_in_code
from streaming.youtube.errors import Kind, YouTubeError
from streaming.youtube.ledger import Ledger
from streaming.youtube.settings import YouTubeSettings
from venue.ids import Instant

THREADS = 6
CHECK_MS = 86_400_000
"""A token is tried at least this often, so that it fails before the show and not in it."""


@dataclass(slots=True)
class _Open:
    """A channel in use."""

    stored: StoredChannel
    client: YouTube
    checked_at: Instant | None = None
    checking: asyncio.Lock = field(default_factory=asyncio.Lock)


class Office:
    """Opens channels by id or alias."""

    def __init__(
        self,
        settings: YouTubeSettings,
        redis: "Redis",
        clock: Callable[[], Instant],
        speed: float = 1.0,
    ) -> None:
        """``speed``: how much faster than a wall clock ``clock`` runs."""
        self.speed = speed
        self.settings = settings
        self.redis = redis
        self.ledger = Ledger(redis, clock)
        self.clock = clock
        self._vault = Vault(settings)
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="youtube")
        self._open: dict[str, _Open] = {}

    async def client(self, name: str, *, since: int = 0) -> YouTube:
        """A channel's client, its token and its identity checked not before ``since``.

        Raises:
            YouTubeError: Nobody signed in for it, the token is dead, or it is another channel's.
        """
        stored = self._vault.find(name)
        entry = self._open.get(stored.id)
        if entry is None or entry.stored != stored:
            credentials = self._vault.open(stored)
            client = YouTube(self.settings, credentials, self._pool, self.ledger.charge)
            entry = self._open[stored.id] = _Open(stored, client)
        async with entry.checking:
            now = self.clock()
            due = max(since, now - CHECK_MS)
            if entry.checked_at is None or entry.checked_at < due:
                await self._check(entry)
                entry.checked_at = now
        return entry.client

    async def _check(self, entry: _Open) -> None:
        await entry.client.refresh()
        mine = await entry.client.channels()
        if not mine:
            raise YouTubeError(Kind.OPERATOR, "youtubeSignupRequired")
        if mine[0].id != entry.stored.id:
            raise YouTubeError(Kind.OPERATOR, "wrong_channel")

    def sign_in_code(self, name: str) -> str:
        """How to say that a channel's token is dead."""
        try:
            return sign_in_code(self._vault.find(name), self.clock())
        except YouTubeError as error:
            return error.code

    def close(self) -> None:
        """Let the threads go; calls under way end by themselves."""
        self._pool.shutdown(wait=False, cancel_futures=True)
