"""Planes and patches."""

import av
import numpy as np
import pytest
from av.video.reformatter import ColorRange

from streaming.picture.canvas import blank, blend, new_frame, patch_of, planes_from, planes_of
from streaming.picture.layout import Rect
from streaming.picture.scaling import Scaler, fill
from tests.streaming.picture.coded import GREEN, RED

pytestmark = pytest.mark.unit


def drawing(red: int, green: int, blue: int, alpha: int) -> np.ndarray:
    pixels = np.empty((8, 12, 4), np.uint8)
    pixels[...] = (red, green, blue, alpha)
    return pixels


def plain_frame(width_px: int, height_px: int, yuv: tuple[int, int, int]) -> av.VideoFrame:
    frame = new_frame(width_px, height_px)
    planes = planes_of(frame)
    planes.y[...], planes.u[...], planes.v[...] = yuv
    return frame


def test_primary_colours_become_their_limited_range_values() -> None:
    for rgb, expected in {
        (255, 255, 255): (235, 128, 128),
        (0, 0, 0): (16, 128, 128),
        (255, 0, 0): (81, 90, 240),
    }.items():
        planes = planes_from(drawing(*rgb, 255))
        found = tuple(int(plane[0, 0]) for plane in planes.each)
        assert found == pytest.approx(expected, abs=1)


def test_an_opaque_patch_covers_its_place_and_nothing_else() -> None:
    canvas = blank(40, 20)
    blend(canvas, patch_of(drawing(255, 255, 255, 255), 4, 2))
    assert (canvas.y[2:10, 4:16] == 235).all()
    canvas.y[2:10, 4:16] = 16
    assert (canvas.y == 16).all()


def test_a_clear_patch_changes_nothing() -> None:
    canvas = blank(40, 20)
    canvas.y[...] = 77
    blend(canvas, patch_of(drawing(255, 0, 0, 0), 4, 2))
    assert (canvas.y == 77).all()
    assert (canvas.u == 128).all()


def test_half_a_patch_is_half_way() -> None:
    canvas = blank(40, 20)
    blend(canvas, patch_of(drawing(255, 255, 255, 128), 4, 2))
    assert int(canvas.y[5, 8]) == pytest.approx((16 + 235) / 2, abs=2)


def test_planes_of_a_frame_write_through() -> None:
    frame = new_frame(64, 36)
    planes_of(frame).y[...] = 99
    assert int(frame.to_ndarray(format="gray").max()) > 0
    assert (planes_of(frame).y == 99).all()


def test_a_part_is_a_view_of_all_three_planes() -> None:
    canvas = blank(40, 20)
    canvas.part(Rect(10, 4, 6, 2)).u[...] = 7
    assert (canvas.u[2:3, 5:8] == 7).all()
    assert int((canvas.u == 7).sum()) == 3


@pytest.mark.parametrize("size", [(640, 360), (640, 480), (1280, 720), (322, 182), (99, 55)])
def test_a_camera_picture_fills_its_tile(size: tuple[int, int]) -> None:
    tile = fill(plain_frame(*size, RED), 296, 166, Scaler())
    assert tile.y.shape == (166, 296)
    assert tile.u.shape == (83, 148)
    assert (abs(tile.v.astype(int) - RED[2]) <= 2).all()


@pytest.mark.parametrize("size", [(360, 640), (300, 300), (1280, 300)])
def test_a_portrait_or_very_wide_picture_is_shown_whole_over_a_dim_ground(
    size: tuple[int, int],
) -> None:
    tile = fill(plain_frame(*size, GREEN), 296, 166, Scaler())
    assert tile.y.shape == (166, 296)
    assert int(tile.y[83, 148]) == pytest.approx(GREEN[0], abs=2)
    edge = int(tile.y[83, 2]) if size[0] <= size[1] else int(tile.y[2, 148])
    assert 16 < edge < GREEN[0] * 0.6


def test_a_full_range_picture_becomes_limited_range() -> None:
    frame = plain_frame(640, 360, (255, 128, 128))
    frame.color_range = ColorRange.JPEG
    assert int(fill(frame, 296, 166, Scaler()).y[80, 80]) == pytest.approx(235, abs=1)
