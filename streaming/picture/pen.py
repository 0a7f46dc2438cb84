"""What every drawing needs: sizes, smooth boxes, type."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from streaming.picture.palette import Colour
from streaming.picture.text import Typesetter

Both = tuple[str, str]
"""A text in the picture's first language, and what the second has to add."""

_SMOOTH = 4
"""Shapes are drawn this many times larger and shrunk: Pillow's own have jagged edges."""


def rounded_mask(width_px: int, height_px: int, radius_px: float) -> npt.NDArray[np.uint8]:
    """Coverage of a rounded rectangle, shape (height, width)."""
    large = Image.new("L", (width_px * _SMOOTH, height_px * _SMOOTH), 0)
    ImageDraw.Draw(large).rounded_rectangle(
        (0, 0, width_px * _SMOOTH - 1, height_px * _SMOOTH - 1), radius_px * _SMOOTH, 255
    )
    return np.asarray(large.resize((width_px, height_px), Image.Resampling.BOX))


@dataclass(slots=True)
class Pen:
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

    def _pair(
        self,
        words: Both,
        sizes_px: tuple[int, ...],
        most_px: float,
        *,
        bold: bool = False,
        between: str = "   ",
    ) -> tuple[str, int, str]:
        """Both texts in one line where they fit; else the first alone, and the other for elsewhere.

        Gives the line, its size, and what is left over.
        """
        first, other = (self.type.known(text) for text in words)
        if first and other:
            line = first + between + other
            for size in sizes_px:
                if self.type.measure(line, size, bold=bold) <= most_px:
                    return line, size, ""
        line, size = self.type.fit(first or other, sizes_px, most_px, bold=bold)
        return line, size, other if first else ""
