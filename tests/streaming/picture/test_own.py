"""A picture of one's own: the same scene, written in one language, on the same grid."""

import threading
from dataclasses import replace

import numpy as np
import pytest

from streaming.mediatime import PictureFormat
from streaming.packets import EncodedPicture, VideoCodec
from streaming.picture.engine import PictureEngine
from streaming.picture.layout import Rect
from streaming.picture.rendition import Coding
from tests.streaming.picture.coded import COLOURS, close, colour_at, decode, plain
from venue.ids import Language, SeatId
from venue.scene import Layout, LowerThird, Person, QuestionCard, Scene, SecondLanguage

pytestmark = pytest.mark.media

FMT = PictureFormat(640, 360, 25)
ZH = Language("zh")
SEATS = tuple(SeatId(f"seat-{number}") for number in range(4))
PEOPLE = {seat: Person("Ewa Nowak", online=True) for seat in SEATS}
IN_CHINESE = {seat: Person("艾娃・諾瓦克", online=True) for seat in SEATS}
SHARED = Scene(
    layout=Layout.GALLERY,
    seats=SEATS,
    people=PEOPLE,
    title="Mayors' Summit",
    second=SecondLanguage(ZH, "市長高峰會", names=dict.fromkeys(SEATS, "艾娃・諾瓦克")),
    lower_third=LowerThird("Ewa Nowak", "Mayor", "Gdynia", Language("en")),
)
OWN = replace(
    SHARED,
    language=ZH,
    second=None,
    people=IN_CHINESE,
    title="市長高峰會",
    lower_third=LowerThird("艾娃・諾瓦克", "市長", "格丁尼亞", Language("en")),
)
SCENE = replace(SHARED, own={ZH: OWN})


class Bench:
    """An engine of two pictures, without threads and time, and what it gave out."""

    def __init__(self) -> None:
        self.shared: list[EncodedPicture] = []
        self.own: list[EncodedPicture] = []
        self.engine = PictureEngine(
            FMT,
            self.shared.append,
            lambda _: None,
            coding=Coding(1500, "ultrafast"),
            own={ZH: self.own.append},
            move_s=0.0,
        )
        self.show(SCENE)

    def show(self, scene: Scene) -> None:
        self.engine.set_scene(scene)
        self.engine.draw()

    def feed(self) -> None:
        for seat, colour in zip(SEATS, COLOURS, strict=True):
            assert self.engine.push(seat, plain(VideoCodec.VP8, [colour])[0])
        self.engine.decode_waiting()

    def run(self, first: int, count: int) -> None:
        for index in range(first, first + count):
            self.engine.tick(index, 0)
            self.engine.own[ZH].tick(index, 0)

    def plan_rects(self) -> tuple[list[Rect], list[Rect]]:
        sceneries = (self.engine.shared.scenery, self.engine.own[ZH].scenery)
        shared, own = ([tile.rect for tile in one.plan.tiles] for one in sceneries if one)
        return shared, own


def difference(bench: Bench, part: Rect) -> float:
    """Mean distance of the two pictures' luma in a part, as a decoder shows them."""
    one, other = (decode(pictures)[-1] for pictures in (bench.shared, bench.own))
    rows, columns = slice(part.y_px, part.bottom_px), slice(part.x_px, part.right_px)
    lumas = [
        frame.to_ndarray(format="gray")[rows, columns].astype(np.int16) for frame in (one, other)
    ]
    return float(np.abs(lumas[0] - lumas[1]).mean())


def test_words_differ_and_faces_are_the_same_at_the_same_places() -> None:
    bench = Bench()
    bench.feed()
    bench.run(100, 3)
    shared, own = bench.plan_rects()
    assert shared == own
    scenery = bench.engine.shared.scenery
    assert scenery is not None
    assert difference(bench, scenery.plan.bottom) > 1.5
    assert difference(bench, Rect(12, 6, 300, 20)) > 3
    for frame in (decode(bench.shared)[-1], decode(bench.own)[-1]):
        for rect, colour in zip(own, COLOURS, strict=True):
            middle = (rect.x_px + rect.width_px // 2, rect.y_px + rect.height_px // 2)
            assert close(colour_at(frame, *middle), colour)


def test_key_pictures_of_both_fall_on_the_same_instants() -> None:
    bench = Bench()
    bench.run(30, 120)
    keys = [[one.pts for one in pictures if one.key] for pictures in (bench.shared, bench.own)]
    assert keys[0] == keys[1] == [FMT.pts(index) for index in (50, 100)]
    assert [one.pts for one in bench.shared] == [one.pts for one in bench.own]


def test_a_question_makes_room_in_both_alike() -> None:
    bench = Bench()
    card = QuestionCard("q1", "How?", "Mina", 3, "如何？")
    own = replace(OWN, question=replace(card, text="如何？", other=""))
    bench.show(replace(SHARED, question=card, own={ZH: own}))
    shared, own_rects = bench.plan_rects()
    assert shared == own_rects


def test_the_slate_is_in_the_language_of_the_picture() -> None:
    engine = Bench().engine
    shared, own = decode(list(engine.slate_gop()))[-1], decode(list(engine.slate_gop(ZH)))[-1]
    lumas = [frame.to_ndarray(format="gray").astype(np.int16) for frame in (shared, own)]
    assert float(np.abs(lumas[0] - lumas[1]).mean()) > 1
    assert engine.slate_gop(ZH) is engine.slate_gop(ZH)


def test_its_thread_makes_the_picture_on_the_media_clock() -> None:
    pictures: list[EncodedPicture] = []
    enough = threading.Event()

    def take(picture: EncodedPicture) -> None:
        pictures.append(picture)
        if len(pictures) >= 5:
            enough.set()

    engine = PictureEngine(
        PictureFormat(320, 180, 25),
        lambda _: None,
        lambda _: None,
        coding=Coding(500, "ultrafast"),
        own={ZH: take},
    )
    engine.set_scene(SCENE)
    engine.start()
    assert enough.wait(timeout=30)
    assert engine.healthy()
    engine.stop()
    assert pictures[0].key
    assert pictures[0].pts % (2 * 90_000) == 0
    assert engine.stats().own_pictures == len(pictures)
