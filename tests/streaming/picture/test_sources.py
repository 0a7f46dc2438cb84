"""Queues and decoders of the staged seats."""

import threading

import pytest

from streaming.mediatime import now_s
from streaming.packets import EncodedPicture, VideoCodec
from streaming.picture.sources import MOST_WAITING, Sources
from tests.streaming.picture.coded import BLUE, GREEN, GREY, RED, close, colour_at, plain
from venue.ids import SeatId

pytestmark = pytest.mark.media

ANNA, BEN = SeatId("anna"), SeatId("ben")
TILE = (160, 90)


@pytest.fixture
def sources() -> Sources:
    made = Sources()
    made.want({ANNA: TILE})
    return made


@pytest.mark.parametrize("codec", list(VideoCodec))
def test_the_newest_of_several_waiting_pictures_is_shown(
    sources: Sources, codec: VideoCodec
) -> None:
    for picture in plain(codec, [RED, GREEN, BLUE]):
        assert sources.push(ANNA, picture)
    assert sources.decode_waiting() == 3
    newest = sources.newest(ANNA)
    assert newest is not None
    assert close(colour_at(newest.frame, 100, 100), BLUE)
    assert newest.fits(*TILE)
    assert sources.stats.decoded == 3
    assert sources.stats.scaled == 1


def test_a_picture_that_is_not_due_waits_and_a_key_picture_does_not_drive_it_out(
    sources: Sources,
) -> None:
    later_s = now_s() + 60
    red, green = plain(VideoCodec.VP8, [RED, GREEN])
    assert sources.push(ANNA, red, now_s())
    assert sources.push(ANNA, green, later_s)
    assert sources.push(ANNA, red, later_s)
    assert sources.decode_waiting() == 1
    newest = sources.newest(ANNA)
    assert newest is not None
    assert close(colour_at(newest.frame, 100, 100), RED)
    assert sources.stats.dropped == 0


def test_a_picture_that_depends_on_nothing_we_have_asks_for_a_key_picture(
    sources: Sources,
) -> None:
    _, later, *_ = plain(VideoCodec.VP8, [RED, GREEN])
    assert not sources.push(ANNA, later)
    assert sources.stats.dropped == 1


def test_a_seat_off_stage_is_neither_kept_nor_decoded(sources: Sources) -> None:
    for picture in plain(VideoCodec.VP8, [RED, GREEN]):
        assert sources.push(BEN, picture)
    assert sources.decode_waiting() == 0
    assert sources.newest(BEN) is None
    assert sources.stats.unseen == 2


def test_a_seat_that_comes_on_stage_begins_with_a_key_picture(sources: Sources) -> None:
    key, later = plain(VideoCodec.VP8, [RED, GREEN])
    sources.push(BEN, key)
    sources.want({ANNA: TILE, BEN: TILE})
    assert not sources.push(BEN, later)
    assert sources.push(BEN, key)


def test_a_seat_that_left_the_stage_does_not_come_back_with_its_old_face(
    sources: Sources,
) -> None:
    sources.push(ANNA, plain(VideoCodec.VP8, [RED])[0])
    sources.decode_waiting()
    sources.want({})
    sources.want({ANNA: TILE})
    assert sources.newest(ANNA) is None


def test_an_overflow_drops_until_the_next_key_picture(sources: Sources) -> None:
    pictures = plain(VideoCodec.VP8, [RED] * (MOST_WAITING + 3))
    taken = [sources.push(ANNA, picture) for picture in pictures]
    assert taken == [True] * MOST_WAITING + [False] * 3
    assert sources.stats.dropped == MOST_WAITING + 3
    assert sources.decode_waiting() == 0
    assert sources.push(ANNA, pictures[0])


def test_a_key_picture_makes_what_waits_before_it_useless(sources: Sources) -> None:
    pictures = plain(VideoCodec.VP8, [RED, GREEN])
    for picture in (*pictures, *plain(VideoCodec.VP8, [GREY])):
        assert sources.push(ANNA, picture)
    assert sources.decode_waiting() == 1
    assert sources.stats.dropped == 2


def test_a_corrupt_source_asks_for_a_key_picture_and_spares_the_others(
    sources: Sources,
) -> None:
    sources.want({ANNA: TILE, BEN: TILE})
    good = plain(VideoCodec.VP8, [RED, GREEN])
    bad = EncodedPicture(VideoCodec.VP8, b"\x00\x01garbage" * 9, good[0].pts, key=True)
    sources.push(ANNA, bad)
    for picture in good:
        sources.push(BEN, picture)
    sources.decode_waiting()
    assert sources.stats.errors == 1
    assert sources.newest(ANNA) is None
    newest = sources.newest(BEN)
    assert newest is not None
    assert close(colour_at(newest.frame, 9, 9), GREEN)
    assert not sources.push(ANNA, good[1])
    assert sources.push(ANNA, good[0])
    sources.decode_waiting()
    assert sources.newest(ANNA) is not None


def test_a_picture_too_large_to_decode_is_refused(sources: Sources) -> None:
    huge = plain(VideoCodec.VP8, [RED], 64, 64)[0]
    # Width and height of a VP8 key picture are two 14-bit numbers after the start code.
    data = huge.data[:6] + (16_000).to_bytes(2, "little") * 2 + huge.data[10:]
    sources.push(ANNA, EncodedPicture(VideoCodec.VP8, data, huge.pts, key=True))
    sources.decode_waiting()
    assert sources.stats.errors == 1
    assert sources.newest(ANNA) is None


def test_a_source_may_change_its_size_and_its_codec(sources: Sources) -> None:
    for stream in (
        plain(VideoCodec.VP8, [RED], 320, 180),
        plain(VideoCodec.VP8, [GREEN], 640, 360),
        plain(VideoCodec.H264, [BLUE], 180, 320),
    ):
        assert sources.push(ANNA, stream[0])
        sources.decode_waiting()
    newest = sources.newest(ANNA)
    assert newest is not None
    assert (newest.frame.width, newest.frame.height) == (180, 320)
    assert newest.fits(*TILE)


def test_a_removed_seat_is_lost_until_its_next_picture(sources: Sources) -> None:
    key = plain(VideoCodec.VP8, [RED])[0]
    sources.push(ANNA, key)
    sources.decode_waiting()
    sources.remove(ANNA)
    assert sources.lost(ANNA)
    assert sources.newest(ANNA) is None
    sources.push(ANNA, key)
    assert not sources.lost(ANNA)


def test_the_decode_thread_ends_when_it_is_closed(sources: Sources) -> None:
    thread = threading.Thread(target=sources.run)
    thread.start()
    sources.push(ANNA, plain(VideoCodec.VP8, [RED])[0])
    sources.close()
    thread.join(timeout=10)
    assert not thread.is_alive()
