"""Posts one language's captions to YouTube, in order and each once."""

import asyncio
import logging

import aiohttp
import msgspec
from redis.exceptions import RedisError
from yarl import URL

from streaming.youtube.aside import Aside, Place
from streaming.youtube.caption_posts import (
    Posted,
    following,
    offset_of,
    passed_over,
    refused,
    resumed,
    taken,
)
from streaming.youtube.office import Office
from streaming.youtube.side import RoomSide
from streaming.youtube.watch import Watch
from venue.ids import Instant, Language
from venue.journal import youtube_captions_key

log = logging.getLogger(__name__)

TIMEOUT_S = 10.0
FIRST_MS, LIMIT_MS = 1_000, 15_000
STORE_MS = 1_000
JITTER_MS = 500
TELL_FAILURES = 3
REFUSALS = 4
"""So often something is tried that is refused."""

ANSWER_BYTES = 64
OK, TOO_MANY, SERVER_ERROR = 200, 429, 500


class CaptionSender(Aside):
    """The address holds the stream key: it is built for each call and written nowhere."""

    about = "captions"

    def __init__(self, lang: Language, side: RoomSide, office: Office, watch: Watch) -> None:
        super().__init__(lang, side, office, watch)
        self.left_out = 0
        self._posted: Posted | None = None
        self._offset_ms = 0
        self._synced = ""
        """The broadcast whose clock we have asked for."""
        self._failures = 0

    async def run(self) -> None:
        limit = aiohttp.ClientTimeout(total=TIMEOUT_S)
        async with aiohttp.ClientSession(timeout=limit) as http:
            while True:
                place = self.place()
                if place is None or not self._wanted(place) or not place.captions:
                    self._rest(place)
                    await self.idle()
                    continue
                try:
                    await self._turn(http, place)
                except (RedisError, OSError) as error:
                    log.warning("Captions wait for Redis: %s", type(error).__name__)
                    await self.pause(Instant(self._clock() + STORE_MS))

    def _rest(self, place: Place | None) -> None:
        if place is not None and self._wanted(place):
            self.say("youtube.captions_off")
        elif self.live() is None or place is not None:
            self.say("")

    def _wanted(self, place: Place) -> bool:
        captioned = self.lang in place.room.session.captioned
        return place.youtube.captions and captioned and bool(place.key)

    async def _turn(self, http: aiohttp.ClientSession, place: Place) -> None:
        if self._posted is None:
            self._posted = await self._load()
        if self._posted.body:
            await self._send(http, place, self._posted)
            return
        if self._synced != place.video:
            await self._sync(http, place, self._posted)
            return
        lines = place.room.captions.get(self.lang, ())
        known = resumed(self._posted, lines)
        posted = passed_over(known, lines, place.shown_since)
        posted, missed = following(posted, lines, self._clock(), self._offset_ms)
        self.left_out += missed
        if posted != self._posted:
            await self._store(posted)
            self._posted = posted
        if not posted.body:
            await self.idle()

    async def _sync(self, http: aiohttp.ClientSession, place: Place, posted: Posted) -> None:
        """An empty POST asks for YouTube's clock, and shows that captions are taken at all."""
        self._synced = place.video
        status = await self._call(http, place, posted.seq, "")
        if status == OK:
            self.say("youtube.captions_ready")
        elif status is not None and TOO_MANY != status < SERVER_ERROR:
            self.say("youtube.captions_refused", status=status)

    async def _send(self, http: aiohttp.ClientSession, place: Place, posted: Posted) -> None:
        status = await self._call(http, place, posted.seq, posted.body)
        if status == OK:
            self._failures = 0
            self._posted = taken(posted)
            await self._store(self._posted)
            self.say("youtube.captions_sent")
        elif status is None or _may_pass(status) or self._failures < REFUSALS:
            # A key that was changed is known after the next look at the stream.
            await self._again()
        else:
            # The same again would be refused again; what follows may be taken.
            self._failures = 0
            self.left_out += 1
            self._posted = refused(posted)
            await self._store(self._posted)
            log.warning("%s/%s: captions refused: %d", self._side.session, self.lang, status)
            self.say("youtube.captions_refused", status=status)

    async def _again(self) -> None:
        """Not taken, or the answer got lost: the same later."""
        self._failures += 1
        if self._failures >= TELL_FAILURES:
            self.say("youtube.captions_late")
        wait_ms = min(FIRST_MS * 2 ** min(self._failures - 1, 6), LIMIT_MS)
        # Whatever happens in the room meanwhile does not make it sooner.
        await asyncio.sleep(wait_ms / 1000 / self._office.speed)

    async def _call(
        self, http: aiohttp.ClientSession, place: Place, seq: int, body: str
    ) -> int | None:
        """The status, None: nobody answered."""
        url = URL(self._office.settings.captions_url).with_query(cid=place.key, seq=str(seq))
        sent_at = self._clock()
        headers = {"Content-Type": "text/plain; charset=utf-8"}
        try:
            async with http.post(
                url, data=body.encode(), headers=headers, allow_redirects=False
            ) as answer:
                text = await answer.content.read(ANSWER_BYTES)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            # Never its words: they may hold the address.
            log.warning("%s/%s: captions: %s", self._side.session, self.lang, type(error).__name__)
            return None
        if answer.status == OK:
            offset_ms = offset_of(text.decode(errors="replace"), sent_at, self._clock())
            # A little more or less is the network: following it would shuffle the lines.
            if offset_ms is not None and abs(offset_ms - self._offset_ms) > JITTER_MS:
                self._offset_ms = offset_ms
        return answer.status

    async def _load(self) -> Posted:
        key = youtube_captions_key(self._side.session)
        raw = await self._office.redis.hget(key, self.lang)
        return Posted() if raw is None else msgspec.json.decode(raw, type=Posted)

    async def _store(self, posted: Posted) -> None:
        key = youtube_captions_key(self._side.session)
        await self._office.redis.hset(key, self.lang, msgspec.json.encode(posted))


def _may_pass(status: int) -> bool:
    """Another time it may be taken."""
    return status == TOO_MANY or status >= SERVER_ERROR
