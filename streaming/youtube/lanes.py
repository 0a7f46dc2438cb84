"""Threads of one channel's calls, so that those that hang hold up none of another kind.

Google's library waits; a call that is never answered keeps its thread until the time-out.  What a
broadcast depends on has threads of its own: a chat that hangs delays no look, and looks no end.
"""

from concurrent.futures import ThreadPoolExecutor

THREADS = {"look": 4, "write": 2, "aside": 3}
"""Started as they are needed."""

_ASIDE = ("liveChatMessages.", "videos.", "thumbnails.")


def lane_of(method: str) -> str:
    """Which threads make a call.

    >>> lane_of("liveStreams.list"), lane_of("liveBroadcasts.transition"), lane_of("videos.list")
    ('look', 'write', 'aside')
    """
    if method.startswith(_ASIDE):
        return "aside"
    return "look" if method.endswith(".list") else "write"


class Lanes:
    """A small pool for each kind of call."""

    def __init__(self) -> None:
        self._pools = {
            lane: ThreadPoolExecutor(threads, thread_name_prefix=f"youtube-{lane}")
            for lane, threads in THREADS.items()
        }

    def of(self, method: str) -> ThreadPoolExecutor:
        """The threads that make a call."""
        return self._pools[lane_of(method)]

    def close(self) -> None:
        """Let the threads go; calls under way end by themselves."""
        for pool in self._pools.values():
            pool.shutdown(wait=False, cancel_futures=True)
