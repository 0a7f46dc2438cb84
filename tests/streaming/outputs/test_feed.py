"""What an output plays, judged without a clock."""

import itertools
from collections.abc import Iterator

import pytest

from streaming.mediatime import PictureFormat, SampleTime, Ticks90k
from streaming.outputs.feed import Feed, Packet
from streaming.outputs.tap import TapHeader
from streaming.packets import AacFrame, EncodedPicture, VideoCodec
from venue.ids import Language

pytestmark = pytest.mark.unit

EN = Language("en")
FORMAT = PictureFormat(320, 180, 25)
GOP_TICKS = 180_000


def picture(index: int, content: bytes = b"live") -> EncodedPicture:
    return EncodedPicture(VideoCodec.H264, content, FORMAT.pts(index), index % FORMAT.gop == 0)


def sound(number: int) -> AacFrame:
    return AacFrame(EN, b"live", SampleTime(number * 1024))


HEADER = TapHeader(
    fmt=FORMAT,
    languages=(EN,),
    aac_config=b"\x11\x90",
    slate=tuple(picture(index, b"slate") for index in range(FORMAT.gop)),
    silence=b"silence",
    bitrate_kbps=400,
)


def test_a_cover_hides_the_engine_until_it_is_lifted() -> None:
    world = World()
    world.run(104.5, engine=True)
    world.feed.cover((b"tone",))
    world.run(110.5, engine=True)
    world.feed.cover(None)
    world.run(116.5, engine=True)
    pictures = [(p.pts, p.data) for p in world.played if isinstance(p, EncodedPicture)]
    assert [pts for pts, _ in pictures] == sorted({pts for pts, _ in pictures})
    hidden = {data for pts, data in pictures if 106 * 90_000 <= pts < 110 * 90_000}
    shown = {data for pts, data in pictures if pts >= 112 * 90_000 or pts < 104 * 90_000}
    assert (hidden, shown) == ({b"slate"}, {b"live"})
    sounds = [(p.at, p.data) for p in world.played if isinstance(p, AacFrame)]
    assert [at for at, _ in sounds] == list(range(sounds[0][0], sounds[-1][0] + 1, 1024))
    heard = {data for at, data in sounds if 105 * 48_000 <= at < 110 * 48_000}
    after = {data for at, data in sounds if at >= 111 * 48_000}
    assert (heard, after) == ({b"tone"}, {b"live"})


@pytest.mark.parametrize("hundredths", range(0, 200, 5))
def test_no_group_of_pictures_is_missed_whenever_a_cover_comes_and_goes(hundredths: int) -> None:
    """Also while its key frame came under the cover, and the rest of it would not any more."""
    world, moved_s = World(), hundredths / 100
    world.run(104.5 + moved_s, engine=True)
    world.feed.cover((b"tone",))
    world.run(110.0 + moved_s, engine=True)
    world.feed.cover(None)
    world.run(118.0, engine=True)
    world.check()


class World:
    """Runs a feed in steps of 10 ms against an engine with a fixed lag."""

    def __init__(self, start_s: float = 99.0) -> None:
        self.feed = Feed(HEADER, [EN], start_s)
        self.now_s = start_s
        self.played: list[Packet] = []

    def run(self, until_s: float, *, engine: bool, lag_s: float = 0.05) -> None:
        for step in self._steps(until_s):
            if engine:
                self._push(step - lag_s)
            self.played.extend(self.feed.tick(step))

    def _steps(self, until_s: float) -> Iterator[float]:
        while self.now_s < until_s:
            self.now_s = round(self.now_s + 0.01, 2)
            yield self.now_s

    def _push(self, media_s: float) -> None:
        before = round(media_s - 0.01, 2)
        for index in range(int(before * 25) + 1, int(media_s * 25 + 1e-6) + 1):
            self.played.extend(self.feed.push(picture(index), self.now_s))
        for number in range(int(before * 46.875) + 1, int(media_s * 46.875) + 1):
            self.played.extend(self.feed.push(sound(number), self.now_s))

    def pictures(self) -> list[EncodedPicture]:
        return [packet for packet in self.played if isinstance(packet, EncodedPicture)]

    def sounds(self) -> list[AacFrame]:
        return [packet for packet in self.played if isinstance(packet, AacFrame)]

    def check(self) -> None:
        times = [played.pts for played in self.pictures()]
        assert times == sorted(set(times))
        keys = [played.pts for played in self.pictures() if played.key]
        assert all(later - earlier == GOP_TICKS for earlier, later in itertools.pairwise(keys))
        frames = [frame.at for frame in self.sounds()]
        assert all(later - earlier == 1024 for earlier, later in itertools.pairwise(frames))
        owner = ""
        for played in self.pictures():
            owner = played.data.decode() if played.key else owner
            assert played.data.decode() == owner, "a GOP of two sources"


def test_a_live_engine_passes_through_unchanged_from_a_key_frame_on() -> None:
    world = World()
    world.run(106.0, engine=True)
    world.check()
    assert world.pictures()[0] == picture(2500)
    assert {played.data for played in world.pictures()} == {b"live"}
    assert len(world.pictures()) == 149
    assert world.feed.stats().slate_gops == 0


def test_without_an_engine_the_slate_plays_on_the_grid_with_silence() -> None:
    world = World()
    world.run(106.31, engine=False)
    world.check()
    assert world.pictures()[0].pts == 100 * 90_000
    assert len(world.pictures()) == 151
    assert {frame.data for frame in world.sounds()} == {b"silence"}
    assert world.sounds()[-1].at >= 105.9 * 48_000


def test_the_death_of_the_engine_costs_at_most_one_gop_of_pictures_and_no_sound() -> None:
    world = World()
    world.run(105.0, engine=True)
    world.feed.lost()
    world.run(112.0, engine=False)
    world.check()
    times = [played.pts / 90_000 for played in world.pictures()]
    assert max(later - earlier for earlier, later in itertools.pairwise(times)) < 2.0
    assert {played.data for played in world.pictures() if played.pts >= 106 * 90_000} == {b"slate"}


def test_an_engine_that_comes_back_takes_over_at_its_next_key_frame() -> None:
    world = World()
    world.run(105.0, engine=True)
    world.run(109.1, engine=False)
    world.run(116.0, engine=True)
    world.check()
    live_again = [
        played
        for played in world.pictures()
        if played.data == b"live" and played.pts > 106 * 90_000
    ]
    assert live_again[0].pts == 110 * 90_000
    assert all(played.data == b"live" for played in world.pictures() if played.pts >= 110 * 90_000)
    assert world.feed.stats().late_pictures > 0, "pictures without their key frame are not played"


def test_the_rest_of_the_slate_goes_out_at_once_when_the_engine_is_back() -> None:
    world = World()
    world.run(103.5, engine=False)
    world.run(104.05, engine=True)
    times = [played.pts for played in world.pictures()]
    assert times[-1] == 104 * 90_000
    assert times[-2] == 104 * 90_000 - 3600
    world.check()


def test_an_engine_that_is_late_but_alive_is_waited_for() -> None:
    world = World()
    world.run(110.0, engine=True, lag_s=0.8)
    world.check()
    assert {played.data for played in world.pictures()} == {b"live"}


def test_a_key_frame_off_the_grid_is_not_played() -> None:
    feed = Feed(HEADER, [EN], 99.0)
    stray = EncodedPicture(VideoCodec.H264, b"live", Ticks90k(100 * 90_000 + 3600), True)
    assert feed.push(stray, 100.1) == []
    assert feed.stats().late_pictures == 1


def test_sound_that_was_dropped_on_the_way_is_filled_with_silence() -> None:
    feed = Feed(HEADER, [EN], 99.0)
    feed.push(picture(2500), 100.0)
    first = -(-100 * 48_000 // 1024)
    feed.push(sound(first), 100.03)
    played = feed.push(sound(first + 4), 100.12)
    assert [packet.data for packet in played] == [b"silence"] * 3 + [b"live"]


def test_a_machine_that_slept_does_not_get_hours_of_slate() -> None:
    world = World()
    world.run(104.0, engine=False)
    played = world.feed.tick(5000.0)
    assert len(played) < 2000
    assert isinstance(played[0], EncodedPicture)


def test_another_format_is_not_taken() -> None:
    feed = Feed(HEADER, [EN], 99.0)
    other = TapHeader(PictureFormat(640, 360, 25), (EN,), b"\x11\x90", HEADER.slate, b"s", 400)
    assert feed.greet(HEADER)
    assert not feed.greet(other)
