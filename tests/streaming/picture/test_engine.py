"""The whole picture, encoded and decoded again, with explicit indexes instead of time."""

import threading
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.mediatime import PictureFormat
from streaming.packets import EncodedPicture, VideoCodec
from streaming.picture.canvas import blank, new_frame, planes_of
from streaming.picture.drawings import MOST_KEPT_BYTES
from streaming.picture.encoders import ProgramEncoder
from streaming.picture.engine import PictureEngine, ReturnRung
from streaming.picture.grid import CATCH_UP_PICTURES, next_index
from streaming.picture.layout import Rect
from streaming.picture.rendition import Coding
from streaming.picture.scenery import clock_face
from tests.streaming.picture.coded import COLOURS, Yuv, close, colour_at, decode, plain
from venue.ids import Instant, Language, SeatId
from venue.scene import Layout, LowerThird, Person, QuestionCard, Scene, SpeechClock

pytestmark = pytest.mark.media

FMT = PictureFormat(640, 360, 25)
SEATS = tuple(SeatId(f"seat-{number}") for number in range(4))
PEOPLE = {
    seat: Person(name, city="Gdynia", online=True)
    for seat, name in zip(SEATS, ("Anna Nowak", "陳其邁", "أحمد", "प्रिया"), strict=True)
}
SCENE = Scene(layout=Layout.GALLERY, seats=SEATS, people=PEOPLE, title="Summit")


def units_of(data: bytes) -> list[bytes]:
    """The NAL units of an Annex B access unit."""
    return [unit for unit in data.replace(b"\0\0\0\1", b"\0\0\1").split(b"\0\0\1") if unit]


class Bench:
    """An engine without threads and time, and what it gave out."""

    def __init__(self, scene: Scene = SCENE, move_s: float = 0.0) -> None:
        self.program: list[EncodedPicture] = []
        self.returned: list[EncodedPicture] = []
        self.engine = PictureEngine(
            FMT,
            self.program.append,
            self.returned.append,
            coding=Coding(1500, "ultrafast"),
            rung=ReturnRung(640, 360, 600, 12),
            move_s=move_s,
        )
        self.show(scene)

    def show(self, scene: Scene) -> None:
        self.engine.set_scene(scene)
        self.engine.draw()

    def run(self, first: int, count: int, wall_ms: int = 0) -> None:
        for index in range(first, first + count):
            self.engine.tick(index, wall_ms)

    def feed(self, codec: VideoCodec = VideoCodec.VP8) -> None:
        for seat, colour in zip(SEATS, COLOURS, strict=True):
            assert self.engine.push(seat, plain(codec, [colour])[0])
        self.engine.decode_waiting()

    def rect(self, seat: SeatId) -> Rect:
        scenery = self.engine.shared.scenery
        assert scenery is not None
        return next(tile.rect for tile in scenery.plan.tiles if tile.seat == seat)

    def middle(self, seat: SeatId) -> Yuv:
        rect = self.rect(seat)
        frame = self.engine.shared.compositor.frame
        return colour_at(frame, rect.x_px + rect.width_px // 2, rect.y_px + rect.height_px // 2)


@pytest.mark.parametrize("codec", list(VideoCodec))
def test_every_source_lands_in_its_own_tile_of_the_program(codec: VideoCodec) -> None:
    bench = Bench()
    bench.feed(codec)
    bench.run(100, 4)
    last = decode(bench.program)[-1]
    for seat, colour in zip(SEATS, COLOURS, strict=True):
        rect = bench.rect(seat)
        found = colour_at(last, rect.x_px + rect.width_px // 2, rect.y_px + rect.height_px // 2)
        assert close(found, colour), (seat, found)


def test_key_pictures_lie_exactly_on_the_grid_and_the_first_picture_is_one() -> None:
    bench = Bench()
    bench.feed()
    bench.run(1017, 3 * FMT.gop + 30)
    keys = [picture.pts for picture in bench.program if picture.key]
    assert bench.program[0].key
    assert keys == [FMT.pts(index) for index in (1050, 1100, 1150)]
    times = [picture.pts for picture in bench.program]
    assert times == [FMT.pts(index) for index in range(1050, 1197)]


def test_every_key_picture_brings_its_parameter_sets() -> None:
    bench = Bench()
    bench.run(0, FMT.gop + 2)
    for picture in bench.program:
        kinds = {unit[0] & 31 for unit in units_of(picture.data)}
        assert kinds >= {7, 8, 5} if picture.key else not kinds & {7, 8, 5}


def test_the_program_keeps_its_rate_on_a_still_picture() -> None:
    bench = Bench()
    bench.run(0, 2 * FMT.gop)
    kbps = sum(len(picture.data) for picture in bench.program) * 8 / 4 / 1000
    assert kbps == pytest.approx(1500, rel=0.1)


def test_the_program_is_main_profile_and_gives_every_picture_at_once() -> None:
    fmt = PictureFormat()
    encoder = ProgramEncoder(fmt, 3000, "superfast")
    frame = new_frame(fmt.width_px, fmt.height_px)
    planes_of(frame).paste(blank(fmt.width_px, fmt.height_px))
    pictures = [encoder.encode(frame, index, key=index == 0) for index in range(5)]
    assert all(picture.data for picture in pictures)
    assert len(decode(pictures)) == 5
    parameters = next(unit for unit in units_of(pictures[0].data) if unit[0] & 31 == 7)
    profile, level = parameters[1], parameters[3]
    assert (profile, level) == (77, 31)


def test_a_seat_that_goes_offline_shows_its_card_and_never_its_last_face() -> None:
    bench = Bench()
    bench.feed()
    bench.run(0, 1)
    assert close(bench.middle(SEATS[0]), COLOURS[0])
    gone = replace(PEOPLE[SEATS[0]], online=False)
    bench.show(replace(SCENE, people={**PEOPLE, SEATS[0]: gone}))
    bench.run(1, 1)
    assert not close(bench.middle(SEATS[0]), COLOURS[0], within=30)
    assert close(bench.middle(SEATS[1]), COLOURS[1])


def test_a_removed_seat_shows_its_card_until_its_next_picture() -> None:
    bench = Bench()
    bench.feed()
    bench.run(0, 1)
    bench.engine.remove(SEATS[2])
    bench.run(1, 1)
    assert not close(bench.middle(SEATS[2]), COLOURS[2], within=30)
    bench.feed()
    bench.run(2, 1)
    assert close(bench.middle(SEATS[2]), COLOURS[2])


def test_a_late_source_keeps_its_picture_for_a_while_and_then_shows_its_card() -> None:
    bench = Bench()
    bench.feed()
    bench.run(0, 60)
    assert close(bench.middle(SEATS[1]), COLOURS[1])
    bench.run(60, 10)
    assert not close(bench.middle(SEATS[1]), COLOURS[1], within=30)


def test_a_card_is_never_black() -> None:
    bench = Bench()
    bench.run(0, 1)
    rect = bench.rect(SEATS[0])
    tile = bench.engine.shared.compositor.planes.part(rect)
    assert int(tile.y.max()) > 180
    assert int(tile.y.min()) > 16


def test_a_question_changes_the_picture_where_its_card_is_and_makes_room_for_it() -> None:
    bench = Bench()
    bench.feed()
    bench.run(0, 1)
    before = bench.engine.shared.compositor.planes.y.copy()
    low = bench.rect(SEATS[3]).bottom_px
    bench.show(replace(SCENE, question=QuestionCard("q", "Why? 為什麼？", "Mina", 3)))
    bench.run(1, 1)
    first = bench.engine.shared.compositor.planes.y.copy()
    assert bench.rect(SEATS[3]).bottom_px < low
    band = slice(first.shape[0] - 80, first.shape[0] - 20)
    assert (abs(first[band].astype(int) - before[band]) > 20).mean() > 0.05
    bench.show(replace(SCENE, question=QuestionCard("q", "How? 怎麼做？", "Mina", 3)))
    bench.run(2, 1)
    changed = first != bench.engine.shared.compositor.planes.y
    assert changed[band].any()
    assert not changed[: first.shape[0] // 3].any()


def test_a_new_layout_moves_the_tiles_and_then_stands_as_if_it_had_been_cut() -> None:
    moved, cut = Bench(move_s=0.32), Bench()
    speaker = replace(SCENE, layout=Layout.SPEAKER, speaker=SEATS[3], seats=SEATS[::-1])
    pictures = []
    for bench in (moved, cut):
        bench.feed()
        bench.run(0, 1)
        bench.show(speaker)
        bench.run(1, 1)
        pictures.append(bench.engine.shared.compositor.planes.y.copy())
        bench.run(2, 10)
    assert (pictures[0] != pictures[1]).any()
    for one, other in zip(
        moved.engine.shared.compositor.planes.each,
        cut.engine.shared.compositor.planes.each,
        strict=True,
    ):
        assert (one == other).all()


def test_a_layout_that_changes_on_the_way_goes_on_from_where_the_tiles_are() -> None:
    bench = Bench(move_s=0.32)
    bench.feed()
    bench.run(0, 1)
    compositor = bench.engine.shared.compositor
    for number, layout in enumerate((Layout.SPEAKER, Layout.SIDE_BY_SIDE, Layout.GALLERY)):
        bench.show(replace(SCENE, layout=layout))
        bench.run(1 + 3 * number, 3)
    bench.run(10, 10)
    still = compositor.planes.y.copy()
    straight = Bench()
    straight.feed()
    straight.run(0, 1)
    assert (still == straight.engine.shared.compositor.planes.y).all()


def test_one_seat_fills_the_picture_and_captions_lie_over_it() -> None:
    caption = LowerThird("Anna Nowak", "Mayor", "Gdynia", Language("en"))
    alone = replace(SCENE, layout=Layout.SPEAKER, seats=SEATS[:1], lower_third=caption, on_air=True)
    bench = Bench(alone)
    bench.engine.push(SEATS[0], plain(VideoCodec.VP8, [COLOURS[0]])[0])
    bench.engine.decode_waiting()
    bench.run(0, 3)
    frame = bench.engine.shared.compositor.frame
    assert close(colour_at(frame, 2, 180), COLOURS[0])
    assert close(colour_at(frame, 638, 180), COLOURS[0])
    assert not close(colour_at(frame, 40, 335), COLOURS[0], within=20)


def test_the_clock_is_drawn_again_only_when_it_says_something_else() -> None:
    clock = SpeechClock(limit_ms=60_000, spoken_ms=0, running_since=Instant(0))
    bench = Bench(replace(SCENE, clock=clock))
    bench.run(0, 1, wall_ms=1_000)
    bench.run(1, 1, wall_ms=1_100)
    first = bench.engine.shared.compositor.planes.y.copy()
    bench.run(2, 1, wall_ms=1_900)
    assert (first == bench.engine.shared.compositor.planes.y).all()
    bench.run(3, 1, wall_ms=5_000)
    assert (first != bench.engine.shared.compositor.planes.y).any()


@pytest.mark.parametrize(
    ("now_ms", "text", "look"),
    [
        (0, "1:00", "running"),
        (1, "1:00", "running"),
        (29_500, "0:31", "running"),
        (30_000, "0:30", "closing"),
        (59_999, "0:01", "closing"),
        (60_000, "0:00", "closing"),
        (61_000, "+0:01", "over"),
        (200_000, "+2:20", "over"),
    ],
)
def test_the_clock_counts_down_and_then_up(now_ms: int, text: str, look: str) -> None:
    face = clock_face(SpeechClock(60_000, 0, Instant(0)), now_ms)
    assert (face.text, face.look) == (text, look)


def test_a_clock_that_stands_still_shows_what_was_left() -> None:
    face = clock_face(SpeechClock(60_000, 15_000, None), 10**12)
    assert (face.text, face.look) == ("0:45", "stopped")


def test_an_empty_stage_shows_the_session_slate() -> None:
    bench = Bench(replace(SCENE, seats=()))
    bench.run(0, 2)
    luma = bench.engine.shared.compositor.planes.y
    assert int(luma.max()) > 200
    assert int(luma.min()) > 16
    assert bench.engine.wanted_pictures() == {}


def test_the_slate_gop_decodes_and_has_the_parameters_of_the_program() -> None:
    bench = Bench()
    bench.run(0, 2)
    slate = bench.engine.slate_gop()
    assert len(slate) == FMT.gop
    assert [picture.key for picture in slate] == [True] + [False] * (FMT.gop - 1)
    assert [picture.pts for picture in slate] == [FMT.pts(index) for index in range(FMT.gop)]
    assert len(decode(list(slate))) == FMT.gop

    def parameters(data: bytes) -> list[bytes]:
        return [unit for unit in units_of(data) if unit[0] & 31 in (7, 8)]

    assert parameters(slate[0].data) == parameters(bench.program[0].data)
    assert bench.engine.slate_gop() is slate


def test_the_return_is_encoded_only_while_it_is_wanted() -> None:
    bench = Bench()
    bench.run(0, 5)
    assert bench.returned == []
    bench.engine.want_return(True)
    bench.run(5, 5)
    assert bench.returned[0].key
    assert bench.returned[0].codec is VideoCodec.VP8
    assert len(decode(bench.returned)) == len(bench.returned)
    bench.engine.want_return(False)
    count = len(bench.returned)
    bench.run(10, 5)
    assert len(bench.returned) == count
    bench.engine.want_return(True)
    bench.run(15, 1)
    assert bench.returned[count].key


def test_requests_for_a_key_picture_of_the_return_are_answered_once_a_second() -> None:
    bench = Bench()
    bench.engine.want_return(True)
    for index in range(75):
        bench.engine.request_return_key()
        bench.engine.tick(index, 0)
    keys = [picture.pts for picture in bench.returned if picture.key]
    assert keys == [FMT.pts(index) for index in (0, 25, 50)]


def test_somebody_who_joins_waits_half_as_long_for_a_key_picture() -> None:
    bench = Bench()
    bench.engine.want_return(True)
    bench.run(0, 1)
    bench.engine.request_return_key(joining=True)
    bench.run(1, 30)
    keys = [picture.pts for picture in bench.returned if picture.key]
    assert keys == [FMT.pts(index) for index in (0, 13)]


def test_seats_that_are_seen_are_told_with_the_size_of_their_tiles() -> None:
    bench = Bench()
    wanted = bench.engine.wanted_pictures()
    assert set(wanted) == set(SEATS)
    assert wanted[SEATS[0]] == (bench.rect(SEATS[0]).width_px, bench.rect(SEATS[0]).height_px)


def test_drawings_are_kept_within_a_bound() -> None:
    bench = Bench()
    for number in range(60):
        people = {seat: Person(f"Person {number} {seat}", online=True) for seat in SEATS}
        bench.show(Scene(Layout.SIDE_BY_SIDE, SEATS[:2], people, title=f"Session {number}"))
    assert bench.engine._painter._drawings.kept_bytes <= MOST_KEPT_BYTES


@given(st.integers(0, 10_000), st.integers(0, 300))
def test_a_late_engine_skips_pictures_but_no_key_picture(last: int, late: int) -> None:
    gop = FMT.gop
    due = last + late
    index = next_index(last, due, gop)
    assert index > last
    assert index <= max(due, last + 1)
    assert not any(skipped % gop == 0 for skipped in range(last + 1, index))
    if late <= CATCH_UP_PICTURES:
        assert index == last + 1


def test_the_threads_make_pictures_and_end() -> None:
    enough = threading.Event()
    pictures: list[EncodedPicture] = []

    def take(picture: EncodedPicture) -> None:
        pictures.append(picture)
        if len(pictures) >= 5:
            enough.set()

    engine = PictureEngine(
        PictureFormat(320, 180, 25), take, lambda _: None, coding=Coding(500, "ultrafast")
    )
    engine.set_scene(SCENE)
    engine.start()
    assert enough.wait(timeout=30)
    engine.stop()
    count = len(pictures)
    assert pictures[0].key
    assert pictures[0].pts % (2 * 90_000) == 0
    assert len(pictures) == count
