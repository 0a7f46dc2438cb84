"""FFmpeg's own WHIP muxer, through PyAV.

``python -m tests.fakes.ffmpeg_whip DOOR CERTIFICATE KEY RRGGBB HZ`` reads the ticket from standard
input, publishes a colour and a tone, and ends when standard input does.
"""

import sys
import threading
import time
from fractions import Fraction

import av
import av.logging
import numpy as np

FPS = 25
SAMPLE_RATE_HZ = 48_000
BLOCK = 960
"""Samples of 20 ms."""


def publish(ticket: str, door: str, certificate: str, key: str, colour: str, hz: str) -> None:
    """Publish until standard input ends."""
    # To standard error; PyAV holds FFmpeg's words back unless asked.
    av.logging.restore_default_callback()
    av.logging.set_libav_level(av.logging.INFO)
    options = {"authorization": ticket, "cert_file": certificate, "key_file": key}
    container = av.open(door, "w", format="whip", options=options)
    pictures = container.add_stream("libx264", rate=FPS)
    assert isinstance(pictures, av.VideoStream)
    pictures.width, pictures.height, pictures.pix_fmt = 640, 360, "yuv420p"
    pictures.options = {"preset": "ultrafast", "tune": "zerolatency", "g": "50", "bf": "0"}
    pictures.profile = "Baseline"
    sounds = container.add_stream("libopus", rate=SAMPLE_RATE_HZ)
    assert isinstance(sounds, av.AudioStream)
    sounds.layout = "stereo"
    plane = np.full((360, 640, 3), tuple(bytes.fromhex(colour)), np.uint8)
    over = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), over.set()), daemon=True).start()
    begun_s, block = time.monotonic(), 0
    for number in range(sys.maxsize):
        if over.wait(max(0.0, begun_s + number / FPS - time.monotonic())):
            break
        picture = av.VideoFrame.from_ndarray(plane, format="rgb24")
        picture.pts, picture.time_base = number, Fraction(1, FPS)
        container.mux(pictures.encode(picture))
        while block * BLOCK * FPS < (number + 1) * SAMPLE_RATE_HZ:
            container.mux(sounds.encode(_tone(float(hz), block)))
            block += 1
    container.close()


def _tone(hz: float, block: int) -> av.AudioFrame:
    times_s = (np.arange(BLOCK) + block * BLOCK) / SAMPLE_RATE_HZ
    tone = (0.3 * 32767 * np.sin(2 * np.pi * hz * times_s)).astype(np.int16)
    frame = av.AudioFrame.from_ndarray(tone.repeat(2).reshape(1, -1), format="s16", layout="stereo")
    frame.sample_rate, frame.pts = SAMPLE_RATE_HZ, block * BLOCK
    return frame


if __name__ == "__main__":
    publish(sys.stdin.readline().strip(), *sys.argv[1:])
