"""A drawn sign-language interpreter: a portrait whose hands move while somebody speaks."""

import math

import numpy as np
from PIL import Image, ImageDraw

from rotunda.demo.clips import Rgb
from rotunda.demo.portrait import LOOP_S, Portrait

SLEEVE = "#1d2733"
ARM_PX, HAND_PX = 30, 21
MIDDLE_PX = 320
SWINGS = (9, 6)
"""Across and down in one loop, whole numbers, so that the loop closes."""


class SigningPortrait(Portrait):
    """Everything of the portrait that matters lies in its upright middle, which is what is seen."""

    def _draw(self, second: int, index: int, talking: bool) -> Rgb:
        picture = Image.fromarray(np.array(super()._draw(second, index, False)))
        draw = ImageDraw.Draw(picture)
        turn = math.tau * (second + index / self.fps) / LOOP_S
        for side in (-1, 1):
            lift = 46 * math.sin(turn * SWINGS[1] + side) if talking else 60
            reach = 40 * math.cos(turn * SWINGS[0] + side / 2) if talking else 0
            self._arm(draw, side, (MIDDLE_PX + side * (62 + reach), 262 + lift))
        return np.asarray(picture)

    def _arm(self, draw: ImageDraw.ImageDraw, side: int, hand: tuple[float, float]) -> None:
        shoulder, elbow = (MIDDLE_PX + side * 104, 300), (MIDDLE_PX + side * 120, 352)
        draw.line((shoulder, elbow, hand), fill=SLEEVE, width=ARM_PX, joint="curve")
        draw.circle(elbow, ARM_PX / 2, fill=SLEEVE)
        draw.circle(hand, HAND_PX, fill=self._skin)
