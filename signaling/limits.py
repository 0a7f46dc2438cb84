"""How often somebody may do something.  Bounded: nobody's bucket is kept once it is full again.

Each process counts for itself.  Whoever has a seat is counted by it; everybody else by the address
they come from, generously, as a whole hall may share one.
"""

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence

from signaling.errors import ApiError
from signaling.metrics import Metrics

KEPT_MAX = 20_000

RATES: Mapping[str, tuple[int, float]] = {
    "refusal": (60, 1.0),  # an address: tickets that are no good
    "join": (10, 2.0),  # a seat: connections
    "visit": (2_000, 0.01),  # an address: connections and requests without a seat
    "media": (10, 2.0),  # a seat: offers, by its page or by WHIP
    "monitor": (100, 0.5),  # an address: WHEP offers with a picture
    "receiver": (400, 0.1),  # an address: WHEP offers for sound only; a hall behind one address
    "request": (60, 0.5),  # a seat: everything else over HTTP
    "command": (60, 0.1),  # a seat, or a connection without one
}
"""What: so many at once, and then one every so many seconds."""


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


class Limits:
    """Every bucket of the process but that of questions, whose refusal has a code of its own."""

    def __init__(
        self,
        metrics: Metrics,
        clock_s: Callable[[], float] = time.monotonic,
        *,
        receivers_at_once: int = RATES["receiver"][0],
    ) -> None:
        self._metrics = metrics
        rates = {**RATES, "receiver": (receivers_at_once, RATES["receiver"][1])}
        self._buckets = {
            what: Buckets(burst, period_s, clock_s) for what, (burst, period_s) in rates.items()
        }

    def spend(self, what: str, who: str) -> None:
        """Count one of ``RATES`` for somebody.

        Raises:
            ApiError: 429 ``request.too_many`` with ``retry_after_s``.
        """
        wait_s = self._buckets[what].take(who)
        if wait_s:
            self._metrics.limited.labels(what).inc()
            raise ApiError(429, "request.too_many", {"retry_after_s": wait_s})


def address_of(peer: str | None, forwarded: str, proxies: Sequence[str]) -> str:
    """Where a request comes from: its connection, or what our own proxy says of it.

    Only the last name of ``X-Forwarded-For`` was written by that proxy.  The 64 bits that one
    network has to itself in IPv6 count as one address.

    >>> address_of("127.0.0.1", "6.6.6.6, 203.0.113.9", ["127.0.0.0/8"])
    '203.0.113.9'
    >>> address_of("198.51.100.7", "203.0.113.9", ["127.0.0.0/8"])
    '198.51.100.7'
    """
    found = _parsed(peer or "")
    if found is not None and any(found in ipaddress.ip_network(proxy) for proxy in proxies):
        found = _parsed(forwarded.rpartition(",")[2].strip()) or found
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)


def _parsed(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
