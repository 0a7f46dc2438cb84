"""Writes that were refused, or changed nothing: they rest longer each time, all else goes on."""

from collections.abc import Mapping

from streaming.youtube import troubles
from streaming.youtube.errors import Kind, YouTubeError
from streaming.youtube.steps import Look
from streaming.youtube.troubles import Trouble
from venue.ids import Instant

_RESTING: Mapping[str, frozenset[Kind]] = {
    "live": frozenset({Kind.IDLE, Kind.CHANGED}),
    "status": frozenset({Kind.UNCERTAIN, Kind.CHANGED, Kind.OPERATOR, Kind.BUG}),
    "flags": frozenset({Kind.UNCERTAIN, Kind.CHANGED, Kind.OPERATOR, Kind.BUG, Kind.GONE}),
    "update": frozenset({Kind.UNCERTAIN}),
}
"""Write to kinds of failure that hold up nothing but the write itself."""


UNTIL_SEEN = frozenset({"status", "flags"})
"""Writes whose answer does not yet say that it is so: what ignores them is not asked for ever."""


def seen_done(look: Look, privacy: str) -> tuple[str, ...]:
    """Writes that a look shows to be needed no more."""
    flags = look.auto_start or look.auto_stop or look.monitored
    done = {"live": look.lifecycle == "live", "status": look.privacy == privacy, "flags": not flags}
    return tuple(verb for verb, is_so in done.items() if is_so)


class Stumbles:
    """The last trouble of each write that has not been made since."""

    def __init__(self) -> None:
        self.now: dict[str, Trouble] = {}

    def until(self) -> dict[str, Instant]:
        """When each may be tried again."""
        return {verb: trouble.until for verb, trouble in self.now.items()}

    def rests(self, verb: str, error: YouTubeError, now: Instant, jitter: float) -> bool:
        """Whether this failure holds up this write only; if so, it is noted."""
        repeated = error.reason == "own_ledger" and self.refused(verb)
        if error.kind not in _RESTING.get(verb, ()) and not repeated:
            return False
        self.now[verb] = troubles.resting(error, self.now.get(verb), now=now, jitter=jitter)
        return True

    def refused(self, verb: str) -> bool:
        """YouTube has said no to it: another try is not worth the reserve."""
        trouble = self.now.get(verb)
        return trouble is not None and trouble.kind in (Kind.IDLE, Kind.CHANGED)

    def done(self, verb: str) -> None:
        """It is as it should be."""
        self.now.pop(verb, None)
