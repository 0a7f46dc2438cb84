"""A packet of one channel written as one of two: judged by a decoder, window by window."""

from collections.abc import Sequence

import av
import numpy as np
import pytest
from av.audio.codeccontext import AudioCodecContext

from rotunda.demo.voice import speech
from streaming.mediatime import AAC_FRAME_SAMPLES, SAMPLE_RATE_HZ
from streaming.sound import aac
from streaming.sound.aac_stereo import NotOneChannel, on_both_sides
from streaming.sound.pcm import Pcm


def encoded(sound: Pcm, layout: str) -> tuple[list[bytes], bytes]:
    """Packets with the options of the product's coder, and what a decoder must know."""
    context = aac.open_coder(mono=layout == "mono")
    packets = []
    for at in range(0, len(sound) - AAC_FRAME_SAMPLES + 1, AAC_FRAME_SAMPLES):
        channels = 1 if layout == "mono" else 2
        samples = np.repeat(sound[None, at : at + AAC_FRAME_SAMPLES], channels, axis=0)
        frame = av.AudioFrame.from_ndarray(samples, "fltp", layout)
        frame.sample_rate, frame.pts = SAMPLE_RATE_HZ, at
        packets += [bytes(packet) for packet in context.encode(frame)]
    assert context.extradata
    return packets, bytes(context.extradata)


def decoded(packets: Sequence[bytes], config: bytes) -> Pcm:
    """Shape (channels, n)."""
    context = av.CodecContext.create("aac", "r")
    assert isinstance(context, AudioCodecContext)
    context.extradata = config
    frames = [frame for packet in packets for frame in context.decode(av.Packet(packet))]
    found: Pcm = np.concatenate([frame.to_ndarray() for frame in frames], axis=1)
    return found


def hard_to_code() -> Pcm:
    """A voice, knocks (short windows), noise (all bands), full scale and digital silence."""
    rng = np.random.default_rng(3)
    voice = 0.5 * speech(110.0, 1)[: 2 * SAMPLE_RATE_HZ].astype(np.float32)
    knocks = voice.copy()
    knocks[::4801] = 0.95
    noise = rng.normal(0, 0.2, SAMPLE_RATE_HZ).astype(np.float32)
    loud = np.sign(np.sin(np.arange(SAMPLE_RATE_HZ) * 0.031)).astype(np.float32)
    silence = np.zeros(SAMPLE_RATE_HZ // 2, np.float32)
    return np.concatenate((voice, silence, knocks, noise, loud, silence))


def windows(packets: Sequence[bytes]) -> set[int]:
    """The window sequences that occur: two bits behind element, tag, gain and a reserved bit."""
    return {int.from_bytes(packet[:4], "big") >> 14 & 3 for packet in packets}


def test_both_sides_have_the_very_samples_of_the_one_channel() -> None:
    packets, mono_config = encoded(hard_to_code(), "mono")
    assert windows(packets) == {0, 1, 2, 3}, "every kind of window is among them"
    one = decoded(packets, mono_config)
    both = decoded([on_both_sides(packet) for packet in packets], aac.aac_config())
    assert one.shape[0] == 1
    assert both.shape == (2, one.shape[1])
    assert np.abs(one).max() > 0.9
    np.testing.assert_array_equal(both, np.repeat(one, 2, axis=0))


def test_the_second_side_costs_hardly_a_bit() -> None:
    packets, _ = encoded(hard_to_code(), "mono")
    both = [on_both_sides(packet) for packet in packets]
    assert sum(map(len, both)) < 1.05 * sum(map(len, packets))


@pytest.mark.parametrize("packet", [b"", b"\x00", bytes(40), b"\xff" * 40])
def test_what_is_no_packet_of_one_channel_is_refused(packet: bytes) -> None:
    with pytest.raises(NotOneChannel):
        on_both_sides(packet)


def test_a_packet_of_two_channels_is_refused() -> None:
    packets, _ = encoded(hard_to_code()[:SAMPLE_RATE_HZ], "stereo")
    for packet in packets:
        with pytest.raises(NotOneChannel):
            on_both_sides(packet)
