"""Offers good, strange and hostile."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.rtc.offer import OFFER_BYTES_MAX, OfferRefused, clean

pytestmark = pytest.mark.unit

HEAD = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
SECURE = "a=fingerprint:sha-256 AB\r\na=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuv\r\n"
AUDIO = "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=sendrecv\r\n"


def test_candidates_that_cost_time_are_taken_out_and_others_kept() -> None:
    lines = (
        "a=candidate:1 1 udp 2122260223 3f2a.local 50000 typ host\r\n"
        "a=candidate:2 1 udp 2122260223 192.0.2.1 50000 typ host\r\n"
        "a=candidate:3 1 tcp 1518280447 192.0.2.1 9 typ host tcptype active\r\n"
        "a=end-of-candidates\r\n"
    )
    sdp = clean(HEAD + SECURE + AUDIO + lines).sdp
    assert "192.0.2.1 50000" in sdp
    assert ".local" not in sdp
    assert "tcptype" not in sdp
    assert "end-of-candidates" not in sdp


def test_sections_are_read_with_mid_and_direction() -> None:
    video = "m=video 9 UDP/TLS/RTP/SAVPF 96\na=mid:cam\na=sendonly\n"
    sections = clean(HEAD + SECURE + AUDIO + video).sections
    assert [(s.mid, s.kind, s.sends, s.receives) for s in sections] == [
        ("0", "audio", True, True),
        ("cam", "video", True, False),
    ]


@pytest.mark.parametrize(
    ("sdp", "code"),
    [
        (None, "media.sdp_invalid"),
        ("", "media.sdp_invalid"),
        ("hello", "media.sdp_invalid"),
        (HEAD + SECURE, "media.sdp_invalid"),
        (HEAD + AUDIO, "media.sdp_invalid"),
        (HEAD + SECURE.replace("pwd", "x") + AUDIO, "media.sdp_invalid"),
        (HEAD + SECURE + AUDIO + "a=x:" + "y" * OFFER_BYTES_MAX, "media.sdp_invalid"),
        (HEAD + SECURE + AUDIO + "a=x\r\n" * 3000, "media.sdp_invalid"),
        (HEAD + SECURE + AUDIO * 2, "media.sdp_invalid"),
        (
            HEAD + SECURE + "".join(AUDIO.replace(":0", f":{n}") for n in range(9)),
            "media.too_many_tracks",
        ),
    ],
)
def test_what_is_no_offer_is_refused_with_a_code(sdp: object, code: str) -> None:
    with pytest.raises(OfferRefused) as refused:
        clean(sdp)
    assert refused.value.code == code


@given(st.text(max_size=300))
def test_any_text_is_cleaned_or_refused(text: str) -> None:
    with suppress(OfferRefused):
        assert clean(HEAD + SECURE + text).sections
