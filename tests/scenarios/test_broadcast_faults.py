"""Every fault of a show in two languages, one after another, against the whole product.

After each: the desk named it in the language it befell, the other language never noticed, and both
broadcasts are the ones they were, live, each on its own channel.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator

import psutil  # type: ignore[import-untyped]
import pytest
import pytest_asyncio

from benchmarks import signals
from streaming.supervisor import LEASE_MS
from tests.harness.on_air import LOOK_S, Air
from tests.harness.product import eventually
from tests.harness.show import FINE, LANGUAGES, Show, running_show

pytestmark = [
    pytest.mark.media,
    pytest.mark.timeout(600),
    pytest.mark.asyncio(loop_scope="module"),
]

soak = pytest.mark.soak
"""All but a few, so that every change is tried by some."""

MINUTE_S = 60.0


@pytest.fixture(scope="module")
def show(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Show]:
    with running_show(tmp_path_factory.mktemp("faults")) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def air(show: Show) -> AsyncIterator[Air]:
    async with show.desk() as desk:
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
@soak
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
    """Nor is the operator's own change called somebody else's."""
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


@soak
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


@soak
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


@soak
async def test_a_push_that_is_taken_and_lost_is_sent_over_another_connection(air: Air) -> None:
    async with air.survived("zh"):
        connections = len(air.show.recordings("zh"))
        air.show.happen("lead_astray", "zh")
        await air.desk.says(zh="no_data_on_air", limit_s=LOOK_S)
        await eventually(
            lambda: len(air.show.recordings("zh")) > connections, LOOK_S, "another connection"
        )


@soak
async def test_a_push_that_freezes_is_found_out(air: Air) -> None:
    async with air.survived("en"):
        connections = len(air.show.recordings("en"))
        with air.show.frozen("en"):
            await air.desk.says(en="output_broken")
            await air.show.plays("zh", 2.0)
        await eventually(
            lambda: len(air.show.recordings("en")) > connections, 60, "another connection"
        )


@soak
async def test_a_key_that_was_changed_in_the_studio_is_taken_up(air: Air) -> None:
    """The desk says that nothing is sent only if no look at YouTube comes in between."""
    async with air.survived("zh"):
        connections = len(air.show.recordings("zh"))
        old = air.show.stream("zh").key
        air.show.happen("rotate_key", "zh")
        await eventually(
            lambda: len(air.show.recordings("zh")) > connections, LOOK_S, "the other key"
        )
        assert len(air.show.standin.recordings(old)) == connections
        assert len(air.show.standin.recordings(air.show.stream("zh").key)) == 1


@soak
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


@soak
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


@soak
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


@soak
async def test_a_killed_signaling_process_costs_no_picture(air: Air) -> None:
    async with air.survived():
        snapshots = air.desk.link.snapshots
        air.show.product.kill("-m signaling")
        await asyncio.gather(*(air.show.plays(lang, 2.0) for lang in LANGUAGES))
        await air.desk.link.until(lambda _: air.desk.link.snapshots > snapshots, 60, "back")


@soak
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
        # Until nothing is left of the lease that the killed process held.
        await asyncio.sleep(LEASE_MS / 1000)
        air.said.clear()
        await asyncio.to_thread(air.show.product.start)
        await air.desk.link.until(lambda _: air.desk.link.snapshots > snapshots, 60, "back")
        # Nothing that was seen before is said of now.
        for lang in LANGUAGES:
            await eventually(lambda lang=lang: bool(_told(air, lang)), 60, "something is said")  # type: ignore[misc]
            assert _told(air, lang)[0] not in FINE, air.said
        assert air.show.standin.log.count("liveBroadcasts.insert") == inserted
        await air.desk.says(en="live", zh="live", limit_s=LOOK_S)
        # YouTube had nothing while nothing was sent, and is not accused of it afterwards.
        assert "youtube.no_data_on_air" not in {code for _, code in air.said}


def _told(air: Air, lang: str) -> list[str]:
    return [code for whom, code in air.said if whom == lang]


@soak
async def test_a_minute_without_network_ends_nothing(air: Air) -> None:
    async with air.survived(*LANGUAGES):
        connections = {lang: len(air.show.recordings(lang)) for lang in LANGUAGES}
        with air.show.no_network():
            await air.desk.until(
                lambda seen: all(seen[lang]["verdict"] == "down" for lang in LANGUAGES), "down"
            )
            await eventually(lambda: air.show.unfed_s() > MINUTE_S, 4 * MINUTE_S, "a minute")
            assert air.show.lifecycles() == {"en": ["live"], "zh": ["live"]}
        for lang in LANGUAGES:
            await eventually(
                lambda lang=lang: len(air.show.recordings(lang)) > connections[lang],  # type: ignore[misc]
                LOOK_S,
                f"{lang} pushes again",
            )


# What ends a broadcast or replaces it: the last tests, for nothing is as it was afterwards.


@soak
async def test_a_broadcast_ended_in_the_studio_is_said_and_replaced_only_when_asked(
    air: Air,
) -> None:
    async with air.unaware(["en"]):
        ended, log = air.show.broadcast("en").id, air.show.standin.log
        inserted, looks = log.count("liveBroadcasts.insert"), log.count("liveBroadcasts.list")
        faults = air.show.standin.faults
        air.show.standin.run(lambda: faults.complete_in_studio(ended))
        await air.desk.says(en="completed_outside", limit_s=LOOK_S)
        assert air.desk.seen("en")["stage"] == "stopped"
        await eventually(lambda: log.count("liveBroadcasts.list") > looks + 2, 3 * LOOK_S, "looks")
        assert log.count("liveBroadcasts.insert") == inserted
        await air.look("en")
        await air.desk.says(en="live", limit_s=LOOK_S)
        assert air.show.lifecycles() == {"en": ["complete", "live"], "zh": ["live"]}
        assert air.show.broadcasts("en")[1].id != ended


@soak
async def test_a_start_that_never_ends_is_replaced_on_the_same_key(air: Air) -> None:
    async with air.unaware(["en"]):
        await air.desk.link.command("broadcast.end", {"langs": ["en"]})
        await air.desk.says(en="ended", limit_s=LOOK_S)
        faults, stream = air.show.standin.faults, air.show.stream("en").id
        known = {one.id for one in air.show.broadcasts("en")}
        air.show.standin.run(lambda: faults.add("stuck", "liveBroadcasts.transition"))
        await air.look("en")
        await air.desk.says(en="starting")
        await eventually(lambda: len(air.show.broadcasts("en")) > len(known), LOOK_S, "a first")
        (stuck,) = (one.id for one in air.show.broadcasts("en") if one.id not in known)
        await air.desk.says(en="replaced", limit_s=2 * LOOK_S)
        await air.desk.says(en="live", limit_s=LOOK_S)
        (live,) = (one for one in air.show.broadcasts("en") if one.lifecycle.value == "live")
        assert live.id not in known | {stuck}
        assert live.stream_id == stream
        assert live.id in str(air.desk.seen("en")["watch_url"])
        await eventually(
            lambda: air.show.lifecycles()["en"].count("liveStarting") == 0, LOOK_S, "no twin"
        )


@soak
async def test_a_spent_quota_is_said_and_leaves_the_end_to_the_studio(air: Air) -> None:
    faults = air.show.standin.faults
    air.show.standin.run(lambda: faults.add("error", reason="quotaExceeded", count=None))
    await air.look("en")
    # One project pays for both.
    await air.desk.says(en="quota_on_air", zh="quota_on_air", limit_s=LOOK_S)
    await asyncio.gather(*(air.show.plays(lang, 2.0) for lang in LANGUAGES))
    await air.desk.link.command("broadcast.end")
    await air.desk.says(en="end_in_studio", zh="end_in_studio", limit_s=LOOK_S)
    await asyncio.gather(*(air.show.plays(lang, 2.0) for lang in LANGUAGES))
    air.show.standin.run(faults.clear)
    await air.desk.link.command("broadcast.end")
    await air.desk.says(en="ended", zh="ended", limit_s=LOOK_S)
    assert set(air.show.lifecycles()["zh"]) == {"complete"}
    assert set(air.show.lifecycles()["en"]) == {"complete"}


async def test_whatever_befell_it_a_picture_came_with_its_group(air: Air) -> None:
    """Judged last: key frames of every connection of the whole show lie two seconds apart."""
    for lang in LANGUAGES:
        for path in air.show.recordings(lang):
            distances = signals.read_video(path).key_distances_s
            assert distances == pytest.approx([2.0] * len(distances), abs=0.0011), path.name
