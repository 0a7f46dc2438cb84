"""A drawn participant: head and shoulders, a name, a clock that runs, a mouth that moves."""

import math
import time
from dataclasses import dataclass, field
from functools import cache

import numpy as np
from noto_cjk_sans_otc import FONT_PATH
from PIL import Image, ImageDraw, ImageFont

from rotunda.demo.clips import Gop, Rgb, VideoName, encode_pictures

WIDTH_PX, HEIGHT_PX, FPS = 640, 360, 15
KBPS = 350
LOOP_S = 12
"""The hand of the clock goes round once in this time: few enough seconds to code them all."""
TRADITIONAL_CHINESE = 3
"""Index of the face in the collection."""

SKINS = ("#e8b996", "#c98f66", "#8a5a3b", "#f0c9a8", "#6f4630")
HAIRS = ("#2a2320", "#4b3524", "#171514", "#7a6a58", "#3a3230")


@cache
def _font(size_px: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONT_PATH, size_px, index=TRADITIONAL_CHINESE)


@dataclass(slots=True)
class Portrait:
    """Draws and codes one person a second at a time; every second is coded once and kept."""

    name: str
    place: str
    colors: tuple[str, ...]
    look: int = 0
    """Chooses skin and hair."""
    talking: bool = False
    codec: VideoName = "vp8"
    fps: int = FPS
    _gops: dict[tuple[int, bool], Gop] = field(default_factory=dict)
    """At most two a second of the loop."""
    _card: Image.Image | None = None

    def next_gop(self) -> Gop:
        """The second that is passing now, or the newest there is."""
        key = (int(time.time()) % LOOP_S, self.talking)
        if key not in self._gops:
            known = [second for second, talking in tuple(self._gops) if talking == self.talking]
            if not known:
                return self._code(key)
            key = (max(known, key=lambda second: (second - key[0]) % LOOP_S), self.talking)
        return self._gops[key]

    def prepare(self) -> bool:
        """Code one more second ahead of its time, in any thread; False when all are there."""
        now = int(time.time()) + 1
        for ahead in range(LOOP_S):
            for talking in (self.talking, not self.talking):
                key = ((now + ahead) % LOOP_S, talking)
                if key not in self._gops:
                    self._code(key)
                    return True
        return False

    def _code(self, key: tuple[int, bool]) -> Gop:
        pictures = [self._draw(key[0], index, key[1]) for index in range(self.fps)]
        gop = encode_pictures(pictures, self.fps, KBPS, self.codec)
        self._gops[key] = gop
        return gop

    def _draw(self, second: int, index: int, talking: bool) -> Rgb:
        if self._card is None:
            self._card = self._draw_card()
        picture = self._card.copy()
        draw = ImageDraw.Draw(picture)
        opening = 3 + 10 * abs(math.sin(index * 1.7 + second)) if talking else 2
        draw.ellipse((300, 196 - opening / 2, 340, 196 + opening / 2), fill="#7c2f33")
        if second % 4 == 3 and index in (4, 5):
            for eye_px in (295, 345):
                draw.rectangle((eye_px - 9, 145, eye_px + 9, 163), fill=self._skin)
                draw.line((eye_px - 8, 154, eye_px + 8, 154), fill="#2a2320", width=2)
        angle = math.tau * second / LOOP_S
        draw.line(
            (588, 52, 588 + 28 * math.sin(angle), 52 - 28 * math.cos(angle)),
            fill="#d0392b",
            width=3,
        )
        return np.asarray(picture)

    @property
    def _skin(self) -> str:
        return SKINS[self.look % len(SKINS)]

    def _draw_card(self) -> Image.Image:
        picture = Image.new("RGB", (WIDTH_PX, HEIGHT_PX))
        draw = ImageDraw.Draw(picture)
        band_px = math.ceil(HEIGHT_PX / len(self.colors))
        for index, color in enumerate(self.colors):
            top_px = index * band_px
            draw.rectangle((0, top_px, WIDTH_PX, top_px + band_px), fill=color)
        veil = Image.new("RGB", picture.size, "#26303a")
        picture = Image.blend(picture, veil, 0.55)
        draw = ImageDraw.Draw(picture)
        hair = HAIRS[self.look % len(HAIRS)]
        draw.rounded_rectangle((190, 255, 450, 420), 70, fill=self.colors[0])
        draw.polygon(((290, 255), (350, 255), (320, 300)), fill="#f2efe9")
        draw.rectangle((296, 215, 344, 262), fill=self._skin)
        draw.ellipse((246, 70, 394, 236), fill=hair)
        draw.ellipse((258, 88, 382, 236), fill=self._skin)
        draw.chord((250, 72, 390, 190), 195, 345, fill=hair)
        for eye_px in (295, 345):
            draw.ellipse((eye_px - 5, 149, eye_px + 5, 159), fill="#221d1a")
        draw.line((320, 158, 315, 178, 322, 180), fill="#7a5140", width=2)
        # At the top: the program writes its own caption at the bottom of a tile.
        draw.text((20, 14), self.name, font=_font(26), fill="#ffffff")
        draw.text((20, 48), self.place, font=_font(17), fill="#d7e0ea")
        draw.ellipse((552, 16, 624, 88), fill="#f4f1ea", outline="#101820", width=3)
        for hour in range(12):
            angle = math.tau * hour / 12
            x_px, y_px = 588 + 30 * math.sin(angle), 52 - 30 * math.cos(angle)
            draw.ellipse((x_px - 1.5, y_px - 1.5, x_px + 1.5, y_px + 1.5), fill="#101820")
        return picture
