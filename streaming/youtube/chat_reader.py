"""Reads the chat of one language's broadcast for questions."""

import logging
import random

import msgspec
from redis.exceptions import RedisError

from streaming.youtube import troubles
from streaming.youtube.aside import Aside, Place
from streaming.youtube.budget import LEAST_MS, MOST_MS, Costs, needed, pace_ms, rest_ms, shown_s
from streaming.youtube.chat_messages import digest_for, found_in
from streaming.youtube.errors import Kind, YouTubeError
from streaming.youtube.ledger import next_midnight
from streaming.youtube.office import Office
from streaming.youtube.shapes import ChatPage
from streaming.youtube.side import RoomSide
from streaming.youtube.troubles import Trouble
from streaming.youtube.watch import Watch
from venue.broadcast import configured_ones
from venue.ids import Instant, Language

log = logging.getLogger(__name__)

KEEP_MS = 300_000
"""How often the place in a chat without questions is kept."""

AGAIN_MS = 60_000
CLOSED_MS = 600_000
CLOSED = {"liveChatEnded": "youtube.chat_ended", "liveChatDisabled": "youtube.chat_disabled"}
BAD_REQUEST = 400
TELL_FAILURES = 3


class ChatReader(Aside):
    """Where it is in the chat, the journal knows."""

    about = "chat"

    def __init__(self, lang: Language, side: RoomSide, office: Office, watch: Watch) -> None:
        super().__init__(lang, side, office, watch)
        self._video = ""
        self._token = ""
        self._due = Instant(0)
        self._kept_at = Instant(0)
        self._trouble: Trouble | None = None
        self._digest = digest_for(self._office.settings.secret, self._side.session)

    async def run(self) -> None:
        while True:
            place = self.place()
            if place is None or not self._wanted(place) or not place.chat:
                self._rest(place)
                await self.idle()
                continue
            if place.video != self._video:
                self._video, self._token = place.video, self.exchange(place.video).token
                self._due, self._trouble, self._kept_at = Instant(0), None, self._clock()
            if self._clock() < self._due:
                await self.pause(self._due)
                continue
            await self._turn(place)

    def _rest(self, place: Place | None) -> None:
        if place is not None and self._wanted(place):
            self.say("youtube.chat_disabled")  # it has none
        elif self.live() is None or place is not None:
            self.say("")

    @staticmethod
    def _wanted(place: Place) -> bool:
        """Nobody but the channel's owner could write in a rehearsal's."""
        return place.youtube.chat and not place.broadcast.rehearsal

    async def _turn(self, place: Place) -> None:
        every_ms = await self._pace_ms(place)
        if every_ms is None:
            self.say("youtube.chat_budget")
            self._due = Instant(self._clock() + AGAIN_MS)
            return
        try:
            client = await self._office.client(place.broadcast.channel)
            page = await client.chat(place.chat, self._token)
        except YouTubeError as error:
            await self._failed(error, place.broadcast.channel)
            return
        self._trouble = None
        wait_ms = max(every_ms, page.polling_interval_millis, LEAST_MS)
        self._due = Instant(self._clock() + wait_ms)
        await self._keep(place, page)
        self._tell(place, wait_ms)

    async def _pace_ms(self, place: Place) -> int | None:
        room, now, ledger = place.room, self._clock(), self._office.ledger(place.broadcast.channel)
        midnight = next_midnight(now)
        # Channels of another Google project take nothing from this one's quota.
        going = [
            each
            for each in configured_ones(room.broadcasts, room.session)
            if self._office.ledger(each.channel) is ledger
        ]
        chats = sum((each.wanted, each.sight.lifecycle) == ("live", "live") for each in going)
        besides = needed(room.session, going, now, midnight)
        costs = Costs(besides, chats, place.youtube.chat_post)
        rest = rest_ms(room.session, place.broadcast.since or now, now, midnight)
        try:
            return pace_ms(await ledger.left(), costs, rest)
        except (RedisError, OSError) as error:
            log.warning("The quota is not known: %s", type(error).__name__)
            return MOST_MS

    async def _keep(self, place: Place, page: ChatPage) -> None:
        """Hand over what was found, together with where it ended: both or neither."""
        found = found_in(page.messages(), place.youtube.chat_filter, self._digest)
        token = page.next_page_token or self._token
        stale = self._clock() - self._kept_at >= KEEP_MS and token != self._token
        if not (found.questions or found.gone or stale):
            self._token = token
            return
        body = {
            "broadcast": place.video,
            "token": token,
            "messages": msgspec.to_builtins(found.questions),
            "gone": list(found.gone),
            "left_out": found.left_out,
        }
        kept = await self.noted(
            "exchange.read",
            body,
            done=lambda: self.exchange(place.video).token == token,
            wanted=lambda: (now := self.live()) is not None and now.memory.broadcast == place.video,
        )
        if kept:
            self._token, self._kept_at = token, self._clock()

    def _tell(self, place: Place, wait_ms: int) -> None:
        left_out = self.exchange(place.video).left_out
        if left_out:
            self.say("youtube.chat_reading_some", seconds=shown_s(wait_ms), count=left_out)
        else:
            self.say("youtube.chat_reading", seconds=shown_s(wait_ms))

    async def _failed(self, error: YouTubeError, channel: str) -> None:
        now = self._clock()
        if error.reason in CLOSED:
            self.say(CLOSED[error.reason])
            self._due = Instant(now + CLOSED_MS)
            return
        if error.kind is Kind.QUOTA:
            if error.reason != "own_ledger":
                await self._office.ledger(channel).exhausted()
            self.say("youtube.chat_budget")
            self._due = Instant(now + AGAIN_MS)
            return
        if error.status == BAD_REQUEST and self._token:
            # A place too old to go on from; what was taken is not taken again.
            self._token, self._due = "", Instant(now + LEAST_MS)
            return
        self._trouble = troubles.after(
            error, self._trouble, ending=False, now=now, jitter=random.random()
        )
        self._due = Instant(max(self._trouble.until, now + LEAST_MS))
        if self._trouble.failures >= TELL_FAILURES or error.kind is Kind.CREDENTIALS:
            self.say("youtube.chat_trouble", reason=error.reason)
