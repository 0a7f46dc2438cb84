"""Since when YouTube's server takes what we send, and for how long its word may lag behind that."""

from collections.abc import Mapping
from dataclasses import dataclass

from streaming.youtube.known import SENDING
from streaming.youtube.side import OutputSide
from streaming.youtube.steps import Look
from venue.ids import Instant, OutputId

QUIET_MS = 5_000
"""Bytes that have not moved for so long do not flow."""

CONFIRM_MS = 30_000
"""YouTube shows as late as this that a push has come, and also that one before it had ended."""


def is_unconfirmed(look: Look, flowing_since: Instant | None) -> bool:
    """What we send is so new that a look which lacks it says nothing against it."""
    if look.stream_status == "active" or flowing_since is None:
        return False
    return look.at - flowing_since < CONFIRM_MS


@dataclass(slots=True)
class _Push:
    retries: int
    since: Instant | None = None
    taken_bytes: int = -1
    moved_at: Instant | None = None

    def notice(self, sent_bytes: int, now: Instant) -> None:
        if sent_bytes != self.taken_bytes:
            self.taken_bytes, self.moved_at = sent_bytes, now
            self.since = now if self.since is None else self.since
        elif self.moved_at is not None and now - self.moved_at >= QUIET_MS:
            self.since = None


class Flow:
    """The pushes of one language, to the primary and the backup ingest."""

    def __init__(self) -> None:
        self._pushes: dict[OutputId, _Push] = {}

    def forget(self) -> None:
        """They begin anew."""
        self._pushes.clear()

    def notice(self, outputs: Mapping[OutputId, OutputSide | None], now: Instant) -> Instant | None:
        """Look every few seconds; since when something is taken without a break, if it is.

        A connection that broke and came back between two calls is known by its count.
        """
        for name, output in outputs.items():
            if output is None or output.state not in SENDING:
                self._pushes.pop(name, None)
                continue
            push = self._pushes.get(name)
            if push is None or push.retries != output.retries:
                push = self._pushes[name] = _Push(output.retries)
            push.notice(output.sent_bytes, now)
        since = (push.since for push in self._pushes.values())
        return min((each for each in since if each is not None), default=None)
