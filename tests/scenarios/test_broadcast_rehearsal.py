"""A private rehearsal beside the broadcast that is set up, with everything real but YouTube.

From the desk's word to what the rehearsal's broadcast received and its end, with the people's
process killed in the middle; what is set up, and its public link, are as they were all the while.
"""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks import signals
from tests.fakes.youtube.model import Broadcast
from tests.harness import table
from tests.harness.show import LANGUAGES, TOML, TONES_HZ, WHISTLES_HZ, Show, ShowDesk, running_show

pytestmark = [pytest.mark.media, pytest.mark.soak, pytest.mark.timeout(400)]

PUBLIC = TOML.replace('privacy = "unlisted"', 'privacy = "public"')
DAY_MS = 86_400_000
LOUD_DBFS, GONE_DBFS = -35.0, -60.0
SLATE_APART, PROGRAM_APART = 8.0, 25.0
"""Mean difference of two pictures, of 255."""


@dataclass(slots=True)
class Evidence:
    """What YouTube and everybody had, before, during and after."""

    files: dict[str, list[Path]] = field(default_factory=dict)
    live: dict[str, float] = field(default_factory=dict)
    """How far each push had come when the rehearsal went live, in its own time."""
    set_up: dict[str, list[Any]] = field(default_factory=dict)
    """The broadcasts that are set up, at each moment."""
    rehearsals: dict[str, list[Any]] = field(default_factory=dict)
    links: list[Any] = field(default_factory=list)
    on_air: list[bool] = field(default_factory=list)
    inserts: int = 0
    stages: dict[str, str] = field(default_factory=dict)


def public_state(each: Broadcast) -> tuple[object, ...]:
    """What anybody may see of a broadcast, and whether it may begin by itself."""
    return (
        each.id,
        each.lifecycle.value,
        each.status.privacy_status,
        each.snippet.title,
        each.snippet.description,
        each.snippet.scheduled_start_time,
        each.content.enable_auto_start,
    )


def note(show: Show, desk: ShowDesk, found: Evidence) -> None:
    """Look at everything once more."""
    for lang in LANGUAGES:
        first, *others = show.broadcasts(lang)
        found.set_up.setdefault(lang, []).append(public_state(first))
        seen = [(one.lifecycle.value, one.status.privacy_status) for one in others]
        found.rehearsals.setdefault(lang, []).append(seen)
    watch = desk.link.view["youtube"]["watch"]
    found.links.append([(one["lang"], one["url"], one["live"]) for one in watch])
    found.on_air.append(desk.link.view["program"]["on_air_since"] is not None)


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evidence]:
    starts_at = f"starts_at = {int(time.time() * 1000) + DAY_MS}"
    session = PUBLIC.replace("public = false", starts_at, 1)
    with running_show(tmp_path_factory.mktemp("rehearsal"), session=session) as show:
        yield asyncio.run(hold_rehearsal(show))


async def hold_rehearsal(show: Show) -> Evidence:
    found = Evidence()
    async with show.desk() as desk, show.crowd() as crowd:
        turn = await desk.seat_everybody(crowd)
        await table.end_speech(desk.link, turn)
        await table.on_stage(desk.link, "bo")
        await table.give_floor(desk.link, "bo")
        await desk.link.command("broadcast.prepare")
        await desk.says(en="prepared", zh="prepared")
        note(show, desk, found)
        await desk.link.command("broadcast.rehearse")
        await desk.says(en="ready", zh="ready")
        note(show, desk, found)
        found.live = {lang: show.media_s(lang) for lang in LANGUAGES}
        await desk.link.command("broadcast.live", {"expect": "private"})
        await desk.says(en="live", zh="live")
        await both_play(show, 6.0)
        note(show, desk, found)
        await through_a_kill(show, desk)
        note(show, desk, found)
        await desk.link.command("broadcast.end")
        await desk.says(en="prepared", zh="prepared")
        note(show, desk, found)
        found.stages = {lang: desk.seen(lang)["stage"] for lang in LANGUAGES}
        found.inserts = show.standin.log.count("liveBroadcasts.insert", applied=True)
    found.files = {lang: show.recordings(lang) for lang in LANGUAGES}
    return found


async def both_play(show: Show, seconds: float) -> None:
    await asyncio.gather(*(show.plays(lang, seconds) for lang in LANGUAGES))


async def through_a_kill(show: Show, desk: ShowDesk) -> None:
    """kill -9 of the process that holds the room, in the middle."""
    snapshots = desk.link.snapshots
    show.product.kill("-m signaling")
    await both_play(show, 2.0)
    await desk.link.until(lambda _: desk.link.snapshots > snapshots, 60, "back")
    assert all(desk.seen(lang)["rehearsal"] for lang in LANGUAGES)
    await desk.says(en="live", zh="live")


def test_what_is_set_up_and_its_public_link_are_never_touched(evidence: Evidence) -> None:
    for lang in LANGUAGES:
        moments = evidence.set_up[lang]
        assert len(moments) == 5
        assert len(set(moments)) == 1, moments
        _id, lifecycle, privacy, title, *_ = moments[0]
        assert (lifecycle, privacy) == ("ready", "public")
        assert not str(title).startswith("Rehearsal:")
    first, *later = evidence.links
    assert [lang for lang, _, _ in first] == list(LANGUAGES)
    assert all(links == first for links in later)
    assert not any(live for links in evidence.links for _, _, live in links)


def test_the_rehearsal_is_private_and_closed_at_its_end_and_the_room_never_on_air(
    evidence: Evidence,
) -> None:
    for lang in LANGUAGES:
        before, checked, live, killed, after = evidence.rehearsals[lang]
        assert before == []
        assert checked == [("ready", "private")]
        assert live == killed == [("live", "private")]
        assert after == [("complete", "private")]
    assert not any(evidence.on_air)
    assert evidence.stages == dict.fromkeys(LANGUAGES, "prepared")


def test_a_kill_in_the_middle_leaves_no_twin_and_breaks_no_push(evidence: Evidence) -> None:
    assert evidence.inserts == 2 * len(LANGUAGES)
    assert {lang: len(files) for lang, files in evidence.files.items()} == {"en": 1, "zh": 1}


@pytest.mark.parametrize(("lang", "other"), [("en", "zh"), ("zh", "en")])
def test_the_rehearsal_got_the_slate_with_its_tone_and_then_the_program(
    evidence: Evidence, lang: str, other: str
) -> None:
    (path,) = evidence.files[lang]
    until_s = evidence.live[lang]
    sound = signals.read_sound(path)
    tones = signals.tone_levels(sound, list(TONES_HZ.values()), 0.25)[: int(until_s / 0.25)]
    assert sum(step[TONES_HZ[lang]] > LOUD_DBFS for step in tones) >= 4
    assert max(step[TONES_HZ[other]] for step in tones) < GONE_DBFS
    spoken = sound[int((until_s + 4.0) * signals.SAMPLE_RATE_HZ) :]
    whistle_hz = WHISTLES_HZ["bo" if lang == "en" else "wu"]
    whistled = signals.tone_levels(spoken, [whistle_hz], 0.5)[:8]
    assert float(np.median([step[whistle_hz] for step in whistled])) > -55
    slate, still, program = (picture_at(path, s) for s in (0.5, until_s - 0.5, until_s + 5.0))
    assert difference(slate, still) < SLATE_APART
    assert difference(slate, program) > PROGRAM_APART


def picture_at(path: Path, at_s: float) -> signals.Rgb:
    return next(picture for time_s, picture in signals.read_pictures(path, 0.04) if time_s >= at_s)


def difference(one: signals.Rgb, other: signals.Rgb) -> float:
    return float(np.abs(one.astype(np.int16) - other.astype(np.int16)).mean())
