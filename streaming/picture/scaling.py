"""Bring a source picture to the size of its tile, with libswscale, without distortion."""

from dataclasses import dataclass, field

import av
import numpy as np
from av.video.reformatter import ColorRange, Interpolation, VideoReformatter

from streaming.picture.canvas import Planes, planes_of
from streaming.picture.layout import Rect, even

NARROWEST_FILL, WIDEST_FILL = 1.15, 2.6
"""Aspect ratios that fill a tile by cropping; others are shown whole over a dim, blurred ground."""

UPRIGHT_NARROWEST_FILL = 0.5
"""The same for an upright tile, a signer's: what is cut of a picture is beside the hands."""

UPPER_SHARE = 0.35
"""Of what is cropped vertically, the part taken from above: faces are high in a picture."""

_BLUR_PX = (24, 14)


@dataclass(slots=True)
class Scaler:
    """The scaling contexts of one tile; each keeps the set-up of its last sizes."""

    main: VideoReformatter = field(default_factory=VideoReformatter)
    tiny: VideoReformatter = field(default_factory=VideoReformatter)
    ground: VideoReformatter = field(default_factory=VideoReformatter)


def fill(
    frame: av.VideoFrame,
    width_px: int,
    height_px: int,
    scaler: Scaler,
) -> Planes:
    """Bring a source to the size of its tile without distortion."""
    aspect = frame.width / frame.height
    narrowest = UPRIGHT_NARROWEST_FILL if height_px > width_px else NARROWEST_FILL
    if narrowest <= aspect <= WIDEST_FILL:
        return _cover(frame, width_px, height_px, scaler)
    return _whole(frame, width_px, height_px, scaler)


def _scale(frame: av.VideoFrame, width_px: int, height_px: int, scaler: Scaler) -> Planes:
    """Scale with libswscale; full-range pictures become limited range."""
    full = frame.color_range == ColorRange.JPEG
    smaller = width_px < frame.width and height_px < frame.height
    result = scaler.main.reformat(
        frame,
        width_px,
        height_px,
        "yuv420p",
        # Averages what it merges: no moire on small tiles, and cheaper than a bilinear filter.
        interpolation=Interpolation.AREA if smaller else Interpolation.BILINEAR,
        dst_color_range=ColorRange.MPEG if full else None,
        threads=1,
    )
    return planes_of(result)


def _cover(frame: av.VideoFrame, width_px: int, height_px: int, scaler: Scaler) -> Planes:
    """Fill the tile and cut what is too much."""
    factor = max(width_px / frame.width, height_px / frame.height)
    wide = max(width_px, even(frame.width * factor + 1))
    high = max(height_px, even(frame.height * factor + 1))
    # A row or two of rounding is better stretched than scaled and cut.
    wide = width_px if wide - width_px <= 4 else wide
    high = height_px if high - height_px <= 4 else high
    large = _scale(frame, wide, high, scaler)
    x_px, y_px = even((wide - width_px) / 2), even((high - height_px) * UPPER_SHARE)
    return large.part(Rect(x_px, y_px, width_px, height_px))


def _whole(
    frame: av.VideoFrame,
    width_px: int,
    height_px: int,
    scaler: Scaler,
) -> Planes:
    """Show all of a portrait or very wide picture, over itself: blurred and dim."""
    tiny = scaler.tiny.reformat(frame, *_BLUR_PX, "yuv420p", interpolation="AREA", threads=1)
    soft = planes_of(
        scaler.ground.reformat(tiny, width_px, height_px, interpolation="BICUBIC", threads=1)
    )
    result = Planes(
        (soft.y // 3 + 12).astype(np.uint8),
        (soft.u // 2 + 64).astype(np.uint8),
        (soft.v // 2 + 64).astype(np.uint8),
    )
    factor = min(width_px / frame.width, height_px / frame.height)
    wide = min(width_px, max(2, even(frame.width * factor + 0.5)))
    high = min(height_px, max(2, even(frame.height * factor + 0.5)))
    x_px, y_px = even((width_px - wide) / 2), even((height_px - high) / 2)
    sharp = _scale(frame, wide, high, scaler)
    result.part(Rect(x_px, y_px, wide, high)).paste(sharp)
    return result
