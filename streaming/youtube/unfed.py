"""When a push is begun anew because YouTube has nothing of it, though its server takes our bytes.

    YouTube has no data, for as long as our patience    -> another connection, twice the patience
    YouTube has data again, or an operator spoke        -> the patience of the beginning

Only what YouTube was seen to lack counts, in a look that began after all that time: a stream that
is merely slow to be called active is left alone, and so is one that nobody has looked at.
"""

import logging
from collections.abc import Mapping

from streaming.youtube.known import SENDING
from streaming.youtube.side import OutputSide
from streaming.youtube.steps import Look
from venue.broadcast import Broadcast
from venue.broadcast_outputs import PUSHING
from venue.ids import Instant, OutputId

log = logging.getLogger(__name__)

LIMIT_MS = 600_000
QUIET_MS = 5_000
"""Bytes that have not moved for so long do not flow."""

NO_DATA = frozenset({"ready", "inactive"})
"""What YouTube calls a stream that nothing arrives for."""


class Unfed:
    """What is remembered of one language's push."""

    def __init__(self, patience_ms: int) -> None:
        self._patience_ms = patience_ms
        self._times = 0
        self._asked_at = Instant(-1)
        self._bytes = -1
        self._moved_at = Instant(0)
        self._flowing_since: Instant | None = None
        self._lacking_since: Instant | None = None

    def tend(
        self,
        outputs: Mapping[OutputId, OutputSide | None],
        broadcast: Broadcast,
        look: Look | None,
        now: Instant,
    ) -> tuple[OutputId, ...]:
        """Look every few seconds; the outputs that must be connected anew now."""
        self._notice(outputs, broadcast, look, now)
        flowing, lacking = self._flowing_since, self._lacking_since
        if flowing is None or lacking is None or look is None:
            return ()
        since = max(flowing, lacking)
        if look.at - since < self._patience(broadcast, since):
            return ()
        self._times += 1
        self._flowing_since = self._lacking_since = None
        log.warning("%s: YouTube has no data: the push begins anew", broadcast.lang)
        return tuple(name for name, each in outputs.items() if each and each.state in SENDING)

    def _patience(self, broadcast: Broadcast, since: Instant) -> int:
        # Who asks again amid it all has seen for themself that it does no good.
        if since < broadcast.asked_at:
            return self._patience_ms // 2
        return min(self._patience_ms << min(self._times, 10), LIMIT_MS)

    def _notice(
        self,
        outputs: Mapping[OutputId, OutputSide | None],
        broadcast: Broadcast,
        look: Look | None,
        now: Instant,
    ) -> None:
        if broadcast.asked_at != self._asked_at:
            self._asked_at, self._times = broadcast.asked_at, 0
        sending = [each for each in outputs.values() if each and each.state in SENDING]
        taken = sum(each.sent_bytes for each in sending)
        if taken != self._bytes:
            self._bytes, self._moved_at = taken, now
        flows = bool(sending) and now - self._moved_at < QUIET_MS
        if not flows or broadcast.wanted not in PUSHING:
            self._flowing_since = None
        elif self._flowing_since is None:
            self._flowing_since = now
        status = "" if look is None else look.stream_status
        if status == "active":
            self._times = 0
        if look is None or status not in NO_DATA:
            self._lacking_since = None
        elif self._lacking_since is None:
            self._lacking_since = look.at
