"""The signer's place in the composed picture: seen, lost, handed over, and never on the slate."""

from dataclasses import replace

import pytest

from streaming.packets import VideoCodec
from streaming.picture.layout import Rect
from tests.streaming.picture.coded import BLUE, GREEN, RED, Yuv, close, colour_at, decode, plain
from tests.streaming.picture.test_engine import PEOPLE, SCENE, SEATS, Bench
from venue.ids import SeatId
from venue.scene import Layout, Person, Scene

pytestmark = pytest.mark.media

MEI, KAI = SeatId("mei"), SeatId("kai")
SIGNERS = {seat: Person(seat, online=True, signs=True) for seat in (MEI, KAI)}
SIGNED = replace(SCENE, people={**PEOPLE, **SIGNERS}, signer=MEI)


def push(bench: Bench, seat: SeatId, colour: Yuv, wide: bool = True) -> None:
    size = (320, 180) if wide else (180, 320)
    assert bench.engine.push(seat, plain(VideoCodec.VP8, [colour], *size)[0])
    bench.engine.decode_waiting()


def place(bench: Bench) -> Rect:
    scenery = bench.engine.shared.scenery
    assert scenery is not None
    assert scenery.plan.signer is not None
    return scenery.plan.signer


def shown(bench: Bench) -> list[Yuv]:
    """What stands near every edge of the place and in its middle."""
    rect, frame = place(bench), bench.engine.shared.compositor.frame
    return [
        colour_at(frame, rect.x_px + across, rect.y_px + down)
        for across in (8, rect.width_px // 2, rect.width_px - 10)
        for down in (8, rect.height_px // 2, rect.height_px - 10)
    ]


@pytest.mark.parametrize("layout", [one for one in Layout if one is not Layout.SLATE])
@pytest.mark.parametrize("wide", [True, False])
def test_the_signer_fills_the_place_in_every_layout(layout: Layout, wide: bool) -> None:
    bench = Bench(replace(SIGNED, layout=layout))
    push(bench, MEI, RED, wide)
    bench.feed()
    bench.run(100, 3)
    assert all(close(colour, RED) for colour in shown(bench))
    rect, last = place(bench), decode(bench.program)[-1]
    assert close(colour_at(last, rect.x_px + rect.width_px // 2, rect.y_px + 20), RED)


def test_a_lost_signer_becomes_a_card_and_the_rest_of_the_picture_stays() -> None:
    bench = Bench(SIGNED)
    push(bench, MEI, RED)
    bench.feed()
    bench.run(0, 1)
    before = bench.engine.shared.compositor.planes.y.copy()
    lost = {**SIGNED.people, MEI: replace(SIGNERS[MEI], online=False)}
    bench.show(replace(SIGNED, people=lost))
    bench.run(1, 1)
    after = bench.engine.shared.compositor.planes.y
    assert not any(close(colour, RED, within=30) for colour in shown(bench))
    assert (before[:, : place(bench).x_px] == after[:, : place(bench).x_px]).all()


def test_the_partner_of_a_handover_is_seen_at_once() -> None:
    bench = Bench(replace(SIGNED, next_signers=(KAI,)))
    assert {MEI, KAI} <= set(bench.engine.wanted_pictures())
    push(bench, MEI, RED)
    push(bench, KAI, BLUE)
    bench.run(0, 1)
    assert all(close(colour, RED) for colour in shown(bench))
    bench.show(replace(SIGNED, signer=KAI))
    bench.run(1, 1)
    assert all(close(colour, BLUE) for colour in shown(bench))
    assert MEI not in bench.engine.wanted_pictures()


def test_nobody_signs_on_the_slate() -> None:
    for scene in (replace(SIGNED, seats=()), replace(SIGNED, layout=Layout.SLATE)):
        bench = Bench(scene)
        assert MEI not in bench.engine.wanted_pictures()
        bench.run(0, 1)
        plain_slate = Bench(replace(scene, signer=None))
        plain_slate.run(0, 1)
        ours, theirs = (
            bench.engine.shared.compositor.planes,
            plain_slate.engine.shared.compositor.planes,
        )
        assert all((a == b).all() for a, b in zip(ours.each, theirs.each, strict=True))


def test_tiles_pass_under_the_signer_while_they_move() -> None:
    alone = Scene(Layout.SPEAKER, SEATS[:1], SIGNED.people)
    bench = Bench(alone, move_s=0.32)
    bench.engine.push(SEATS[0], plain(VideoCodec.VP8, [GREEN])[0])
    bench.engine.decode_waiting()
    bench.run(0, 1)
    bench.show(replace(alone, signer=MEI))
    push(bench, MEI, RED)
    for index in range(1, 12):
        bench.run(index, 1)
        assert all(close(colour, RED) for colour in shown(bench)), index
