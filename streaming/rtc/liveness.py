"""When a peer that sends nothing is called lost.  Pure: time comes in as an argument.

Two signs of a loss come from different sides: the engine gets no packet, and the page has lost its
connection to signaling.  Neither alone is a loss at once, for a poor network has gaps, and media
goes on while signaling does not; together they are one soon.
"""

from dataclasses import dataclass

QUIET_S = 2.5
"""No packet for so long: the link is lost, the tile says so."""
QUIET_INTERPRETER_S = 1.6
"""The same for an interpreter on air: the partner is to be asked within two seconds."""
QUIET_DROPPED_S = 0.7
"""The same for an interpreter on air whose page has just lost its connection."""

GONE_S = 9.0
"""The peer is closed."""
CHECKS_S = 7.0
"""Above the pace of anybody's connectivity checks."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long nothing may come before something is called lost."""

    track_s: float
    """Of one track, while others of the peer come."""
    link_s: float
    """Of the whole link."""

    @property
    def is_short(self) -> bool:
        """The half second of the reports is too long to look only then."""
        return self.track_s < QUIET_S


EVERYBODY = Patience(QUIET_S, QUIET_S)
INTERPRETER = Patience(QUIET_INTERPRETER_S, QUIET_INTERPRETER_S)
DROPPED = Patience(QUIET_INTERPRETER_S, QUIET_DROPPED_S)


def patience_with(*, interprets: bool, dropped: bool) -> Patience:
    """How long to wait for a seat: ``interprets``, on air; ``dropped``, without a connection."""
    if not interprets:
        return EVERYBODY
    return DROPPED if dropped else INTERPRETER


class Pace:
    """Tells which look comes after a stall: what was sent meanwhile may still be on its way.

    Such a look judges nothing, the next one does however late it is: under load each may be.
    """

    def __init__(self, period_s: float, now: float) -> None:
        self._late_s = 2 * period_s
        self._looked_s = now
        self._waits = False

    def begin(self, now: float) -> None:
        """The looks begin, or begin again: none is late yet."""
        self._looked_s, self._waits = now, False

    def stalled(self, now: float) -> bool:
        """Note a look, and whether it is one to let pass."""
        is_late, self._looked_s = now - self._looked_s > self._late_s, now
        self._waits = is_late and not self._waits
        return self._waits
