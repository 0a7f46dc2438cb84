"""How often somebody may do something: a token bucket each, forgotten when full again."""

from collections import OrderedDict
from collections.abc import Callable

KEPT_MAX = 20_000


class Buckets:
    """``burst`` at once, then one every ``period_s``."""

    def __init__(self, burst: int, period_s: float, clock_s: Callable[[], float]) -> None:
        self._burst = burst
        self._period_s = period_s
        self._clock_s = clock_s
        self._full_at_s: OrderedDict[str, float] = OrderedDict()

    def take(self, who: str) -> int:
        """Take one token.

        Returns:
            0 if there was one, else the seconds until there is.
        """
        now_s = self._clock_s()
        full_at_s = max(self._full_at_s.get(who, now_s), now_s)
        wait_s = full_at_s - now_s - (self._burst - 1) * self._period_s
        if wait_s > 1e-6:
            return max(1, round(wait_s))
        self._full_at_s[who] = full_at_s + self._period_s
        self._full_at_s.move_to_end(who)
        while len(self._full_at_s) > KEPT_MAX:
            self._full_at_s.popitem(last=False)
        return 0

    def give_back(self, who: str) -> None:
        """What the token was for did not happen."""
        if who in self._full_at_s:
            self._full_at_s[who] -= self._period_s
