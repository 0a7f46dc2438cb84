"""RTCP as the library of the other side reads it."""

import pytest
from aiortc.rtp import RtcpPacket, unpack_remb_fci
from hypothesis import given
from hypothesis import strategies as st

from streaming.rtc import rtcp

pytestmark = pytest.mark.unit


@given(st.integers(0, 65_535), st.sets(st.integers(0, 300), min_size=1, max_size=60))
def test_a_nack_names_every_lost_packet_also_across_the_wrap(first: int, gaps: set[int]) -> None:
    lost = [(first + gap) & 0xFFFF for gap in sorted(gaps)]
    (packet,) = RtcpPacket.parse(rtcp.nack(1, 2, lost))
    assert [sequence & 0xFFFF for sequence in packet.lost] == lost


@given(st.integers(1_000, 50_000_000))
def test_a_remb_says_nearly_the_rate_and_never_more(rate: int) -> None:
    (packet,) = RtcpPacket.parse(rtcp.receiver_maximum(1, 2, rate))
    said, ssrcs = unpack_remb_fci(packet.fci)
    assert ssrcs == [2]
    assert 0.99 * rate <= said <= rate


def test_reports_are_read_back() -> None:
    block = rtcp.ReportBlock(9, 12, -3, 70_000, 40, 5, 6)
    packets = RtcpPacket.parse(
        rtcp.sender_report(1, 1 << 40, 5, 6, 7)
        + rtcp.source_description(1, "name")
        + rtcp.receiver_report(2, (block,))
        + rtcp.picture_loss(1, 2)
    )
    assert packets[0].sender_info.ntp_timestamp == 1 << 40
    assert packets[1].chunks[0].items == [(1, b"name")]
    assert packets[2].reports[0].packets_lost == -3
    assert packets[2].reports[0].highest_sequence == 70_000
    assert packets[3].fmt == 1
