"""What stands in the picture: grounds, the slate, the cards and tags of seats, drawn as RGBA.

One drawing is one pure function of its words and its size.  Sizes are designed for 720 lines.
"""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from streaming.picture.canvas import Rgba
from streaming.picture.layout import even
from streaming.picture.palette import AMBER, INK, SOFT, WHITE, Colour, mix
from streaming.picture.pen import Both, Pen, rounded_mask
from streaming.picture.text import initials, picture


def card_unit(width: int, height: int) -> float:
    """What the words on a tile are measured by: its height, or less where it is upright."""
    return min(height, width)


@dataclass(slots=True)
class Draughtsman(Pen):
    """Draws seats and grounds."""

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

    def slate(self, title: Both, accent: Colour) -> Rgba:
        """The session's own picture: its title beside a table with its seats."""
        image = Image.fromarray(self._ground(self.width_px, self.height_px, accent, 0.34))
        self._roundtable(image, accent)
        most_px, size, small = self.width_px * 0.56, self.px(54), self.px(38)
        first, other = title
        lines = [
            (line, size, WHITE)
            for line in self.type.wrap(first or other or "Rotunda", size, most_px, 4, bold=True)
        ]
        if first and other:
            lines += [
                (line, small, SOFT)
                for line in self.type.wrap(
                    other, small, most_px, 3 if len(lines) < 4 else 2, bold=True
                )
            ]
        left = self.px(84)
        y = (self.height_px - sum(round(at * 1.26) for _, at, _ in lines)) // 2
        self._box(image, (left, y - self.px(30), self.px(72), self.px(6)), self.px(3), accent)
        pen = self._pen(image)
        for line, at, colour in lines:
            y += round(at * 1.26)
            self.type.draw(pen, (left, y - round(at * 0.22)), line, at, colour, bold=True)
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

    def card(self, width: int, height: int, name: Both, place: Both, accent: Colour) -> Rgba:
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
        letters, size = initials(name[0]), max(10, round(round_px * 0.42))
        wide = self.type.measure(letters, size, bold=True)
        baseline = top + round_px / 2 + size * 0.36
        self.type.draw(pen, (centre - wide / 2, baseline), letters, size, WHITE, bold=True)
        size, small = max(11, round(unit * 0.112)), max(10, round(unit * 0.08))
        if small > unit * 0.105:
            # A small tile has room for one line.
            self._centred(pen, name, size, width, height / 2 + unit * 0.28, WHITE, bold=True)
            return np.asarray(image)
        self._centred(pen, name, size, width, height / 2 + unit * 0.19, WHITE, bold=True)
        self._centred(pen, place, small, width, height / 2 + unit * 0.305, SOFT)
        return np.asarray(image)

    def _centred(
        self,
        pen: ImageDraw.ImageDraw,
        words: Both,
        size: int,
        width: int,
        baseline: float,
        colour: Colour,
        *,
        bold: bool = False,
    ) -> None:
        sizes = (size, round(size * 0.86), max(10, round(size * 0.74)))
        line, size, _ = self._pair(words, sizes, width * 0.9, bold=bold)
        left = (width - self.type.measure(line, size, bold=bold)) / 2
        self.type.draw(pen, (left, baseline), line, size, colour, bold=bold)

    def waiting(self, width: int, height: int, words: Both) -> Rgba:
        """The state line of a card: a hollow dot and one language or two."""
        unit = card_unit(width, height)
        image = picture(even(width), even(max(14, unit * 0.13)))
        size = max(9, round(unit * 0.064))
        small = round(size * 0.95)
        parts = [(words[0], size), *([(words[1], small)] if words[1] else [])]
        dot, gap = round(size * 0.62), round(size * 0.55)
        total = dot + gap * len(parts) + sum(self.type.measure(word, at) for word, at in parts)
        pad = round(size * 0.8)
        left = (image.width - total) / 2
        box = (round(left) - pad, 0, round(total) + 2 * pad, image.height)
        if box[0] < 0:
            parts, left = parts[:1], (image.width - self.type.measure(words[0], size) - dot) / 2
            box = (0, 0, image.width, image.height)
        self._box(image, box, image.height / 2, (8, 12, 24, 170))
        pen = self._pen(image)
        middle = image.height / 2
        pen.ellipse((left, middle - dot / 2, left + dot, middle + dot / 2), outline=AMBER, width=2)
        left += dot + gap
        for word, at in parts:
            left += self.type.draw(pen, (left, middle + at * 0.36), word, at, SOFT) + gap
        return np.asarray(image)

    def tag(self, name: Both, tile_width: int) -> Rgba:
        """The name on a tile: in both scripts where there is room."""
        size = self.px(15 if tile_width >= self.px(200) else 12)
        pad = round(size * 0.62)
        line, size, _ = self._pair(name, (size,), tile_width * 0.8 - 2 * pad)
        width = even(self.type.measure(line, size) + 2 * pad + 1.9)
        image = picture(width, even(size * 1.62 + 1))
        self._box(image, (0, 0, width, image.height), size * 0.42, (8, 12, 24, 190))
        self.type.draw(self._pen(image), (pad, image.height / 2 + size * 0.36), line, size, WHITE)
        return np.asarray(image)
