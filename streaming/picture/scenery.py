"""A scene made ready to be composed: what does not move is drawn here, before it is needed.

The drawing thread turns each ``Scene`` into one ``Scenery``; the compose thread only pastes and
blends it.  Drawings are kept while there is room for them, since a seat comes and goes often.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import numpy.typing as npt

from streaming.picture.canvas import (
    OPAQUE,
    Patch,
    Planes,
    Rgba,
    blank,
    blend,
    patch_of,
    planes_from,
)
from streaming.picture.drawing import Draughtsman, rounded_mask
from streaming.picture.layout import Plan, Rect, Tile, arrange, even, scaled
from streaming.picture.palette import Colour, colour_of
from venue.ids import SeatId
from venue.scene import Layout, LowerThird, Person, Scene, SpeechClock

MOST_KEPT_BYTES = 48 * 1024 * 1024
"""Drawings kept for use again."""

SIGN_LANGUAGE = "Sign language · 手語"
"""What stands under the name on a signer's card."""

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
    _kept: "OrderedDict[Hashable, Patch | Planes]" = field(init=False, default_factory=OrderedDict)
    _kept_bytes: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self.pen = Draughtsman(self.width_px, self.height_px)

    def warm(self) -> None:
        """Open the fonts of the usual sizes, so that the next scene is drawn at once."""
        self.pen.type.warm([self.pen.px(size) for size in (11, 12, 13, 14, 15, 18, 20, 22, 26, 30)])

    def plan(self, scene: Scene) -> Plan:
        """The geometry of a scene."""
        return plan_of(scene, self.width_px, self.height_px)

    def paint(self, scene: Scene, *, hurried: bool = False) -> Scenery:
        """Draw what a scene needs; quick for what has been drawn before.

        ``hurried`` leaves cards that are not yet drawn empty: few seats need theirs, and they take
        most of the time.
        """
        self.unfinished = False
        plan = self.plan(scene)
        backdrop = blank(self.width_px, self.height_px)
        backdrop.paste(self._ground(scene, plan))
        captions = self._captions(scene, plan)
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
        live_px = self._live(plan).rect.width_px + scaled(10, self.height_px)
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
            return self._planes(key, lambda: self.pen.backdrop(accent))
        key = ("slate", accent, scene.title)
        return self._planes(key, lambda: self.pen.slate(scene.title, accent))

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
            blend(backdrop, self._patch(key, draw, partial(_exactly, rect)))

    def _captions(self, scene: Scene, plan: Plan) -> list[Patch]:
        """Title, LIVE, lower third, question, next speaker."""
        patches: list[Patch] = []
        if scene.on_air:
            patches.append(self._live(plan))
        if not plan.tiles:
            return patches
        accent, top = colour_of(scene.accent), plan.top
        if scene.title:
            scrim = plan.full_bleed
            key = ("title", scene.title, accent, scrim)
            drawing = self._patch(
                key,
                lambda: self.pen.title(scene.title, accent, scrim=scrim),
                lambda width, height: (top.x_px, top.y_px),
            )
            patches.append(drawing)
        if scene.lower_third is not None:
            patches.append(self._lower_third(scene, scene.lower_third, plan))
        if scene.question is not None:
            patches.append(self._question(scene, plan))
        elif scene.next_speaker:
            patches.append(self._next(scene, plan))
        return patches

    def _live(self, plan: Plan) -> Patch:
        top = plan.top
        return self._patch(
            ("live",),
            self.pen.live,
            lambda width, height: (top.right_px - width, top.y_px + scaled(2, self.height_px)),
        )

    def _lower_third(self, scene: Scene, caption: LowerThird, plan: Plan) -> Patch:
        bottom, accent = plan.bottom, colour_of(scene.accent)
        narrow = scene.question is not None
        width = even(bottom.width_px * (0.335 if narrow else 0.62))
        person = scene.people.get(scene.speaker) if scene.speaker is not None else None
        mark = person.place if person is not None and person.place in ("remote", "room") else ""
        words = (caption.name, caption.title, caption.place)
        key = ("lower third", words, mark, accent, width, bottom.height_px)
        return self._patch(
            key,
            lambda: self.pen.lower_third(width, bottom.height_px, words, mark, accent),
            lambda width, height: (bottom.x_px, bottom.bottom_px - height),
        )

    def _question(self, scene: Scene, plan: Plan) -> Patch:
        bottom, card = plan.bottom, scene.question
        assert card is not None
        share = 0.652 if scene.lower_third is not None else 0.84
        width = even(bottom.width_px * share)
        # Beside the caption; in the middle if there is none.
        free = bottom.width_px - width
        left = bottom.x_px + (free if scene.lower_third is not None else free // 4 * 2)
        return self._patch(
            ("question", card.text, card.author, card.votes, width, bottom.height_px),
            lambda: self.pen.question(width, bottom.height_px, card.text, card.author, card.votes),
            lambda width, height: (left, bottom.y_px),
        )

    def _next(self, scene: Scene, plan: Plan) -> Patch:
        bottom = plan.bottom
        most_px = even(bottom.width_px * 0.36)  # What the caption of who speaks leaves.
        return self._patch(
            ("next", scene.next_speaker, most_px),
            lambda: self.pen.next_speaker(scene.next_speaker, most_px),
            lambda width, height: (bottom.right_px - width, bottom.bottom_px - height),
        )

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
        card = self._card(person, rect, colour_of(scene.accent), hurried)
        waiting = self._patch(
            ("waiting", width, height),
            lambda: self.pen.waiting(width, height, "Reconnecting", "重新連線中"),
            lambda wide, high: (
                rect.x_px + even((width - wide) / 2),
                rect.y_px + even(height * 0.85),
            ),
        )
        corners = () if plan.full_bleed else tuple(self._corners(backdrop, rect))
        tag = self._tag(person.name, rect) if tagged and person.name else None
        return TileScenery(tile.seat, rect, person.online, card, waiting, corners, tag)

    def _card(self, person: Person, rect: Rect, accent: Colour, hurried: bool) -> Planes:
        width, height = rect.width_px, rect.height_px
        place = SIGN_LANGUAGE if person.signs else place_of(person)
        key = ("card", person.name, place, width, height, accent)
        if hurried and key not in self._kept:
            self.unfinished = True
            plain = ("plain card", width, height, accent)
            return self._planes(plain, lambda: self.pen.plain_card(width, height, accent))
        return self._planes(key, lambda: self.pen.card(width, height, person.name, place, accent))

    def _tag(self, name: str, rect: Rect) -> Patch:
        inset = scaled(8, self.height_px)
        return self._patch(
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

    def _patch(
        self,
        key: Hashable,
        draw: Callable[[], Rgba],
        place: Callable[[int, int], tuple[int, int]],
    ) -> Patch:
        """A drawing as a patch at its place; drawn once, moved for nothing."""
        kept = self._kept.get(key)
        if kept is None:
            kept = self._keep(key, patch_of(draw(), 0, 0))
        assert isinstance(kept, Patch)
        self._kept.move_to_end(key)
        width, height = kept.rect.width_px, kept.rect.height_px
        x_px, y_px = (value // 2 * 2 for value in place(width, height))
        return Patch(Rect(x_px, y_px, width, height), kept.colour, kept.remain)

    def _planes(self, key: Hashable, draw: Callable[[], Rgba]) -> Planes:
        kept = self._kept.get(key)
        if kept is None:
            kept = self._keep(key, planes_from(draw()))
        assert isinstance(kept, Planes)
        self._kept.move_to_end(key)
        return kept

    def _keep(self, key: Hashable, drawn: "Patch | Planes") -> "Patch | Planes":
        """Remember a drawing and forget the longest unused ones beyond the bound."""
        self._kept[key] = drawn
        self._kept_bytes += drawn.size_bytes
        while self._kept_bytes > MOST_KEPT_BYTES and len(self._kept) > 1:
            _, forgotten = self._kept.popitem(last=False)
            self._kept_bytes -= forgotten.size_bytes
        return drawn

    @property
    def kept_bytes(self) -> int:
        """Memory the kept drawings take."""
        return self._kept_bytes


def _exactly(rect: Rect, width: int, height: int) -> tuple[int, int]:
    """The place of a drawing that is as large as ``rect``."""
    return rect.x_px, rect.y_px


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
    )
