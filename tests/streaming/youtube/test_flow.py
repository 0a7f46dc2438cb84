"""Since when what we send is taken, and what a look says of a push that has just come."""

import pytest

from streaming.outputs.order import Order
from streaming.youtube.flow import CONFIRM_MS, QUIET_MS, Flow, is_unconfirmed
from streaming.youtube.steps import Look
from tests.streaming.youtube.desk import FakeOutput
from venue.ids import Instant, OutputId

pytestmark = pytest.mark.unit

MAIN, BACKUP = OutputId("youtube-en"), OutputId("youtube-en-backup")
ORDER = Order(session="summit", output=MAIN, kind="rtmp", tap="")


class Output(FakeOutput):
    taken = 0

    @property
    def sent_bytes(self) -> int:
        self.taken += 1
        return self.taken


class Stalled(FakeOutput):
    @property
    def sent_bytes(self) -> int:
        return 7


def noticed(flow: Flow, at: int, **outputs: FakeOutput | None) -> Instant | None:
    names = {"main": MAIN, "backup": BACKUP}
    return flow.notice({names[each]: known for each, known in outputs.items()}, Instant(at))


def test_what_is_taken_flows_since_it_was_first_seen() -> None:
    flow, main = Flow(), Output("key", None, ORDER)
    assert noticed(flow, 0, main=None) is None
    main.state = "starting"
    assert noticed(flow, 1_000, main=main) is None
    main.state = "running"
    assert noticed(flow, 2_000, main=main) == 2_000
    main.state = "degraded"
    assert noticed(flow, 60_000, main=main) == 2_000
    main.state = "retrying"
    assert noticed(flow, 61_000, main=main) is None
    main.state = "running"
    assert noticed(flow, 62_000, main=main) == 62_000


def test_a_break_between_two_looks_is_known_by_the_count_of_connections() -> None:
    flow, main = Flow(), Output("key", None, ORDER)
    assert noticed(flow, 0, main=main) == 0
    main.retries += 1
    assert noticed(flow, 2_000, main=main) == 2_000


def test_bytes_that_stand_still_do_not_flow() -> None:
    flow, main = Flow(), Stalled("key", None, ORDER)
    assert noticed(flow, 0, main=main) == 0
    assert noticed(flow, QUIET_MS - 1, main=main) == 0
    assert noticed(flow, QUIET_MS, main=main) is None
    assert noticed(flow, QUIET_MS + 1, main=Output("key", None, ORDER)) == QUIET_MS + 1


def test_one_way_that_holds_is_a_flow_without_a_break() -> None:
    flow = Flow()
    main, backup = Output("key", None, ORDER), Output("key", None, ORDER)
    assert noticed(flow, 0, main=main, backup=backup) == 0
    main.retries += 1
    assert noticed(flow, 2_000, main=main, backup=backup) == 0


@pytest.mark.parametrize(
    ("status", "looked_at", "flowing_since", "expected"),
    [
        # A look from before the push came, and one within the time that YouTube takes.
        ("inactive", 9_000, 10_000, True),
        ("inactive", 10_000 + CONFIRM_MS - 1, 10_000, True),
        ("inactive", 10_000 + CONFIRM_MS, 10_000, False),
        ("inactive", 10_000, None, False),
        ("active", 9_000, 10_000, False),
    ],
)
def test_a_look_says_nothing_against_a_push_that_has_just_come(
    status: str, looked_at: int, flowing_since: int | None, expected: bool
) -> None:
    look = Look(Instant(looked_at), "live", stream_status=status)
    since = None if flowing_since is None else Instant(flowing_since)
    assert is_unconfirmed(look, since) is expected
