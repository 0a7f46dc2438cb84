"""Coded pictures of plain colours, as a browser would send them."""

from fractions import Fraction

import av
from av.video.frame import PictureType

from streaming.mediatime import Ticks90k
from streaming.packets import EncodedPicture, VideoCodec
from streaming.picture.canvas import new_frame, planes_of

Yuv = tuple[int, int, int]

RED: Yuv = (81, 90, 240)
GREEN: Yuv = (145, 54, 34)
BLUE: Yuv = (41, 240, 110)
GREY: Yuv = (126, 128, 128)

COLOURS = (RED, GREEN, BLUE, GREY)


def plain(
    codec: VideoCodec, colours: list[Yuv], width_px: int = 320, height_px: int = 180
) -> list[EncodedPicture]:
    """One coded picture a colour; the first is a key picture, the others depend on it."""
    name = "libvpx" if codec is VideoCodec.VP8 else "libx264"
    encoder = av.CodecContext.create(name, "w")
    assert isinstance(encoder, av.VideoCodecContext)
    encoder.width, encoder.height, encoder.pix_fmt = width_px, height_px, "yuv420p"
    encoder.time_base, encoder.framerate = Fraction(1, 25), Fraction(25)
    encoder.bit_rate, encoder.thread_count = 800_000, 1
    encoder.options = (
        {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0", "g": "9999"}
        if codec is VideoCodec.VP8
        else {
            "preset": "ultrafast",
            "tune": "zerolatency",
            "g": "9999",
            "x264-params": "scenecut=0",
        }
    )
    pictures = []
    for index, (y, u, v) in enumerate(colours):
        frame = new_frame(width_px, height_px)
        planes = planes_of(frame)
        planes.y[...], planes.u[...], planes.v[...] = y, u, v
        frame.pts, frame.pict_type = index, PictureType.NONE
        for packet in encoder.encode(frame):
            at = Ticks90k(index * 3600)
            pictures.append(EncodedPicture(codec, bytes(packet), at, packet.is_keyframe))
    return pictures


def decode(pictures: list[EncodedPicture]) -> list[av.VideoFrame]:
    """Decode a whole stream."""
    decoder = av.CodecContext.create("vp8" if pictures[0].codec is VideoCodec.VP8 else "h264", "r")
    assert isinstance(decoder, av.VideoCodecContext)
    decoder.thread_count = 1
    decoder.flags |= av.codec.context.Flags.low_delay
    return [frame for picture in pictures for frame in decoder.decode(av.Packet(picture.data))]


def colour_at(frame: av.VideoFrame, x_px: int, y_px: int) -> Yuv:
    """The colour of one pixel."""
    planes = planes_of(frame)
    half = (y_px // 2, x_px // 2)
    return int(planes.y[y_px, x_px]), int(planes.u[half]), int(planes.v[half])


def close(one: Yuv, other: Yuv, within: int = 12) -> bool:
    return all(abs(a - b) <= within for a, b in zip(one, other, strict=True))
