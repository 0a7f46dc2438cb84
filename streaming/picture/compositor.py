"""Compose one picture of the program: scale each source once, paste tiles, blend captions."""

from dataclasses import dataclass, field

import av
import numpy as np
from av.video.reformatter import ColorRange, Interpolation, VideoReformatter

from streaming.picture.canvas import Patch, Planes, blend, new_frame, patch_of, planes_of
from streaming.picture.drawing import Draughtsman
from streaming.picture.layout import Rect, even
from streaming.picture.scenery import ClockFace, Scenery, TileScenery, clock_face
from streaming.picture.sources import Newest, Sources
from venue.ids import SeatId

STALE_SECONDS = 2.5
"""A seat without a new picture for so long shows its card: never a frozen face."""

NARROWEST_FILL, WIDEST_FILL = 1.15, 2.6
"""Aspect ratios that fill a tile by cropping; others are shown whole over a dim, blurred ground."""

UPPER_SHARE = 0.35
"""Of what is cropped vertically, the part taken from above: faces are high in a picture."""

_BLUR_PX = (24, 14)


@dataclass(slots=True)
class _View:
    """What one tile shows."""

    serial: int = 0
    since: int = 0
    """Index of the picture in which ``serial`` was new."""
    shown: object = None
    """Identity of what was pasted last."""
    scaled: Planes | None = None
    scaled_key: tuple[int, int, int] | None = None
    """Serial, width and height of ``scaled``."""
    scaler: VideoReformatter = field(default_factory=VideoReformatter)
    ground: VideoReformatter = field(default_factory=VideoReformatter)


class Compositor:
    """Owns the canvas.  For the compose thread only."""

    def __init__(self, width_px: int, height_px: int, fps: int) -> None:
        self.frame = new_frame(width_px, height_px)
        self.planes = planes_of(self.frame)
        self.scaled = 0
        """Source pictures scaled so far."""
        self._stale = round(STALE_SECONDS * fps)
        self._pen = Draughtsman(width_px, height_px)
        self._views: dict[SeatId, _View] = {}
        self._scenery: Scenery | None = None
        self._clock_face: ClockFace | None = None
        self._clock_patch: Patch | None = None

    def compose(self, scenery: Scenery, sources: Sources, index: int, now_ms: int) -> None:
        """Bring the canvas up to date for picture number ``index``."""
        if scenery is not self._scenery:
            self._change(scenery)
        everything = bool(scenery.over)
        for tile in scenery.tiles:
            self._tile(tile, sources, index, everything)
        for patch in scenery.over:
            blend(self.planes, patch)
        self._clock(scenery, now_ms)

    def _change(self, scenery: Scenery) -> None:
        """Begin with a clean ground; views of seats that stay are kept."""
        self.planes.paste(scenery.backdrop)
        staged = {tile.seat for tile in scenery.tiles}
        self._views = {seat: view for seat, view in self._views.items() if seat in staged}
        for view in self._views.values():
            view.shown = None
        self._scenery = scenery
        self._clock_face = None

    def _tile(self, tile: TileScenery, sources: Sources, index: int, everything: bool) -> None:
        view = self._views.setdefault(tile.seat, _View(since=index))
        newest = sources.newest(tile.seat)
        if newest is None:
            view.serial, view.scaled_key = 0, None
        elif newest.serial != view.serial:
            view.serial, view.since = newest.serial, index
        gone = not tile.online or sources.lost(tile.seat)
        live = newest is not None and not gone and index - view.since < self._stale
        shows = ("live", view.serial) if live else ("gone",) if gone else ("card",)
        if shows == view.shown and not everything:
            return
        part = self.planes.part(tile.rect)
        if live and newest is not None:
            part.paste(self._picture(view, newest, tile.rect))
            if tile.tag is not None:
                blend(self.planes, tile.tag)
        else:
            part.paste(tile.card)
            if gone:
                blend(self.planes, tile.reconnecting)
        for patch in tile.corners:
            blend(self.planes, patch)
        view.shown = shows

    def _picture(self, view: _View, newest: Newest, rect: Rect) -> Planes:
        """The source at the size of its tile; scaled once, used until there is a newer one."""
        key = (newest.serial, rect.width_px, rect.height_px)
        if view.scaled is None or view.scaled_key != key:
            view.scaled = fill(
                newest.frame, rect.width_px, rect.height_px, view.scaler, view.ground
            )
            view.scaled_key = key
            self.scaled += 1
        return view.scaled

    def _clock(self, scenery: Scenery, now_ms: int) -> None:
        """Lay the speech clock over its place; drawn again only when it says something else."""
        if scenery.clock is None:
            return
        face = clock_face(scenery.clock, now_ms)
        changed = face != self._clock_face
        if changed:
            drawing = self._pen.clock(face.text, face.look)
            x_px = even(scenery.clock_right_px - drawing.shape[1])
            patch = patch_of(drawing, x_px, scenery.clock_y_px)
            self._clock_face, self._clock_patch = face, patch
        over_tile = scenery.plan.full_bleed
        if self._clock_patch is None or not (changed or over_tile):
            return
        if not over_tile:
            rect = self._clock_patch.rect
            self.planes.part(rect).paste(scenery.backdrop.part(rect))
        blend(self.planes, self._clock_patch)


def fill(
    frame: av.VideoFrame,
    width_px: int,
    height_px: int,
    scaler: VideoReformatter,
    ground: VideoReformatter,
) -> Planes:
    """Bring a source to the size of its tile without distortion."""
    aspect = frame.width / frame.height
    if NARROWEST_FILL <= aspect <= WIDEST_FILL:
        return _cover(frame, width_px, height_px, scaler)
    return _whole(frame, width_px, height_px, scaler, ground)


def _scale(frame: av.VideoFrame, width_px: int, height_px: int, scaler: VideoReformatter) -> Planes:
    """Scale with libswscale; full-range pictures become limited range."""
    full = frame.color_range == ColorRange.JPEG
    result = scaler.reformat(
        frame,
        width_px,
        height_px,
        "yuv420p",
        interpolation=Interpolation.BILINEAR,
        dst_color_range=ColorRange.MPEG if full else None,
        threads=1,
    )
    return planes_of(result)


def _cover(frame: av.VideoFrame, width_px: int, height_px: int, scaler: VideoReformatter) -> Planes:
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
    scaler: VideoReformatter,
    ground: VideoReformatter,
) -> Planes:
    """Show all of a portrait or very wide picture, over itself: blurred and dim."""
    tiny = scaler.reformat(frame, *_BLUR_PX, "yuv420p", interpolation="AREA", threads=1)
    soft = planes_of(ground.reformat(tiny, width_px, height_px, interpolation="BICUBIC", threads=1))
    result = Planes(
        (soft.y // 3 + 12).astype(np.uint8),
        (soft.u // 2 + 64).astype(np.uint8),
        (soft.v // 2 + 64).astype(np.uint8),
    )
    factor = min(width_px / frame.width, height_px / frame.height)
    wide = min(width_px, max(2, even(frame.width * factor + 0.5)))
    high = min(height_px, max(2, even(frame.height * factor + 0.5)))
    x_px, y_px = even((width_px - wide) / 2), even((height_px - high) / 2)
    sharp = _scale(frame, wide, high, VideoReformatter())
    result.part(Rect(x_px, y_px, wide, high)).paste(sharp)
    return result
