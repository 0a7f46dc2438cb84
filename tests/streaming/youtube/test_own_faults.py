"""What we find wrong with our own side: which, how soon, for how long."""

from dataclasses import dataclass, field, replace

import msgspec
import pytest

from streaming.outputs.order import Order, Report
from streaming.outputs.vitals import Vitals
from streaming.youtube.faults import BACK_MS, RULES, Faults, Signs, found
from streaming.youtube.ours import LATE_PACKETS, Pulse
from tests.venue.table import CHAIR, Table
from venue.ids import Instant
from venue.roles import SYSTEM

pytestmark = pytest.mark.unit

HEALTHY = Vitals(fps=25, fps_wanted=25, av_ms=-20, lag_ms=120, loudness_lufs=-17)
SHOW = Signs(
    shown=True,
    engine_up=True,
    slate=False,
    filled=False,
    slow_kbps=None,
    late=False,
    speaking_ms=60_000,
    vitals=HEALTHY,
)


@dataclass
class Silent:
    """An output whose program has been silent for a minute."""

    order: Order
    state: str = "running"
    last_error: str | None = None
    retries: int = 0
    sent_bytes: int = 0
    report: Report = field(
        default_factory=lambda: Report(state="running", vitals=Vitals(quiet_ms=60_000))
    )


def vitals(**more: int) -> Signs:
    return replace(SHOW, vitals=Vitals(**{**_fields(HEALTHY), **more}))


def _fields(known: Vitals) -> dict[str, int]:
    return {name: getattr(known, name) for name in known.__struct_fields__}


@pytest.mark.parametrize(
    ("signs", "codes"),
    [
        (SHOW, []),
        (replace(SHOW, engine_up=False, slate=True), ["engine_gone"]),
        (replace(SHOW, slate=True), ["pictures_stopped"]),
        (replace(SHOW, slow_kbps=400), ["output_slow"]),
        (replace(SHOW, slow_kbps=400, shown=False), ["output_slow"]),
        (replace(SHOW, late=True), ["packets_late"]),
        (replace(vitals(fps=12), late=True), ["encoder_slow"]),
        (vitals(fps=12), ["encoder_slow"]),
        (vitals(fps=23), []),
        (vitals(lag_ms=4000, backlog_bytes=90_000), ["lagging"]),
        # The line takes all of it: it is this machine that is late.
        (vitals(lag_ms=4000), ["packets_late"]),
        (replace(vitals(lag_ms=4000), filled=True), ["packets_late"]),
        (vitals(lag_ms=4000, fps=12), ["encoder_slow"]),
        (vitals(av_ms=-900), ["av_apart"]),
        (replace(SHOW, filled=True), ["silent"]),
        # A machine that does too much leaves out pictures and sound; the engine gives both.
        (replace(SHOW, filled=True, late=True), ["packets_late"]),
        (vitals(quiet_ms=10_500), ["quiet"]),
        (vitals(quiet_ms=9_000), []),
        (replace(vitals(quiet_ms=60_000), speaking_ms=0), []),
        # Silent in the break, and now somebody begins.
        (replace(vitals(quiet_ms=60_000), speaking_ms=1_000), []),
        (vitals(loudness_lufs=-24), ["too_soft"]),
        (vitals(loudness_lufs=-8), ["too_loud"]),
        (replace(vitals(fps=1, quiet_ms=60_000), shown=False), []),
        (replace(SHOW, vitals=Vitals()), []),
    ],
)
def test_what_is_wrong(signs: Signs, codes: list[str]) -> None:
    assert sorted(found(signs)) == sorted(f"youtube.{code}" for code in codes)


def test_every_fault_has_its_place_and_its_patience() -> None:
    assert {rule.code for rule in RULES} == {
        code
        for signs in (
            replace(SHOW, engine_up=False, late=True),
            replace(SHOW, slate=True, filled=True, slow_kbps=100),
            vitals(fps=1, lag_ms=9000, backlog_bytes=9, av_ms=9000, quiet_ms=20_000),
            vitals(loudness_lufs=-40),
            vitals(loudness_lufs=-2),
        )
        for code in found(signs)
    }


def test_a_hiccup_is_not_said_and_what_was_said_stands_a_while() -> None:
    faults = Faults()
    slow = found(vitals(fps=12))
    # given a hiccup of two seconds, then nothing is said of it
    assert [faults.take(slow, Instant(at)) for at in (0, 2000)] == [None, None]
    assert faults.take({}, Instant(2000 + BACK_MS + 1)) is None
    # given four seconds of it, then it is said, with the figures of its beginning
    begun = 20_000
    assert faults.take(slow, Instant(begun)) is None
    assert faults.take(found(vitals(fps=9)), Instant(begun + 4000)) is not None
    said = faults.take({}, Instant(begun + 6000))
    assert said is not None
    assert (said.code, dict(said.params)) == ("youtube.encoder_slow", {"fps": 12, "wanted": 25})
    # and it is gone when it has been for long enough
    assert faults.take({}, Instant(begun + 4000 + BACK_MS + 1)) is None


def test_a_cause_is_said_before_its_effect() -> None:
    faults = Faults()
    both = found(replace(vitals(quiet_ms=30_000, fps=3), slate=True))
    for at in range(0, 20_000, 2000):
        said = faults.take(both, Instant(at))
        assert said is not None
        assert said.code == "youtube.pictures_stopped"


def test_what_a_fault_brought_along_is_over_with_it() -> None:
    faults = Faults()
    # given a line so slow that sound was left out, to the end and a moment longer
    both = found(replace(vitals(lag_ms=9_000, backlog_bytes=90_000), filled=True))
    said = [faults.take(both, Instant(at)) for at in range(0, 10_000, 500)]
    assert said[-1] is not None
    assert said[-1].code == "youtube.lagging"
    assert faults.take(found(replace(SHOW, filled=True)), Instant(10_000)) is not None
    # then nothing is said of the sound once the line is fast again
    after = [faults.take({}, Instant(at)) for at in range(10_500, 20_000, 500)]
    assert {fault.code for fault in after if fault is not None} == {"youtube.lagging"}
    # but what is wrong by itself is said
    for at in range(20_000, 30_000, 500):
        faults.take(both, Instant(at))
    silent = found(replace(SHOW, filled=True))
    told = [faults.take(silent, Instant(at)) for at in range(30_000, 40_000, 500)]
    assert told[-1] is not None
    assert told[-1].code == "youtube.silent"


def test_the_silence_of_a_break_is_not_the_next_speakers() -> None:
    # given a session on air after a long silence
    table = Table()
    table.when(SYSTEM, "engine.state", state="up")
    table.when(CHAIR, "onair.start")
    order = Order(session="summit", output="youtube-en", kind="rtmp", tap="")
    output = Silent(order)
    pulse = Pulse()

    def said(at: int) -> str | None:
        fault = pulse.take(output, table.room, Instant(at)).fault
        return None if fault is None else fault.code

    assert [said(at) for at in range(0, 20_000, 2_000)] == [None] * 10
    # when somebody gets the floor, then there is time to breathe
    table.when(CHAIR, "floor.chair", open=True)
    assert [said(at) for at in range(20_000, 30_000, 2_000)] == [None] * 5
    # and after ten seconds without a sound it is said
    assert said(30_000) == "youtube.quiet"
    # and taken back when the floor is free again
    table.when(CHAIR, "floor.chair", open=False)
    assert said(30_000 + BACK_MS + 2_000) is None


def test_one_hiccup_of_late_packets_is_not_said_and_the_next_is() -> None:
    # given an output that sends the program
    table = Table()
    table.when(SYSTEM, "engine.state", state="up")
    table.when(CHAIR, "onair.start")
    order = Order(session="summit", output="youtube-en", kind="rtmp", tap="", cover="program")
    output = Silent(order, report=Report(state="running", vitals=HEALTHY))
    pulse = Pulse()

    def run(begin: int, end: int) -> set[str]:
        taken = (pulse.take(output, table.room, Instant(at)) for at in range(begin, end, 500))
        return {each.fault.code for each in taken if each.fault is not None}

    assert run(0, 20_000) == set()
    # when packets are late once, then nobody can do anything about it any more
    output.report = Report(state="running", vitals=HEALTHY, late_packets=LATE_PACKETS + 1)
    assert run(20_000, 40_000) == set()
    # when it goes on, then it is said
    for second in (40, 45, 50):
        output.report = replace_report(output.report, LATE_PACKETS + 1)
        last = run(second * 1000, (second + 5) * 1000)
    assert last == {"youtube.packets_late"}


def replace_report(report: Report, late: int) -> Report:
    return msgspec.structs.replace(report, late_packets=report.late_packets + late)
