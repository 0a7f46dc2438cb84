"""The contract with the libopus that PyAV ships."""

import gc

import numpy as np
import pytest

from streaming.sound.opus import OpusDecoder, OpusEncoder, OpusError, packet_samples
from tests.streaming.sound.helpers import power_db, speech_noise, tone

pytestmark = pytest.mark.media


def encoded(encoder: OpusEncoder, seconds: float = 2.0) -> list[bytes]:
    sound = speech_noise(seconds, -20)
    return [encoder.encode(sound[at : at + 960]) for at in range(0, len(sound), 960)]


def test_what_is_encoded_comes_back() -> None:
    encoder, decoder = OpusEncoder(), OpusDecoder()
    sound = tone(440, 2.0)
    out = [decoder.decode(encoder.encode(sound[at : at + 960])) for at in range(0, 96_000, 960)]
    assert power_db(np.concatenate(out[50:]), 440) == pytest.approx(
        power_db(sound[48_000:], 440), abs=0.3
    )


def test_a_lost_packet_is_rebuilt_from_the_next_when_loss_is_expected() -> None:
    encoder = OpusEncoder()
    encoder.expect_loss(10)
    packets = encoded(encoder)
    whole, lossy = OpusDecoder(), OpusDecoder()
    errors = {"fec": 0.0, "conceal": 0.0}
    for kind in errors:
        whole, lossy = OpusDecoder(), OpusDecoder()
        for index, packet in enumerate(packets):
            right = whole.decode(packet)
            if index % 10 != 5:
                lossy.decode(packet)
                continue
            following = packets[index + 1]
            guess = lossy.recover(following, 960) if kind == "fec" else lossy.conceal(960)
            errors[kind] += float(np.sum((guess - right) ** 2))
    assert errors["fec"] < 0.8 * errors["conceal"]


def test_concealment_continues_the_sound_and_then_fades() -> None:
    encoder, decoder = OpusEncoder(), OpusDecoder()
    for packet in encoded(encoder):
        last = decoder.decode(packet)
    invented = [decoder.conceal(960) for _ in range(20)]
    level = float(np.sqrt(np.mean(last**2)))
    assert float(np.sqrt(np.mean(invented[0] ** 2))) > 0.2 * level
    assert float(np.sqrt(np.mean(invented[-1] ** 2))) < 0.5 * level


def test_what_is_not_opus_is_refused() -> None:
    with pytest.raises(OpusError):
        OpusDecoder().decode(b"\xff\xff\xff\xff")
    assert packet_samples(b"\xff") == 0
    assert packet_samples(OpusEncoder().encode(np.zeros(960, np.float32))) == 960
    with pytest.raises(ValueError, match="960"):
        OpusEncoder().encode(np.zeros(480, np.float32))


def test_coders_come_and_go() -> None:
    for _ in range(50):
        OpusEncoder().encode(np.zeros(960, np.float32))
        OpusDecoder().conceal(960)
    gc.collect()
