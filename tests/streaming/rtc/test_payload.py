"""Payload formats there and back."""

import pytest
from aiortc.codecs.h264 import H264Encoder, h264_depayload
from aiortc.codecs.vpx import vp8_depayload
from hypothesis import given
from hypothesis import strategies as st

from streaming.packets import VideoCodec
from streaming.rtc.payload import (
    PAYLOAD_MAX_BYTES,
    assemble,
    packetise,
    split_annex_b,
    starts_key,
)

pytestmark = pytest.mark.unit

nal_units = st.lists(
    st.tuples(
        st.sampled_from([1, 5, 6, 7, 8]), st.integers(0, 3), st.binary(min_size=1, max_size=4000)
    ).map(lambda t: bytes([t[1] << 5 | t[0]]) + t[2].replace(b"\x00", b"\x01") + b"\x80"),
    min_size=1,
    max_size=12,
)


def annex_b(units: list[bytes]) -> bytes:
    return b"".join(b"\x00\x00\x00\x01" + unit for unit in units)


@given(st.binary(min_size=1, max_size=20_000), st.integers(0, 0x7FFF))
def test_a_vp8_picture_survives_its_packets(data: bytes, number: int) -> None:
    payloads = packetise(VideoCodec.VP8, data, number)
    assert all(len(payload) <= PAYLOAD_MAX_BYTES for payload in payloads)
    assert assemble(VideoCodec.VP8, payloads) == (data, not data[0] & 1)
    assert b"".join(vp8_depayload(payload) for payload in payloads) == data
    assert starts_key(VideoCodec.VP8, payloads[0]) == (not data[0] & 1)
    assert not any(starts_key(VideoCodec.VP8, payload) for payload in payloads[1:])


@given(nal_units)
def test_an_h264_picture_survives_its_packets(units: list[bytes]) -> None:
    payloads = packetise(VideoCodec.H264, annex_b(units), 0)
    assert all(len(payload) <= PAYLOAD_MAX_BYTES for payload in payloads)
    data, key = assemble(VideoCodec.H264, payloads)
    assert list(split_annex_b(data)) == units
    assert key == any(unit[0] & 0x1F == 5 for unit in units)
    assert b"".join(h264_depayload(payload) for payload in payloads) == annex_b(units)


@given(nal_units)
def test_filler_is_not_sent_to_browsers(units: list[bytes]) -> None:
    filler = b"\x0c" + b"\xff" * 500 + b"\x80"
    assert packetise(VideoCodec.H264, annex_b([*units, filler]), 0) == packetise(
        VideoCodec.H264, annex_b(units), 0
    )


@given(nal_units)
def test_packets_of_another_sender_are_understood(units: list[bytes]) -> None:
    payloads = H264Encoder._packetize(iter(units))
    assert list(split_annex_b(assemble(VideoCodec.H264, payloads)[0])) == units


def aggregate(*units: bytes) -> bytes:
    return b"\x78" + b"".join(len(unit).to_bytes(2, "big") + unit for unit in units)


@pytest.mark.parametrize(
    ("payload", "starts"),
    [
        (aggregate(b"\x09\xf0", b"\x67\x42", b"\x68\xce", b"\x65\x88"), True),
        (aggregate(b"\x09\xf0", b"\x41\x9a"), False),
        (b"\x65\x88\x84", True),
        (b"\x65\x01\x40", False),
        (b"\x7c\x85\x88", True),
        (b"\x7c\x85\x01", False),
        (b"\x7c\x05\x88", False),
        (b"\x09\xf0", False),
    ],
    ids=[
        "delimiter before parameter sets",
        "delimiter before another picture",
        "first slice",
        "a later slice",
        "beginning of the first slice",
        "beginning of a later slice",
        "middle of the first slice",
        "delimiter alone",
    ],
)
def test_the_beginning_of_an_h264_key_picture_is_known(payload: bytes, starts: bool) -> None:
    assert starts_key(VideoCodec.H264, payload) is starts


@given(st.sampled_from(VideoCodec), st.lists(st.binary(max_size=40), min_size=1, max_size=5))
def test_garbage_is_refused_or_read_but_never_breaks(
    codec: VideoCodec, payloads: list[bytes]
) -> None:
    starts_key(codec, payloads[0])
    try:
        data, _ = assemble(codec, payloads)
    except ValueError:
        return
    assert isinstance(data, bytes)
