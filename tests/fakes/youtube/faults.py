"""What goes wrong on purpose: answers to requests, and things that happen to a broadcast."""

from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import Literal

import msgspec

from tests.fakes.youtube.errors import STATUS_OF
from tests.fakes.youtube.model import Lifecycle
from tests.fakes.youtube.state import State, new_key

Action = Literal[
    "error",
    "latency",
    "hang",
    "apply_then_drop",
    "apply_then_error",
    "apply_late",
    "drop",
    "html",
    "truncate",
    "stuck",
    "wrong_channel",
]


class Fault(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Which requests it hits, how many of them, and what they get.

    ``error`` answers ``reason`` (with its usual status, or ``status``) instead of the method;
    ``apply_then_error`` and ``apply_then_drop`` do it after the method has worked;
    ``apply_late`` does it at once, and the method works after ``delay_s``; ``drop`` closes
    the connection before; ``hang`` never answers; ``html`` is a 502 of a proxy; ``truncate`` cuts
    the JSON in half; ``stuck`` lets the next transition never leave ``*Starting``;
    ``wrong_channel`` answers as if the token belonged to ``channel``.  An error of ``oauth.token``
    has OAuth's shape, and any reason.
    """

    action: Action
    method: str = "*"
    """Like ``liveBroadcasts.insert`` or ``liveBroadcasts.*``."""
    id: str = ""
    """Only requests that name this resource in ``id``, ``videoId``, ``streamId`` or the body."""
    caller: str = ""
    """Only requests with a token of this channel."""
    part: str = ""
    after: int = 0
    """So many matching requests pass first; quota that ends at call N is N - 1."""
    count: int | None = 1
    """None for every one from then on."""
    reason: str = "backendError"
    status: int = 0
    retry_after_s: int | None = None
    delay_s: float = 0.0
    channel: str = ""
    seen: int = 0
    hits: int = 0

    def __post_init__(self) -> None:
        known = self.status or self.method == "oauth.token"
        if not known and self.reason not in STATUS_OF:
            raise ValueError(f"no such reason: {self.reason}")

    def matches(
        self, method: str, ids: Sequence[str], parts: Sequence[str], caller: str = ""
    ) -> bool:
        named = (not self.id or self.id in ids) and self.caller in ("", caller)
        return fnmatchcase(method, self.method) and named and (not self.part or self.part in parts)

    @property
    def spent(self) -> bool:
        return self.count is not None and self.hits >= self.count


class Faults:
    """Faults waiting for their request, and others that happen at once."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._waiting: list[Fault] = []

    def add(self, action: Action, method: str = "*", **fields: object) -> Fault:
        """Let something go wrong; fields as in ``Fault``.

        Raises:
            msgspec.ValidationError: a field does not exist or has no such value.
        """
        fault = msgspec.convert({"action": action, "method": method, **fields}, Fault)
        self._waiting.append(fault)
        return fault

    def clear(self) -> None:
        self._waiting.clear()

    def all(self) -> list[Fault]:
        return list(self._waiting)

    def take(
        self, method: str, ids: Sequence[str], parts: Sequence[str], caller: str = ""
    ) -> Fault | None:
        """The fault that hits this request; each matching fault counts it."""
        hit: Fault | None = None
        for fault in self._waiting:
            if fault.spent or not fault.matches(method, ids, parts, caller):
                continue
            fault.seen += 1
            if hit is None and fault.seen > fault.after:
                fault.hits += 1
                hit = fault
        return hit

    # -- at once ------------------------------------------------------------------------------

    def revoke(self, broadcast_id: str) -> None:
        """An administrator takes the broadcast down."""
        self._state.enter(self._state.broadcasts[broadcast_id], Lifecycle.REVOKED)

    def complete_in_studio(self, broadcast_id: str) -> None:
        """A human ends it in Studio."""
        self._state.enter(self._state.broadcasts[broadcast_id], Lifecycle.COMPLETE)

    def go_live_in_studio(self, broadcast_id: str) -> None:
        """A human starts it in Studio."""
        self._state.enter(self._state.broadcasts[broadcast_id], Lifecycle.LIVE_STARTING)

    def set_in_studio(
        self,
        broadcast_id: str,
        *,
        privacy: str = "",
        auto_start: bool | None = None,
        auto_stop: bool | None = None,
        monitor: bool | None = None,
    ) -> None:
        """A human changes a setting in Studio; what is not named stays."""
        broadcast = self._state.broadcasts[broadcast_id]
        broadcast.status.privacy_status = privacy or broadcast.status.privacy_status
        content = broadcast.content
        if auto_start is not None:
            content.enable_auto_start = auto_start
        if auto_stop is not None:
            content.enable_auto_stop = auto_stop
        if monitor is not None:
            content.monitor_stream.enable_monitor_stream = monitor

    def hide(self, broadcast_id: str, *, hidden: bool = True) -> None:
        """No list shows it for a while, though it is there."""
        self._state.broadcasts[broadcast_id].hidden = hidden

    def delete_in_studio(self, broadcast_id: str) -> None:
        """A human deletes it in Studio."""
        del self._state.broadcasts[broadcast_id]

    def rotate_key(self, stream_id: str) -> str:
        """The stream gets another key; whoever sends to the old one is cut off."""
        stream = self._state.streams[stream_id]
        stream.key = new_key()
        self._state.hang_ups.update(stream.publishers)
        return stream.key

    def hold_ready(self, stream_id: str, *, held: bool = True) -> None:
        """The stream does not become active although video flows."""
        self._state.streams[stream_id].held_ready = held

    def lead_astray(self, stream_id: str) -> None:
        """What arrives over the connections of now is taken and lost; another one works."""
        for publisher in self._state.streams[stream_id].publishers.values():
            publisher.astray = True

    def refuse_publish(self, stream_id: str, *, refused: bool = True) -> None:
        self._state.streams[stream_id].refused = refused

    def hang_up(self, stream_id: str) -> None:
        """Close the connections that send to a stream, once."""
        self._state.hang_ups.update(self._state.streams[stream_id].publishers)

    def hang_up_after(self, stream_id: str, seconds: float | None) -> None:
        """Let senders in and close them after so long, again and again; None ends it."""
        self._state.streams[stream_id].hung_up_after_s = seconds
