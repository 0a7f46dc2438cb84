"""Which transition a broadcast may make: the table, and the limits on how many are on air.

    created -> ready -> testStarting -> testing -> liveStarting -> live -> complete
                 |                                      ^
                 +------ without monitor stream --------+

A broadcast is ready while it is bound; revoked is what an administrator does to it.
"""

from collections.abc import Iterable

from tests.fakes.youtube.model import ON_AIR, Broadcast, Lifecycle, Limits

_TEST, _LIVE = Lifecycle.TEST_STARTING, Lifecycle.LIVE_STARTING

_REDUNDANT = frozenset(
    (
        (Lifecycle.TESTING, "testing"),
        (Lifecycle.LIVE, "live"),
        (Lifecycle.COMPLETE, "complete"),
    )
)

_STARTS = {
    # (state, target, monitor stream): what it becomes while its stream is active
    (Lifecycle.READY, "testing", True): _TEST,
    (Lifecycle.READY, "live", False): _LIVE,
    (Lifecycle.TESTING, "live", True): _LIVE,
    (Lifecycle.TESTING, "live", False): _LIVE,
}

_ENDS = frozenset(((Lifecycle.TESTING, "complete"), (Lifecycle.LIVE, "complete")))


def next_state(
    lifecycle: Lifecycle, target: str, *, active: bool, monitor: bool
) -> Lifecycle | str:
    """What a transition makes of a broadcast, or the reason why it is refused.

    ``active``: its stream receives video; ``monitor``: its monitor stream is enabled.
    """
    if (lifecycle, target) in _REDUNDANT:
        return "redundantTransition"
    if (lifecycle, target) in _ENDS:
        return Lifecycle.COMPLETE
    wants_video = lifecycle is Lifecycle.READY or (lifecycle is Lifecycle.TESTING)
    if wants_video and target in ("testing", "live") and not active:
        return "errorStreamInactive"
    return _STARTS.get((lifecycle, target, monitor), "invalidTransition")


def concurrency_refusal(
    broadcast: Broadcast, others: Iterable[Broadcast], limits: Limits
) -> str | None:
    """The reason why one more broadcast on air is one too many."""
    airing = [other for other in others if other.lifecycle in ON_AIR]
    channel = broadcast.snippet.channel_id
    if sum(one.snippet.channel_id == channel for one in airing) >= limits.concurrent_per_channel:
        return "concurrentBroadcastsExceedLimit"
    stream = broadcast.stream_id
    if sum(one.stream_id == stream for one in airing) >= limits.concurrent_per_stream:
        return "sharedIngestionBroadcastsExceedLimit"
    return None
