"""How much picture each seat is asked to send.  Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from venue.ids import SeatId
from venue.scene import Scene

_FULL_HEIGHT_PX = 500
"""A tile higher than this is worth 720 lines."""
_TILE_HEIGHT_PX = 140


@dataclass(frozen=True, slots=True)
class Uplink:
    """One order to a browser, from its 720p camera."""

    max_kbps: int
    """0: send no picture."""
    scale_down_by: float = 1.0
    max_fps: int = 30


SPEAKER = Uplink(2000, 1.0, 30)
TILE = Uplink(500, 2.0, 30)
SMALL = Uplink(150, 4.0, 15)
OFF = Uplink(0, 4.0, 15)


def uplinks(scene: Scene, wanted: Mapping[SeatId, tuple[int, int]]) -> dict[SeatId, Uplink]:
    """What each seat of the room is to send.

    Args:
        scene: The room.
        wanted: Seats seen now and the size of their tiles (width_px, height_px).
    """
    orders = {}
    for seat in scene.people:
        size = wanted.get(seat)
        if size is not None:
            orders[seat] = SPEAKER if seat == scene.speaker or len(wanted) == 1 else _by(size[1])
        elif seat == scene.speaker or seat in scene.seats:
            orders[seat] = SMALL  # may be seen any moment
        else:
            orders[seat] = OFF
    return orders


def _by(height_px: int) -> Uplink:
    if height_px > _FULL_HEIGHT_PX:
        return SPEAKER
    return TILE if height_px > _TILE_HEIGHT_PX else SMALL
