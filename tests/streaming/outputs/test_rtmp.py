"""RTMP outputs against a real server and against targets that misbehave."""

import contextlib
from pathlib import Path

import pytest

from tests.fakes.ingest import RtmpIngest, free_port, misbehaving_target, wait_until
from tests.streaming.outputs.conftest import ProgramProcess, StartOutput
from tests.streaming.outputs.measure import Track, decoded, tracks

pytestmark = pytest.mark.media

SECRET = "s3cret-k3y"


def grow(ingest: RtmpIngest, name: str, more_bytes: int) -> None:
    """Wait until so much more has arrived."""
    aim = ingest.received_bytes(name) + more_bytes
    wait_until(lambda: ingest.received_bytes(name) >= aim, 30, f"{aim} bytes of {name}")


def received(path: Path) -> tuple[Track, Track]:
    """Picture and sound of a recording of the server's."""
    picture = next(track for track in tracks(path) if track.codec == "h264")
    sound = next(track for track in tracks(path) if track.codec.startswith("aac"))
    return picture, sound


def check_picture(picture: Track) -> None:
    assert list(picture.times_s) == sorted(set(picture.times_s))
    assert picture.times_s[0] == picture.key_times_s[0]
    steps = {
        round(later - earlier, 3)
        for earlier, later in zip(picture.key_times_s, picture.key_times_s[1:], strict=False)
    }
    assert steps == {2.0}


def test_both_languages_arrive_with_byte_identical_pictures(
    program: ProgramProcess, ingest: RtmpIngest, start_output: StartOutput
) -> None:
    outputs = [
        start_output("rtmp", url=ingest.url(f"{SECRET}-{lang}"), lang=lang)
        for lang in ("en", "zh-Hant")
    ]
    for output in outputs:
        output.until("running")
    for lang in ("en", "zh-Hant"):
        grow(ingest, f"{SECRET}-{lang}", 300_000)
    assert [output.finish() for output in outputs] == [None, None]
    ingest.kill()
    (english,), (chinese,) = (ingest.recordings(f"{SECRET}-{lang}") for lang in ("en", "zh-Hant"))
    (picture, sound), (other_picture, other_sound) = received(english), received(chinese)
    check_picture(picture)
    # The two were not connected in the same moment: compare what both have.
    common = sorted(set(picture.digests) & set(other_picture.digests))
    assert len(common) >= 50
    first = picture.digests.index(other_picture.digests[0])
    count = min(len(picture.digests) - first, len(other_picture.digests))
    assert picture.digests[first : first + count] == other_picture.digests[:count]
    assert sound.digests[20:] != other_sound.digests[20:]
    assert sound.longest_gap_s < 0.03
    pictures, sounds = decoded(english)
    assert pictures == len(picture.times_s)
    assert sounds > 100


def test_keys_are_nowhere_but_on_standard_input(
    program: ProgramProcess, ingest: RtmpIngest, start_output: StartOutput
) -> None:
    output = start_output("rtmp", url=ingest.url(SECRET), lang="en")
    output.until("running")
    process = Path(f"/proc/{output.process.pid}")
    assert SECRET.encode() not in (process / "cmdline").read_bytes()
    assert SECRET.encode() not in (process / "environ").read_bytes()
    output.finish()
    assert output.process.stderr is not None
    assert SECRET.encode() not in output.process.stderr.read()
    assert SECRET not in str(output.reports)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", "output.not_rtmp"),
        (b"", "output.not_rtmp"),
        (None, "output.timeout"),
        (b"\x03" + bytes(3072), "output.rejected"),
    ],
    ids=["speaks HTTP", "hangs up", "never answers", "closes after the handshake"],
)
def test_targets_that_misbehave_are_named(
    program: ProgramProcess, start_output: StartOutput, answer: bytes | None, code: str
) -> None:
    with misbehaving_target(answer) as port:
        output = start_output("rtmp", url=f"rtmp://127.0.0.1:{port}/live/{SECRET}", lang="en")
        assert output.ended() == code


def test_a_target_that_is_not_there_is_refused(
    program: ProgramProcess, start_output: StartOutput
) -> None:
    output = start_output("rtmp", url=f"rtmp://127.0.0.1:{free_port()}/live/x", lang="en")
    assert output.ended() == "output.refused"
    nameless = start_output("rtmp", url="rtmp://ingest.invalid/live/key", lang="en")
    assert nameless.ended() == "output.unknown_host"


def test_a_server_that_forbids_publishing_rejects(
    program: ProgramProcess, start_output: StartOutput, tmp_path: Path
) -> None:
    with contextlib.closing(_Closing(RtmpIngest(tmp_path / "deny", allow=False))) as denying:
        denying.ingest.start()
        output = start_output("rtmp", url=denying.ingest.url("x"), lang="en")
        assert output.ended() == "output.rejected"


def test_plain_text_behind_rtmps_is_a_tls_error(
    program: ProgramProcess, start_output: StartOutput
) -> None:
    with misbehaving_target(b"HTTP/1.1 400 Bad Request\r\n\r\n") as port:
        output = start_output("rtmp", url=f"rtmps://127.0.0.1:{port}/live/x", lang="en")
        assert output.ended() == "output.tls"


def test_a_dead_target_leaves_the_other_alone_and_gets_a_key_frame_first_again(
    program: ProgramProcess, ingest: RtmpIngest, start_output: StartOutput, tmp_path: Path
) -> None:
    doomed = RtmpIngest(tmp_path / "doomed")
    doomed.start()
    steady = start_output("rtmp", url=ingest.url("steady"), lang="en")
    hurt = start_output("rtmp", url=doomed.url("hurt"), lang="zh-Hant")
    for output in (steady, hurt):
        output.until("running")
    grow(doomed, "hurt", 50_000)
    doomed.kill()
    assert hurt.ended() == "output.lost"
    doomed.start()
    again = start_output("rtmp", url=doomed.url("hurt"), lang="zh-Hant")
    again.until("running")
    grow(doomed, "hurt", 200_000)
    again.finish()
    steady.finish()
    doomed.kill()
    ingest.kill()
    picture, _ = received(doomed.recordings("hurt")[-1])
    check_picture(picture)
    (recording,) = ingest.recordings("steady")
    picture, sound = received(recording)
    check_picture(picture)
    assert picture.longest_gap_s < 0.05
    assert sound.longest_gap_s < 0.05


def test_the_connection_is_held_with_the_slate_while_there_is_no_engine(
    program: ProgramProcess, ingest: RtmpIngest, start_output: StartOutput
) -> None:
    output = start_output("rtmp", url=ingest.url("held"), lang="en")
    output.until("running")
    grow(ingest, "held", 100_000)
    program.kill()
    wait_until(lambda: int(str(output.last.get("slate_gops", 0))) >= 2, 20, "the slate plays")
    program.start()
    grow(ingest, "held", 250_000)
    assert output.finish() is None
    ingest.kill()
    (recording,) = ingest.recordings("held")
    picture, sound = received(recording)
    check_picture(picture)
    assert picture.longest_gap_s <= 2.04
    assert sound.longest_gap_s < 0.05
    pictures, _ = decoded(recording)
    assert pictures == len(picture.times_s)


def test_an_output_without_any_engine_yet_says_so_when_it_is_stopped(
    start_output: StartOutput, ingest: RtmpIngest
) -> None:
    output = start_output("rtmp", url=ingest.url("early"), lang="en")
    output.until("starting")
    assert output.finish() == "output.no_program"


def test_an_output_ends_with_its_supervisor(
    program: ProgramProcess, ingest: RtmpIngest, start_output: StartOutput
) -> None:
    output = start_output("rtmp", url=ingest.url("orphan"), lang="en")
    output.until("running")
    assert output.process.stdin is not None
    output.process.stdin.close()
    assert output.ended(5) is None


class _Closing:
    def __init__(self, ingest: RtmpIngest) -> None:
        self.ingest = ingest

    def close(self) -> None:
        self.ingest.kill()
