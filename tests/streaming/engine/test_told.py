"""What the engine hears becomes a fact of the room, and what the desk sees."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from streaming.engine.app import Engine, EngineParts
from streaming.engine.config import EngineConfig
from streaming.rtc.liveness import DROPPED, EVERYBODY, INTERPRETER, Patience
from tests.streaming.rtc import offers
from tests.streaming.rtc.support import FakePicture, FakeSound, rig, spec
from tests.venue.table import CHAIR, SESSION, Table
from venue.ids import SeatId, SessionId
from venue.roles import SYSTEM, Actor, Role
from venue.room import open_room
from venue.scene import Scene
from venue.session import parse_session
from venue.staging import scene_of
from venue.views import Viewer, project

pytestmark = pytest.mark.unit

WU = Actor(Role.INTERPRETER, SeatId("wu"), None, "Wu")


class Facts:
    """Gives the room what the engine reports, as the journal's host does."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.sent: list[tuple[str, Mapping[str, Any]]] = []

    def fact(self, name: str, body: Mapping[str, Any]) -> None:
        self.sent.append((name, body))
        self.table.when(SYSTEM, name, **body)

    def hint(self, to: str, event: str, body: Mapping[str, Any]) -> None: ...


async def never() -> AsyncIterator[Scene]:
    return
    yield Scene()


def made() -> tuple[Engine, Table, Facts]:
    booth = {"seat": "wu", "name": "Wu", "role": "interpreter", "booth": ["zh", "en"]}
    raw = {**SESSION, "seats": [*SESSION["seats"], booth]}  # type: ignore[misc]
    table = Table(open_room(parse_session(raw)))
    table.live("wu", "gdynia", "taichung")
    table.when(WU, "booth.ready")
    table.when(WU, "booth.on")
    parts = EngineParts(
        lambda *_: FakePicture(), lambda *_: FakeSound(), lambda *_: None, Scene(), never()
    )  # type: ignore[arg-type]
    facts = Facts(table)
    config = EngineConfig(SessionId("summit"), "", Path("door"))
    return Engine(config, parts, facts), table, facts  # type: ignore[arg-type]


async def test_a_silent_booth_is_told_once_and_seen_at_the_desk() -> None:
    engine, table, facts = made()
    for _ in range(3):
        engine._tell_silence(frozenset({SeatId("wu")}))
    assert facts.sent == [("booth.silence", {"seat": "wu", "silent": True})]
    assert project(table.room, Viewer(Role.MODERATOR)).booths[0].silent_since == table.now
    engine._tell_silence(frozenset())
    assert project(table.room, Viewer(Role.MODERATOR)).booths[0].silent_since is None


async def test_the_voice_of_a_panel_is_told_and_turns_the_booth() -> None:
    engine, table, facts = made()
    for seat in ("gdynia", "taichung"):
        table.when(CHAIR, "stage.bring", seat=seat)
    engine.scene = scene_of(table.room)
    engine._tell_voice(SeatId("taichung"))
    assert facts.sent == []
    for _ in range(2):
        # In every panel anew, for the room forgets the voice of the last.
        table.when(CHAIR, "floor.mode", mode="panel_open")
        engine.scene = scene_of(table.room)
        engine._tell_voice(None)
        engine._tell_voice(SeatId("taichung"))
        engine._tell_voice(SeatId("taichung"))
        assert project(table.room, Viewer(Role.MODERATOR)).booths[0].into == "en"
        table.when(CHAIR, "floor.mode", mode="queue")
        engine.scene = scene_of(table.room)
        engine._tell_voice(SeatId("taichung"))
    assert facts.sent == [("floor.voice", {"seat": "taichung"})] * 2


async def test_what_doors_and_room_know_of_a_page_makes_the_engine_look_closer() -> None:
    async with rig() as peers:
        engine, table, _facts = made()
        engine.table = peers.table
        await peers.table.open(spec("wu", "wu"), offers.GSTREAMER)

        def patience(presence: str) -> Patience:
            table.when(SYSTEM, "seat.presence", seat="wu", presence=presence)
            engine.show(scene_of(table.room))
            return peers.table.get("wu").patience

        assert patience("online") is INTERPRETER
        assert patience("dropped") is DROPPED
        assert patience("online") is INTERPRETER
        assert patience("dropped") is DROPPED
        assert patience("away") is INTERPRETER
        table.when(WU, "booth.off")
        assert patience("online") is EVERYBODY
        assert patience("dropped") is EVERYBODY
