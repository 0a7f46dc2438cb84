"""YouTube for one room: one task a language, and what they share."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial

import msgspec
from redis.exceptions import RedisError

from streaming.youtube.aside import Aside
from streaming.youtube.budget import needed
from streaming.youtube.captions import CaptionSender
from streaming.youtube.chat_poster import ChatPoster
from streaming.youtube.chat_reader import ChatReader
from streaming.youtube.errors import YouTubeError
from streaming.youtube.language import LanguageTask
from streaming.youtube.ledger import Day, Ledger
from streaming.youtube.office import Office
from streaming.youtube.shapes import Video
from streaming.youtube.side import RoomSide
from streaming.youtube.watch import Watch
from venue.broadcast import Broadcast, configured_ones
from venue.broadcast_commands import ChannelSight, QuotaSight
from venue.ids import Instant, Language
from venue.room import Room
from venue.session import SessionDefinition
from venue.viewers import ViewersSample

log = logging.getLogger(__name__)

ASIDES: tuple[type[Aside], ...] = (ChatReader, ChatPoster, CaptionSender)
AGAIN_S = 5.0
COUNT_S = 5.0
QUOTA_STEP = 50
CHECK_MS = 3_600_000
"""The office tries a token once a day; one that failed is tried again after so long."""


def quota_sight(
    day: Day, session: SessionDefinition, broadcasts: Sequence[Broadcast], now: Instant
) -> QuotaSight:
    """Round figures: upwards what was used and will be needed by these broadcasts."""
    return QuotaSight(
        used=_rounded(day.used),
        daily=day.daily,
        reserve=day.reserve,
        needed=_rounded(needed(session, broadcasts, now, day.resets_at)),
        resets_at=day.resets_at,
        spent=day.spent,
    )


def _left(sight: QuotaSight) -> int:
    return -1 if sight.spent else max(0, sight.daily - sight.used - sight.needed)


def _rounded(units: int) -> int:
    return -(-units // QUOTA_STEP) * QUOTA_STEP


class BroadcastKeeper:
    """The languages of one room; none waits for another."""

    def __init__(self, side: RoomSide, office: Office) -> None:
        self.languages: dict[Language, LanguageTask] = {}
        self.restarts = 0
        self._side = side
        self._office = office
        self._watch = Watch(office.clock)
        self._asides: dict[str, Aside] = {}
        self._changed = asyncio.Event()
        self._news = asyncio.Event()
        self._told: dict[str, ChannelSight] = {}

    def changed(self) -> None:
        """The room is another one."""
        self._changed.set()
        self._news.set()
        for task in self.languages.values():
            task.changed.set()
        for aside in self._asides.values():
            aside.changed.set()

    async def run(self) -> None:
        """Work until cancelled."""
        self._office.health.listen(self._news.set)
        try:
            await self._work()
        finally:
            self._office.health.forget(self._news.set)

    async def _work(self) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._supervised("viewers", self._count))
            group.create_task(self._supervised("quota", self._count_quota))
            group.create_task(self._supervised("tokens", self._check_tokens))
            while True:
                room = self._side.room
                for lang in room.broadcasts.languages if room is not None else ():
                    if lang not in self.languages:
                        self.languages[lang] = self._new(lang)
                        group.create_task(self._supervised(lang, partial(self._speak, lang)))
                        for kind in ASIDES:
                            name = f"{lang}/{kind.about}"
                            work = partial(self._go_along, name, kind, lang)
                            group.create_task(self._supervised(name, work))
                self._changed.clear()
                await self._changed.wait()

    def _new(self, lang: Language) -> LanguageTask:
        return LanguageTask(lang, self._side, self._office, self._watch)

    async def _speak(self, lang: Language) -> None:
        await self.languages[lang].run()

    async def _go_along(self, name: str, kind: type[Aside], lang: Language) -> None:
        self._asides[name] = kind(lang, self._side, self._office, self._watch)
        await self._asides[name].run()

    async def _supervised(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await work()
            except Exception:
                # Supervised edge: a bug in one part must neither end the others nor stop the
                # video.  The journal knows where a language was; a fresh task goes on from there.
                self.restarts += 1
                log.exception("%s/%s: started again", self._side.session, name)
            if (lang := Language(name)) in self.languages:
                self.languages[lang] = self._new(lang)
            await asyncio.sleep(AGAIN_S / self._office.speed)

    async def _check_tokens(self) -> None:
        """Try the tokens of all channels at the start and once a day: a dead one shows early.

        Whatever is seen of them meanwhile, by a preflight or a sign-in, goes to the room as well.
        """
        tried: frozenset[str] = frozenset()
        due = Instant(0)
        while True:
            self._news.clear()
            channels, now = self._channels(), self._office.clock()
            if now >= due or channels - tried:
                for channel in sorted(channels):
                    with suppress(YouTubeError):  # ``health`` knows
                        await self._office.client(channel)
                tried, due = channels, Instant(now + CHECK_MS)
            for channel in sorted(channels):
                self._tell(channel)
            with suppress(TimeoutError):
                async with asyncio.timeout(max(0, due - now) / 1000 / self._office.speed):
                    await self._news.wait()

    def _channels(self) -> frozenset[str]:
        room = self._side.room
        youtube = None if room is None else room.session.youtube
        return frozenset() if youtube is None else frozenset(youtube.channels.values())

    def _tell(self, channel: str) -> None:
        """Have the room show how a channel's sign-in is, if that is new."""
        sight, room = self._office.health.of(channel), self._side.room
        if sight is None or room is None or self._told.get(channel) == sight:
            return
        before, self._told[channel] = self._told.get(channel), sight
        if room.broadcasts.channels.get(channel) != sight:
            body = {"channel": channel, "sight": msgspec.to_builtins(sight)}
            self._side.post(f"channel:{channel}", "channel.seen", body)
        if sight.verdict == "bad":
            log.warning("%s: channel %s: %s", self._side.session, channel, sight.code)
        elif before is not None:
            for task in self.languages.values():
                task.channel_is_good(channel)

    async def _count(self) -> None:
        """Viewers, for all languages of a channel at once."""
        while True:
            await asyncio.sleep(COUNT_S / self._office.speed)
            live: dict[str, set[str]] = {}
            room = self._side.room
            for broadcast in room.broadcasts.languages.values() if room is not None else ():
                shown = broadcast.wanted == "live" and not broadcast.rehearsal
                if shown and broadcast.sight.lifecycle == "live":
                    live.setdefault(broadcast.channel, set()).add(broadcast.memory.broadcast)
            for channel, ids in live.items():
                try:
                    client = await self._office.client(channel)
                except YouTubeError:
                    continue  # the languages say so
                videos = await self._watch.count(client, channel, frozenset(ids))
                await self._keep_counts(videos)

    async def _count_quota(self) -> None:
        """Tell the desk what is left of the day, in steps: each is an entry in the journal."""
        while True:
            room, now = self._side.room, self._office.clock()
            if room is not None and (room.session.youtube or room.broadcasts.languages):
                with suppress(RedisError, OSError):  # the figure waits; calls are counted anyhow
                    sight = await self._quota(room, now)
                    if sight is not None and sight != room.broadcasts.quota:
                        body = {"sight": msgspec.to_builtins(sight)}
                        self._side.post("quota", "quota.seen", body)
            await asyncio.sleep(COUNT_S / self._office.speed)

    async def _quota(self, room: Room, now: Instant) -> QuotaSight | None:
        """Of the Google project that will be short first, where channels belong to several."""
        paid: dict[Ledger, list[Broadcast]] = {}
        for each in configured_ones(room.broadcasts, room.session):
            paid.setdefault(self._office.ledger(each.channel), []).append(each)
        sights = [
            quota_sight(await ledger.day(), room.session, broadcasts, now)
            for ledger, broadcasts in paid.items()
        ]
        return min(sights, key=_left, default=None)

    async def _keep_counts(self, videos: Iterable[Video]) -> None:
        room, now = self._side.room, self._office.clock()
        shown = {video.id: video for video in videos}
        if room is None or not shown:
            return
        languages = room.broadcasts.languages.items()
        found = ((lang, shown.get(each.memory.broadcast)) for lang, each in languages)
        samples = [
            ViewersSample(lang, now, video.viewers, video.views) for lang, video in found if video
        ]
        await self._office.samples.keep(self._side.session, samples)
