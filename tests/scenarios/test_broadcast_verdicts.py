"""What the desk says of a broadcast, proved in a show: each fault is made, named and taken back.

The whole product, real encoders, real pushes.  Faults are made where they arise: at the speaker's
or interpreter's microphone, in the engine's share of the processor, on the line to YouTube, and,
for what our own engine does not do, at the socket between it and a language's output.  The desk
names the fault in the language it befalls and in no other, says what to do, and says that all is
well once it is over.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import pytest
import pytest_asyncio

from benchmarks import signals
from streaming.outputs.tone import tone_frames
from streaming.sound.aac import aac_config
from tests.harness import table
from tests.harness.browser import chromium, pattern, sentence
from tests.harness.on_air import Air
from tests.harness.product import Crowd
from tests.harness.show import LANGUAGES, PEOPLE, Show, ShowDesk, running_show
from tests.harness.strain import starved
from tests.harness.tap_relay import TapRelay, Wire

pytestmark = [
    pytest.mark.media,
    pytest.mark.soak,
    pytest.mark.timeout(600),
    pytest.mark.asyncio(loop_scope="module"),
]

BO, WU = PEOPLE.index("bo"), PEOPLE.index("wu")
SAID_S = 150.0
"""A verdict needs what it is about to last; a busy machine has verdicts of its own meanwhile."""

FAR_TOO_SOFT_DB = -45.0
OVERDRIVEN_DB = 40.0
FAR_APART_S = 0.8
SLOW_LINE_BYTES_PER_S = 60_000

REMEDIES = {
    "quiet": (
        "Check the speaker's microphone, then the booth.",
        "請檢查發言者的麥克風，再檢查口譯間。",
    ),
    "too_soft": ("Bring microphones nearer, or raise their level.", "請靠近麥克風或調高音量。"),
    "too_loud": ("Lower the microphones' level.", "請調低麥克風音量。"),
    "silent": ("a technician restarts Rotunda", "請技術人員重新啟動 Rotunda"),
    "pictures_stopped": ("a technician restarts Rotunda", "請技術人員重新啟動 Rotunda"),
    "av_apart": ("End other work on this machine", "請結束本機其他工作"),
    "encoder_slow": ("End other work on it", "請結束其他工作"),
    "lagging": ("Free upload bandwidth", "請釋出上傳頻寬"),
}
"""What to do, in both languages of the interface."""


@dataclass(slots=True)
class Stage:
    """A show on air in which Bo speaks and Wu interprets."""

    air: Air
    crowd: Crowd
    relay: TapRelay

    @property
    def desk(self) -> ShowDesk:
        return self.air.desk

    @asynccontextmanager
    async def named(self, code: str, *languages: str) -> AsyncIterator[None]:
        """What is wrong inside is said of these languages, with what to do, and of no other.

        When it is over, all is well again.
        """
        await self.desk.says(en="live", zh="live", limit_s=SAID_S)
        async with self.air.unaware(languages):
            yield
            await self.desk.says(limit_s=SAID_S, **dict.fromkeys(languages, code))
            for lang in languages:
                self.tells_what_to_do(code, lang)
            assert self.air.show.lifecycles() == {"en": ["live"], "zh": ["live"]}
        others = {each for lang, each in self.air.said if lang not in languages}
        assert f"youtube.{code}" not in others

    def tells_what_to_do(self, code: str, lang: str) -> None:
        seen = self.desk.seen(lang)
        if seen["code"] != f"youtube.{code}":
            return  # a busy machine had something to say in between
        assert seen["verdict"] in ("warning", "bad")
        for language, remedy in zip(("en", "zh-Hant"), REMEDIES[code], strict=True):
            said = sentence(language, seen["code"], seen["params"])
            assert remedy in said

    async def taken_back(self) -> None:
        await self.desk.says(en="live", zh="live", limit_s=SAID_S)
        for lang in LANGUAGES:
            assert self.desk.seen(lang)["verdict"] == "good"

    @asynccontextmanager
    async def wired(self, lang: str, wire: Wire) -> AsyncIterator[None]:
        """A language's output is handed something else than the engine made."""
        self.relay.wires[lang] = wire
        try:
            yield
        finally:
            self.relay.wires[lang] = Wire()


@pytest.fixture(scope="module")
def show(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Show]:
    with running_show(tmp_path_factory.mktemp("verdicts")) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(show: Show) -> AsyncIterator[Stage]:
    async with show.desk() as desk, show.crowd() as crowd:
        turn = await desk.seat_everybody(crowd)
        with TapRelay(show.product.tap()) as relay:
            await desk.to_live()
            await table.end_speech(desk.link, turn)
            await table.on_stage(desk.link, "bo")
            await table.give_floor(desk.link, "bo")
            air = Air(show, desk)
            listening = asyncio.create_task(air.listen())
            yield Stage(air, crowd, relay)
            listening.cancel()


@pytest_asyncio.fixture(autouse=True, loop_scope="module")
async def speaking(stage: Stage) -> AsyncIterator[None]:
    """Whatever became of a test, the next one's speaker and interpreter are as they should be."""
    yield
    for who in (BO, WU):
        await stage.crowd.speak(who, 0.0)


# At the microphones.


async def test_a_speaker_whom_nobody_hears_is_said_where_no_interpreter_speaks(
    stage: Stage,
) -> None:
    async with stage.named("quiet", "en"):
        await stage.crowd.speak(BO, None)
    await stage.crowd.speak(BO, 0.0)
    await stage.taken_back()


async def test_a_booth_with_far_too_low_a_level_is_said_in_its_language_in_both_tongues_of_the_desk(
    stage: Stage,
) -> None:
    async with stage.named("too_soft", "zh"):
        await stage.crowd.speak(WU, FAR_TOO_SOFT_DB)
    # Still so; opening a browser is much for a machine, which has a verdict of its own meanwhile.
    await asyncio.to_thread(see_at_the_desk, stage.air.show, "zh", "youtube.too_soft")
    await stage.crowd.speak(WU, 0.0)
    await stage.taken_back()


def see_at_the_desk(show: Show, lang: str, code: str) -> None:
    """Wait until the card of a language says it on the desk's page, in both languages there."""
    # Of its own: where a ticket is used again, who used it before has to go.
    ticket = show.product.ticket(table.SESSION, "moderator", name="Li")
    with chromium() as browser:
        for language in ("en", "zh-Hant"):
            page = browser.new_page(viewport={"width": 1400, "height": 1000})
            address = f"{show.product.base_url}/join?ui={language}"
            page.goto(f"{address}#{ticket}")
            page.locator(".verbs").wait_for()
            page.keyboard.press("y")
            said = page.locator(f".yt-card[data-lang={lang}]", has_text=pattern(language, code))
            said.wait_for(timeout=SAID_S * 1000)
            page.close()


async def test_an_overdriven_microphone_is_brought_down_and_not_called_too_loud(
    stage: Stage,
) -> None:
    await stage.taken_back()
    async with stage.air.unaware(LANGUAGES):
        await stage.crowd.speak(BO, OVERDRIVEN_DB)
        await asyncio.gather(*(stage.air.show.plays(lang, 30.0) for lang in LANGUAGES))
        await stage.crowd.speak(BO, 0.0)
        # Nor is it too soft once somebody has turned it down.
        await asyncio.gather(*(stage.air.show.plays(lang, 45.0) for lang in LANGUAGES))
    said = {code for _, code in stage.air.said}
    assert not said & {"youtube.too_loud", "youtube.too_soft", "youtube.quiet"}
    loudness, peak = signals.loudness(_last(stage.air.show, "en", 12.0))
    assert loudness == pytest.approx(-16, abs=2)
    assert peak <= -1


def _last(show: Show, lang: str, seconds: float) -> signals.Stereo:
    sound = signals.read_stereo(show.recordings(lang)[-1])
    return sound[:, -int(seconds * signals.SAMPLE_RATE_HZ) :]


# In the engine, which makes one picture for both.


async def test_an_engine_that_gets_too_little_of_the_processor_is_said_in_both(
    stage: Stage,
) -> None:
    with starved(stage.air.show.product.pids("streaming.engine"), 0.15, 0.03):
        async with stage.named("encoder_slow", *LANGUAGES):
            pass
    await stage.taken_back()


# On the line.


async def test_a_line_that_is_too_slow_is_said_and_not_taken_for_a_slow_machine(
    stage: Stage,
) -> None:
    with stage.air.show.slow("zh", SLOW_LINE_BYTES_PER_S):
        async with stage.named("lagging", "zh"):
            pass
        told = {lang for lang, code in stage.air.said if code == "youtube.encoder_slow"}
        assert told in (set(), set(LANGUAGES)), "a machine that is slow is slow for both"
    await stage.taken_back()


# At the socket of a language's output: an engine that is broken in one part.


@pytest.mark.parametrize(
    ("code", "wire"),
    [
        ("silent", Wire(no_sound=True)),
        ("pictures_stopped", Wire(no_pictures=True)),
        # Without its key frame a group is of no use to anybody: it is not sent.
        ("pictures_stopped", Wire(key_every=2)),
        ("av_apart", Wire(sound_late_s=FAR_APART_S)),
        ("av_apart", Wire(picture_late_s=FAR_APART_S)),
    ],
    ids=["no-sound", "no-pictures", "key-frames-missing", "sound-late", "pictures-late"],
)
async def test_an_engine_that_is_broken_for_one_language_is_said_there(
    stage: Stage, code: str, wire: Wire
) -> None:
    async with stage.wired("zh", wire), stage.named(code, "zh"):
        pass
    await stage.taken_back()


async def test_sound_that_nothing_has_brought_to_level_is_called_too_loud(stage: Stage) -> None:
    loud = await asyncio.to_thread(tone_frames, 1000, aac_config(), 0.9)
    async with stage.wired("zh", replace(Wire(), sound=loud)), stage.named("too_loud", "zh"):
        pass
    await stage.taken_back()


async def test_key_frames_were_two_seconds_apart_through_all_of_it(stage: Stage) -> None:
    for lang in LANGUAGES:
        for path in stage.air.show.recordings(lang):
            distances = signals.read_video(path).key_distances_s
            assert distances == pytest.approx([2.0] * len(distances), abs=0.0011), path.name
