"""What all rooms of a machine share: channels, their clients, the quota, the threads."""

import asyncio
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from redis.asyncio import Redis

from streaming.youtube.audience import Samples
from streaming.youtube.client import YouTube
from streaming.youtube.credentials import StoredChannel, Vault, sign_in_code
from streaming.youtube.errors import Kind, YouTubeError
from streaming.youtube.health import Health
from streaming.youtube.lanes import Lanes
from streaming.youtube.ledger import Ledger, project_of
from streaming.youtube.settings import YouTubeSettings
from streaming.youtube.sign_in import SignIns
from venue.ids import Instant

SIGN_IN_THREADS = 2
CHECK_MS = 86_400_000
"""A token is tried at least this often, so that it fails before the show and not in it."""


@dataclass(slots=True)
class _Open:
    """A channel in use."""

    stored: StoredChannel
    client: YouTube
    lanes: Lanes
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
        self._ledgers: dict[str, Ledger] = {}
        self.samples = Samples(redis)
        self.clock = clock
        self._vault = Vault(settings)
        self._signing_in = ThreadPoolExecutor(SIGN_IN_THREADS, thread_name_prefix="sign-in")
        self._lanes = Lanes()
        """Of channels that somebody signs in for."""
        self._open: dict[str, _Open] = {}
        self.health = Health(self._vault, clock)
        self.sign_ins = SignIns(settings, redis, self._signing_in, self._client_of, clock)

    async def client(self, name: str, *, since: int = 0, urgent: bool = False) -> YouTube:
        """A channel's client, its token and its identity checked not before ``since``.

        ``urgent``: something is about to go live or to end, which no quota must prevent that the
        call itself may use.

        Raises:
            YouTubeError: Nobody signed in for it, the token is dead, or it is another channel's.
        """
        try:
            entry = self._entry(name)
            async with entry.checking:
                now = self.clock()
                due = max(since, now - CHECK_MS)
                if entry.checked_at is None or entry.checked_at < due:
                    # What fails is tried anew the next time, not in a day.
                    entry.checked_at = None
                    if await self._check(entry, urgent):
                        entry.checked_at = now
                        self.health.good(name, entry.stored)
        except YouTubeError as error:
            self.health.bad(name, error)
            raise
        if self.health.of(name) is None and entry.checked_at is not None:
            # Found good under another of its names.
            self.health.good(name, entry.stored)
        return entry.client

    def _entry(self, name: str) -> _Open:
        stored = self._vault.find(name)
        entry = self._open.get(stored.id)
        if entry is None or entry.stored != stored:
            lanes = Lanes() if entry is None else entry.lanes
            client = self._client_of(self._vault.open(stored), lanes)
            entry = self._open[stored.id] = _Open(stored, client, lanes)
        return entry

    def _client_of(self, credentials: Any, lanes: Lanes | None = None) -> YouTube:
        charge = self._ledger_of(credentials.client_id).charge
        return YouTube(self.settings, credentials, lanes or self._lanes, charge)

    def ledger(self, name: str) -> Ledger:
        """The quota that a channel's calls are paid from: its Google project's.

        One that nobody has signed in for has none yet, and is told of an untouched one.
        """
        try:
            return self._ledger_of(self._vault.reveal(self._vault.find(name)).client_id)
        except YouTubeError:
            return self._ledger_of("")

    def _ledger_of(self, client_id: str) -> Ledger:
        project = project_of(client_id)
        if project not in self._ledgers:
            self._ledgers[project] = Ledger(
                self.redis,
                self.clock,
                daily=self.settings.quota,
                reserve=self.settings.reserve,
                project=project,
            )
        return self._ledgers[project]

    async def try_again(self, names: Iterable[str]) -> None:
        """Try sign-ins now, whenever they were tried last; what is seen is in ``health``."""
        for name in names:
            with suppress(YouTubeError):
                await self.client(name, since=self.clock())

    async def _check(self, entry: _Open, urgent: bool) -> bool:
        """Whether it was found out whose token it is; refreshed it was."""
        await entry.client.refresh()
        try:
            mine = await entry.client.channels(reserved=urgent)
        except YouTubeError as error:
            if urgent and error.kind is Kind.QUOTA:
                return False  # it was the channel's own when it was stored
            raise
        if not mine:
            raise YouTubeError(Kind.OPERATOR, "youtubeSignupRequired")
        if mine[0].id != entry.stored.id:
            raise YouTubeError(Kind.OPERATOR, "wrong_channel")
        return True

    def sign_in_code(self, name: str) -> str:
        """How to say that a channel's token is dead."""
        try:
            return sign_in_code(self._vault.find(name), self.clock())
        except YouTubeError as error:
            return error.code

    def close(self) -> None:
        """Let the threads go; calls under way end by themselves."""
        self._signing_in.shutdown(wait=False, cancel_futures=True)
        for lanes in (self._lanes, *(entry.lanes for entry in self._open.values())):
            lanes.close()
