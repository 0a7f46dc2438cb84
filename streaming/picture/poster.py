"""The picture that announces a session: title, date, city, language, on the session's colour.

``python -m streaming.picture.poster`` reads the words as JSON and prints a JPEG: drawn in a process
of its own it holds up nobody.
"""

import io
import sys

import msgspec
from PIL import Image, ImageDraw

from streaming.picture.drawing import Draughtsman
from streaming.picture.palette import SOFT, WHITE, colour_of, mix
from streaming.picture.text import right_to_left
from streaming.picture.words import Words

WIDTH_PX, HEIGHT_PX = 1280, 720
MOST_BYTES = 2_000_000
TITLE_SIZES_PX = (104, 88, 80, 72, 64, 56, 48)
TITLE_LINES = 4
TITLE_TALL_PX = 400
MARGIN_PX = 72
"""YouTube lays a badge over the lower right corner: nothing of ours is there."""


class Poster(Draughtsman):
    """Draws one picture."""

    def poster(self, words: Words) -> Image.Image:
        """The whole picture."""
        accent = colour_of(words.accent)
        image = Image.fromarray(self._ground(self.width_px, self.height_px, accent, 0.42))
        self._roundtable(image, mix(accent, (9, 13, 25, 255), 0.55))
        pen = self._pen(image)
        self._box(image, (0, 0, 14, self.height_px), 1, accent)
        if words.language:
            self._language(image, words.language, mix(accent, WHITE, 0.25))
        below = [line for line in (words.date, words.city) if line.strip()]
        lines, size = self._title(words.title or "Rotunda")
        pitch = round(size * 1.22)
        y = (self.height_px - pitch * len(lines) - 58 * len(below)) // 2 + 30
        for line in lines:
            y += pitch
            self._line(pen, line, y - round(size * 0.26), size, bold=True)
        y += 22
        for line in below:
            y += 58
            fitted, small = self.type.fit(line, (40, 36, 32, 28), self._room_px)
            self._line(pen, fitted, y - 12, small, bold=False)
        return image.convert("RGB")

    @property
    def _room_px(self) -> int:
        return self.width_px - 2 * MARGIN_PX - 60

    def _title(self, title: str) -> tuple[list[str], int]:
        """The largest size that holds it whole, else the smallest with an end of "…"."""
        fitting = [(lines, size) for size in TITLE_SIZES_PX if (lines := self._whole(title, size))]
        if not fitting:
            size = TITLE_SIZES_PX[-1]
            return self.type.wrap(title, size, self._room_px, TITLE_LINES, bold=True), size
        lines, size = fitting[0]
        if self.type.measure(lines[-1], size, bold=True) > self._room_px * 0.4:
            return lines, size
        # A lonely last word: somewhat smaller it goes into the lines above.
        fewer = (each for each in fitting if each[1] > size * 0.6 and len(each[0]) < len(lines))
        return next(fewer, (lines, size))

    def _whole(self, title: str, size: int) -> list[str]:
        """The lines at a size, if they fit; else none."""
        lines = self.type.wrap(title, size, self._room_px, TITLE_LINES + 1, bold=True)
        fits = len(lines) <= TITLE_LINES and len(lines) * size * 1.22 <= TITLE_TALL_PX
        return lines if fits else []

    def _line(
        self, pen: ImageDraw.ImageDraw, line: str, baseline: int, size: int, *, bold: bool
    ) -> None:
        left = float(MARGIN_PX)
        if right_to_left(line):
            left = self.width_px - MARGIN_PX - self.type.measure(line, size, bold=bold)
        self.type.draw(pen, (left, baseline), line, size, WHITE if bold else SOFT, bold=bold)

    def _language(self, image: Image.Image, name: str, colour: tuple[int, int, int, int]) -> None:
        size, tall = 32, 56
        line = self.type.shorten(name, size, self._room_px / 2, bold=True)
        width = round(self.type.measure(line, size, bold=True)) + 48
        self._box(image, (MARGIN_PX, 52, width, tall), tall / 2, (8, 12, 24, 200))
        place = (MARGIN_PX + 24, 52 + tall / 2 + size * 0.36)
        self.type.draw(self._pen(image), place, line, size, colour, bold=True)


def jpeg_of(words: Words) -> bytes:
    """The picture, in less than two megabytes."""
    image = Poster(WIDTH_PX, HEIGHT_PX).poster(words)
    for quality in (92, 80, 60):
        coded = io.BytesIO()
        image.save(coded, "JPEG", quality=quality, optimize=True)
        if coded.tell() <= MOST_BYTES:
            break
    return coded.getvalue()


if __name__ == "__main__":
    sys.stdout.buffer.write(jpeg_of(msgspec.json.decode(sys.stdin.buffer.read(), type=Words)))
