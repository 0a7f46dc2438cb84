"""A push that YouTube gets nothing of is begun anew, and one that is merely slow is not."""

from itertools import pairwise

import pytest
from msgspec.structs import replace

from streaming.outputs.order import Order
from streaming.youtube.steps import Look
from streaming.youtube.unfed import LIMIT_MS, Unfed
from tests.streaming.youtube.desk import FakeOutput
from venue.broadcast import Broadcast
from venue.ids import Instant, Language, OutputId

pytestmark = pytest.mark.unit

MAIN, BACKUP = OutputId("youtube-en"), OutputId("youtube-en-backup")
ORDER = Order(session="summit", output=MAIN, kind="rtmp", tap="")
WANTED = Broadcast(lang=Language("en"), channel="city", privacy="unlisted", title="Summit")
PATIENCE_MS, STEP_MS = 40_000, 2_000


class Output(FakeOutput):
    taken = 0

    @property
    def sent_bytes(self) -> int:
        return self.taken


class World:
    """Virtual time: a look every two seconds, at outputs that send unless told otherwise."""

    def __init__(self, names: tuple[OutputId, ...] = (MAIN,)) -> None:
        self.now = 0
        self.status = "ready"
        self.flows = True
        self.broadcast = replace(WANTED, wanted="live")
        self.outputs = {name: Output("key", None, ORDER) for name in names}
        self.unfed = Unfed(PATIENCE_MS)
        self.looks = True
        self._look = Look(Instant(0), stream_status="ready")

    def run(self, seconds: int) -> list[tuple[int, tuple[OutputId, ...]]]:
        """When, in seconds, which outputs were connected anew."""
        found = []
        for _ in range(seconds * 1000 // STEP_MS):
            self.now += STEP_MS
            for each in self.outputs.values():
                each.taken += 1000 if self.flows else 0
            if self.looks:
                self._look = Look(Instant(self.now), stream_status=self.status)
            again = self.unfed.tend(self.outputs, self.broadcast, self._look, Instant(self.now))
            if again:
                found.append((self.now // 1000, again))
        return found


def test_what_youtube_never_gets_is_sent_over_another_connection_ever_more_seldom() -> None:
    found = World().run(3600)
    times = [at for at, _ in found]
    assert times[0] == 42
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert gaps[:3] == [82, 162, 322]
    assert set(gaps[4:]) == {LIMIT_MS // 1000 + 2}


def test_a_stream_that_is_slow_to_be_called_active_is_left_alone() -> None:
    world = World()
    assert world.run(38) == []
    world.status = "active"
    assert world.run(600) == []


def test_data_lost_on_air_is_given_as_much_time_and_success_is_remembered() -> None:
    world = World()
    assert len(world.run(130)) == 2
    world.status = "active"
    world.run(10)
    world.status = "inactive"
    lost_at = world.now // 1000
    ((at, _),) = world.run(100)
    assert at - lost_at == pytest.approx(42, abs=2)


@pytest.mark.parametrize("why", ["stalled", "retrying", "unseen", "error", "prepared"])
def test_nothing_is_done_about_what_a_connection_cannot_mend(why: str) -> None:
    world = World()
    world.flows = why != "stalled"
    world.looks = why != "unseen"
    world.status = "error" if why == "error" else "inactive"
    world.outputs[MAIN].state = "retrying" if why == "retrying" else "running"
    if why == "prepared":
        world.broadcast = replace(WANTED, wanted="prepared")
    assert world.run(600) == []


def test_a_preflight_asked_for_again_does_not_wait_so_long() -> None:
    world = World()
    world.broadcast = replace(WANTED, wanted="preflight")
    assert world.run(24) == []
    world.broadcast = replace(world.broadcast, asked_at=Instant(world.now))
    assert world.run(20)[0][0] == 26


def test_both_ways_to_youtube_are_begun_anew() -> None:
    assert World((MAIN, BACKUP)).run(60) == [(42, (MAIN, BACKUP))]
