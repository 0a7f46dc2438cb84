"""Opus by way of the libopus that PyAV ships, because PyAV's codec contexts hide what we need.

FFmpeg's wrapper never tells the decoder of a loss: no concealment, and the in-band FEC that every
browser sends is thrown away.  So the few functions of libopus are called directly.  The same
library file is used (PyAV's wheels carry it beside themselves; a PyAV built from source has the
system's).  Remove this when PyAV can decode a lost packet and ask for FEC; the contract tests in
``tests/streaming/sound/test_opus.py`` fail when the file moves or the interface changes.

The GIL is kept during each call: it takes some 50 microseconds, and to win it back from the network
loop costs more.  One coder belongs to one thread.
"""

import ctypes
import ctypes.util
from functools import lru_cache
from pathlib import Path
from typing import Final

import av
import numpy as np

from streaming.mediatime import SAMPLE_RATE_HZ, TICK_SAMPLES
from streaming.sound.pcm import Pcm

MAX_PACKET_BYTES: Final = 1276
MAX_PACKET_SAMPLES: Final = 5760
"""120 ms, the longest Opus packet."""

ENCODER_DELAY_SAMPLES: Final = 312
"""What an encoder looks ahead, 6.5 ms: a packet's sound is that much older than its timestamp.

The same in every libopus at 48 kHz but for its low-delay mode; WebRTC has no pre-skip to say so.
"""

_APPLICATION_AUDIO: Final = 2049
FEC_FROM_PERCENT: Final = 2
"""Below, concealment is as good."""

_SET_BITRATE: Final = 4002
_SET_COMPLEXITY: Final = 4010
_SET_INBAND_FEC: Final = 4012
_SET_PACKET_LOSS_PERC: Final = 4014
_SET_DTX: Final = 4016
_SET_SIGNAL: Final = 4024
_SIGNAL_VOICE: Final = 3001
_SIGNAL_MUSIC: Final = 3002


class OpusError(Exception):
    """libopus refused; ``code`` is its own (negative) number.  Retry: with another packet."""

    def __init__(self, code: int) -> None:
        super().__init__(f"libopus error {code}")
        self.code = code


def _library_path() -> str:
    package = Path(av.__file__).parent
    for folder in (package.parent / "av.libs", package / ".dylibs"):
        for path in sorted(folder.glob("libopus[-.]*")):
            return str(path)
    found = ctypes.util.find_library("opus")
    if found is None:
        raise OSError("libopus is neither beside PyAV nor installed")
    return found


@lru_cache(maxsize=1)
def _library() -> ctypes.PyDLL:
    library = ctypes.PyDLL(_library_path())
    pointer, number, text = ctypes.c_void_p, ctypes.c_int, ctypes.c_char_p
    library.opus_decoder_create.restype = pointer
    library.opus_decoder_create.argtypes = [number, number, pointer]
    library.opus_decoder_destroy.restype = None
    library.opus_decoder_destroy.argtypes = [pointer]
    library.opus_decode_float.argtypes = [pointer, text, number, pointer, number, number]
    library.opus_encoder_create.restype = pointer
    library.opus_encoder_create.argtypes = [number, number, number, pointer]
    library.opus_encoder_destroy.restype = None
    library.opus_encoder_destroy.argtypes = [pointer]
    # Variadic: only the fixed arguments may be declared (Apple arm64 passes the rest elsewhere).
    library.opus_encoder_ctl.argtypes = [pointer, number]
    library.opus_encode_float.argtypes = [pointer, pointer, number, pointer, number]
    library.opus_packet_get_nb_samples.argtypes = [text, number, number]
    return library


def packet_samples(payload: bytes) -> int:
    """Samples at 48 kHz that ``payload`` decodes to, or 0 if it is not an Opus packet."""
    count: int = _library().opus_packet_get_nb_samples(payload, len(payload), SAMPLE_RATE_HZ)
    return max(0, count)


class OpusDecoder:
    """Decodes one source to mono; every method returns fresh float32 of shape (samples,)."""

    def __init__(self) -> None:
        self._library = _library()
        error = ctypes.c_int(0)
        self._state = self._library.opus_decoder_create(SAMPLE_RATE_HZ, 1, ctypes.byref(error))
        if error.value != 0:
            raise OpusError(error.value)

    def __del__(self) -> None:
        state, self._state = getattr(self, "_state", None), None
        if state:
            self._library.opus_decoder_destroy(state)

    def decode(self, payload: bytes) -> Pcm:
        """Decode a packet that arrived.

        Raises:
            OpusError: The payload is not Opus.
        """
        return self._run(payload, packet_samples(payload) or MAX_PACKET_SAMPLES, 0)

    def recover(self, following: bytes, samples: int) -> Pcm:
        """Decode a lost packet from the copy in the one after it; conceals if there is none.

        Raises:
            OpusError: The payload is not Opus.
        """
        return self._run(following, samples, 1)

    def conceal(self, samples: int) -> Pcm:
        """Invent what was lost (or comfort noise, in a pause the sender announced)."""
        return self._run(None, samples, 0)

    def _run(self, payload: bytes | None, samples: int, fec: int) -> Pcm:
        out = np.empty(samples, np.float32)
        length = 0 if payload is None else len(payload)
        count: int = self._library.opus_decode_float(
            self._state, payload, length, out.ctypes.data, samples, fec
        )
        if count < 0:
            raise OpusError(count)
        return out[:count]


class OpusEncoder:
    """Encodes one mix, 20 ms a packet, mono, no DTX.

    Only the speech half of Opus carries FEC, and it costs 2.6 times the CPU of the transform half,
    with 15 dB more noise.  So FEC is switched on while somebody loses packets: ``expect_loss``.
    """

    def __init__(self, bitrate_kbps: int = 64, complexity: int = 5) -> None:
        self._library = _library()
        error = ctypes.c_int(0)
        self._state = self._library.opus_encoder_create(
            SAMPLE_RATE_HZ, 1, _APPLICATION_AUDIO, ctypes.byref(error)
        )
        if error.value != 0:
            raise OpusError(error.value)
        self._set(_SET_BITRATE, bitrate_kbps * 1000)
        self._set(_SET_COMPLEXITY, complexity)
        self._set(_SET_INBAND_FEC, 1)
        self._set(_SET_DTX, 0)
        self._packet = ctypes.create_string_buffer(MAX_PACKET_BYTES)
        self._loss_percent = -1
        self.expect_loss(0)

    def expect_loss(self, percent: int) -> None:
        """Arm against the loss that the worst listener of this mix sees."""
        if percent == self._loss_percent:
            return
        self._loss_percent = percent
        worth_it = percent >= FEC_FROM_PERCENT
        self._set(_SET_PACKET_LOSS_PERC, percent if worth_it else 0)
        self._set(_SET_SIGNAL, _SIGNAL_VOICE if worth_it else _SIGNAL_MUSIC)

    def _set(self, request: int, value: int) -> None:
        code = self._library.opus_encoder_ctl(self._state, request, ctypes.c_int(value))
        if code != 0:
            raise OpusError(code)

    def __del__(self) -> None:
        state, self._state = getattr(self, "_state", None), None
        if state:
            self._library.opus_encoder_destroy(state)

    def encode(self, pcm: Pcm) -> bytes:
        """Encode one tick, shape (960,).

        Raises:
            ValueError: Not one tick.
            OpusError: libopus refused.
        """
        if pcm.shape != (TICK_SAMPLES,):
            raise ValueError(f"one tick is {TICK_SAMPLES} samples, not {pcm.shape}")
        samples = np.ascontiguousarray(pcm, np.float32)
        count: int = self._library.opus_encode_float(
            self._state, samples.ctypes.data, TICK_SAMPLES, self._packet, MAX_PACKET_BYTES
        )
        if count < 0:
            raise OpusError(count)
        return self._packet.raw[:count]
