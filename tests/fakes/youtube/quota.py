"""What calls cost, and how many units a project has left on a Pacific day."""

import datetime as dt
from collections import deque
from zoneinfo import ZoneInfo

from tests.fakes.youtube.errors import Refusal

PACIFIC = ZoneInfo("America/Los_Angeles")

COSTS = {
    "liveBroadcasts.list": 1,
    "liveStreams.list": 1,
    "videos.list": 1,
    "channels.list": 1,
    "liveChatMessages.list": 5,
    "liveChatMessages.insert": 20,
    "search.list": 100,
}
WRITE_COST = 50


def cost_of(method: str) -> int:
    """Units of a call, also of one that is refused; nobody calls for less than 1."""
    if method in COSTS:
        return COSTS[method]
    return 1 if method == "unknown" else WRITE_COST


class Ledger:
    """Units used by each project (OAuth client) since midnight in California."""

    def __init__(self, limit: int = 10_000) -> None:
        self.limit = limit
        self._day: dt.date | None = None
        self._used: dict[str, int] = {}
        self._calls: dict[str, int] = {}

    def charge(self, project: str, method: str, now: dt.datetime) -> int:
        """Book a call; answers its cost.

        Raises:
            Refusal: quotaExceeded; nothing is booked then.
        """
        self._turn(now)
        cost = cost_of(method)
        if self._used.get(project, 0) + cost > self.limit:
            raise Refusal("quotaExceeded")
        self._used[project] = self._used.get(project, 0) + cost
        self._calls[method] = self._calls.get(method, 0) + 1
        return cost

    def used(self, project: str, now: dt.datetime) -> int:
        self._turn(now)
        return self._used.get(project, 0)

    def calls(self) -> dict[str, int]:
        """How often each method was charged today, over all projects."""
        return dict(self._calls)

    def _turn(self, now: dt.datetime) -> None:
        day = now.astimezone(PACIFIC).date()
        if day != self._day:
            self._day = day
            self._used.clear()
            self._calls.clear()


class Rate:
    """At most so many calls a minute for each caller."""

    def __init__(self, per_minute: int) -> None:
        self.per_minute = per_minute
        self.reason = "userRequestsExceedRateLimit"
        self._seen: dict[str, deque[float]] = {}

    def take(self, caller: str, now_s: float) -> None:
        """Count a call.

        Raises:
            Refusal: there were too many within the last minute; this one is not counted.
        """
        seen = self._seen.setdefault(caller, deque())
        while seen and seen[0] <= now_s - 60:
            seen.popleft()
        if len(seen) >= self.per_minute:
            raise Refusal(self.reason)
        seen.append(now_s)
