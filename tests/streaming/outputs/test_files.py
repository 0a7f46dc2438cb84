"""HLS and recordings, written by real output processes."""

import resource
import shutil
from pathlib import Path

import msgspec
import pytest

from streaming.outputs.playlist import Window
from tests.fakes.ingest import wait_until
from tests.streaming.outputs.conftest import ProgramProcess, StartOutput
from tests.streaming.outputs.measure import decoded, tracks

pytestmark = pytest.mark.media


def window(directory: Path) -> Window:
    path = directory / "window.json"
    return msgspec.json.decode(path.read_bytes(), type=Window) if path.exists() else Window()


def segments(directory: Path) -> int:
    """How many segments have ever been listed."""
    listed = window(directory)
    return listed.sequence + len(listed.entries)


def wait_for_segments(directory: Path, count: int) -> None:
    wait_until(lambda: segments(directory) >= count, 40, f"{count} segments")


def test_hls_plays_in_every_language_and_picture_and_sound_agree(
    program: ProgramProcess, start_output: StartOutput, tmp_path: Path
) -> None:
    directory = tmp_path / "hls"
    output = start_output("hls", directory=str(directory))
    wait_for_segments(directory, 3)
    output.finish()
    for language in ("en", "zh-Hant"):
        found = tracks(directory / language / "index.m3u8")
        assert sorted(track.codec for track in found) == ["aac", "aac", "h264"]
        picture = next(track for track in found if track.codec == "h264")
        assert picture.longest_gap_s < 0.05
        assert len(picture.times_s) >= 150
        for sound in (track for track in found if track.codec == "aac"):
            assert sound.longest_gap_s < 0.03
            # The first segment has sound from its first whole frame on.
            assert abs(sound.times_s[0] - picture.times_s[0]) < 0.1
            assert abs(sound.times_s[-1] - picture.times_s[-1]) < 0.1
    pictures, sounds = decoded(directory / "en" / "index.m3u8")
    assert pictures >= 150
    assert sounds >= 250
    assert "#EXT-X-ENDLIST" in (directory / "video" / "index.m3u8").read_text()


def test_hls_goes_on_after_a_restart_without_its_numbers_going_back(
    program: ProgramProcess, start_output: StartOutput, tmp_path: Path
) -> None:
    directory = tmp_path / "hls"
    output = start_output("hls", directory=str(directory))
    wait_for_segments(directory, 2)
    output.kill()
    before = window(directory)
    program.kill()
    program.start()
    output = start_output("hls", directory=str(directory))
    wait_for_segments(directory, segments(directory) + 2)
    after = window(directory)
    gops = [entry.gop for entry in after.entries]
    assert gops == sorted(set(gops))
    assert after.entries[: len(before.entries)] == before.entries
    for earlier, later in zip(after.entries, after.entries[1:], strict=False):
        assert later.discontinuity == (later.gop != earlier.gop + 1)
    text = (directory / "video" / "index.m3u8").read_text()
    assert "#EXT-X-ENDLIST" not in text


def test_a_recording_survives_kill_with_every_language(
    program: ProgramProcess, start_output: StartOutput, tmp_path: Path
) -> None:
    output = start_output("recording", directory=str(tmp_path / "recordings"))
    wait_until(lambda: int(str(output.last.get("sent_bytes", 0))) > 320_000, 30, "recorded")
    output.kill()
    (first,) = (tmp_path / "recordings").glob("*.mkv")
    found = tracks(first)
    assert [(track.codec, track.language) for track in found] == [
        ("h264", None),
        ("aac", "eng"),  # the program in each language
        ("aac", "chi"),
        ("aac", None),  # the clean floor
        ("aac", "eng"),  # each booth alone
        ("aac", "chi"),
    ]
    assert decoded(first)[0] == len(found[0].times_s) > 50
    again = start_output("recording", directory=str(tmp_path / "recordings"))
    again.until("running")
    assert again.finish() is None
    assert len(list((tmp_path / "recordings").glob("*.mkv"))) == 2


def test_a_full_disk_ends_the_recording_and_nothing_else(
    program: ProgramProcess, start_output: StartOutput, tmp_path: Path
) -> None:
    def small_disk() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    hls = start_output("hls", directory=str(tmp_path / "hls"))
    recording = start_output(
        "recording", directory=str(tmp_path / "recordings"), options={"preexec_fn": small_disk}
    )
    assert recording.ended() == "output.disk_full"
    wait_for_segments(tmp_path / "hls", segments(tmp_path / "hls") + 1)
    assert hls.last["error"] is None
    shutil.rmtree(tmp_path / "recordings")
