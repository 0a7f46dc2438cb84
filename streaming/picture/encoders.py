"""The two encoders of the canvas: H.264 for outputs and most browsers, VP8 for the rest."""

from collections.abc import Iterator
from fractions import Fraction

import av
from av.video.frame import PictureType
from av.video.reformatter import Interpolation, VideoReformatter

from streaming.mediatime import PictureFormat
from streaming.packets import EncodedPicture, VideoCodec

PROGRAM_BUFFER_S = 0.6
"""How much a key frame may borrow: short, so that it does not come as one burst."""


def _open(
    codec: str, fmt: PictureFormat, bitrate_kbps: int, options: dict[str, str]
) -> av.VideoCodecContext:
    context = av.CodecContext.create(codec, "w")
    assert isinstance(context, av.VideoCodecContext)
    context.width, context.height = fmt.width_px, fmt.height_px
    context.pix_fmt = "yuv420p"
    context.time_base = Fraction(1, fmt.fps)
    context.framerate = Fraction(fmt.fps)
    context.bit_rate = bitrate_kbps * 1000
    context.thread_count = 1
    context.options = options
    return context


class ProgramEncoder:
    """x264 at a constant rate; a key frame where asked and nowhere else."""

    def __init__(self, fmt: PictureFormat, bitrate_kbps: int, preset: str) -> None:
        self._fmt = fmt
        rate, buffer = bitrate_kbps, round(bitrate_kbps * PROGRAM_BUFFER_S)
        x264 = (
            f"nal-hrd=cbr:vbv-maxrate={rate}:vbv-bufsize={buffer}:force-cfr=1:keyint=infinite"
            ":scenecut=0:bframes=0:open-gop=0:repeat-headers=1:threads=1:sliced-threads=0"
        )
        options = {
            "preset": preset,
            "tune": "zerolatency",
            "profile": "main",
            "forced-idr": "1",
            "x264-params": x264,
            "colorspace": "smpte170m",
            "color_range": "tv",
        }
        self._context = _open("libx264", fmt, bitrate_kbps, options)

    def encode(self, frame: av.VideoFrame, index: int, *, key: bool) -> EncodedPicture:
        """Encode picture ``index`` of the grid; ``frame`` may change afterwards."""
        frame.pts, frame.time_base = index, Fraction(1, self._fmt.fps)
        frame.pict_type = PictureType.I if key else PictureType.NONE
        packets = self._context.encode(frame)
        # With zerolatency every picture in is one access unit out.
        return EncodedPicture(
            VideoCodec.H264,
            b"".join(bytes(packet) for packet in packets),
            self._fmt.pts(index),
            any(packet.is_keyframe for packet in packets),
        )


class ReturnEncoder:
    """libvpx in real time; key frames on request."""

    def __init__(
        self, fmt: PictureFormat, canvas: PictureFormat, bitrate_kbps: int, effort: int
    ) -> None:
        self._fmt = fmt
        self._same_size = (fmt.width_px, fmt.height_px) == (canvas.width_px, canvas.height_px)
        self._scaler = VideoReformatter()
        options = {
            "deadline": "realtime",
            "cpu-used": str(effort),
            "lag-in-frames": "0",
            "error-resilient": "default",
            "max-intra-rate": "300",
            "static-thresh": "100",
            "minrate": f"{bitrate_kbps}k",
            "maxrate": f"{bitrate_kbps}k",
            "bufsize": f"{bitrate_kbps}k",
            "undershoot-pct": "100",
            "overshoot-pct": "15",
            "g": "3000",
            "qmin": "4",
            "qmax": "56",
        }
        self._context = _open("libvpx", fmt, bitrate_kbps, options)

    def encode(self, frame: av.VideoFrame, index: int, *, key: bool) -> Iterator[EncodedPicture]:
        """Encode picture ``index``; libvpx gives none where it drops one to keep its rate."""
        if not self._same_size:
            frame = self._scaler.reformat(
                frame,
                self._fmt.width_px,
                self._fmt.height_px,
                interpolation=Interpolation.FAST_BILINEAR,
                threads=1,
            )
        frame.pts, frame.time_base = index, Fraction(1, self._fmt.fps)
        frame.pict_type = PictureType.I if key else PictureType.NONE
        for packet in self._context.encode(frame):
            yield EncodedPicture(
                VideoCodec.VP8, bytes(packet), self._fmt.pts(index), packet.is_keyframe
            )
