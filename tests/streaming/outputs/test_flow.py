"""Judging a target's progress, ordering packets, cutting segments, writing playlists."""

import msgspec
import pytest

from streaming.mediatime import SampleTime, Ticks90k
from streaming.outputs.playlist import (
    Entry,
    Rendition,
    Window,
    appended,
    audio_playlist,
    continued,
    multivariant_playlist,
    video_playlist,
)
from streaming.outputs.rtmp import LIMIT_STALL_S, Interleaver, Progress
from streaming.outputs.segments import Segmenter, picture_durations
from streaming.packets import AacFrame, EncodedPicture, VideoCodec
from venue.ids import Language

pytestmark = pytest.mark.unit

EN, ZH = Language("en"), Language("zh-Hant")


def picture(index: int) -> EncodedPicture:
    return EncodedPicture(VideoCodec.H264, b"p", Ticks90k(index * 3600), index % 50 == 0)


def sound(number: int, language: Language = EN) -> AacFrame:
    return AacFrame(language, b"s", SampleTime(number * 1024))


def test_a_target_that_takes_what_it_is_sent_progresses() -> None:
    progress = Progress(0.0)
    assert not progress.note(0.25, 4096)
    assert progress.note(0.5, 5000)
    assert progress.stalled_s(0.5) == 0


def test_a_target_that_stops_taking_is_given_up_after_eight_seconds() -> None:
    progress = Progress(0.0)
    for step in range(40):
        progress.note(step / 4, min(step, 8) * 50_000)
    assert progress.stalled_s(9.75) == 7.75
    assert progress.stalled_s(10.0) >= LIMIT_STALL_S


def test_a_trickle_is_no_progress() -> None:
    progress = Progress(0.0)
    for step in range(1, 80):
        progress.note(step / 4, step * 100)
    assert progress.stalled_s(19.75) >= LIMIT_STALL_S


def test_sound_and_picture_leave_in_the_order_of_their_times() -> None:
    order = Interleaver()
    order.push(picture(1), 0.04, now=1.0)
    assert order.pop(1.0) == []
    order.push(sound(1), 0.02, now=1.01)
    assert order.pop(1.01) == [sound(1)]
    order.push(sound(2), 0.05, now=1.02)
    assert order.pop(1.02) == [picture(1)]


def test_sound_is_not_held_for_long_when_there_is_no_picture() -> None:
    order = Interleaver()
    order.push(sound(1), 0.02, now=1.0)
    assert order.pop(1.05) == []
    assert order.pop(1.1) == [sound(1)]


def test_a_segment_is_one_gop_with_the_frames_that_begin_in_it() -> None:
    segmenter = Segmenter([EN, ZH])
    done = []
    for index in range(101):
        done += segmenter.push(picture(index))
    assert done == [], "the sound has not come as far"
    for number in range(188):
        done += segmenter.push(sound(number, EN))
        done += segmenter.push(sound(number, ZH))
    assert [segment.gop for segment in done] == [0]
    for number in range(188, 190):
        done += segmenter.push(sound(number, EN))
        done += segmenter.push(sound(number, ZH))
    assert [segment.gop for segment in done] == [0, 1]
    first, second = done
    assert len(first.pictures) == len(second.pictures) == 50
    assert sum(picture_durations(first)) == 180_000
    frames = [frame.at for frame in (*first.sounds[ZH], *second.sounds[ZH])]
    assert frames == [number * 1024 for number in range(188)]


def test_a_gop_cut_short_by_a_dead_engine_still_lasts_two_seconds() -> None:
    segmenter = Segmenter([EN])
    for index in range(20):
        segmenter.push(picture(index))
    segmenter.push(picture(50))
    done = [segment for number in range(95) for segment in segmenter.push(sound(number))]
    assert picture_durations(done[0])[-1] == 180_000 - 19 * 3600


def test_pending_segments_are_bounded_when_a_language_goes_missing() -> None:
    segmenter = Segmenter([EN, ZH])
    for index in range(5000):
        assert segmenter.push(picture(index)) == []
    assert len(segmenter._pending) <= 4


def entry(gop: int, *, discontinuity: bool = False) -> Entry:
    lengths = {"en": 2.00533, "zh-Hant": 1.984}
    return Entry(gop, 1_700_000_000_000 + gop * 2000, 2.0, lengths, 1, discontinuity)


def test_numbers_of_a_playlist_never_go_back() -> None:
    window = Window()
    for gop in range(100, 110):
        window = appended(window, entry(gop, discontinuity=gop in (102, 108)))
    assert window.sequence == 4
    assert window.discontinuities == 1
    text = video_playlist(window)
    assert "#EXT-X-MEDIA-SEQUENCE:4" in text
    assert "#EXT-X-DISCONTINUITY-SEQUENCE:1" in text
    assert text.count("#EXT-X-DISCONTINUITY\n") == 1
    assert text.rstrip().endswith("109.m4s")
    assert "#EXTINF:1.98400,\naudio-109.m4s" in audio_playlist(window, ZH)


def test_a_new_broadcast_begins_an_empty_list_and_its_numbers_go_on() -> None:
    window = Window()
    for gop in range(100, 110):
        window = appended(window, entry(gop, discontinuity=gop in (102, 108)))
    assert continued(window) == window
    fresh = continued(msgspec.structs.replace(window, ended=True))
    assert (fresh.sequence, fresh.discontinuities, fresh.entries) == (10, 2, ())
    assert not fresh.ended


def test_a_page_gets_its_language_and_may_change_it() -> None:
    text = multivariant_playlist(
        [Rendition(EN, "English"), Rendition(ZH, "中文")],
        ZH,
        codec="avc1.4d401f",
        size_px=(1280, 720),
        fps=25,
        bandwidth_bps=3_500_000,
    )
    assert 'LANGUAGE="zh-Hant",DEFAULT=YES' in text
    assert 'LANGUAGE="en",DEFAULT=NO' in text
    assert text.rstrip().endswith("../video/index.m3u8")
