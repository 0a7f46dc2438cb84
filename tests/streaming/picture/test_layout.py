"""Geometry: everybody in the picture, nobody on top of anybody."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.picture.layout import MOST_TILES, arrange
from venue.ids import SeatId
from venue.scene import Layout
from venue.webvtt import ABOVE_NAMES_LINES

pytestmark = pytest.mark.unit

SIZES = st.sampled_from([(1280, 720), (1920, 1080), (640, 360), (854, 480)])
STAGED = st.sampled_from([each for each in Layout if each is not Layout.SLATE])


def seats(count: int) -> tuple[SeatId, ...]:
    return tuple(SeatId(f"seat-{number}") for number in range(count))


@given(STAGED, st.integers(1, MOST_TILES), SIZES, st.booleans())
def test_every_seat_has_one_tile_on_even_coordinates_inside_the_canvas(
    layout: Layout, count: int, size: tuple[int, int], question: bool
) -> None:
    plan = arrange(layout, seats(count), *size, question=question)
    assert tuple(tile.seat for tile in plan.tiles) == seats(count)
    for tile in plan.tiles:
        rect = tile.rect
        numbers = (rect.x_px, rect.y_px, rect.width_px, rect.height_px)
        assert all(number % 2 == 0 for number in numbers)
        assert rect.x_px >= 0
        assert rect.y_px >= 0
        assert rect.right_px <= plan.canvas.width_px
        assert rect.bottom_px <= plan.canvas.height_px


LINE_SHARE = 0.06
"""Of the picture's height: what players give a line of captions, with its frame."""


@given(STAGED, st.integers(1, MOST_TILES), SIZES, st.booleans())
def test_two_lines_of_captions_leave_the_lower_third_free(
    layout: Layout, count: int, size: tuple[int, int], bilingual: bool
) -> None:
    plan = arrange(layout, seats(count), *size, question=False, bilingual=bilingual)
    ends = (1 - (ABOVE_NAMES_LINES - 2) * LINE_SHARE) * size[1]
    assert ends < plan.bottom.y_px


@given(STAGED, st.integers(2, MOST_TILES), SIZES, st.booleans())
def test_no_tile_covers_another_or_a_band(
    layout: Layout, count: int, size: tuple[int, int], question: bool
) -> None:
    plan = arrange(layout, seats(count), *size, question=question)
    for one, other in itertools.combinations(plan.tiles, 2):
        assert not one.rect.overlaps(other.rect)
    for tile in plan.tiles:
        assert not tile.rect.overlaps(plan.top)
        assert not tile.rect.overlaps(plan.bottom)


@given(STAGED, st.integers(1, MOST_TILES), SIZES, st.booleans())
def test_a_signer_stands_clear_of_every_tile_and_band(
    layout: Layout, count: int, size: tuple[int, int], question: bool
) -> None:
    plan = arrange(layout, seats(count), *size, question=question, signer=True)
    place = plan.signer
    assert place is not None
    others = [tile.rect for tile in plan.tiles]
    for rect in (*others, plan.top, plan.bottom):
        assert not place.overlaps(rect)
    for one, other in itertools.combinations((*others, plan.top, plan.bottom), 2):
        assert not one.overlaps(other)
    assert len(others) == count
    assert all(number % 2 == 0 for number in (place.x_px, place.y_px))
    assert place.right_px <= plan.canvas.width_px
    assert place.bottom_px <= plan.canvas.height_px


@given(STAGED, st.integers(1, MOST_TILES), SIZES, st.booleans())
def test_the_signers_place_is_the_same_in_every_layout(
    layout: Layout, count: int, size: tuple[int, int], question: bool
) -> None:
    place = arrange(layout, seats(count), *size, question=question, signer=True).signer
    alone = arrange(Layout.SPEAKER, seats(1), *size, question=False, signer=True).signer
    assert place is not None
    assert place == alone
    assert place.width_px / place.height_px == pytest.approx(3 / 4, rel=0.02)
    assert place.width_px * place.height_px > size[0] * size[1] / 9


@given(STAGED, st.integers(1, MOST_TILES), st.booleans())
def test_beside_a_signer_everybody_is_still_seen(
    layout: Layout, count: int, question: bool
) -> None:
    plan = arrange(layout, seats(count), 1280, 720, question=question, signer=True)
    assert not plan.full_bleed
    for tile in plan.tiles:
        assert tile.rect.width_px / tile.rect.height_px == pytest.approx(16 / 9, rel=0.04)
        assert tile.rect.width_px >= 100
    if count > 1 and layout in (Layout.SPEAKER, Layout.ROOM):
        main, *rest = plan.tiles
        assert all(main.rect.width_px > 2.5 * tile.rect.width_px for tile in rest)


@given(STAGED, st.integers(1, MOST_TILES))
def test_tiles_are_sixteen_by_nine_and_large_enough_to_see(layout: Layout, count: int) -> None:
    plan = arrange(layout, seats(count), 1280, 720, question=False)
    for tile in plan.tiles:
        assert tile.rect.width_px / tile.rect.height_px == pytest.approx(16 / 9, rel=0.03)
        assert tile.rect.width_px >= 110


@given(st.integers(2, MOST_TILES), st.sampled_from([Layout.SPEAKER, Layout.ROOM]))
def test_the_main_seat_is_larger_than_all_others(count: int, layout: Layout) -> None:
    main, *others = arrange(layout, seats(count), 1280, 720, question=False).tiles
    assert all(main.rect.width_px > 1.5 * other.rect.width_px for other in others)


def test_a_seat_alone_fills_the_canvas() -> None:
    for layout in (Layout.GALLERY, Layout.SPEAKER, Layout.ROOM, Layout.SIDE_BY_SIDE):
        plan = arrange(layout, seats(1), 1280, 720, question=False)
        assert plan.full_bleed
        assert plan.tiles[0].rect == plan.canvas


def test_the_slate_and_an_empty_stage_have_no_tiles() -> None:
    assert arrange(Layout.SLATE, seats(4), 1280, 720, question=False).tiles == ()
    assert arrange(Layout.GALLERY, (), 1280, 720, question=False).tiles == ()
    assert arrange(Layout.SLATE, seats(4), 1280, 720, question=False, signer=True).signer is None


def test_a_seat_named_twice_is_shown_once_and_the_seventeenth_is_left_out() -> None:
    twice = arrange(Layout.GALLERY, (*seats(3), *seats(3)), 1280, 720, question=False)
    assert len(twice.tiles) == 3
    assert len(arrange(Layout.GALLERY, seats(20), 1280, 720, question=False).tiles) == MOST_TILES


def test_side_by_side_gives_the_first_two_the_same_size() -> None:
    for count in (2, 3, 9):
        first, second, *_ = arrange(
            Layout.SIDE_BY_SIDE, seats(count), 1280, 720, question=False
        ).tiles
        assert first.rect.width_px == second.rect.width_px
        assert first.rect.y_px == second.rect.y_px
