"""The colours of the program's graphics."""

Colour = tuple[int, int, int, int]
"""Red, green, blue, alpha; 0 to 255."""

WHITE: Colour = (255, 255, 255, 255)
SOFT: Colour = (199, 208, 224, 255)
INK: Colour = (10, 15, 28, 255)
PANEL: Colour = (13, 20, 38, 240)
LIVE_RED: Colour = (221, 38, 53, 255)
AMBER: Colour = (255, 193, 71, 255)
YELLOW: Colour = (250, 214, 94, 255)
CYAN: Colour = (104, 214, 236, 255)
VIOLET: Colour = (190, 160, 255, 255)


def colour_of(text: str) -> Colour:
    """Read ``#rrggbb``; anything else is our blue."""
    digits = text.removeprefix("#")
    try:
        value = int(digits, 16) if len(digits) == 6 else 0x4AA8FF
    except ValueError:
        value = 0x4AA8FF
    return value >> 16, value >> 8 & 255, value & 255, 255


def mix(one: Colour, other: Colour, part: float) -> Colour:
    """``part`` of ``other`` in ``one``; opaque."""
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(one[:3], other[:3], strict=True))
    return red, green, blue, 255
