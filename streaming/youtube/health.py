"""Whether the sign-ins of channels are good: seen at start, daily, in the preflight, on request."""

from collections.abc import Callable

import msgspec

from streaming.youtube.credentials import TESTING_DAYS, StoredChannel, Vault, sign_in_code
from streaming.youtube.errors import Kind, YouTubeError
from venue.broadcast_commands import ChannelSight
from venue.ids import Instant

DAY_MS = 86_400_000
SAME_MS = 3_600_000
"""A failure that stays the same is told anew only after so long."""

PASSING = frozenset({Kind.UNCERTAIN, Kind.LATER, Kind.QUOTA})
"""What says nothing about a sign-in itself."""


class Health:
    """What was seen of each channel last, by the names that sessions give them."""

    def __init__(self, vault: Vault, clock: Callable[[], Instant]) -> None:
        self._vault = vault
        self._clock = clock
        self._seen: dict[str, ChannelSight] = {}
        self._listeners: list[Callable[[], None]] = []

    def listen(self, listener: Callable[[], None]) -> None:
        """Be called whenever something was seen that is new."""
        self._listeners.append(listener)

    def forget(self, listener: Callable[[], None]) -> None:
        """Be called no more."""
        self._listeners.remove(listener)

    def of(self, name: str) -> ChannelSight | None:
        """What was seen last; None: it was not tried yet."""
        return self._seen.get(name)

    def good(self, name: str, stored: StoredChannel) -> None:
        """The sign-in was tried and serves."""
        ends_soon = stored.expires_at is not None and (
            stored.expires_at - stored.granted_at <= (TESTING_DAYS + 1) * DAY_MS
        )
        code = "youtube.signed_in_testing" if ends_soon else "youtube.signed_in"
        self._see(name, _sight(stored, "warning" if ends_soon else "good", code, self._clock()))

    def bad(self, name: str, error: YouTubeError) -> None:
        """It was tried and does not, or could not be tried."""
        try:
            stored = self._vault.find(name)
        except YouTubeError:
            stored = None
        code = error.code
        if error.kind is Kind.CREDENTIALS and stored is not None:
            code = sign_in_code(stored, self._clock())
        verdict = "warning" if error.kind in PASSING else "bad"
        self._see(name, _sight(stored, verdict, code, self._clock()))

    def _see(self, name: str, sight: ChannelSight) -> None:
        before = self._seen.get(name)
        if before is not None and sight.verdict != "good":
            recent = (sight.checked_at or 0) - (before.checked_at or 0) < SAME_MS
            if recent and before == msgspec.structs.replace(sight, checked_at=before.checked_at):
                return
        self._seen[name] = sight
        for listener in self._listeners:
            listener()


def _sight(stored: StoredChannel | None, verdict: str, code: str, now: Instant) -> ChannelSight:
    fields = {"verdict": verdict, "code": code, "checked_at": now}
    if stored is not None:
        fields |= {"id": stored.id, "title": stored.title[:120]}
        fields |= {"granted_at": stored.granted_at, "expires_at": stored.expires_at}
    return msgspec.convert(fields, ChannelSight)
