"""What becomes of the broadcast that is set up while a rehearsal has its place.

It is seen in the rehearsal's own looks, at no further cost.  Both have the same key: what somebody
allows YouTube in the studio would show the rehearsal to everybody.
"""

from streaming.youtube.watch import Glance
from venue.broadcast import ON_YOUTUBE, OVER, Kept

LIVE = "youtube.kept_live"
MISSED = 2
"""A list may leave out once what is there."""


class Beside:
    """Of one language."""

    def __init__(self) -> None:
        self._missed = 0

    def seen(self, glance: Glance, kept: Kept | None) -> str:
        """The code of what must be said of it; empty: it is as it was set up."""
        video = "" if kept is None else kept.memory.broadcast
        if kept is None or not video or video not in glance.ids:
            self._missed = 0
            return ""
        found = glance.broadcasts.get(video)
        self._missed = 0 if found is not None else self._missed + 1
        if found is None:
            return "youtube.kept_gone" if self._missed >= MISSED else ""
        lifecycle = found.status.life_cycle_status
        if lifecycle in ON_YOUTUBE:
            return LIVE
        if lifecycle in OVER:
            return "youtube.kept_gone"
        if found.content_details.enable_auto_start:
            return "youtube.kept_auto_start"
        return "" if found.status.privacy_status == kept.privacy else "youtube.kept_privacy"
