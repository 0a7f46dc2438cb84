"""What the languages of a room ask of its keeper."""

from collections.abc import Mapping
from typing import Any, Protocol

from streaming.outputs.order import Order, Report
from venue.ids import Language, OutputId, SessionId
from venue.room import Room


class OutputSide(Protocol):
    """The keeper of an output, as far as it is asked."""

    order: Order
    state: str
    sent_bytes: int
    report: Report
    last_error: str | None

    @property
    def retries(self) -> int: ...


class RoomSide(Protocol):
    """What a room offers to its languages."""

    session: SessionId

    @property
    def room(self) -> Room | None: ...

    def post(self, about: str, name: str, body: Mapping[str, Any]) -> None: ...

    def output(self, output: OutputId) -> OutputSide | None: ...

    def reconnect(self, output: OutputId) -> None: ...

    async def target(self, output: OutputId, lang: Language, url: str) -> None: ...
