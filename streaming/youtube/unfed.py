"""When a push is begun anew because YouTube has nothing of it, though its server takes our bytes.

    YouTube has no data, for as long as our patience    -> another connection, twice the patience
    YouTube has data again, or an operator spoke        -> the patience of the beginning

Only what YouTube was seen to lack counts, in a look that began after all that time: a stream that
is merely slow to be called active is left alone, and so is one that nobody has looked at.
"""

import logging
from collections.abc import Mapping

from streaming.youtube.flow import Flow
from streaming.youtube.known import SENDING
from streaming.youtube.side import OutputSide
from streaming.youtube.steps import Look
from venue.broadcast import Broadcast
from venue.broadcast_outputs import PUSHING
from venue.ids import Instant, OutputId

log = logging.getLogger(__name__)

LIMIT_MS = 600_000
NO_DATA = frozenset({"ready", "inactive"})
"""What YouTube calls a stream that nothing arrives for."""


class Unfed:
    """What is remembered of one language's push."""

    def __init__(self, patience_ms: int) -> None:
        self._patience_ms = patience_ms
        self._times = 0
        self._asked_at = Instant(-1)
        self._flow = Flow()
        self.flowing_since: Instant | None = None
        """Since when our outputs' bytes are taken; None: they are not, or need not be."""
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
        flowing, lacking = self.flowing_since, self._lacking_since
        if flowing is None or lacking is None or look is None:
            return ()
        since = max(flowing, lacking)
        if look.at - since < self._patience(broadcast, since):
            return ()
        self._times += 1
        self._flow.forget()
        self.flowing_since = self._lacking_since = None
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
        flowing_since = self._flow.notice(outputs, now)
        self.flowing_since = flowing_since if broadcast.wanted in PUSHING else None
        status = "" if look is None else look.stream_status
        if status == "active":
            self._times = 0
        if look is None or status not in NO_DATA:
            self._lacking_since = None
        elif self._lacking_since is None:
            self._lacking_since = look.at
