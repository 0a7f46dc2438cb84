"""Every fault of a show in two languages, one after another, against the whole product.

After each: the desk named it in the language it befell, the other language never noticed, and both
broadcasts are the ones they were, live, each on its own channel.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import psutil  # type: ignore[import-untyped]
import pytest
import pytest_asyncio

from tests.harness.product import eventually
from tests.harness.show import (
    LANGUAGES,
    Show,
    ShowDesk,
    running_show,
)

pytestmark = [
    pytest.mark.media,
    pytest.mark.soak,
    pytest.mark.timeout(400),
    pytest.mark.asyncio(loop_scope="module"),
]

LOOK_S = 120.0
"""A calm broadcast is looked at once a minute at most."""


@dataclass(slots=True)
class Air:
    """A show on air, and what its desk has said since somebody began to listen."""

    show: Show
    desk: ShowDesk
    said: list[tuple[str, str]] = field(default_factory=list)

    async def listen(self) -> None:
        """Note every sentence of the desk as it comes, until cancelled."""

        def note(_: object) -> bool:
            for lang in LANGUAGES:
                each = (lang, str(self.desk.seen(lang)["code"]))
                if not any(known == each for known in self.said):
                    self.said.append(each)
            return False

        await self.desk.link.until(note, 86_400)

    @asynccontextmanager
    async def survived(self, *languages: str) -> AsyncIterator[set[str]]:
        """Whatever is done inside leaves both broadcasts as they were.

        Gives the languages that it befalls, to be added to; the others are unaware of it.
        """
        befell = set(languages)
        ids = {lang: self.show.broadcast(lang).id for lang in LANGUAGES}
        streams = {lang: self.show.stream(lang).id for lang in LANGUAGES}
        connections = {lang: len(self.show.recordings(lang)) for lang in LANGUAGES}
        self.said.clear()
        yield befell
        await self.desk.says(en="live", zh="live", limit_s=LOOK_S)
        await asyncio.gather(*(self.show.plays(lang, 2.0) for lang in LANGUAGES))
        assert self.show.lifecycles() == {"en": ["live"], "zh": ["live"]}
        for lang in LANGUAGES:
            broadcast = self.show.broadcast(lang)
            assert broadcast.id == ids[lang]
            assert broadcast.stream_id == streams[lang]
            assert broadcast.id in str(self.desk.seen(lang)["watch_url"])
            if lang not in befell:
                told = [code for whom, code in self.said if whom == lang]
                assert told in ([], ["youtube.live"]), f"{lang} was told of it: {told}"
                assert len(self.show.recordings(lang)) == connections[lang], lang

    async def look(self, lang: str) -> None:
        """Press the button again: YouTube is asked at once instead of within a minute."""
        body = {"expect": "unlisted", "langs": [lang]}
        await self.desk.link.command("broadcast.live", body)


@pytest.fixture(scope="module")
def show(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Show]:
    with running_show(tmp_path_factory.mktemp("faults")) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def air(show: Show) -> AsyncIterator[Air]:
    async with show.desk() as desk:
        await desk.to_preflight()
        await desk.to_live()
        on_air = Air(show, desk)
        listening = asyncio.create_task(on_air.listen())
        yield on_air
        listening.cancel()


# The interface.


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"action": "error", "reason": "backendError"}, "unreachable"),
        ({"action": "html"}, "unreachable"),
        ({"action": "drop"}, "unreachable"),
        ({"action": "hang"}, "unreachable"),
        ({"action": "error", "reason": "rateLimitExceeded", "status": 429}, "rate_limited"),
        ({"action": "error", "reason": "liveStreamingNotEnabled"}, "not_enabled"),
        ({"action": "error", "reason": "authError", "status": 401}, "sign_in_on_air"),
    ],
    ids=lambda each: each if isinstance(each, str) else "-".join(map(str, each.values())),
)
async def test_an_interface_that_fails_stops_no_video(
    air: Air, fault: dict[str, str | int], code: str
) -> None:
    async with air.survived("en"):
        held = air.show.broadcast("en").id
        faults = air.show.standin.faults
        air.show.standin.run(
            lambda: faults.add(method="liveBroadcasts.list", id=held, count=None, **fault)  # type: ignore[arg-type]
        )
        await air.look("en")
        await air.desk.says(en=code, limit_s=LOOK_S)
        await air.show.plays("en", 2.0)
        air.show.standin.run(faults.clear)
        await air.look("en")


async def test_a_write_whose_answer_is_lost_is_made_once(air: Air) -> None:
    async with air.survived():
        faults, log = air.show.standin.faults, air.show.standin.log
        air.show.standin.run(lambda: faults.add("apply_then_drop", "liveBroadcasts.update"))
        before = log.count("liveBroadcasts.update", applied=True)
        for privacy, expected in (("private", "unlisted"), ("unlisted", "private")):
            body = {"privacy": privacy, "expect": expected, "langs": ["en"]}
            await air.desk.link.command("broadcast.privacy", body)

            async def is_so(privacy: str = privacy) -> bool:
                return air.show.broadcast("en").status.privacy_status == privacy

            await eventually(is_so, LOOK_S, privacy)
        assert faults.all()[0].hits == 1
        air.show.standin.run(faults.clear)
        assert log.count("liveBroadcasts.update", applied=True) - before == 2


async def test_a_token_revoked_in_the_show_is_named_and_another_sign_in_heals_it(
    air: Air,
) -> None:
    async with air.survived("en"):
        channel = air.show.channel("en")
        air.show.standin.run(lambda: air.show.standin.state.tokens.revoke_channel(channel))
        await air.look("en")
        await air.desk.says(en="sign_in_on_air", limit_s=LOOK_S)
        await air.show.plays("en", 2.0)
        air.show.sign_in()
        await air.look("en")


# The ingest.


async def test_a_dropped_push_comes_back_on_the_same_broadcast(air: Air) -> None:
    async with air.survived("en"):
        air.show.happen("hang_up", "en")
        await air.desk.says(en="output_broken")


async def test_a_refused_push_is_tried_until_it_is_taken(air: Air) -> None:
    async with air.survived("zh"):
        before = air.show.standin.state.publish_counts["refused"]
        air.show.refuse("zh", refused=True)
        air.show.happen("hang_up", "zh")
        await air.desk.says(zh="output_broken")
        await eventually(
            lambda: air.show.standin.state.publish_counts["refused"] >= before + 3, 60, "refused"
        )
        assert air.desk.seen("zh")["verdict"] == "down"
        air.show.refuse("zh", refused=False)


async def test_a_push_that_freezes_is_found_out(air: Air) -> None:
    async with air.survived("en"):
        connections = len(air.show.recordings("en"))
        air.show.freeze("en")
        # Which of these is first depends on whose buffers are full first.
        await air.desk.until(
            lambda seen: seen["en"]["verdict"] in ("bad", "down"), "the frozen push is named"
        )
        assert air.desk.seen("zh")["code"] == "youtube.live"
        air.show.thaw()
        await eventually(
            lambda: len(air.show.recordings("en")) > connections, 60, "another connection"
        )


async def test_a_key_that_was_changed_in_the_studio_is_taken_up(air: Air) -> None:
    async with air.survived("zh"):
        air.show.happen("rotate_key", "zh")
        await air.desk.says(zh="output_broken")


async def test_a_wrong_certificate_is_named_and_nothing_is_sent_to_it(air: Air) -> None:
    async with air.survived(*LANGUAGES):
        with air.show.strange_certificate():
            await air.desk.until(
                lambda seen: all(
                    seen[lang]["params"].get("error") == "output.tls_untrusted"
                    for lang in LANGUAGES
                ),
                "the certificate is named",
            )
            assert set(air.desk.codes().values()) == {"youtube.output_broken"}


# Our own processes.


async def test_a_killed_engine_shows_the_slate_and_says_so(air: Air) -> None:
    async with air.survived(*LANGUAGES):
        connections = {lang: len(air.show.recordings(lang)) for lang in LANGUAGES}
        air.show.product.kill("streaming.engine")
        await air.desk.says(en="engine_gone", zh="engine_gone")
        await asyncio.gather(*(air.show.plays(lang, 2.0) for lang in LANGUAGES))
        assert {lang: len(air.show.recordings(lang)) for lang in LANGUAGES} == connections


async def test_a_killed_output_is_started_again_and_its_neighbour_goes_on(air: Air) -> None:
    async with air.survived() as befell:
        connections = {lang: len(air.show.recordings(lang)) for lang in LANGUAGES}
        victim, _ = air.show.pusher_pids()
        psutil.Process(victim).kill()

        def again() -> bool:
            befell.update(
                lang for lang in LANGUAGES if len(air.show.recordings(lang)) > connections[lang]
            )
            return bool(befell)

        await eventually(again, 60, "another connection")
        (hit,) = befell
        assert (hit, "youtube.output_broken") in air.said


async def test_a_killed_streaming_process_takes_everything_up_again(air: Air) -> None:
    async with air.survived(*LANGUAGES):
        inserted = air.show.standin.log.count("liveBroadcasts.insert")
        connections = {lang: len(air.show.recordings(lang)) for lang in LANGUAGES}
        air.show.product.kill("-m streaming")
        for lang in LANGUAGES:
            await eventually(
                lambda lang=lang: len(air.show.recordings(lang)) > connections[lang],  # type: ignore[misc]
                60,
                f"{lang} pushes again",
            )
        assert air.show.standin.log.count("liveBroadcasts.insert") == inserted


async def test_a_killed_signaling_process_costs_no_picture(air: Air) -> None:
    async with air.survived():
        snapshots = air.desk.link.snapshots
        air.show.product.kill("-m signaling")
        await asyncio.gather(*(air.show.plays(lang, 2.0) for lang in LANGUAGES))
        await air.desk.link.until(lambda _: air.desk.link.snapshots > snapshots, 60, "back")


async def test_the_whole_service_killed_and_started_again_goes_on_with_the_same_broadcasts(
    air: Air,
) -> None:
    async with air.survived(*LANGUAGES):
        inserted = air.show.standin.log.count("liveBroadcasts.insert")
        snapshots = air.desk.link.snapshots
        await asyncio.to_thread(air.show.product.kill_everything)
        await eventually(
            lambda: not any(air.show.stream(lang).active for lang in LANGUAGES), 60, "no data"
        )
        await asyncio.to_thread(air.show.product.start)
        await air.desk.link.until(lambda _: air.desk.link.snapshots > snapshots, 60, "back")
        assert air.show.standin.log.count("liveBroadcasts.insert") == inserted
