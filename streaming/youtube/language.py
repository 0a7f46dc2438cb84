"""One language of one room on YouTube: does what the decider says, one step after another."""

import asyncio
import logging
import random
from collections.abc import Callable

from msgspec.structs import replace

from streaming.youtube import calls, decider, thumbnail, troubles, wording
from streaming.youtube.beside import Beside
from streaming.youtube.calls import Made
from streaming.youtube.client import YouTube
from streaming.youtube.discards import PATIENCE_S, Discards
from streaming.youtube.errors import CROWDED, Kind, YouTubeError
from streaming.youtube.journal import Journal
from streaming.youtube.niceties import GAVE_WAY, NICETIES, Niceties
from streaming.youtube.office import Office
from streaming.youtube.outcomes import answered, done, looked
from streaming.youtube.shapes import LiveBroadcast, LiveStream
from streaming.youtube.side import RoomSide
from streaming.youtube.steps import (
    Case,
    FindBroadcasts,
    FindStreams,
    Found,
    Keep,
    Look,
    Step,
    Wait,
    Write,
)
from streaming.youtube.stumbles import UNTIL_SEEN, Stumbles, seen_done
from streaming.youtube.targets import Targets
from streaming.youtube.telling import Seen, Teller
from streaming.youtube.troubles import Trouble
from streaming.youtube.unfed import Unfed
from streaming.youtube.watch import Asked, Glance, Watch
from venue.broadcast import Broadcast, start_of
from venue.ids import Instant, Language

log = logging.getLogger(__name__)

TICK_MS = 2_000
"""How often the verdict is looked at while nothing happens."""

REST_MS = 1_000
"""YouTube needs a moment to show what a transition has done."""

_NO_TO_A_TEXT = frozenset({Kind.BUG, Kind.OPERATOR, Kind.CHANGED})
"""The former one stands, and the show goes on."""


class LanguageTask:
    """Everything about one language but what the journal keeps."""

    def __init__(
        self,
        lang: Language,
        side: RoomSide,
        office: Office,
        watch: Watch,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.lang = lang
        self.changed = asyncio.Event()
        self.trouble: Trouble | None = None
        self.look: Look | None = None
        """What is known now; None after a write, until it is looked at again."""
        self._last_look: Look | None = None
        """For people: what was seen last stands until something else is seen."""
        self._side = side
        self._office = office
        self._watch = watch
        self._jitter = jitter
        self._clock = office.clock
        self._teller = Teller(lang, side, office, watch)
        self._streams: tuple[str, ...] | None = None
        self._found: tuple[Found, ...] | None = None
        self._found_at: Instant | None = None
        self._discards = Discards()
        self.stumbles = Stumbles()
        self._run = ""
        self._asked_at = Instant(-1)
        self._rest_until: Instant | None = None
        self._wrote_at = Instant(0)
        self._niceties = Niceties()
        self._beside = Beside()
        self._unfed = Unfed(round(office.settings.no_data_s * 1000))
        self._signed_in_at = Instant(-1)
        self._targets = Targets(lang, side, office.settings)
        self._journal = Journal(lang, side, self.changed)

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            broadcast = self._journal.broadcast()
            if broadcast is None or not broadcast.memory.marker:
                await self._pause(None)
                continue
            self._notice(broadcast)
            await self._targets.keep(broadcast)
            self._feed(broadcast)
            step = decider.next_step(self._case(broadcast), self._clock())
            if isinstance(step, Wait):
                self._tell(broadcast)
                await self._pause(self._until(broadcast, step.until))
            else:
                await self._do(step, broadcast)
                self._tell(self._journal.broadcast() or broadcast)

    def channel_is_good(self, channel: str) -> None:
        """Somebody signed in: what failed for want of it is tried again at once."""
        broadcast, trouble = self._journal.broadcast(), self.trouble
        if broadcast is None or broadcast.channel != channel or trouble is None:
            return
        if trouble.kind in (Kind.CREDENTIALS, Kind.OPERATOR):
            self.trouble = None
            self.changed.set()

    def _notice(self, broadcast: Broadcast) -> None:
        """A new run forgets everything; a new word of the operator is worth a new try at once."""
        if broadcast.memory.marker != self._run:
            self._run = broadcast.memory.marker
            self._targets.addresses.clear()
            self.look = self._last_look = self._streams = self._found = None
            self._discards.forget()
            self._niceties = Niceties(broadcast.sight.notes)
            self._asked_at = Instant(-1)
            if broadcast.sight.lifecycle == "live":
                # What is shown was judged before a restart of ours, and says nothing of now.
                self._tell(broadcast)
        if broadcast.asked_at != self._asked_at:
            self._asked_at = broadcast.asked_at
            self.trouble, self._streams, self._found = None, None, None
            self.stumbles = Stumbles()
            if self.look is not None and broadcast.memory.broadcast:
                self.look = None
        memory = broadcast.memory
        beside = "" if broadcast.kept is None else broadcast.kept.memory.broadcast
        asked = Asked(broadcast.channel, memory.broadcast, memory.stream, beside)
        self._watch.ask(self.lang, asked)

    def _case(self, broadcast: Broadcast) -> Case:
        room, trouble = self._side.room, self.trouble
        assert room is not None
        session = room.session
        blocks = [None if trouble is None else trouble.until, self._rest_until]
        return Case(
            wanted=broadcast.wanted,
            asked_at=broadcast.asked_at,
            wish=wording.wish_of(broadcast, session),
            memory=broadcast.memory,
            look=self.look,
            starts_at=start_of(broadcast, session),
            privacy=broadcast.privacy,
            privacy_said=broadcast.privacy_said,
            made_for_kids=wording.made_for_kids(session),
            details=wording.details_of(broadcast, session),
            picture=thumbnail.picture_of(broadcast, session),
            niceties_from=self._niceties.rest_until,
            streams=self._streams,
            found=self._found,
            found_at=self._found_at,
            pushing=self._targets.sending,
            flowing_since=self._unfed.flowing_since,
            blocked_until=max((each for each in blocks if each is not None), default=None),
            rests=self.stumbles.until(),
            refusals=self._discards.refusals,
        )

    def _feed(self, broadcast: Broadcast) -> None:
        """Connect anew what YouTube gets nothing of."""
        look = self.look or self._last_look
        for output in self._unfed.tend(self._targets.outputs(), broadcast, look, self._clock()):
            self._side.reconnect(output)

    def _until(self, broadcast: Broadcast, until: Instant | None) -> Instant | None:
        """Wait, but look at our own side now and then."""
        if broadcast.wanted in ("off", "ended") and until is None:
            return None
        tick = Instant(self._clock() + TICK_MS)
        return tick if until is None else min(until, tick)

    async def _pause(self, until: Instant | None) -> None:
        self.changed.clear()
        limit_s = (
            None if until is None else max(0.0, (until - self._clock()) / 1000 / self._office.speed)
        )
        try:
            async with asyncio.timeout(limit_s):
                await self.changed.wait()
        except TimeoutError:
            return

    async def _do(self, step: Step, broadcast: Broadcast) -> None:
        if isinstance(step, Keep):
            if step.memory.broadcast != broadcast.memory.broadcast:
                self.look, self._found = None, None
                self.stumbles = Stumbles()
                self._note_link(broadcast, step.memory.broadcast)
            await self._journal.remember(step.memory)
            return
        try:
            checked_since = broadcast.asked_at if broadcast.wanted == "preflight" else 0
            client = await self._office.client(
                broadcast.channel, since=checked_since, urgent=_urgent(broadcast)
            )
            self._signed_in_at = self._clock()
            if isinstance(step, Write):
                await self._write(client, step, broadcast)
            else:
                await self._read(client, step, broadcast)
        except YouTubeError as error:
            await self._failed(error, broadcast)

    def _note_link(self, broadcast: Broadcast, now: str) -> None:
        """Say that another broadcast, with another link, takes this one's place; or it is back."""
        if now in broadcast.memory.discard:
            self._niceties.done("link")  # it had been given up
        elif not now and broadcast.wanted not in ("off", "ended"):
            self._niceties.note("link", "youtube.link_changed")

    async def _read(self, client: YouTube, step: Step, broadcast: Broadcast) -> None:
        ending = broadcast.wanted in ("off", "ended")
        if isinstance(step, FindStreams):
            title = wording.stream_title(self._side.session, self.lang, self._office.settings.mark)
            self._streams = wording.streams_of(await client.my_streams(), title)
        elif isinstance(step, FindBroadcasts):
            self._found_at = self._clock()
            mine = await client.my_broadcasts(reserved=ending)
            self._found = wording.ours(mine, wording.mark_of(broadcast.memory))
        else:
            # What was seen before the operator's last word may have been changed by somebody.
            since = Instant(max(self._wrote_at, broadcast.asked_at))
            glance = await self._watch.look(client, self.lang, since, reserved=_urgent(broadcast))
            await self._seen(glance, broadcast)
        self.trouble = None

    async def _seen(self, glance: Glance, broadcast: Broadcast) -> None:
        stream = glance.streams.get(broadcast.memory.stream)
        self.look = looked(glance, broadcast.memory, self.look)
        self._last_look = self.look
        for verb in seen_done(self.look, broadcast.privacy):
            self.stumbles.done(verb)
        if self.look.lifecycle == "live":
            self._niceties.done("flags")  # said long enough
        if code := self._beside.seen(glance, broadcast.kept):
            self._niceties.note("kept", code)
        else:
            self._niceties.done("kept")
        if stream is not None:
            await self._targets.aim(stream)

    async def _write(self, client: YouTube, step: Write, broadcast: Broadcast) -> None:
        if not await self._journal.remember(step.before):
            return
        now_wanted = self._journal.broadcast()
        if now_wanted is None or now_wanted.asked_at != broadcast.asked_at:
            # An operator spoke while it was being noted: nothing was sent, so plan anew.
            await self._journal.remember(broadcast.memory)
            return
        room = self._side.room
        assert room is not None
        log.info("%s/%s: %s %s", self._side.session, self.lang, step.verb, step.target)
        refused = self.stumbles.refused(step.verb)
        mark = self._office.settings.mark
        work = calls.make(
            client, step, broadcast, room.session, self._clock(), mark=mark, refused=refused
        )
        try:
            if step.is_discard:
                async with asyncio.timeout(PATIENCE_S):
                    result = await self._journal.unless_asked(work, broadcast)
            else:
                nicety = step.verb in NICETIES
                result = await (self._journal.unless_asked(work, broadcast) if nicety else work)
        except TimeoutError:
            await self._refused(YouTubeError(Kind.UNCERTAIN, "TimeoutError"), step, broadcast)
            return
        except YouTubeError as error:
            await self._refused(error, step, broadcast)
            return
        finally:
            self._wrote_at = self._clock()
        await self._succeeded(step, result)

    async def _succeeded(self, step: Write, result: Made) -> None:
        self.trouble, self._found, self._streams = None, None, None
        if step.verb in UNTIL_SEEN:
            self._rests(step.verb, YouTubeError(Kind.CHANGED, "unchanged"))
        else:
            self.stumbles.done(step.verb)
        self._niceties.done(step.verb)
        if step.verb == "flags":
            self._niceties.note("flags", "youtube.flags_corrected")
        if step.verb in ("live", "complete", "delete") and not step.is_discard:
            self._rest_until = Instant(self._clock() + REST_MS)
        if isinstance(result, LiveStream):
            await self._targets.aim(result)
        if step.verb != "complete" and step.verb not in NICETIES:
            self.look = None
        elif isinstance(result, LiveBroadcast) and self.look and step.target == self._shown():
            self.look = self._last_look = answered(self.look, result)
        await self._journal.remember(done(step, "" if result is None else result.id))

    def _shown(self) -> str:
        broadcast = self._journal.broadcast()
        return "" if broadcast is None else broadcast.memory.broadcast

    async def _refused(self, error: YouTubeError, step: Write, broadcast: Broadcast) -> None:
        """A write failed; what is remembered depends on whether it may have been applied."""
        log.warning("%s/%s: %s: %s", self._side.session, self.lang, step.verb, error)
        discarding = step.is_discard
        gone = error.kind is Kind.GONE and step.verb in ("delete", "complete")
        self.look, self._found, self._streams = None, None, None
        if error.kind is Kind.DONE or (gone and step.verb == "delete"):
            await self._succeeded(step, None)
            return
        if gone and discarding:
            await self._succeeded(step, None)
            return
        if step.verb in NICETIES:
            await self._passed_over(error, step, broadcast)
            return
        if discarding:
            await self._not_gone(error, step, broadcast)
            return
        if step.verb == "live" and step.before.discard and error.reason in CROWDED:
            self._discards.hurry(self._clock())
            error = YouTubeError(Kind.CHANGED, error.reason, error.status)
        rests = self._rests(step.verb, error)
        if error.kind is Kind.UNCERTAIN:
            if not rests:
                await self._failed(error, broadcast, step.verb)
            return
        refused_text = step.verb == "update" and error.kind in _NO_TO_A_TEXT
        memory = step.before if refused_text else broadcast.memory
        await self._journal.remember(replace(memory, pending=""))
        if rests:
            return
        if refused_text:
            self._niceties.note("update", "youtube.text_refused")
            return
        await self._failed(error, broadcast, step.verb)

    async def _not_gone(self, error: YouTubeError, step: Write, broadcast: Broadcast) -> None:
        """A broadcast that is to go is still there: later, and whatever else is to do first."""
        if error.kind is Kind.QUOTA and error.reason != "own_ledger":
            await self._office.ledger(broadcast.channel).exhausted()
        if error.reason != GAVE_WAY:
            self._discards.failed(step.target, error, self._clock(), self._jitter())
        await self._journal.remember(replace(broadcast.memory, pending=""))

    def _rests(self, verb: str, error: YouTubeError) -> bool:
        return self.stumbles.rests(verb, error, self._clock(), self._jitter())

    async def _passed_over(self, error: YouTubeError, step: Write, broadcast: Broadcast) -> None:
        """A nicety failed: later, or not at all; it is no trouble of the broadcast's."""
        if error.kind is Kind.QUOTA and error.reason != "own_ledger":
            await self._office.ledger(broadcast.channel).exhausted()
        again = self._niceties.failed(step.verb, error, self._clock())
        await self._journal.remember(
            replace(broadcast.memory if again else step.before, pending="")
        )

    async def _failed(self, error: YouTubeError, broadcast: Broadcast, verb: str = "") -> None:
        if error.kind is Kind.QUOTA and error.reason != "own_ledger":
            await self._office.ledger(broadcast.channel).exhausted()
        ending = broadcast.wanted in ("off", "ended")
        # A look in between is no success of the write that follows it.
        before, now = self.stumbles.now.get(verb, self.trouble), self._clock()
        trouble = troubles.after(error, before, ending=ending, now=now, jitter=self._jitter())
        if error.kind is Kind.CREDENTIALS:
            self._office.health.bad(broadcast.channel, error)
            code = self._office.sign_in_code(broadcast.channel)
            trouble = Trouble(trouble.kind, code, trouble.reason, trouble.until, trouble.failures)
        self.trouble = trouble
        if verb:
            self.stumbles.now[verb] = trouble

    def _tell(self, broadcast: Broadcast) -> None:
        """Have the room show what we see."""
        if broadcast.memory.marker == self._run:
            seen = Seen(
                self.look or self._last_look,
                self.trouble,
                self._signed_in_at,
                self._targets.addresses,
                self._niceties.notes,
                self.stumbles.now,
                self._unfed.flowing_since,
            )
            self._teller.tell(broadcast, seen)


def _urgent(broadcast: Broadcast) -> bool:
    """What is on its way onto the air is worth the reserve, as its end is."""
    starting = broadcast.wanted == "live" and not broadcast.memory.aired
    return starting or broadcast.wanted in ("off", "ended")
