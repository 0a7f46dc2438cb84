"""Posts the question on the picture into the chat of one language's broadcast, once."""

import logging
import secrets

from redis.exceptions import RedisError

from streaming.youtube.aside import Aside, Place
from streaming.youtube.chat_messages import post_of
from streaming.youtube.errors import Kind, YouTubeError
from streaming.youtube.ledger import cost_of
from venue.ids import Instant
from venue.questions import Question, live_question

log = logging.getLogger(__name__)

AGAIN_MS = 30_000


class ChatPoster(Aside):
    """A post is noted before it is made; once noted it is never made again."""

    about = "post"

    async def run(self) -> None:
        while True:
            place = self.place()
            if place is None or not place.youtube.chat_post or not place.chat:
                if self.live() is None or place is not None:
                    self.say("")
                await self.idle()
                continue
            question = live_question(place.room.questions)
            known = question is None or question.question in self.exchange(place.video).posts
            # Whoever sees the slate is not told what is going on behind it.
            if question is None or known or place.shown_since is None:
                await self.idle()
                continue
            await self._post(place, question)

    async def _post(self, place: Place, question: Question) -> None:
        try:
            client = await self._office.client(place.broadcast.channel)
            left = await self._office.ledger(place.broadcast.channel).left()
            affordable = left >= cost_of("liveChatMessages.insert")
        except YouTubeError as error:
            await self._later("youtube.post_failed", error.reason)
            return
        except (RedisError, OSError) as error:
            await self._later("youtube.post_failed", type(error).__name__)
            return
        if not affordable:
            await self._later("youtube.post_budget")
            return
        by = secrets.token_hex(16)
        body = {"broadcast": place.video, "question": question.question, "by": by}
        noted = await self.noted(
            "exchange.post",
            body,
            done=lambda: question.question in self.exchange(place.video).posts,
            wanted=lambda: self._still(place, question),
        )
        if not noted or self.exchange(place.video).posts[question.question] != by:
            return
        try:
            await client.say(place.chat, post_of(question, self.lang))
        except YouTubeError as error:
            log.warning("%s/%s: post: %s", self._side.session, self.lang, error)
            uncertain = error.kind is Kind.UNCERTAIN
            code = "youtube.post_unknown" if uncertain else "youtube.post_failed"
            self.say(code, reason=error.reason)
            return
        self.say("youtube.post_sent")

    def _still(self, place: Place, question: Question) -> bool:
        """The question is still on the picture, and the broadcast is still this one."""
        room, broadcast = self._side.room, self.live()
        if room is None or broadcast is None or broadcast.memory.broadcast != place.video:
            return False
        shown = live_question(room.questions)
        return shown is not None and shown.question == question.question

    async def _later(self, code: str, reason: str = "") -> None:
        if reason:
            self.say(code, reason=reason)
        else:
            self.say(code)
        await self.pause(Instant(self._clock() + AGAIN_MS))
