"""YouTube for one room: one task a language, and what they share."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial

from streaming.youtube.aside import Aside
from streaming.youtube.captions import CaptionSender
from streaming.youtube.chat_poster import ChatPoster
from streaming.youtube.chat_reader import ChatReader
from streaming.youtube.errors import Kind, YouTubeError
from streaming.youtube.language import LanguageTask, RoomSide
from streaming.youtube.office import Office
from streaming.youtube.watch import Watch
from venue.ids import Language

log = logging.getLogger(__name__)

ASIDES: tuple[type[Aside], ...] = (ChatReader, ChatPoster, CaptionSender)
AGAIN_S = 5.0
COUNT_S = 5.0
FIRST_CHECK_S = 2.0
CHECK_S = 3_600.0
"""The office tries a token once a day; one that failed is tried again after so long."""


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

    def changed(self) -> None:
        """The room is another one."""
        self._changed.set()
        for task in self.languages.values():
            task.changed.set()
        for aside in self._asides.values():
            aside.changed.set()

    async def run(self) -> None:
        """Work until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._supervised("viewers", self._count))
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
        """Try the tokens of all channels at the start and once a day: a dead one shows early."""
        while True:
            room = self._side.room
            youtube = None if room is None else room.session.youtube
            for channel in sorted(set(youtube.channels.values())) if youtube is not None else ():
                try:
                    await self._office.client(channel)
                except YouTubeError as error:
                    code = error.code
                    if error.kind is Kind.CREDENTIALS:
                        code = self._office.sign_in_code(channel)
                    log.warning("%s: channel %s: %s", self._side.session, channel, code)
            pause_s = FIRST_CHECK_S if room is None else CHECK_S
            await asyncio.sleep(pause_s / self._office.speed)

    async def _count(self) -> None:
        """Viewers, for all languages of a channel at once."""
        while True:
            await asyncio.sleep(COUNT_S / self._office.speed)
            live: dict[str, set[str]] = {}
            room = self._side.room
            for broadcast in room.broadcasts.languages.values() if room is not None else ():
                if broadcast.sight.lifecycle == "live" and broadcast.wanted == "live":
                    live.setdefault(broadcast.channel, set()).add(broadcast.memory.broadcast)
            for channel, ids in live.items():
                try:
                    client = await self._office.client(channel)
                except YouTubeError:
                    continue  # the languages say so
                await self._watch.count(client, channel, frozenset(ids))
