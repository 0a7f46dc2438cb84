"""A show on air that faults befall: what must be as it was after each of them."""

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.harness.show import FINE, LANGUAGES, Show, ShowDesk

LOOK_S = 120.0
"""A calm broadcast is looked at once a minute at most."""


@dataclass(slots=True)
class Air:
    """A show on air, and what its desk has said since somebody began to listen."""

    show: Show
    desk: ShowDesk
    said: list[tuple[str, str]] = field(default_factory=list)

    async def listen(self) -> None:
        """Note every sentence of the desk as it comes, until cancelled."""

        def note(_: object) -> bool:
            for lang in LANGUAGES:
                each = (lang, str(self.desk.seen(lang)["code"]))
                if each not in self.said:
                    self.said.append(each)
            return False

        await self.desk.link.until(note, 86_400)

    @asynccontextmanager
    async def survived(self, *languages: str) -> AsyncIterator[set[str]]:
        """Whatever is done inside leaves both broadcasts as they were.

        Gives the languages that it befalls, to be added to; the others are unaware of it.
        """
        befell = set(languages)
        ids = {lang: self.show.broadcast(lang).id for lang in LANGUAGES}
        streams = {lang: self.show.stream(lang).id for lang in LANGUAGES}
        async with self.unaware(befell):
            yield befell
            await self.desk.says(en="live", zh="live", limit_s=LOOK_S)
        await asyncio.gather(*(self.show.plays(lang, 2.0) for lang in LANGUAGES))
        assert self.show.lifecycles() == {"en": ["live"], "zh": ["live"]}
        for lang in LANGUAGES:
            broadcast = self.show.broadcast(lang)
            assert broadcast.id == ids[lang]
            assert broadcast.stream_id == streams[lang]
            assert broadcast.id in str(self.desk.seen(lang)["watch_url"])

    @asynccontextmanager
    async def unaware(self, befell: Collection[str]) -> AsyncIterator[None]:
        """Nothing inside changes what the desk says of other languages, nor breaks their push."""
        connections = {lang: len(self.show.recordings(lang)) for lang in LANGUAGES}
        self.said.clear()
        yield
        for lang in set(LANGUAGES) - set(befell):
            told = {code for whom, code in self.said if whom == lang}
            assert told <= FINE, f"{lang} was told of it: {told - FINE}"
            assert len(self.show.recordings(lang)) == connections[lang], lang

    async def look(self, lang: str) -> None:
        """Press the button again: YouTube is asked at once instead of within a minute."""
        body = {"expect": "unlisted", "langs": [lang]}
        await self.desk.link.command("broadcast.live", body)
