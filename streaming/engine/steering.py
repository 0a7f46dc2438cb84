"""How much picture each seat is asked to send.  Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from venue.ids import SeatId
from venue.scene import Scene

_FULL_HEIGHT_PX = 500
"""A tile higher than this is worth 720 lines."""
_TILE_HEIGHT_PX = 140
_SIGNER_HEIGHT_PX = 400
"""A place higher than this, of a program of 1080 lines, is worth more than 360."""


@dataclass(frozen=True, slots=True)
class Uplink:
    """One order to a browser, from its 720p camera."""

    max_kbps: int
    """0: send no picture."""
    scale_down_by: float = 1.0
    max_fps: int = 30


SPEAKER = Uplink(2000, 1.0, 30)
TILE = Uplink(500, 2.0, 30)
SIGNER = Uplink(900, 2.0, 25)
"""Hands move fast, and little of the picture stands still."""
LARGE_SIGNER = Uplink(1600, 4 / 3, 25)
SMALL = Uplink(150, 4.0, 15)
OFF = Uplink(0, 4.0, 15)


def uplinks(scene: Scene, wanted: Mapping[SeatId, tuple[int, int]]) -> dict[SeatId, Uplink]:
    """What each seat of the room is to send.

    Args:
        scene: The room.
        wanted: Seats seen now and the size of their tiles (width_px, height_px).
    """
    orders = {}
    signing = {scene.signer, *scene.next_signers}
    alone = len(wanted.keys() - signing) == 1
    for seat, person in scene.people.items():
        size = wanted.get(seat)
        if size is not None and seat in signing:
            orders[seat] = LARGE_SIGNER if size[1] > _SIGNER_HEIGHT_PX else SIGNER
        elif size is not None:
            orders[seat] = SPEAKER if seat == scene.speaker or alone else _by(size[1])
        elif seat == scene.speaker or seat in scene.seats or person.signs:
            orders[seat] = SMALL  # may be seen any moment
        else:
            orders[seat] = OFF
    return orders


def _by(height_px: int) -> Uplink:
    if height_px > _FULL_HEIGHT_PX:
        return SPEAKER
    return TILE if height_px > _TILE_HEIGHT_PX else SMALL
