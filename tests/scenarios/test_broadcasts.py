"""A show in two languages, judged by what each broadcast on YouTube received.

One short show for everything but a show's sound and lip sync, which take longer to be judged.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from benchmarks import signals
from benchmarks.signals import Rgb, Video
from tests.harness.show import FINE, LANGUAGES, TONES_HZ, Show, ShowDesk, running_show
from tests.streaming.outputs.measure import tracks

pytestmark = [pytest.mark.media, pytest.mark.timeout(240)]

FPS = 25
GOP_PICTURES = 2 * FPS
LOUD_DBFS, GONE_DBFS = -35.0, -60.0
GAP_S = 0.1
AROUND_S = 2.0
"""Media time before and after a fault in which its neighbour is looked at."""
SAME_PICTURE, OTHER_PICTURE = 8.0, 25.0
"""Mean difference of two pictures, of 255."""
MILLISECOND = 0.0011
"""FLV counts in milliseconds."""

Moment = dict[str, float]
"""By language: how far its newest connection was, in its own time."""


@dataclass(slots=True)
class Evidence:
    """What was received, and where in it something happened."""

    files: dict[str, list[Path]] = field(default_factory=dict)
    """By language, one a connection."""
    live: Moment = field(default_factory=dict)
    shown: Moment = field(default_factory=dict)
    slate: Moment = field(default_factory=dict)
    program: Moment = field(default_factory=dict)
    broken: Moment = field(default_factory=dict)
    lifecycles: dict[str, dict[str, list[str]]] = field(default_factory=dict)


def moment(show: Show) -> Moment:
    return {lang: show.media_s(lang) for lang in LANGUAGES}


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evidence]:
    with running_show(tmp_path_factory.mktemp("show")) as show:
        yield asyncio.run(hold_show(show))


async def hold_show(show: Show) -> Evidence:
    found = Evidence()
    async with show.desk() as desk, show.crowd() as crowd:
        await desk.to_preflight()
        await both_play(show, 1.0)
        await desk.seat_everybody(crowd)
        found.live = moment(show)
        await desk.to_live()
        await both_play(show, 2 * AROUND_S)
        found.shown = moment(show)
        await through_panic(show, desk, found)
        await through_a_lost_push(show, desk, found)
        found.lifecycles["after faults"] = show.lifecycles()
        await desk.link.command("broadcast.end")
        await desk.says(en="ended", zh="ended")
        found.lifecycles["after the end"] = show.lifecycles()
    found.files = {lang: show.recordings(lang) for lang in LANGUAGES}
    return found


async def both_play(show: Show, seconds: float) -> None:
    await asyncio.gather(*(show.plays(lang, seconds) for lang in LANGUAGES))


async def through_panic(show: Show, desk: ShowDesk, found: Evidence) -> None:
    await desk.link.command("broadcast.panic", {"on": True})
    await desk.says(en="panic", zh="panic")
    await both_play(show, 2.5)
    found.slate = moment(show)
    await desk.link.command("broadcast.panic", {"on": False})
    await desk.says(en="live", zh="live")
    await both_play(show, 2.5)
    found.program = moment(show)


async def through_a_lost_push(show: Show, desk: ShowDesk, found: Evidence) -> None:
    connections = len(show.recordings("zh"))
    found.broken = moment(show)
    show.happen("hang_up", "zh")
    await desk.says(zh="output_broken")
    assert desk.codes()["en"] in FINE
    await desk.says(en="live", zh="live")
    assert len(show.recordings("zh")) == connections + 1
    await show.plays("en", AROUND_S)


def sound_levels(path: Path, until_s: float) -> list[dict[float, float]]:
    levels = signals.tone_levels(signals.read_sound(path), list(TONES_HZ.values()), 0.25)
    return levels[: int(until_s / 0.25)]


@pytest.mark.parametrize(("lang", "other"), [("en", "zh"), ("zh", "en")])
def test_a_preflight_sends_each_broadcast_its_own_tone(
    evidence: Evidence, lang: str, other: str
) -> None:
    levels = sound_levels(evidence.files[lang][0], evidence.live[lang])
    heard = [step for step in levels if step[TONES_HZ[lang]] > LOUD_DBFS]
    assert len(heard) >= 4, levels
    assert max(step[TONES_HZ[other]] for step in levels) < GONE_DBFS


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_tone_ends_where_the_program_begins(evidence: Evidence, lang: str) -> None:
    sound = signals.read_sound(evidence.files[lang][0])
    later = sound[int((evidence.live[lang] + AROUND_S) * signals.SAMPLE_RATE_HZ) :]
    levels = signals.tone_levels(later, [TONES_HZ[lang]], 0.25)
    assert max(step[TONES_HZ[lang]] for step in levels) < LOUD_DBFS


def videos(evidence: Evidence) -> Iterator[Video]:
    for files in evidence.files.values():
        yield from map(signals.read_video, files)


def test_key_frames_are_two_seconds_apart_whatever_happens(evidence: Evidence) -> None:
    found = [distance for video in videos(evidence) for distance in video.key_distances_s]
    assert len(found) >= 10
    assert found == pytest.approx([2.0] * len(found), abs=MILLISECOND)


def test_every_connection_begins_with_a_key_frame_and_goes_forward(evidence: Evidence) -> None:
    for video in videos(evidence):
        assert video.key_times_s[0] == video.times_s[0]
        assert all(later > earlier for earlier, later in pairwise(video.times_s))


def composed(video: Video) -> list[bytes]:
    """Pictures of the program; those of the slate come again and again."""
    times = Counter(video.hashes)
    return [each for each in video.hashes if times[each] == 1]


def test_both_broadcasts_get_the_same_pictures_byte_by_byte(evidence: Evidence) -> None:
    english, chinese = (composed(signals.read_video(evidence.files[lang][0])) for lang in LANGUAGES)
    known, wanted = set(chinese), set(english)
    shared = [each for each in english if each in known]
    assert shared == [each for each in chinese if each in wanted]
    assert len(shared) >= GOP_PICTURES
    # Each of the three times that the slate comes or goes, one may do it a key frame earlier.
    assert len(chinese) - len(shared) <= 3 * GOP_PICTURES


def picture_at(path: Path, at_s: float) -> Rgb:
    return next(picture for time_s, picture in signals.read_pictures(path, 0.04) if time_s >= at_s)


def difference(one: Rgb, other: Rgb) -> float:
    return float(np.abs(one.astype(np.int16) - other.astype(np.int16)).mean())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_panic_shows_the_slate_on_either_broadcast_and_then_the_program_again(
    evidence: Evidence, lang: str
) -> None:
    path = evidence.files[lang][0]
    preflight = picture_at(path, 0.0)
    before = picture_at(path, evidence.shown[lang] - 0.2)
    panic = picture_at(path, evidence.slate[lang] - 0.2)
    after = picture_at(path, evidence.program[lang] - 0.2)
    assert difference(panic, preflight) < SAME_PICTURE
    assert difference(before, preflight) > OTHER_PICTURE
    assert difference(after, preflight) > OTHER_PICTURE


def longest_gap_s(times_s: Sequence[float], around_s: float) -> float:
    near = [each for each in times_s if abs(each - around_s) <= AROUND_S]
    assert near[-1] - near[0] >= 1.5 * AROUND_S, "nothing arrived"
    return max(later - earlier for earlier, later in pairwise(near))


def test_a_lost_push_leaves_no_gap_in_its_neighbour(evidence: Evidence) -> None:
    (path,) = evidence.files["en"]
    for track in tracks(path):
        assert longest_gap_s(track.times_s, evidence.broken["en"]) <= GAP_S, track.codec


def test_no_fault_ends_or_doubles_a_broadcast_and_the_desk_ends_both(evidence: Evidence) -> None:
    assert evidence.lifecycles["after faults"] == {"en": ["live"], "zh": ["live"]}
    assert evidence.lifecycles["after the end"] == {"en": ["complete"], "zh": ["complete"]}
    assert len(evidence.files["zh"]) == 2
