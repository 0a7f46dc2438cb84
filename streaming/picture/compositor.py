"""Compose one picture of the program: paste tiles, blend captions."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from streaming.picture.canvas import Patch, Planes, blend, new_frame, patch_of, planes_of
from streaming.picture.captions import CaptionPen
from streaming.picture.layout import Rect, even
from streaming.picture.scaling import Scaler, fill
from streaming.picture.scenery import ClockFace, Scenery, TileScenery, clock_face
from streaming.picture.sources import Newest, Sources
from venue.ids import SeatId

STALE_SECONDS = 2.5
"""A seat without a new picture for so long shows its card: never a frozen face."""


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
    scaler: Scaler = field(default_factory=Scaler)


@dataclass(frozen=True, slots=True)
class _Move:
    """Tiles on their way to a new layout."""

    began: int
    """Index of its first picture."""
    start: Mapping[SeatId, Rect]


class Compositor:
    """Owns the canvas.  For the compose thread only."""

    def __init__(self, width_px: int, height_px: int, fps: int, move_s: float) -> None:
        self.frame = new_frame(width_px, height_px)
        self.planes = planes_of(self.frame)
        self.scaled = 0
        """Source pictures scaled here because their tile had just changed its size."""
        self._move_pictures = round(move_s * fps)
        self._move: _Move | None = None
        self._stale = round(STALE_SECONDS * fps)
        self._pen = CaptionPen(width_px, height_px)
        self._pen.clock("0:00", "running")  # Opens the face now, not in the middle of a picture.
        self._views: dict[SeatId, _View] = {}
        self._scenery: Scenery | None = None
        self._clock_face: ClockFace | None = None
        self._clock_patch: Patch | None = None

    def compose(self, scenery: Scenery, sources: Sources, index: int, now_ms: int) -> None:
        """Bring the canvas up to date for picture number ``index``."""
        if scenery is not self._scenery:
            self._change(scenery, index)
        if self._move is not None:
            self._carry(scenery, self._move, sources, index)
        everything = bool(scenery.over)
        for tile in scenery.tiles:
            if self._move is None or tile.seat not in self._move.start:
                self._tile(tile, sources, index, everything)
        for patch in scenery.over:
            blend(self.planes, patch)
        self._clock(scenery, now_ms)

    def _change(self, scenery: Scenery, index: int) -> None:
        """Begin with a clean ground; views of seats that stay are kept."""
        before = self._scenery
        if before is not None and before.plan.tiles != scenery.plan.tiles:
            self._move = self._moved(before, scenery, index)
        self._clean(scenery)
        staged = {tile.seat for tile in scenery.tiles}
        self._views = {seat: view for seat, view in self._views.items() if seat in staged}
        self._scenery = scenery

    def _clean(self, scenery: Scenery) -> None:
        self.planes.paste(scenery.backdrop)
        for view in self._views.values():
            view.shown = None
        self._clock_face = None

    def _moved(self, before: Scenery, scenery: Scenery, index: int) -> _Move | None:
        """The way of the seats that stay in the picture, from where they are seen now."""
        if self._move_pictures == 0:
            return None
        staying = {tile.seat for tile in scenery.plan.tiles}
        start = {
            tile.seat: self._on_the_way(tile.seat, tile.rect, index)
            for tile in before.plan.tiles
            if tile.seat in staying
        }
        return _Move(index, start) if start else None

    def _on_the_way(self, seat: SeatId, goal: Rect, index: int) -> Rect:
        """Where a tile is while it moves: fast at first, then slowing down."""
        move = self._move
        start = None if move is None else move.start.get(seat)
        if move is None or start is None:
            return goal
        left = max(0.0, 1 - (index - move.began + 1) / self._move_pictures) ** 3
        x_px, y_px, width_px, height_px = (
            even(there + (here - there) * left + 0.5)
            for here, there in (
                (start.x_px, goal.x_px),
                (start.y_px, goal.y_px),
                (start.width_px, goal.width_px),
                (start.height_px, goal.height_px),
            )
        )
        return Rect(x_px, y_px, width_px, height_px)

    def _carry(self, scenery: Scenery, move: _Move, sources: Sources, index: int) -> None:
        """Draw the moving tiles over a clean ground; the main one last, so it is on top."""
        self._clean(scenery)
        if index - move.began >= self._move_pictures - 1:
            self._move = None
            return
        for tile in reversed(scenery.tiles):
            if tile.seat not in move.start:
                continue
            view, newest, live = self._look(tile, sources, index)
            rect = self._on_the_way(tile.seat, tile.rect, index)
            if live and newest is not None:
                self.planes.part(rect).paste(self._picture(view, newest, rect))
            else:
                self.planes.part(tile.rect).paste(tile.card)

    def _look(
        self, tile: TileScenery, sources: Sources, index: int
    ) -> tuple[_View, Newest | None, bool]:
        """The view of a tile, its newest picture, and whether that is fit to be shown."""
        view = self._views.setdefault(tile.seat, _View(since=index))
        newest = sources.newest(tile.seat)
        if newest is None:
            view.serial, view.scaled_key = 0, None
        elif newest.serial != view.serial:
            view.serial, view.since = newest.serial, index
        gone = not tile.online or sources.lost(tile.seat)
        live = newest is not None and not gone and index - view.since < self._stale
        return view, newest, live

    def _tile(self, tile: TileScenery, sources: Sources, index: int, everything: bool) -> None:
        view, newest, live = self._look(tile, sources, index)
        gone = not tile.online or sources.lost(tile.seat)
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
        """The source at the size of its tile: already scaled, unless the tile has changed."""
        if newest.fits(rect.width_px, rect.height_px):
            return newest.tile
        key = (newest.serial, rect.width_px, rect.height_px)
        if view.scaled is None or view.scaled_key != key:
            view.scaled = fill(newest.frame, rect.width_px, rect.height_px, view.scaler)
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
