"""Where every seat sits on the canvas: pure geometry.

All coordinates are even, so that a tile begins and ends on a whole chroma sample of 4:2:0.

    +--------------------------------------------------+
    | session title                  clock   LIVE      |  top band
    | +-----------------------------+  +------+------+ |
    | |                             |  | strip|      | |
    | |            main             |  +------+------+ |  stage area
    | |                             |  |      |      | |
    | +-----------------------------+  +------+------+ |
    | | lower third |                  next speaker |  |  bottom band (taller with a question)
    +--------------------------------------------------+

A seat that is alone fills the canvas, and the bands lie over it.

A sign-language interpreter has a place of 3:4 at the lower right, the same in every layout; bands
below and stage area end at its left, and nothing fills the canvas:

    | +-----------------------------+                  |
    | |            main             |      +---------+ |
    | +-----------------------------+      |         | |
    | +------+ +------+ +------+           | signer  | |
    | |      | | strip| |      |           |         | |
    | +------+ +------+ +------+           |         | |
    | | lower third | next speaker |       +---------+ |
    +--------------------------------------------------+
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from venue.ids import SeatId
from venue.scene import Layout

MOST_TILES = 16
"""Seats one picture can hold; further ones are not shown."""

SIGNER_PX = (288, 384)
"""The signer's place on 720 lines: an eighth of the picture, and hands can be read on a phone."""

_WIDE, _HIGH = 16, 9


@dataclass(frozen=True, slots=True)
class Rect:
    """A part of the canvas; every number is even."""

    x_px: int
    y_px: int
    width_px: int
    height_px: int

    @property
    def right_px(self) -> int:
        return self.x_px + self.width_px

    @property
    def bottom_px(self) -> int:
        return self.y_px + self.height_px

    def overlaps(self, other: "Rect") -> bool:
        """True if the two share a pixel."""
        return (
            self.x_px < other.right_px
            and other.x_px < self.right_px
            and self.y_px < other.bottom_px
            and other.y_px < self.bottom_px
        )


@dataclass(frozen=True, slots=True)
class Tile:
    """One seat's place in the picture."""

    seat: SeatId
    rect: Rect


@dataclass(frozen=True, slots=True)
class Plan:
    """The geometry of one picture."""

    tiles: tuple[Tile, ...]
    canvas: Rect
    top: Rect
    """Band of the session's title, the clock and the LIVE bug, inside the safe margin."""
    bottom: Rect
    """Band of lower third, question card and next speaker, inside the safe margin."""
    full_bleed: bool
    """One tile fills the canvas."""
    signer: Rect | None = None
    """The place of the sign-language interpreter, if there is one."""


_BAND_PX = {(False, False): 78, (False, True): 96, (True, False): 148, (True, True): 196}
"""Height of the lower band on 720 lines: with a question or not, in two languages or one."""


def even(value: float) -> int:
    """The nearest even number that is not larger."""
    return int(value) // 2 * 2


def scaled(value_px: int, height_px: int) -> int:
    """A length designed for 720 lines on a canvas of ``height_px`` lines, even."""
    return max(2, even(value_px * height_px / 720 + 0.5))


def arrange(
    layout: Layout,
    seats: Sequence[SeatId],
    width_px: int,
    height_px: int,
    *,
    question: bool,
    signer: bool = False,
    bilingual: bool = False,
) -> Plan:
    """Give every seat its tile; ``question`` and ``signer`` make room for card and interpreter.

    ``bilingual``: captions say everything twice.
    """
    shown = tuple(dict.fromkeys(seats))[:MOST_TILES]
    canvas = Rect(0, 0, even(width_px), even(height_px))
    margin = scaled(24, height_px)
    top = Rect(margin, scaled(12, height_px), canvas.width_px - 2 * margin, scaled(40, height_px))
    band = scaled(_BAND_PX[question, bilingual], height_px)
    gap = scaled(14, height_px)
    seen = bool(shown) and layout is not Layout.SLATE
    place = _signers_place(canvas, margin) if signer and seen else None
    width = top.width_px if place is None else place.x_px - gap - margin
    bottom = Rect(margin, canvas.height_px - margin - band, width, band)
    area_y = top.bottom_px + scaled(8, height_px)
    area = Rect(margin, area_y, width, even(bottom.y_px - gap - area_y))
    if not seen:
        return Plan((), canvas, top, bottom, full_bleed=False)
    if len(shown) == 1 and place is None:
        return Plan((Tile(shown[0], canvas),), canvas, top, bottom, full_bleed=True)
    rects = _rects(layout, len(shown), area, gap, beside=place is not None)
    tiles = tuple(Tile(seat, rect) for seat, rect in zip(shown, rects, strict=True))
    return Plan(tiles, canvas, top, bottom, full_bleed=False, signer=place)


def _signers_place(canvas: Rect, margin: int) -> Rect:
    width, height = (scaled(length, canvas.height_px) for length in SIGNER_PX)
    right, bottom = canvas.width_px - margin, canvas.height_px - margin
    return Rect(right - width, bottom - height, width, height)


def _rects(layout: Layout, count: int, area: Rect, gap: int, *, beside: bool) -> list[Rect]:
    """The tiles of a layout; ``beside`` a signer the area is narrow, so a strip goes below."""
    match layout:
        case Layout.SPEAKER | Layout.ROOM if count > 1:
            below = partial(_mains_over_row, 1)
            return (below if beside else _main_and_side)(count, area, gap)
        case Layout.SIDE_BY_SIDE if count > 2:
            return _mains_over_row(2, count, area, gap)
        case _:
            return _grid(count, area, gap)


def _fit(width_px: float, height_px: float) -> tuple[int, int]:
    """The largest even 16:9 size inside a box, at least 2 by 2."""
    width = min(width_px, height_px * _WIDE / _HIGH)
    return max(2, even(width)), max(2, even(min(height_px, width * _HIGH / _WIDE)))


def _grid(count: int, area: Rect, gap: int) -> list[Rect]:
    """Equal tiles, as large as the area lets them be, the last row centred."""
    best = (0, 0)
    columns = 1
    for tried in range(1, count + 1):
        rows = -(-count // tried)
        size = _fit(
            (area.width_px - (tried - 1) * gap) / tried, (area.height_px - (rows - 1) * gap) / rows
        )
        if size > best:
            best, columns = size, tried
    rows = -(-count // columns)
    columns = -(-count // rows)  # four in a two by two, five as three and two
    width, height = best
    top = area.y_px + even((area.height_px - rows * height - (rows - 1) * gap) / 2)
    rects: list[Rect] = []
    for row in range(rows):
        here = min(columns, count - row * columns)
        left = area.x_px + even((area.width_px - here * width - (here - 1) * gap) / 2)
        rects += [
            Rect(left + column * (width + gap), top + row * (height + gap), width, height)
            for column in range(here)
        ]
    return rects


def _main_and_side(count: int, area: Rect, gap: int) -> list[Rect]:
    """The main tile on the left, the others in one to three columns on the right."""
    others = count - 1
    columns = 1 if others <= 4 else 2 if others <= 10 else 3
    rows = max(-(-others // columns), 3)
    tile_height = (area.height_px - (rows - 1) * gap) / rows
    tile = _fit(min(tile_height * _WIDE / _HIGH, area.width_px * 0.36 / columns), tile_height)
    strip_px = columns * tile[0] + (columns - 1) * gap
    main = _fit(area.width_px - strip_px - 2 * gap, area.height_px)
    used = main[0] + 2 * gap + strip_px
    left = area.x_px + even((area.width_px - used) / 2)
    main_top = area.y_px + even((area.height_px - main[1]) / 2)
    rects = [Rect(left, main_top, main[0], main[1])]
    used_rows = -(-others // columns)
    strip_height = used_rows * tile[1] + (used_rows - 1) * gap
    top = area.y_px + even((area.height_px - strip_height) / 2)
    strip_left = left + main[0] + 2 * gap
    for place in range(others):
        row, column = divmod(place, columns)
        x, y = strip_left + column * (tile[0] + gap), top + row * (tile[1] + gap)
        rects.append(Rect(x, y, tile[0], tile[1]))
    return rects


def _mains_over_row(mains: int, count: int, area: Rect, gap: int) -> list[Rect]:
    """One or two large tiles above a row (or two) of the others."""
    others = count - mains
    rows = 1 if others <= 8 else 2
    columns = -(-others // rows)
    tile_width = (area.width_px - (columns - 1) * gap) / columns
    tile = _fit(tile_width, area.height_px * 0.24 / rows)
    row_height = rows * tile[1] + rows * gap
    main = _fit((area.width_px - (mains - 1) * gap) / mains, area.height_px - row_height)
    top = area.y_px + even((area.height_px - main[1] - row_height) / 2)
    left = area.x_px + even((area.width_px - mains * main[0] - (mains - 1) * gap) / 2)
    rects = [Rect(left + at * (main[0] + gap), top, main[0], main[1]) for at in range(mains)]
    for place in range(others):
        row, column = divmod(place, columns)
        here = min(columns, others - row * columns)
        start = area.x_px + even((area.width_px - here * tile[0] - (here - 1) * gap) / 2)
        y = top + main[1] + gap + row * (tile[1] + gap)
        rects.append(Rect(start + column * (tile[0] + gap), y, tile[0], tile[1]))
    return rects
