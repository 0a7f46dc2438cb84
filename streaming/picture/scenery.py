"""A scene made ready to be composed: what does not move is drawn here, before it is needed.

The drawing thread turns each ``Scene`` into one ``Scenery``; the compose thread only pastes and
blends it.  Drawings are kept while there is room for them, since a seat comes and goes often.
"""

from collections.abc import Hashable
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import numpy.typing as npt

from streaming.picture.canvas import (
    OPAQUE,
    Patch,
    Planes,
    blank,
    blend,
)
from streaming.picture.caption_layer import NO_SECOND, CaptionLayer, label
from streaming.picture.captions import CaptionPen
from streaming.picture.drawing import Draughtsman
from streaming.picture.drawings import Drawings
from streaming.picture.layout import Plan, Rect, Tile, arrange, even, scaled
from streaming.picture.palette import Colour, colour_of
from streaming.picture.pen import Both, rounded_mask
from venue.ids import SeatId
from venue.scene import Layout, Person, Scene, SpeechClock

CLOSING_MS = 30_000
"""The clock changes its look when less than this is left."""


@dataclass(frozen=True, slots=True)
class TileScenery:
    """One seat's tile: where, what stands for a missing picture, what lies over it."""

    seat: SeatId
    rect: Rect
    online: bool
    card: Planes
    """Name and city, size of the tile."""
    reconnecting: Patch
    """State line over the card."""
    corners: tuple[Patch, ...]
    """They round the tile; in canvas coordinates, all inside it."""
    tag: Patch | None
    """The name over a picture; a card says it already."""


@dataclass(frozen=True, slots=True)
class Scenery:
    """Everything the compositor needs of a scene but the moving pictures and the clock."""

    plan: Plan
    backdrop: Planes
    """Ground, title, captions: everything that lies beside the tiles."""
    tiles: tuple[TileScenery, ...]
    """The signer's place is the last of them; it never moves."""
    over: tuple[Patch, ...]
    """Captions that lie over a tile, so they are blended in every picture."""
    clock: SpeechClock | None
    clock_right_px: int
    clock_y_px: int


@dataclass(frozen=True, slots=True)
class ClockFace:
    """What the speech clock says now."""

    text: str
    look: str


def clock_face(clock: SpeechClock, now_ms: int) -> ClockFace:
    """Time left of the turn, or past its end; time spoken if there is no limit."""
    running = clock.running_since is not None
    spoken = clock.spoken_ms
    if clock.running_since is not None:
        spoken += max(0, now_ms - clock.running_since)
    left = clock.limit_ms - spoken
    if clock.limit_ms <= 0:
        return ClockFace(_minutes(spoken // 1000), "running" if running else "stopped")
    if left <= -1000:
        return ClockFace("+" + _minutes(-left // 1000), "over")
    # Rounded up: the whole limit at the start, 0:00 only at the end.
    text = _minutes(max(0, -(-left // 1000)))
    if left <= CLOSING_MS:
        return ClockFace(text, "closing")
    return ClockFace(text, "running" if running else "stopped")


def _minutes(seconds: int) -> str:
    return f"{min(seconds // 60, 99)}:{seconds % 60:02d}"


def place_of(person: Person) -> str:
    """City and country for display."""
    return " · ".join(part for part in (person.city, person.country) if part)


@dataclass(slots=True)
class SceneryPainter:
    """Paints sceneries for one size of canvas.  One thread only."""

    width_px: int
    height_px: int
    pen: Draughtsman = field(init=False)
    unfinished: bool = field(init=False, default=False)
    """The last scenery was hurried and has empty cards."""
    _drawings: Drawings = field(init=False, default_factory=Drawings)
    _captions: CaptionLayer = field(init=False)

    def __post_init__(self) -> None:
        self.pen = Draughtsman(self.width_px, self.height_px)
        pen = CaptionPen(self.width_px, self.height_px, self.pen.type)
        self._captions = CaptionLayer(pen, self._drawings)

    def warm(self) -> None:
        """Open the fonts of the usual sizes, so that the next scene is drawn at once."""
        self.pen.type.warm([self.pen.px(size) for size in (11, 12, 13, 14, 15, 18, 20, 22, 26, 30)])

    def paint(self, scene: Scene, plan: Plan | None = None, *, hurried: bool = False) -> Scenery:
        """Draw what a scene needs, in its own geometry or another's; quick for what is known.

        ``hurried`` leaves cards that are not yet drawn empty: few seats need theirs, and they take
        most of the time.
        """
        self.unfinished = False
        plan = plan or plan_of(scene, self.width_px, self.height_px)
        backdrop = blank(self.width_px, self.height_px)
        backdrop.paste(self._ground(scene, plan))
        captions = self._captions.patches(scene, plan)
        if not plan.full_bleed:
            self._ring(backdrop, scene, plan)
            for patch in captions:
                blend(backdrop, patch)
        tagged = not (plan.full_bleed and scene.lower_third is not None)
        tiles = tuple(
            self._tile(scene, tile, plan, backdrop, tagged, hurried) for tile in plan.tiles
        )
        if scene.signer is not None and plan.signer is not None:
            signer = Tile(scene.signer, plan.signer)
            # No name over the hands.
            tiles += (self._tile(scene, signer, plan, backdrop, False, hurried),)
        live_px = self._captions.live(plan).rect.width_px + scaled(10, self.height_px)
        return Scenery(
            plan,
            backdrop,
            tiles,
            tuple(captions) if plan.full_bleed else (),
            scene.clock if plan.tiles else None,
            plan.top.right_px - (live_px if scene.on_air else 0),
            plan.top.y_px + scaled(2, self.height_px),
        )

    def _ground(self, scene: Scene, plan: Plan) -> Planes:
        accent = colour_of(scene.accent)
        if plan.tiles:
            key: Hashable = ("backdrop", accent)
            return self._drawings.planes(key, lambda: self.pen.backdrop(accent))
        title = (scene.title, scene.second.title if scene.second else "")
        key = ("slate", accent, title)
        return self._drawings.planes(key, lambda: self.pen.slate(title, accent))

    def _ring(self, backdrop: Planes, scene: Scene, plan: Plan) -> None:
        """The accent border of the speaker's tile; round inside too, for the tile's corners."""
        for tile in plan.tiles:
            if tile.seat != scene.speaker:
                continue
            accent = colour_of(scene.accent)
            edge, radius = scaled(4, self.height_px), scaled(12, self.height_px)
            rect = Rect(
                tile.rect.x_px - edge,
                tile.rect.y_px - edge,
                tile.rect.width_px + 2 * edge,
                tile.rect.height_px + 2 * edge,
            )
            key = ("ring", tile.rect.width_px, tile.rect.height_px, accent)
            draw = partial(self.pen.ring, rect.width_px, rect.height_px, edge, radius, accent)
            place = (rect.x_px, rect.y_px)
            blend(backdrop, self._drawings.patch(key, draw, partial(_at, place)))

    def _tile(
        self,
        scene: Scene,
        tile: Tile,
        plan: Plan,
        backdrop: Planes,
        tagged: bool,
        hurried: bool,
    ) -> TileScenery:
        person = scene.people.get(tile.seat, Person(name=""))
        rect = tile.rect
        width, height = rect.width_px, rect.height_px
        second = scene.second or NO_SECOND
        name = (person.name, second.names.get(tile.seat, ""))
        place = (place_of(person), second.places.get(tile.seat, ""))
        if person.signs:
            place = label(scene, "signs")
        card = self._card(name, place, rect, colour_of(scene.accent), hurried)
        words = label(scene, "waiting")
        waiting = self._drawings.patch(
            ("waiting", words, width, height),
            lambda: self.pen.waiting(width, height, words),
            lambda wide, high: (
                rect.x_px + even((width - wide) / 2),
                rect.y_px + even(height * 0.85),
            ),
        )
        corners = () if plan.full_bleed else tuple(self._corners(backdrop, rect))
        tag = self._tag(name, rect) if tagged and person.name else None
        return TileScenery(tile.seat, rect, person.online, card, waiting, corners, tag)

    def _card(self, name: Both, place: Both, rect: Rect, accent: Colour, hurried: bool) -> Planes:
        width, height = rect.width_px, rect.height_px
        key = ("card", name, place, width, height, accent)
        if hurried and key not in self._drawings.kept:
            self.unfinished = True
            plain = ("plain card", width, height, accent)
            return self._drawings.planes(plain, lambda: self.pen.plain_card(width, height, accent))
        return self._drawings.planes(key, lambda: self.pen.card(width, height, name, place, accent))

    def _tag(self, name: Both, rect: Rect) -> Patch:
        inset = scaled(8, self.height_px)
        return self._drawings.patch(
            ("tag", name, rect.width_px),
            lambda: self.pen.tag(name, rect.width_px),
            lambda width, height: (rect.x_px + inset, rect.bottom_px - inset - height),
        )

    def _corners(self, backdrop: Planes, rect: Rect) -> list[Patch]:
        """Pieces of the ground over the corners of a tile that round it."""
        radius = scaled(10, self.height_px)
        cut = OPAQUE - np.rint(rounded_mask(2 * radius, 2 * radius, radius) * (OPAQUE / 255))
        half = cut.reshape(radius, 2, radius, 2).mean((1, 3)).astype(np.uint16)
        patches = []
        for row, y_px in ((0, rect.y_px), (1, rect.bottom_px - radius)):
            for column, x_px in ((0, rect.x_px), (1, rect.right_px - radius)):
                place = Rect(x_px, y_px, radius, radius)
                share = _quadrant(cut.astype(np.uint16), row, column)
                share_c = _quadrant(half, row, column)
                ground = backdrop.part(place)
                patches.append(
                    Patch(
                        place,
                        (ground.y * share, ground.u * share_c, ground.v * share_c),
                        (OPAQUE - share, OPAQUE - share_c, OPAQUE - share_c),
                    )
                )
        return patches


def _at(place: tuple[int, int], width: int, height: int) -> tuple[int, int]:
    """The place of a drawing whose size does not matter to it."""
    return place


def _quadrant(mask: npt.NDArray[np.uint16], row: int, column: int) -> npt.NDArray[np.uint16]:
    """One quarter of a square mask."""
    side = mask.shape[0] // 2
    return mask[row * side : (row + 1) * side, column * side : (column + 1) * side]


def plan_of(scene: Scene, width_px: int, height_px: int) -> Plan:
    """The geometry of a scene on a canvas of this size."""
    layout = Layout.SLATE if not scene.seats else scene.layout
    return arrange(
        layout,
        scene.seats,
        width_px,
        height_px,
        question=scene.question is not None,
        signer=scene.signer is not None,
        bilingual=_is_bilingual(scene),
    )


def _is_bilingual(scene: Scene) -> bool:
    """Whether captions need room for two languages; while no question is shown, always or never."""
    if scene.question is not None:
        return bool(scene.question.other)
    return scene.second is not None and bool(scene.second.names or scene.second.places)
