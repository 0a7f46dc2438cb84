"""What was asked and what was answered, in order."""

from collections import deque

import msgspec

LIMIT = 20_000


class Entry(msgspec.Struct, kw_only=True):
    """One request, recorded before anything is done with it, and then its outcome."""

    number: int
    at_s: float
    method: str
    http: str
    path: str
    query: dict[str, list[str]]
    body: object = None
    subject: str = ""
    """The channel that the token stands for; empty without a good one."""
    client: str = ""
    """The OAuth client, which is the project that pays."""
    parts: list[str] = msgspec.field(default_factory=list)
    status: int = 0
    """0 while it is not answered, and when the connection was dropped instead."""
    reason: str = ""
    cost: int = 0
    fault: str = ""
    applied: bool = False
    """The method ran and was not refused."""


class Journal:
    """Bounded; ``dropped`` counts what was forgotten."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=LIMIT)
        self.dropped = 0
        self._number = 0

    def open(self, **fields: object) -> Entry:
        self.dropped += int(len(self._entries) == LIMIT)
        self._number += 1
        entry = msgspec.convert({"number": self._number, **fields}, Entry)
        self._entries.append(entry)
        return entry

    def clear(self) -> None:
        self._entries.clear()
        self.dropped = 0

    def entries(self, method: str = "") -> list[Entry]:
        """All requests, or those of one method, oldest first."""
        return [one for one in list(self._entries) if not method or one.method == method]

    def count(self, method: str, *, applied: bool | None = None) -> int:
        found = self.entries(method)
        return sum(applied is None or one.applied is applied for one in found)

    def searched(self) -> list[Entry]:
        return self.entries("search.list")

    def assert_never_searched(self) -> None:
        """Fail when search.list, which costs 100 units, was ever called.

        Raises:
            AssertionError: it was.
        """
        found = self.searched()
        assert not found, f"search.list was called {len(found)} times: {found[0].query}"
