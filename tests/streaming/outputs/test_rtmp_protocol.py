"""Publishing over RTMP, byte by byte."""

import contextlib
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.outputs import amf
from streaming.outputs.avc import ParameterSets, length_prefixed, nal_units, parameter_sets
from streaming.outputs.errors import OutputError
from streaming.outputs.rtmp_chunks import COMMAND, VIDEO, ChunkReader, Message, write_message
from streaming.outputs.rtmp_protocol import Publisher, PublisherState, parse_address

pytestmark = pytest.mark.unit

NONCE = bytes(1528)
HELLO = b"\x03" + bytes(1536 * 2)

values = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.dictionaries(st.text(min_size=1, max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.lists(values, max_size=5))
def test_what_is_written_in_amf_is_read_back(several: list[amf.AmfValue]) -> None:
    assert amf.decode(amf.encode(*several)) == several


@given(st.binary(max_size=60))
def test_broken_amf_is_an_error_and_nothing_else(raw: bytes) -> None:
    try:
        amf.decode(raw)
    except amf.AmfError:
        return


@given(
    st.integers(0, 2**32 - 1),
    st.binary(max_size=9000),
    st.sampled_from([128, 4096]),
    st.integers(1, 700),
)
def test_messages_survive_any_chunking(at_ms: int, body: bytes, chunk: int, step: int) -> None:
    message = Message(VIDEO, 1, at_ms, body)
    size = write_message(Message(1, 0, 0, struct.pack(">I", chunk)), 2, 128)
    raw = size + write_message(message, 6, chunk) * 2
    reader = ChunkReader()
    heard = [
        heard
        for begin in range(0, len(raw), step)
        for heard in reader.feed(raw[begin : begin + step])
    ]
    assert [(found.kind, found.body) for found in heard] == [(VIDEO, body)] * 2


@given(st.binary(max_size=300))
def test_noise_in_place_of_chunks_is_refused_or_waited_on(raw: bytes) -> None:
    with contextlib.suppress(OutputError):
        ChunkReader().feed(raw)


def answer(*answers: amf.AmfValue) -> bytes:
    return write_message(Message(COMMAND, 0, 0, amf.encode(*answers)), 3, 128)


def publisher(url: str = "rtmp://example.org/live2/secret") -> Publisher:
    begun = Publisher(parse_address(url), NONCE)
    begun.receive(HELLO)
    return begun


def test_a_publisher_goes_from_handshake_to_publishing() -> None:
    begun = publisher()
    begun.receive(answer("_result", 1.0, {}, {"code": "NetConnection.Connect.Success"}))
    assert begun.state is PublisherState.CREATING
    begun.receive(answer("_result", 4.0, None, 1.0))
    assert begun.state is PublisherState.OPENING
    begun.receive(answer("onStatus", 0.0, None, {"code": "NetStream.Publish.Start"}))
    assert begun.state is PublisherState.PUBLISHING
    assert begun.ended().code == "output.lost"


def test_a_refused_key_is_told_from_a_lost_connection() -> None:
    begun = publisher()
    begun.receive(answer("_result", 1.0, {}, {}))
    begun.receive(answer("_result", 4.0, None, 1.0))
    assert begun.ended().code == "output.rejected"
    with pytest.raises(OutputError) as caught:
        begun.receive(answer("onStatus", 0.0, None, {"level": "error", "code": "x.BadName"}))
    assert caught.value.code == "output.rejected"


def test_something_that_is_not_rtmp_is_named() -> None:
    begun = Publisher(parse_address("rtmp://example.org/live2/secret"), NONCE)
    assert begun.ended().code == "output.not_rtmp"
    with pytest.raises(OutputError) as caught:
        begun.receive(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    assert caught.value.code == "output.not_rtmp"


def test_pings_are_answered() -> None:
    begun = publisher()
    begun.sent(begun.pending_bytes)
    begun.receive(write_message(Message(4, 0, 0, struct.pack(">HI", 6, 77)), 2, 128))
    assert begun.take(100).endswith(struct.pack(">HI", 7, 77))


@pytest.mark.parametrize(
    ("url", "host", "port", "app", "key"),
    [
        ("rtmp://a.rtmp.youtube.com/live2/k-e-y", "a.rtmp.youtube.com", 1935, "live2", "k-e-y"),
        ("rtmps://h:444/app/inst/key?x=1", "h", 444, "app/inst", "key?x=1"),
        ("rtmps://[::1]/app/key", "::1", 443, "app", "key"),
        ("rtmp://b.h/live2?backup=1/k-e-y", "b.h", 1935, "live2?backup=1", "k-e-y"),
    ],
)
def test_addresses_are_split(url: str, host: str, port: int, app: str, key: str) -> None:
    address = parse_address(url)
    assert (address.host, address.port, address.app, address.key) == (host, port, app, key)
    assert address.key not in repr(address)


@pytest.mark.parametrize(
    "url", ["http://h/live/k", "rtmp:///live/k", "rtmp://h/k", "rtmp://h:99999/a/k", "", "rtmp://h"]
)
def test_bad_addresses_are_refused(url: str) -> None:
    with pytest.raises(OutputError) as caught:
        parse_address(url)
    assert caught.value.code == "output.bad_url"


SPS, PPS, IDR = b"\x67\x4d\x40\x1f\x01", b"\x68\xee\x3c", b"\x65\x88\x80\x40"


def test_access_units_get_lengths_in_place_of_start_codes() -> None:
    unit = b"\x00\x00\x00\x01" + SPS + b"\x00\x00\x00\x01" + PPS + b"\x00\x00\x01" + IDR
    assert list(nal_units(unit)) == [SPS, PPS, IDR]
    assert parameter_sets(unit) == ParameterSets(SPS, PPS)
    assert length_prefixed(unit, frozenset({7, 8})) == struct.pack(">I", len(IDR)) + IDR
    assert ParameterSets(SPS, PPS).codec_string == "avc1.4d401f"
    assert parameter_sets(b"\x00\x00\x01" + IDR) is None
