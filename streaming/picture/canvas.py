"""Pixels of the program: 4:2:0 planes, patches blended onto them, and nothing in RGB.

All pictures are BT.601, limited range: that is what browsers send, so tiles are pasted as they come
and only our own drawings are converted, once.
"""

from dataclasses import dataclass

import av
import numpy as np
import numpy.typing as npt

from streaming.picture.layout import Rect

Plane = npt.NDArray[np.uint8]
"""One plane, shape (height, width); chroma planes have half of both."""

Rgba = npt.NDArray[np.uint8]
"""A drawing, shape (height, width, 4), straight alpha, full range."""

_Wide = npt.NDArray[np.uint16]

OPAQUE = 256


@dataclass(frozen=True, slots=True)
class Planes:
    """A 4:2:0 picture as three numpy planes; views, not copies."""

    y: Plane
    u: Plane
    v: Plane

    @property
    def width_px(self) -> int:
        return int(self.y.shape[1])

    @property
    def height_px(self) -> int:
        return int(self.y.shape[0])

    @property
    def each(self) -> tuple[Plane, Plane, Plane]:
        return self.y, self.u, self.v

    @property
    def size_bytes(self) -> int:
        return sum(plane.nbytes for plane in self.each)

    def part(self, rect: Rect) -> "Planes":
        """The view of a part; ``rect`` lies inside."""
        rows = slice(rect.y_px, rect.bottom_px)
        columns = slice(rect.x_px, rect.right_px)
        half_rows = slice(rect.y_px // 2, rect.bottom_px // 2)
        half_columns = slice(rect.x_px // 2, rect.right_px // 2)
        return Planes(
            self.y[rows, columns],
            self.u[half_rows, half_columns],
            self.v[half_rows, half_columns],
        )

    def paste(self, source: "Planes") -> None:
        """Copy a picture of the same size over this one."""
        for mine, theirs in zip(self.each, source.each, strict=True):
            mine[...] = theirs


@dataclass(frozen=True, slots=True)
class Patch:
    """A drawing ready to be blended: each plane times its alpha, and what remains of the ground.

    ``rect`` is where it belongs on the canvas.  Planes are ``uint16``: value times alpha (0..256),
    and 256 minus alpha.
    """

    rect: Rect
    colour: tuple[_Wide, _Wide, _Wide]
    remain: tuple[_Wide, _Wide, _Wide]

    @property
    def size_bytes(self) -> int:
        return sum(plane.nbytes for plane in (*self.colour, *self.remain))


def new_frame(width_px: int, height_px: int) -> av.VideoFrame:
    """A picture of our own, tagged with its colours.  Its pixels are not set."""
    frame = av.VideoFrame(width_px, height_px, "yuv420p")
    frame.colorspace = av.video.reformatter.Colorspace.SMPTE170M
    frame.color_range = av.video.reformatter.ColorRange.MPEG
    return frame


def planes_of(frame: av.VideoFrame) -> Planes:
    """See the planes of a yuv420p frame; writable if the frame is."""
    y, u, v = (
        np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)[
            : plane.height, : plane.width
        ]
        for plane in frame.planes
    )
    return Planes(y, u, v)


def blank(width_px: int, height_px: int) -> Planes:
    """A black picture of our own memory."""
    half = (height_px // 2, width_px // 2)
    return Planes(
        np.full((height_px, width_px), 16, np.uint8),
        np.full(half, 128, np.uint8),
        np.full(half, 128, np.uint8),
    )


def _to_yuv(
    red: npt.NDArray[np.float32], green: npt.NDArray[np.float32], blue: npt.NDArray[np.float32]
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """BT.601, full-range RGB to limited-range YUV, all as float."""
    y = 16 + 0.256788 * red + 0.504129 * green + 0.097906 * blue
    u = 128 - 0.148223 * red - 0.290993 * green + 0.439216 * blue
    v = 128 + 0.439216 * red - 0.367788 * green - 0.071427 * blue
    return y, u, v


def _quarter(plane: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Mean of every two by two."""
    height, width = plane.shape
    means: npt.NDArray[np.float32] = plane.reshape(height // 2, 2, width // 2, 2).mean((1, 3))
    return means


def patch_of(drawing: Rgba, x_px: int, y_px: int) -> Patch:
    """Turn a drawing of even size into a patch that lies at an even place."""
    height, width = drawing.shape[:2]
    rect = Rect(x_px, y_px, width, height)
    floats = drawing.astype(np.float32)
    alpha = np.asarray(floats[..., 3] * (OPAQUE / 255), np.float32)
    y, u, v = _to_yuv(floats[..., 0], floats[..., 1], floats[..., 2])
    alpha_c = _quarter(alpha)
    colour = (y * alpha, _quarter(u * alpha), _quarter(v * alpha))
    half = np.rint(alpha_c).astype(np.uint16)
    remain = (OPAQUE - np.rint(alpha).astype(np.uint16), OPAQUE - half, OPAQUE - half)
    return Patch(
        rect,
        tuple(np.rint(plane).astype(np.uint16) for plane in colour),  # type: ignore[arg-type]
        tuple(plane.astype(np.uint16) for plane in remain),  # type: ignore[arg-type]
    )


def planes_from(drawing: Rgba) -> Planes:
    """Turn an opaque drawing of even size into planes."""
    floats = drawing.astype(np.float32)
    y, u, v = _to_yuv(floats[..., 0], floats[..., 1], floats[..., 2])
    return Planes(
        np.rint(y).astype(np.uint8),
        np.rint(_quarter(u)).astype(np.uint8),
        np.rint(_quarter(v)).astype(np.uint8),
    )


def blend(ground: Planes, patch: Patch) -> None:
    """Lay a patch over a canvas, at its own place."""
    part = ground.part(patch.rect)
    for plane, colour, remain in zip(part.each, patch.colour, patch.remain, strict=True):
        mixed = np.multiply(plane, remain, dtype=np.uint16)
        mixed += colour
        mixed >>= 8
        # At most 240 * 256 in sum, so the high byte is all that is left.
        plane[...] = mixed
