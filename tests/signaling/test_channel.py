import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from engineio.packet import Packet
from msgspec.structs import replace

from signaling.metrics import Metrics
from signaling.people.channel import Channel
from signaling.people.person import QUEUE_MAX, Person, frame, packet
from tests.signaling.conftest import DEFINITION, SESSION
from venue.ids import VoterId
from venue.roles import Actor, Role
from venue.room import Room, open_room
from venue.views import Viewer

pytestmark = pytest.mark.unit


@dataclass
class FakeLine:
    """A client that reads nothing."""

    fast: bool = False
    packets: list[Packet] = field(default_factory=list)
    frames: list[bytes] = field(default_factory=list)

    def queue(self, what: Packet) -> int:
        self.packets.append(what)
        return len(self.packets)

    def write(self, ready: bytes) -> bool:
        if self.fast:
            self.frames.append(ready)
        return self.fast

    def hold(self) -> None:
        self.fast = False

    def bodies(self) -> list[tuple[str, Any]]:
        texts = [str(what.encode()) for what in self.packets]
        return [tuple(json.loads(text[2:])) for text in texts]  # type: ignore[misc]


def viewer(line: FakeLine, role: Role = Role.AUDIENCE, number: int = 1) -> Person:
    voter = VoterId(f"device:{number}")
    return Person(
        f"sid-{number}", SESSION, Actor(role, None, voter), Viewer(role, None, voter), line
    )


def opened(room: Room, mode: str) -> Room:
    return replace(room, floor=replace(room.floor, mode=mode))


def channel_of(role: Role, cut_off: list[Person]) -> Channel:
    return Channel(role, Metrics(), cut_off.append)


async def test_a_newcomer_gets_the_snapshot_first_and_then_changes_that_build_on_it() -> None:
    channel, line = channel_of(Role.MODERATOR, []), FakeLine()
    room = open_room(DEFINITION)
    channel.update(room, 4)
    channel.join(viewer(line, Role.MODERATOR))
    channel.update(opened(room, "panel_open"), 6)
    channel.flush()
    (first, snapshot), (second, change) = line.bodies()
    assert (first, second) == ("snapshot", "change")
    assert (snapshot["seq"], change["prev"], change["seq"]) == (4, 4, 6)
    assert list(change["patch"]) == ["floor"]
    channel.close()


async def test_the_audience_is_not_sent_what_changes_nothing_for_it() -> None:
    channel, line = channel_of(Role.AUDIENCE, []), FakeLine()
    room = open_room(DEFINITION)
    channel.update(room, 1)
    channel.join(viewer(line))
    channel.update(room, 2)
    channel.flush()
    channel.update(opened(room, "chair_only"), 3)
    channel.flush()
    (_, snapshot), (_, change) = line.bodies()
    assert (snapshot["seq"], change["prev"], change["seq"]) == (1, 1, 3)
    channel.close()


async def test_a_client_that_does_not_read_is_cut_off_and_counted() -> None:
    cut_off: list[Person] = []
    channel, slow, quick = channel_of(Role.AUDIENCE, cut_off), FakeLine(), FakeLine(fast=True)
    room = open_room(DEFINITION)
    channel.update(room, 1)
    channel.join(viewer(slow))
    channel.join(viewer(quick, number=2))
    for seq in range(2, QUEUE_MAX + 20):
        channel.update(opened(room, "queue" if seq % 2 else "chair_only"), seq)
        channel.flush()
    assert [person.sid for person in cut_off] == ["sid-1"]
    assert len(slow.packets) == QUEUE_MAX + 1
    assert list(channel.members) == ["sid-2"]
    assert len(quick.frames) == QUEUE_MAX + 18
    channel.close()


@pytest.mark.parametrize("length", [1, 125, 126, 65_535, 65_536])
def test_a_frame_is_what_a_websocket_client_expects(length: int) -> None:
    what = packet("x", b'"' + b"a" * max(0, length - 10) + b'"')
    raw = frame(what)
    payload = str(what.encode()).encode()
    assert raw[0] == 0x81
    assert raw.endswith(payload)
    head = len(raw) - len(payload)
    assert head == (2 if len(payload) < 126 else 4 if len(payload) < 65_536 else 10)
    size = raw[1] if head == 2 else int.from_bytes(raw[2:head], "big")
    assert size == len(payload)
