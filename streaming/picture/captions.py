"""What lies over the picture: title, LIVE, clock, who speaks, who is next, the question.

One drawing is one pure function of its words and its size.  Sizes are designed for 720 lines.
"""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from streaming.picture.canvas import Rgba
from streaming.picture.layout import even
from streaming.picture.palette import AMBER, INK, LIVE_RED, PANEL, SOFT, WHITE, YELLOW, Colour
from streaming.picture.pen import Both, Pen
from streaming.picture.text import clean, picture, right_to_left


@dataclass(frozen=True, slots=True)
class Caption:
    """Who speaks, in one language."""

    name: str = ""
    title: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A question: as asked, and translated."""

    texts: Both
    author: str
    votes: int


Badge = tuple[Both, Colour] | None
"""Where somebody speaks from, and its colour."""


def _rows(first: Caption, other: Caption, left_over: str, tall: bool) -> list[str]:
    """The lines below the name: one a language, or as many as there are where it is tall."""
    title, place, more = clean(first.title), clean(first.place), [other.title, other.place]
    if tall:
        rows = [left_over, title, place, "  ·  ".join(filter(None, map(clean, more)))]
    else:
        rows = [
            "  ·  ".join(filter(None, (title, place))),
            "  ·  ".join(filter(None, map(clean, (left_over, *more)))),
        ]
    return [row for row in rows if row]


@dataclass(slots=True)
class CaptionPen(Pen):
    """Draws captions."""

    def title(self, title: Both, accent: Colour, *, scrim: bool) -> Rgba:
        """The session's title for the top band."""
        height, share = even(self.px(40)), 0.62 if title[1] else 0.52
        sizes = (self.px(19), self.px(17), self.px(15)) if title[1] else (self.px(19),)
        line, size, _ = self._pair(title, sizes, self.width_px * share, bold=True, between="  ·  ")
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

    def next_speaker(self, name: Both, label: Both, most_px: int) -> Rgba:
        """Who speaks after this."""
        size, small, height = self.px(20), self.px(15), even(self.px(46))
        pad = self.px(14)
        words = "  ".join(dict.fromkeys(filter(None, label)))
        label_px = self.type.measure(words, small, bold=True)
        line, size, _ = self._pair(
            name, (size, self.px(18)), most_px - label_px - pad * 3, bold=True
        )
        width = even(label_px + self.type.measure(line, size, bold=True) + pad * 3 + 1.9)
        image = picture(width, height)
        self._box(image, (0, 0, width, height), self.px(8), PANEL)
        self._box(image, (0, 0, self.px(5), height), self.px(2), AMBER)
        pen, middle = self._pen(image), height / 2
        self.type.draw(pen, (pad, middle + small * 0.36), words, small, AMBER, bold=True)
        place = (pad * 2 + label_px, middle + size * 0.36)
        self.type.draw(pen, place, line, size, WHITE, bold=True)
        return np.asarray(image)

    def lower_third(
        self, width: int, height: int, first: Caption, other: Caption, badge: Badge, accent: Colour
    ) -> Rgba:
        """The caption of who speaks, with what the second language adds."""
        pad, bar, small = self.px(20), self.px(7), self.px(19)
        tall = height >= self.px(120)
        sign = self._badge(badge)
        beside_px = sign.width + self.px(14) if sign is not None and not tall else 0
        most = width - bar - 2 * pad
        sizes = tuple(self.px(size) for size in (31, 27, 24, 21))
        names = (first.name, other.name)
        name, size, left_over = self._pair(names, sizes, most - beside_px, bold=True)
        pitch = round(small * 1.42)
        room = int((height - size * 1.05) / pitch)
        texts = _rows(first, other, left_over, tall)[:room]
        lines = [self.type.shorten(text, small, most) for text in texts]
        if len(lines) == room and tall:
            sign = None  # No line is left for it.
        name_px = self.type.measure(name, size, bold=True)
        wide = max([name_px + beside_px, *(self.type.measure(line, small) for line in lines)])
        width = min(even(width), even(wide + bar + 2 * pad + 1.9))
        image = picture(width, even(height))
        self._box(image, (0, 0, width, image.height), self.px(9), PANEL)
        self._box(image, (0, 0, bar, image.height), self.px(2), accent)
        rows = len(lines) + (tall and sign is not None)
        y = (image.height - size * 1.05 - pitch * rows) / 2 + size * 0.86
        self._lines(image, (bar + pad, y), (name, size), (lines, small), sign, tall=tall)
        return np.asarray(image)

    def _lines(
        self,
        image: Image.Image,
        place: tuple[float, float],
        name: tuple[str, int],
        rows: tuple[list[str], int],
        badge: Image.Image | None,
        *,
        tall: bool,
    ) -> None:
        """Set the name at ``place``, its badge beside or below it, and the other lines."""
        (left, y), (line, size), (lines, small) = place, name, rows
        pen, pad, pitch = self._pen(image), self.px(20), round(small * 1.42)
        name_px = self.type.measure(line, size, bold=True)
        name_left = image.width - pad - name_px if right_to_left(line) else left
        self.type.draw(pen, (name_left, y), line, size, WHITE, bold=True)
        if badge is not None and not tall:
            badge_left = left if name_left > left else left + name_px + self.px(14)
            badge_top = round(y - size * 0.36 - badge.height / 2)
            image.alpha_composite(badge, (round(badge_left), badge_top))
        for text in lines:
            y += pitch + (size - small) * 0.12
            line_px = self.type.measure(text, small)
            start = image.width - pad - line_px if right_to_left(text) else left
            self.type.draw(pen, (start, y), text, small, SOFT)
        if badge is not None and tall:
            image.alpha_composite(badge, (round(left), round(y + small * 0.5)))

    def _badge(self, badge: Badge) -> Image.Image | None:
        """Remote or in the room."""
        if badge is None:
            return None
        label, colour = badge
        words = "  ".join(dict.fromkeys(filter(None, label)))
        size = self.px(12)
        width = round(self.type.measure(words, size, bold=True)) + self.px(16)
        image = picture(width, self.px(22))
        self._box(image, (0, 0, width, image.height), self.px(5), (*colour[:3], 48))
        place = (self.px(8), image.height / 2 + size * 0.36)
        self.type.draw(self._pen(image), place, words, size, colour, bold=True)
        return image

    def question(self, width: int, height: int, card: Card, label: Both) -> Rgba:
        """The question of the audience, as asked and translated, as large as it can be."""
        image = picture(even(width), even(height))
        self._box(image, (0, 0, image.width, image.height), self.px(12), PANEL)
        side, pad, head = self.px(152), self.px(18), self.px(18)
        self._box(image, (0, 0, side, image.height), self.px(12), YELLOW)
        pen = self._pen(image)
        for row, word in enumerate(dict.fromkeys(filter(None, label))):
            line, size = self.type.fit(word, (head, self.px(15)), side - 2 * pad, bold=True)
            self.type.draw(pen, (pad, pad + head * (0.9 + 1.3 * row)), line, size, INK, bold=True)
        self._votes(pen, pad, image.height - pad, card.votes)
        left = side + self.px(22)
        most_px = image.width - left - self.px(20)
        author_px = self.px(16) if card.author else 0
        room = image.height - self.px(20) - round(author_px * 1.6)
        blocks, size = self._set_texts([text for text in card.texts if text], most_px, room)
        pitch, gap = round(size * 1.34), round(size * 0.4)
        count = sum(len(block) for block in blocks)
        used = pitch * count + gap * (len(blocks) - 1) + round(author_px * 1.6)
        y = (image.height - used) / 2
        for block, colour in zip(blocks, (WHITE, SOFT), strict=False):
            y += gap if block is not blocks[0] else 0
            for line in block:
                y += pitch
                line_px = self.type.measure(line, size)
                start = left + most_px - line_px if right_to_left(line) else left
                self.type.draw(pen, (start, y - size * 0.3), line, size, colour)
        if card.author:
            line = self.type.shorten(card.author, author_px, most_px)
            self.type.draw(pen, (left, y + author_px * 1.3), line, author_px, YELLOW, bold=True)
        return np.asarray(image)

    def _set_texts(self, texts: list[str], width: int, height: int) -> tuple[list[list[str]], int]:
        """Lines of each text and their size: the largest without a cut, else small and cut."""
        for designed in (31, 28, 25, 22, 19):
            size = self.px(designed)
            blocks = [self.type.wrap(text, size, width, 5) for text in texts]
            used = sum(map(len, blocks)) * round(size * 1.34) + (len(blocks) - 1) * size * 0.4
            if all(len(block) <= 4 for block in blocks) and used <= height:
                return blocks, size
        size = self.px(19)
        room = max(len(texts), int((height + size * 0.4) / (size * 1.4)))
        others = [min(len(block), room // 2) for block in blocks[1:]]
        rooms = [max(1, min(4, room - sum(others))), *others]
        cut = [
            self.type.wrap(text, size, width, most) for text, most in zip(texts, rooms, strict=True)
        ]
        return cut, size

    def _votes(self, pen: ImageDraw.ImageDraw, left: int, bottom: int, votes: int) -> None:
        """A triangle up and how many."""
        size, tall = self.px(26), self.px(18)
        pen.polygon(
            [(left, bottom - 2), (left + tall, bottom - 2), (left + tall / 2, bottom - tall)], INK
        )
        words = str(votes) if votes < 10_000 else f"{votes // 1000}k"
        place = (left + tall + self.px(10), bottom - 1)
        self.type.draw(pen, place, words, size, INK, bold=True)
