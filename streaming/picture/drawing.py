"""The look of the program: every card, caption and sign, drawn as RGBA.

One drawing is one pure function of its words and its size.  Sizes are designed for 720 lines.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from streaming.picture.canvas import Rgba
from streaming.picture.layout import even
from streaming.picture.palette import (
    AMBER,
    CYAN,
    INK,
    LIVE_RED,
    PANEL,
    SOFT,
    VIOLET,
    WHITE,
    YELLOW,
    Colour,
    mix,
)
from streaming.picture.text import Typesetter, clean, initials, picture, right_to_left

_SMOOTH = 4
"""Shapes are drawn this many times larger and shrunk: Pillow's own have jagged edges."""


def rounded_mask(width_px: int, height_px: int, radius_px: float) -> npt.NDArray[np.uint8]:
    """Coverage of a rounded rectangle, shape (height, width)."""
    large = Image.new("L", (width_px * _SMOOTH, height_px * _SMOOTH), 0)
    ImageDraw.Draw(large).rounded_rectangle(
        (0, 0, width_px * _SMOOTH - 1, height_px * _SMOOTH - 1), radius_px * _SMOOTH, 255
    )
    return np.asarray(large.resize((width_px, height_px), Image.Resampling.BOX))


def card_unit(width: int, height: int) -> float:
    """What the words on a tile are measured by: its height, or less where it is upright."""
    return min(height, width)


@dataclass(slots=True)
class Draughtsman:
    """Draws for one size of picture.  One thread only: it owns font faces."""

    width_px: int
    height_px: int
    type: Typesetter = field(default_factory=Typesetter)

    def px(self, designed_px: float) -> int:
        """A designed length on this canvas."""
        return max(1, round(designed_px * self.height_px / 720))

    def _box(
        self, onto: Image.Image, box: tuple[int, int, int, int], radius: float, colour: Colour
    ) -> None:
        """Lay a smooth rounded rectangle (left, top, width, height) over a drawing."""
        left, top, width, height = box
        shape = Image.new("RGBA", (width, height), (*colour[:3], 0))
        coverage = Image.fromarray(rounded_mask(width, height, radius))
        shape.putalpha(coverage.point(lambda value: value * colour[3] // 255))
        onto.alpha_composite(shape, (left, top))

    def _pen(self, onto: Image.Image) -> ImageDraw.ImageDraw:
        return ImageDraw.Draw(onto)

    def backdrop(self, accent: Colour) -> Rgba:
        """The ground behind everything: night blue with a breath of the theme's colour."""
        return self._ground(self.width_px, self.height_px, accent, 0.20)

    def _ground(self, width: int, height: int, accent: Colour, glow: float) -> Rgba:
        down = np.linspace(0, 1, height, dtype=np.float32)
        across = np.linspace(0, 1, width, dtype=np.float32)
        # Two soft lights; each is a product of one curve down and one across.
        light = np.outer(
            np.exp(-(((down + 0.1) / 0.75) ** 2)), np.exp(-(((across - 0.12) / 0.62) ** 2)) * glow
        )
        light += np.outer(
            np.exp(-(((down - 1.1) / 0.6) ** 2)),
            np.exp(-(((across - 1.0) / 0.5) ** 2)) * glow * 0.6,
        )
        top, low = np.array([19, 27, 49], np.float32), np.array([9, 13, 25], np.float32)
        fall = (top + (low - top) * down[:, None])[:, None, :]
        tint = np.array(accent[:3], np.float32)
        ground = fall + (tint - fall) * light[..., None]
        pixels = np.empty((height, width, 4), np.uint8)
        pixels[..., :3] = ground
        pixels[..., 3] = 255
        return pixels

    def slate(self, title: str, accent: Colour) -> Rgba:
        """The session's own picture: its title beside a table with its seats."""
        image = Image.fromarray(self._ground(self.width_px, self.height_px, accent, 0.34))
        self._roundtable(image, accent)
        size = self.px(54)
        lines = self.type.wrap(title or "Rotunda", size, self.width_px * 0.56, 4, bold=True)
        pitch = round(size * 1.26)
        left = self.px(84)
        y = (self.height_px - pitch * len(lines)) // 2
        self._box(image, (left, y - self.px(30), self.px(72), self.px(6)), self.px(3), accent)
        pen = self._pen(image)
        for line in lines:
            y += pitch
            self.type.draw(pen, (left, y - round(size * 0.22)), line, size, WHITE, bold=True)
        return np.asarray(image)

    def _roundtable(self, image: Image.Image, accent: Colour) -> None:
        """A table from above with twelve seats, drawn large and quiet on the right."""
        side = even(self.height_px * 0.92)
        large = Image.new("L", (side * 2, side * 2), 0)
        pen, middle = ImageDraw.Draw(large), side
        for radius, width, strength in ((0.56, 5, 150), (0.44, 2, 80), (0.80, 2, 46)):
            reach = radius * side
            pen.ellipse(
                (middle - reach, middle - reach, middle + reach, middle + reach),
                outline=strength,
                width=round(width * side / 330),
            )
        for seat in range(12):
            turn = seat * np.pi / 6 + np.pi / 12
            x, y = middle + 0.68 * side * np.cos(turn), middle + 0.68 * side * np.sin(turn)
            reach = 0.043 * side
            pen.ellipse(
                (x - reach, y - reach, x + reach, y + reach), fill=235 if seat == 7 else 120
            )
        mask = large.resize((side, side), Image.Resampling.LANCZOS)
        shape = Image.new("RGBA", (side, side), accent)
        shape.putalpha(mask.point(lambda value: value * 6 // 10))
        place = (round(self.width_px * 0.70 - side * 0.18), (self.height_px - side) // 2)
        visible = shape.crop((0, 0, min(side, self.width_px - place[0]), side))
        image.alpha_composite(visible, place)

    def ring(self, width: int, height: int, edge: int, radius: int, accent: Colour) -> Rgba:
        """The border of the speaker's tile; round inside too, for the tile's own corners."""
        drawing = np.empty((height, width, 4), np.uint8)
        drawing[...] = accent
        cover = rounded_mask(width, height, radius).copy()
        hole = rounded_mask(width - 2 * edge, height - 2 * edge, radius - edge // 2)
        inside = cover[edge:-edge, edge:-edge]
        inside -= np.minimum(inside, hole)
        drawing[..., 3] = cover
        return drawing

    def plain_card(self, width: int, height: int, accent: Colour) -> Rgba:
        """The ground of a card."""
        return self._ground(width, height, mix(accent, INK, 0.35), 0.5)

    def card(self, width: int, height: int, name: str, place: str, accent: Colour) -> Rgba:
        """The tile of a seat without a picture: initials, name, city."""
        image = Image.fromarray(self.plain_card(width, height, accent))
        unit = card_unit(width, height)
        round_px = even(unit * 0.40)
        centre, top = width // 2, round(height / 2 - unit * 0.38)
        box = (centre - round_px // 2, top, round_px, round_px)
        self._box(image, box, round_px / 2, mix(accent, INK, 0.25))
        rim = max(2, round_px // 36)
        inner = (box[0] + rim, box[1] + rim, round_px - 2 * rim, round_px - 2 * rim)
        self._box(image, inner, round_px / 2, mix(accent, INK, 0.72))
        pen = self._pen(image)
        letters, size = initials(name), max(10, round(round_px * 0.42))
        wide = self.type.measure(letters, size, bold=True)
        baseline = top + round_px / 2 + size * 0.36
        self.type.draw(pen, (centre - wide / 2, baseline), letters, size, WHITE, bold=True)
        size = max(11, round(unit * 0.112))
        self._centred(pen, name, size, width, height / 2 + unit * 0.19, WHITE, bold=True)
        size = max(10, round(unit * 0.08))
        self._centred(pen, place, size, width, height / 2 + unit * 0.305, SOFT)
        return np.asarray(image)

    def _centred(
        self,
        pen: ImageDraw.ImageDraw,
        text: str,
        size: int,
        width: int,
        baseline: float,
        colour: Colour,
        *,
        bold: bool = False,
    ) -> None:
        sizes = (size, round(size * 0.86), max(10, round(size * 0.74)))
        line, size = self.type.fit(text, sizes, width * 0.9, bold=bold)
        left = (width - self.type.measure(line, size, bold=bold)) / 2
        self.type.draw(pen, (left, baseline), line, size, colour, bold=bold)

    def waiting(self, width: int, height: int, english: str, chinese: str) -> Rgba:
        """The state line of a card: a hollow dot and two languages."""
        unit = card_unit(width, height)
        image = picture(even(width), even(max(14, unit * 0.13)))
        size = max(9, round(unit * 0.064))
        small = round(size * 0.95)
        words = [(english, size), (chinese, small)]
        dot, gap = round(size * 0.62), round(size * 0.55)
        total = dot + gap * 2 + sum(self.type.measure(word, at) for word, at in words)
        pad = round(size * 0.8)
        left = (image.width - total) / 2
        box = (round(left) - pad, 0, round(total) + 2 * pad, image.height)
        if box[0] < 0:
            words, left = words[:1], (image.width - self.type.measure(english, size) - dot) / 2
            box = (0, 0, image.width, image.height)
        self._box(image, box, image.height / 2, (8, 12, 24, 170))
        pen = self._pen(image)
        middle = image.height / 2
        pen.ellipse((left, middle - dot / 2, left + dot, middle + dot / 2), outline=AMBER, width=2)
        left += dot + gap
        for word, at in words:
            left += self.type.draw(pen, (left, middle + at * 0.36), word, at, SOFT) + gap
        return np.asarray(image)

    def tag(self, name: str, tile_width: int) -> Rgba:
        """The name on a tile."""
        size = self.px(15 if tile_width >= self.px(200) else 12)
        pad = round(size * 0.62)
        line = self.type.shorten(name, size, tile_width * 0.8 - 2 * pad)
        width = even(self.type.measure(line, size) + 2 * pad + 1.9)
        image = picture(width, even(size * 1.62 + 1))
        self._box(image, (0, 0, width, image.height), size * 0.42, (8, 12, 24, 190))
        self.type.draw(self._pen(image), (pad, image.height / 2 + size * 0.36), line, size, WHITE)
        return np.asarray(image)

    def title(self, title: str, accent: Colour, *, scrim: bool) -> Rgba:
        """The session's title for the top band."""
        size, height = self.px(19), even(self.px(40))
        line = self.type.shorten(title, size, self.width_px * 0.52, bold=True)
        pad = self.px(14) if scrim else 0
        bar = self.px(5)
        width = even(self.type.measure(line, size, bold=True) + bar * 3 + 2 * pad + 1.9)
        image = picture(width, height)
        if scrim:
            self._box(image, (0, 0, width, height), self.px(8), (*PANEL[:3], 205))
        tall = self.px(22)
        self._box(image, (pad, (height - tall) // 2, bar, tall), bar / 2, accent)
        place = (pad + bar * 3, height / 2 + size * 0.36)
        self.type.draw(self._pen(image), place, line, size, WHITE, bold=True)
        return np.asarray(image)

    def live(self) -> Rgba:
        """The bug that says we are on air."""
        size, height = self.px(18), even(self.px(36))
        wide = self.type.measure("LIVE", size, bold=True)
        dot, pad = self.px(10), self.px(13)
        width = even(wide + dot + pad * 2.6 + 1)
        image = picture(width, height)
        self._box(image, (0, 0, width, height), self.px(7), LIVE_RED)
        self._box(image, (pad, (height - dot) // 2, dot, dot), dot / 2, WHITE)
        place = (pad * 1.6 + dot, height / 2 + size * 0.36)
        self.type.draw(self._pen(image), place, "LIVE", size, WHITE, bold=True)
        return np.asarray(image)

    def clock(self, text: str, look: str) -> Rgba:
        """The speech clock; ``look`` is ``running``, ``stopped``, ``closing`` or ``over``."""
        size, height = self.px(23), even(self.px(36))
        ground, ink = {
            "running": ((*PANEL[:3], 225), WHITE),
            "stopped": ((*PANEL[:3], 225), SOFT),
            "closing": (AMBER, INK),
            "over": (LIVE_RED, WHITE),
        }[look]
        # As wide as its longest text, so that it does not breathe from second to second.
        widest = self.type.measure("+00:00", size, bold=True)
        width = even(widest + self.px(26) + 1)
        image = picture(width, height)
        self._box(image, (0, 0, width, height), self.px(7), ground)
        left = (width - self.type.measure(text, size, bold=True)) / 2
        place = (left, height / 2 + size * 0.36)
        self.type.draw(self._pen(image), place, text, size, ink, bold=True)
        return np.asarray(image)

    def next_speaker(self, name: str, most_px: int) -> Rgba:
        """Who speaks after this."""
        size, small, height = self.px(20), self.px(15), even(self.px(46))
        label = "NEXT  下一位"
        pad = self.px(14)
        label_px = self.type.measure(label, small, bold=True)
        line = self.type.shorten(name, size, most_px - label_px - pad * 3, bold=True)
        width = even(label_px + self.type.measure(line, size, bold=True) + pad * 3 + 1.9)
        image = picture(width, height)
        self._box(image, (0, 0, width, height), self.px(8), PANEL)
        self._box(image, (0, 0, self.px(5), height), self.px(2), AMBER)
        pen, middle = self._pen(image), height / 2
        self.type.draw(pen, (pad, middle + small * 0.36), label, small, AMBER, bold=True)
        place = (pad * 2 + label_px, middle + size * 0.36)
        self.type.draw(pen, place, line, size, WHITE, bold=True)
        return np.asarray(image)

    def lower_third(
        self, width: int, height: int, words: tuple[str, str, str], mark: str, accent: Colour
    ) -> Rgba:
        """The caption of who speaks: ``words`` are name, title and place; ``mark`` where from."""
        name, title, place = words
        pad, bar, badge_px = self.px(20), self.px(7), 0
        badge = self._badge(mark) if mark else None
        if badge is not None:
            badge_px = badge.width + self.px(14)
        most = width - bar - 2 * pad
        tall = height >= self.px(120)
        if tall:
            badge_px = 0  # it has a line of its own
        sizes = tuple(self.px(size) for size in (31, 27, 24, 21))
        name, size = self.type.fit(name, sizes, most - badge_px, bold=True)
        second = [part for part in (clean(title), clean(place)) if part]
        small = self.px(19)
        lines = (
            [self.type.shorten(part, small, most) for part in second]
            if tall
            else [self.type.shorten("  ·  ".join(second), small, most)]
        )
        name_px = self.type.measure(name, size, bold=True)
        wide = max([name_px + badge_px, *(self.type.measure(line, small) for line in lines)])
        width = min(even(width), even(wide + bar + 2 * pad + 1.9))
        image = picture(width, even(height))
        self._box(image, (0, 0, width, image.height), self.px(9), PANEL)
        self._box(image, (0, 0, bar, image.height), self.px(2), accent)
        pen = self._pen(image)
        pitch = round(small * 1.42)
        rows = sum(1 for line in lines if line) + (tall and badge is not None)
        y = (image.height - size * 1.05 - pitch * rows) / 2 + size * 0.86
        left = bar + pad
        name_left = width - pad - name_px if right_to_left(name) else left
        self.type.draw(pen, (name_left, y), name, size, WHITE, bold=True)
        if badge is not None and not tall:
            badge_left = left if name_left > left else round(left + name_px + self.px(14))
            badge_top = round(y - size * 0.36 - badge.height / 2)
            image.alpha_composite(badge, (badge_left, badge_top))
        for line in lines:
            y += pitch + (size - small) * 0.12
            line_px = self.type.measure(line, small)
            start = width - pad - line_px if right_to_left(line) else left
            self.type.draw(pen, (start, y), line, small, SOFT)
        if badge is not None and tall:
            image.alpha_composite(badge, (left, round(y + small * 0.5)))
        return np.asarray(image)

    def _badge(self, mark: str) -> Image.Image:
        """Remote or in the room."""
        words, colour = {"remote": ("REMOTE", CYAN), "room": ("IN THE ROOM", VIOLET)}[mark]
        size = self.px(12)
        width = round(self.type.measure(words, size, bold=True)) + self.px(16)
        image = picture(width, self.px(22))
        self._box(image, (0, 0, width, image.height), self.px(5), (*colour[:3], 48))
        place = (self.px(8), image.height / 2 + size * 0.36)
        self.type.draw(self._pen(image), place, words, size, colour, bold=True)
        return image

    def question(self, width: int, height: int, text: str, author: str, votes: int) -> Rgba:
        """The question of the audience: at most four lines, as large as they can be."""
        image = picture(even(width), even(height))
        self._box(image, (0, 0, image.width, image.height), self.px(12), PANEL)
        side = self.px(152)
        self._box(image, (0, 0, side, image.height), self.px(12), YELLOW)
        pen = self._pen(image)
        pad = self.px(18)
        head = self.px(18)
        self.type.draw(pen, (pad, pad + head * 0.9), "QUESTION", head, INK, bold=True)
        self.type.draw(pen, (pad, pad + head * 2.2), "現場提問", head, INK, bold=True)
        self._votes(pen, pad, image.height - pad, votes)
        left = side + self.px(22)
        most_px = image.width - left - self.px(20)
        author_px = self.px(16) if author else 0
        room = image.height - self.px(20) - (round(author_px * 1.6) if author else 0)
        lines, size = self._set_question(text, most_px, room)
        pitch = round(size * 1.34)
        y = (image.height - pitch * len(lines) - round(author_px * 1.6)) / 2
        for line in lines:
            y += pitch
            line_px = self.type.measure(line, size)
            start = left + most_px - line_px if right_to_left(line) else left
            self.type.draw(pen, (start, y - size * 0.3), line, size, WHITE)
        if author:
            line = self.type.shorten(author, author_px, most_px)
            self.type.draw(pen, (left, y + author_px * 1.3), line, author_px, YELLOW, bold=True)
        return np.asarray(image)

    def _set_question(self, text: str, width: int, height: int) -> tuple[list[str], int]:
        """Lines and their size: the largest that needs no cut, else the smallest with "…"."""
        for designed in (31, 28, 25, 22):
            size = self.px(designed)
            lines = self.type.wrap(text, size, width, 5)
            if len(lines) <= 4 and len(lines) * round(size * 1.34) <= height:
                return lines, size
        size = self.px(19)
        return self.type.wrap(text, size, width, 4), size

    def _votes(self, pen: ImageDraw.ImageDraw, left: int, bottom: int, votes: int) -> None:
        """A triangle up and how many."""
        size, tall = self.px(26), self.px(18)
        pen.polygon(
            [(left, bottom - 2), (left + tall, bottom - 2), (left + tall / 2, bottom - tall)], INK
        )
        words = str(votes) if votes < 10_000 else f"{votes // 1000}k"
        place = (left + tall + self.px(10), bottom - 1)
        self.type.draw(pen, place, words, size, INK, bold=True)
