"""How the day's units of YouTube's interface are shown.  Pure."""

from venue.broadcast_commands import QuotaSight
from venue.wire_youtube import BroadcastVerdict, QuotaView


def quota_view(sight: QuotaSight | None) -> QuotaView | None:
    """The figures with one sentence."""
    if sight is None:
        return None
    verdict, code, missing = _judged(sight)
    params: dict[str, str | int] = {
        "used": sight.used,
        "daily": sight.daily,
        "reserve": sight.reserve,
        "until": sight.resets_at,
    }
    return QuotaView(
        used=sight.used,
        daily=sight.daily,
        reserve=sight.reserve,
        needed=sight.needed,
        resets_at=sight.resets_at,
        verdict=verdict,
        code=code,
        params=params | ({"missing": missing} if missing else {}),
    )


def _judged(sight: QuotaSight) -> tuple[BroadcastVerdict, str, int]:
    left = sight.daily - sight.reserve - sight.used
    if sight.spent or sight.used >= sight.daily:
        return "bad", "youtube.quota_gone", 0
    if left <= 0:
        return "bad", "youtube.quota_reserve", 0
    if sight.needed > left:
        return "warning", "youtube.quota_short", sight.needed - left
    return "good", "youtube.quota_lasts", 0
