"""Real encoders push over rtmps and rtmp; the API tells what arrives."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.fakes.ingest import wait_until
from tests.fakes.youtube import Limits, Timings, YouTubeStandIn
from tests.fakes_youtube.conftest import NOON
from tests.fakes_youtube.people import Json, Person, key_of, refusal

pytestmark = pytest.mark.media

LIMIT_S = 30
Pushing = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture(scope="module")
def receiving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[YouTubeStandIn]:
    with YouTubeStandIn(tmp_path_factory.mktemp("youtube")) as running:
        yield running


@pytest.fixture
def english(receiving: YouTubeStandIn) -> Person:
    receiving.reset(
        timings=Timings(activate_delay_s=0.1, deactivate_delay_s=0.1, stalled_after_s=1.0),
        limits=Limits(bitrate_floor_kbps=5),
    )
    receiving.state.clock.set(NOON)
    return Person(receiving)


@pytest.fixture
def push() -> Iterator[Pushing]:
    """Starts encoders and ends those that still run."""
    running: list[subprocess.Popen[bytes]] = []

    def start(
        url: str, authority: Path | None = None, *, sound: bool = True
    ) -> subprocess.Popen[bytes]:
        words = ["ffmpeg", "-loglevel", "error", "-nostdin", "-re"]
        words += ["-f", "lavfi", "-i", "testsrc=size=160x90:rate=25"]
        if sound:
            words += ["-f", "lavfi", "-i", "sine=sample_rate=48000", "-c:a", "aac"]
        words += ["-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-pix_fmt", "yuv420p"]
        if authority is not None:
            words += ["-tls_verify", "1", "-ca_file", str(authority)]
        process = subprocess.Popen(
            [*words, "-f", "flv", url], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        running.append(process)
        return process

    yield start
    for process in running:
        process.kill()
        process.wait()


def secure(stream: Json, *, backup: bool = False) -> str:
    ingestion = stream["cdn"]["ingestionInfo"]
    name = "rtmpsBackupIngestionAddress" if backup else "rtmpsIngestionAddress"
    return f"{ingestion[name]}/{key_of(stream)}"


def status(english: Person, stream: Json) -> Json:
    request = english.streams.list(part="status", id=stream["id"])
    found: Json = english.do(request)["items"][0]["status"]
    return found


def issues(english: Person, stream: Json) -> list[str]:
    health = status(english, stream)["healthStatus"]
    return [issue["type"] for issue in health.get("configurationIssues", [])]


def becomes(english: Person, stream: Json, state: str) -> None:
    wait_until(lambda: status(english, stream)["streamStatus"] == state, LIMIT_S, state)


def tracks(path: Path) -> set[tuple[str, str]]:
    """(kind, codec) of each track of a file."""
    words = ["ffprobe", "-loglevel", "quiet", "-of", "json", "-show_streams", str(path)]
    found = json.loads(subprocess.run(words, capture_output=True, check=True).stdout)
    return {(one["codec_type"], one["codec_name"]) for one in found["streams"]}


def test_a_show_over_rtmps_survives_the_death_of_its_encoder(
    english: Person, push: Pushing
) -> None:
    broadcast, stream = english.ready()
    assert refusal(lambda: english.go(broadcast, "live")) == (403, "errorStreamInactive")
    encoder = push(secure(stream), english.youtube.authority)
    becomes(english, stream, "active")
    assert status(english, stream)["healthStatus"]["status"] == "good"
    assert english.go(broadcast, "live") == "liveStarting"
    wait_until(lambda: english.lifecycle(broadcast) == "live", LIMIT_S, "live")
    encoder.kill()
    becomes(english, stream, "inactive")
    assert status(english, stream)["healthStatus"]["status"] == "noData"
    assert english.lifecycle(broadcast) == "live"
    push(secure(stream), english.youtube.authority)
    becomes(english, stream, "active")
    assert english.lifecycle(broadcast) == "live"
    recordings = english.youtube.recordings(key_of(stream))
    assert len(recordings) == 2
    assert tracks(recordings[0]) == {("video", "h264"), ("audio", "aac")}
    assert english.go(broadcast, "complete") == "complete"


def test_primary_and_backup_arrive_together(english: Person, push: Pushing) -> None:
    stream = english.stream()
    held = english.youtube.state.streams[stream["id"]]
    push(secure(stream), english.youtube.authority)
    becomes(english, stream, "active")
    push(secure(stream, backup=True), english.youtube.authority)
    wait_until(lambda: len(held.publishers) == 2, LIMIT_S, "two senders")
    assert {one.backup for one in held.publishers.values()} == {False, True}
    second = push(secure(stream), english.youtube.authority)
    assert second.wait(LIMIT_S) != 0
    assert english.youtube.state.publish_counts == {"accepted": 2, "refused": 1}


def test_an_unknown_key_and_one_that_is_refused_are_turned_away(
    english: Person, push: Pushing
) -> None:
    stream = english.stream()
    rtmp = stream["cdn"]["ingestionInfo"]["ingestionAddress"]
    assert push(f"{rtmp}/aaaa-bbbb-cccc-dddd-eeee").wait(LIMIT_S) != 0
    english.youtube.faults.refuse_publish(stream["id"])
    assert push(f"{rtmp}/{key_of(stream)}").wait(LIMIT_S) != 0
    assert status(english, stream)["streamStatus"] == "ready"


def test_a_video_without_sound_never_makes_a_stream_active(english: Person, push: Pushing) -> None:
    broadcast, stream = english.ready()
    push(secure(stream), english.youtube.authority, sound=False)
    wait_until(lambda: "noAudioStream" in issues(english, stream), LIMIT_S, "noAudioStream")
    found = status(english, stream)
    assert (found["streamStatus"], found["healthStatus"]["status"]) == ("ready", "bad")
    assert refusal(lambda: english.go(broadcast, "live")) == (403, "errorStreamInactive")


@pytest.mark.parametrize("how", ["stopped", "held on the way"])
def test_an_encoder_that_sends_nothing_starves_its_stream_until_it_goes_on(
    english: Person, push: Pushing, how: str
) -> None:
    stream, ingest = english.stream(), english.youtube.ingest
    assert ingest is not None
    encoder = push(secure(stream), english.youtube.authority)
    becomes(english, stream, "active")
    if how == "stopped":
        encoder.send_signal(signal.SIGSTOP)
    else:
        ingest.plain.freeze(key_of(stream))
    wait_until(lambda: issues(english, stream) == ["videoIngestionStarved"], LIMIT_S, "starved")
    assert status(english, stream)["healthStatus"]["status"] == "bad"
    encoder.send_signal(signal.SIGCONT)
    english.youtube.run(ingest.plain.thaw)
    wait_until(lambda: issues(english, stream) == [], LIMIT_S, "no issues")


def test_an_encoder_that_says_nothing_for_long_is_given_up(push: Pushing, tmp_path: Path) -> None:
    timings = Timings(activate_delay_s=0.1, deactivate_delay_s=0.1, idle_publisher_s=1)
    with YouTubeStandIn(tmp_path, timings=timings) as youtube:
        person, ingest = Person(youtube), youtube.ingest
        assert ingest is not None
        stopped, held = person.stream(), person.stream()
        encoders = [push(secure(stream), youtube.authority) for stream in (stopped, held)]
        becomes(person, stopped, "active")
        becomes(person, held, "active")
        encoders[0].send_signal(signal.SIGSTOP)
        ingest.plain.freeze(key_of(held))
        becomes(person, stopped, "inactive")
        becomes(person, held, "inactive")
        encoders[0].send_signal(signal.SIGCONT)
        assert all(encoder.wait(LIMIT_S) != 0 for encoder in encoders)


@pytest.mark.parametrize("fault", ["rotate_key", "hang_up_after"])
def test_youtube_hangs_up_and_the_encoder_notices(
    english: Person, push: Pushing, fault: str
) -> None:
    stream = english.stream()
    encoder = push(secure(stream), english.youtube.authority)
    becomes(english, stream, "active")
    faults = english.youtube.faults
    actions: dict[str, Callable[[], object]] = {
        "rotate_key": lambda: faults.rotate_key(stream["id"]),
        "hang_up_after": lambda: faults.hang_up_after(stream["id"], 0.5),
    }
    english.youtube.run(actions[fault])
    assert encoder.wait(LIMIT_S) != 0
    becomes(english, stream, "inactive")


def test_a_receiver_that_dies_and_comes_back_takes_the_same_key(
    english: Person, push: Pushing
) -> None:
    stream, ingest = english.stream(), english.youtube.ingest
    assert ingest is not None
    ingest.tls.accept_delay_s = 0.2
    first = push(secure(stream), english.youtube.authority)
    becomes(english, stream, "active")
    english.youtube.run(ingest.kill_nginx)
    assert first.wait(LIMIT_S) != 0
    becomes(english, stream, "inactive")
    ingest.start_nginx()
    ingest.tls.accept_delay_s = 0.0
    push(secure(stream), english.youtube.authority)
    becomes(english, stream, "active")


def fetched(address: str) -> bytes:
    """What is at an address, nothing while there is nothing."""
    try:
        with urllib.request.urlopen(address) as answer:
            content: bytes = answer.read()
    except urllib.error.HTTPError as error:
        error.close()
        return b""
    return content


def test_as_a_process_it_says_where_it_is_shows_the_video_and_leaves_nothing_running(
    push: Pushing, tmp_path: Path
) -> None:
    words = [sys.executable, "-m", "tests.fakes.youtube", "--data", str(tmp_path)]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, start_new_session=True)
    try:
        assert process.stdout is not None
        said = json.loads(process.stdout.readline())
        root, channel = said["api"], said["channels"][0]
        body = {
            "snippet": {"title": "EN"},
            "cdn": {"ingestionType": "rtmp", "resolution": "variable", "frameRate": "variable"},
        }
        asked = urllib.request.Request(
            f"{root}youtube/v3/liveStreams?part=snippet,cdn",
            data=json.dumps(body).encode(),
            headers={
                "Authorization": f"Bearer {channel['access_token']}",
                "Content-Type": "application/json",
            },
        )
        with urllib.request.urlopen(asked) as answer:
            stream = json.load(answer)
        push(secure(stream), Path(said["authority"]))
        page = f"{root}hls/{stream['id']}.m3u8"
        wait_until(lambda: b".ts" in fetched(page), LIMIT_S, "a playlist with a segment")
        playlist = fetched(page).decode()
        assert key_of(stream) not in playlist
        segment = next(line for line in playlist.splitlines() if line.endswith(".ts"))
        assert fetched(f"{root}hls/{segment}").startswith(b"G")
        process.terminate()
        assert process.wait(LIMIT_S) == 0
        with pytest.raises(ProcessLookupError):
            os.killpg(process.pid, 0)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
