"""What a show will cost of the day's quota, and how often its chat may be read.  Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from streaming.youtube.ledger import READ_COST, WRITE_COST, cost_of
from venue.broadcast import Broadcast
from venue.session import SessionDefinition

WATCHING_AN_HOUR: Final = 200
"""Units that watching the broadcasts of one channel costs."""

POSTS_AN_HOUR: Final = 8
LEAST_MS: Final = 5_000
MOST_MS: Final = 180_000
"""A chat that is read more seldom is no use to anybody."""

LONGER_MS: Final = 1_800_000
"""A show that has lasted as long as was planned may go on for so long, and again."""

_HOUR_MS: Final = 3_600_000
STEPS_S: Final = (5, 10, 15, 20, 30, 45, 60, 90, 120, 180)


@dataclass(frozen=True, slots=True)
class Costs:
    """What the rest of the show needs besides, and among how many the remainder is divided."""

    needed: int
    """Units of everything but chats."""
    chats: int
    posting: bool


def pace_ms(left: int, costs: Costs, rest_ms: int) -> int | None:
    """Milliseconds from one reading of a chat to the next; None: there is too little left.

    ``left`` are the units of the day without its reserve, ``rest_ms`` how long they must last.

    >>> pace_ms(9_000, Costs(needed=1_200, chats=2, posting=True), 3 * 3_600_000)
    15789
    >>> pace_ms(700, Costs(needed=600, chats=2, posting=False), 3 * 3_600_000)
    """
    posts = POSTS_AN_HOUR * cost_of("liveChatMessages.insert") * costs.chats * costs.posting
    spare = left - costs.needed - rest_ms / _HOUR_MS * posts
    polls = spare / cost_of("liveChatMessages.list") / costs.chats
    if polls < 1:
        return None
    every_ms = max(LEAST_MS, round(rest_ms / polls))
    return every_ms if every_ms <= MOST_MS else None


STARTING_READS: Final = 30
"""Looks at a language from the operator's word until it is live."""

PLANNED_MS: Final = 3 * _HOUR_MS
"""For a session that does not say when it ends."""


def writes_left(broadcast: Broadcast) -> int:
    """Calls that change something, from here to the end of this language's run.

    Key, broadcast, bond, language, picture; then going live and ending.  After a rehearsal, those
    of the show.
    """
    if broadcast.rehearsal:
        return _writes_of_run(broadcast) + writes_left(broadcast.show)
    return _writes_of_run(broadcast)


def _writes_of_run(broadcast: Broadcast) -> int:
    memory = broadcast.memory
    if broadcast.over or broadcast.wanted == "ended":
        return 0 if broadcast.cleared else 1
    if memory.aired:
        return 1
    made = bool(memory.broadcast)
    niceties = 0 if memory.described or broadcast.rehearsal else 2
    return (not memory.stream) + 2 * (not made) + niceties + 2


def needed(
    session: SessionDefinition, broadcasts: Sequence[Broadcast], now_ms: int, midnight_ms: int
) -> int:
    """Units that a session will still take today, about; its chat makes do with what is left."""
    starts_ms = max(now_ms, session.starts_at or now_ms)
    ends_ms = max(session.ends_at or starts_ms + PLANNED_MS, now_ms + LONGER_MS)
    if starts_ms >= midnight_ms:
        return 0  # another day pays for it
    going = [each for each in broadcasts if writes_left(each)]
    writes = sum(map(writes_left, going)) * WRITE_COST
    starting = sum(not each.memory.aired for each in going) * STARTING_READS * READ_COST
    hours = (min(ends_ms, midnight_ms) - starts_ms) / _HOUR_MS
    channels = len({each.channel for each in going})
    return writes + starting + round(hours * channels * WATCHING_AN_HOUR)


def rest_ms(session: SessionDefinition, since_ms: int, now_ms: int, midnight_ms: int) -> int:
    """How long the units must last: to the end of the show, or of the day they are for."""
    ends_ms = max(session.ends_at or since_ms + PLANNED_MS, now_ms + LONGER_MS)
    return max(1, min(ends_ms, midnight_ms) - now_ms)


def shown_s(every_ms: int) -> int:
    """A round figure for people, which does not change all the time.

    >>> shown_s(15_900), shown_s(4_000)
    (20, 5)
    """
    return next((step for step in STEPS_S if step * 1000 >= every_ms), STEPS_S[-1])
