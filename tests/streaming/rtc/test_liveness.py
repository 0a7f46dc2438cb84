"""A link is called lost by what does not come and by what is known of the page."""

import asyncio
from collections.abc import Iterable
from types import SimpleNamespace

import pytest

from streaming.engine.steering import SPEAKER
from streaming.rtc.liveness import DROPPED, EVERYBODY, INTERPRETER, QUIET_DROPPED_S, Pace
from streaming.rtc.peer import READS_MAX, Link, MediaState, Peer
from tests.streaming.rtc import offers
from tests.streaming.rtc.support import Rig, rig, spec, until
from venue.ids import SeatId

pytestmark = pytest.mark.unit

MEI = SeatId("mei")
START_S = 100.0


class Line:
    """A peer's link: what came last, and whether more waits to be read; the time is the test's."""

    def __init__(self, peer: Peer) -> None:
        self.peer = peer
        self.stats = SimpleNamespace(last_in_s=START_S)
        self.checked_s = START_S
        self.waiting = 0
        self.now_s = START_S
        peer.clock = lambda: self.now_s
        peer._link = self  # type: ignore[assignment]
        self.come()
        peer._judge(START_S, 0.0, 0.0)

    @property
    def unread(self) -> bool:
        self.waiting = max(0, self.waiting - 1)
        return self.waiting > 0

    def come(self) -> None:
        """A packet of each track has come."""
        self.stats.last_in_s = self.now_s
        for receiver in self.peer.receivers.values():
            receiver.stats.packets, receiver.stats.last_in_s = 1, self.now_s

    def lost_at(self, end_s: float, packets: Iterable[float] = ()) -> float | None:
        """Look ten times a second; give when the loss was noticed."""
        came = list(packets)
        while self.now_s < end_s:
            self.now_s = round(self.now_s + 0.1, 1)
            if self.now_s in came:
                self.come()
            self.peer._look()
            if self.peer.state.link is Link.LOST:
                return self.now_s
        return None


async def on_air(made: Rig, *, dropped: bool = False) -> Line:
    """An interpreter on air whose page has, or has lost, its connection."""
    await made.table.open(spec("mei", MEI), offers.GSTREAMER)
    line = Line(made.table.get("mei"))
    watch(made, dropped=dropped)
    return line


def watch(made: Rig, *, dropped: bool) -> None:
    made.table.steer({}, {MEI: SPEAKER}, {MEI}, {MEI} if dropped else frozenset())


async def test_an_interpreter_on_air_is_missed_sooner_than_others() -> None:
    async with rig() as made:
        mayor = SeatId("mayor")
        peers = []
        for seat in (mayor, MEI):
            await made.table.open(spec(seat, seat), offers.GSTREAMER)
            peers.append(made.table.get(seat))
            for receiver in peers[-1].receivers.values():
                receiver.stats.packets, receiver.stats.last_in_s = 1, START_S
        made.table.steer({}, {mayor: SPEAKER, MEI: SPEAKER}, {MEI}, {mayor})

        def links(now_s: float) -> list[Link]:
            for peer in peers:
                peer._judge(now_s, now_s - START_S, 0.0)
            return [peer.state.link for peer in peers]

        assert links(101.0) == [Link.GOOD, Link.GOOD]
        assert links(101.7) == [Link.GOOD, Link.LOST]
        assert [peer.state.camera for peer in peers] == [True, False]
        assert links(102.6) == [Link.LOST, Link.LOST]
        made.table.steer({}, {MEI: SPEAKER}, frozenset(), frozenset())
        assert links(101.5) == [Link.GOOD, Link.GOOD]


async def test_whose_page_and_packets_have_gone_is_lost_soon_and_brings_nothing() -> None:
    async with rig() as made:
        line = await on_air(made, dropped=True)
        lost_s = line.lost_at(103.0)
        assert lost_s is not None
        assert QUIET_DROPPED_S < lost_s - START_S <= QUIET_DROPPED_S + 0.1
        assert line.peer.state == MediaState(link=Link.LOST)


async def test_a_page_that_drops_after_the_packets_have_makes_it_a_loss_at_once() -> None:
    async with rig() as made:
        line = await on_air(made)
        assert line.lost_at(101.0) is None
        watch(made, dropped=True)
        assert line.lost_at(103.0) == pytest.approx(101.1)


async def test_while_packets_come_a_page_without_a_connection_is_no_loss() -> None:
    async with rig() as made:
        line = await on_air(made, dropped=True)
        # Every half second one: worse than any network that is still of use.
        assert line.lost_at(110.0, packets=[START_S + n / 2 for n in range(21)]) is None
        assert line.peer.state == MediaState(True, True, link=Link.GOOD)


async def test_while_other_packets_come_a_headset_has_its_time_though_the_page_dropped() -> None:
    async with rig() as made:
        line = await on_air(made, dropped=True)
        microphone = next(iter(line.peer.receivers.values()))
        for _ in range(14):
            line.now_s += 0.1
            line.come()
            microphone.stats.last_in_s = START_S
            line.peer._look()
        assert line.peer.state == MediaState(True, True, link=Link.GOOD)


async def test_a_connected_page_whose_packets_are_missing_has_its_time() -> None:
    async with rig() as made:
        line = await on_air(made)
        lost_s = line.lost_at(103.0)
        assert lost_s is not None
        assert 101.6 < lost_s <= 101.7
        # Off the air the looking ends.
        made.table.steer({}, {MEI: SPEAKER}, frozenset(), frozenset())
        line.peer._look()
        assert line.peer._watch is None


async def test_a_page_that_is_back_has_its_time_again() -> None:
    async with rig() as made:
        line = await on_air(made, dropped=True)
        assert line.lost_at(100.6) is None
        watch(made, dropped=False)
        assert line.peer.patience is INTERPRETER
        assert line.lost_at(101.5) is None
        made.table.steer({}, {MEI: SPEAKER}, frozenset(), {MEI})
        assert line.peer.patience is EVERYBODY


async def test_gaps_of_a_poor_network_are_no_loss_of_an_interpreter() -> None:
    async with rig() as made:
        line = await on_air(made)
        assert line.lost_at(110.0, packets=[START_S + 1.5 * n for n in range(7)]) is None


async def test_after_a_stall_of_our_own_what_came_meanwhile_is_read_first() -> None:
    async with rig() as made:
        line = await on_air(made, dropped=True)
        line.waiting, line.now_s = 4, 102.0
        line.peer._looks.begin(101.9)
        line.peer._look()
        assert line.peer.state.link is Link.GOOD
        # The loop reads it, and finds the interpreter's packets among it.
        line.come()
        for _ in range(4):
            await asyncio.sleep(0)
        assert line.peer.state.link is Link.GOOD


async def test_with_nothing_to_read_a_stall_costs_one_look_however_late_the_next() -> None:
    async with rig() as made:
        line = await on_air(made)
        assert line.lost_at(101.0) is None
        line.now_s = 103.0
        line.peer._look()
        assert line.peer.state.link is Link.GOOD
        line.now_s = 103.7
        line.peer._look()
        assert line.peer.state.link is Link.LOST


async def test_a_loop_that_never_catches_up_misses_an_interpreter_all_the_same() -> None:
    async with rig() as made:
        line = await on_air(made, dropped=True)
        line.waiting = 10 * READS_MAX
        line.now_s = 101.0
        line.peer._looks.begin(100.9)
        line.peer._look()
        await until(lambda: line.peer.state.link is Link.LOST, "lost")
        assert line.waiting > READS_MAX


def test_of_looks_that_are_all_late_every_second_counts() -> None:
    pace = Pace(0.1, START_S)
    assert [pace.stalled(START_S + 0.3 * n) for n in range(1, 5)] == [True, False, True, False]
    assert not pace.stalled(START_S + 1.3)


def test_only_the_whole_link_of_a_dropped_page_is_missed_sooner() -> None:
    assert DROPPED.track_s == INTERPRETER.track_s < EVERYBODY.track_s
    assert DROPPED.link_s < INTERPRETER.link_s < EVERYBODY.link_s
