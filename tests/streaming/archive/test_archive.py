"""What is made of recordings, judged by playing it."""

import json
import resource
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from benchmarks.signals import read_sound, tone_dbfs
from streaming.archive.shelf import Shelf
from tests.fakes.small_disk import SmallDisk
from tests.streaming.archive.recorded import EN, FLOOR, TONES_HZ, ZH, record
from tests.streaming.outputs.measure import decoded, tracks
from venue.archive import Archive

pytestmark = pytest.mark.media


def prepare(
    directory: Path, largest_file_bytes: int = resource.RLIM_INFINITY
) -> tuple[int, list[dict[str, object]]]:
    """Run the real process to its end; its status, and what it said."""
    limit = (largest_file_bytes, resource.RLIM_INFINITY)
    ended = subprocess.run(
        [sys.executable, "-m", "streaming.archive"],
        input=json.dumps({"directory": str(directory), "names": pending(directory)}).encode(),
        stdout=subprocess.PIPE,
        timeout=60,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limit),
    )
    return ended.returncode, [json.loads(line) for line in ended.stdout.splitlines()]


def pending(directory: Path) -> list[str]:
    return [path.stem for path in Shelf(directory).pending()]


def archive_of(directory: Path) -> Archive:
    path = directory / "archive" / "archive.json"
    return msgspec.json.decode(path.read_bytes(), type=Archive)


def heard(path: Path, begin_s: float = 0.0) -> set[str]:
    """Which of the tones a file or playlist holds from then on."""
    sound = read_sound(path)[int(begin_s * 48_000) :]
    return {name for name, hz in TONES_HZ.items() if tone_dbfs(sound, hz) > -30}


def test_every_sound_plays_beside_the_picture_and_nothing_is_lost(tmp_path: Path) -> None:
    source = record(tmp_path, 10)
    assert prepare(tmp_path)[0] == 0
    archive = archive_of(tmp_path)
    (part,) = archive.parts
    assert part.sounds == (EN, ZH, FLOOR)
    assert part.length_ms == 10_000
    made = tmp_path / "archive"
    for sound in TONES_HZ:
        assert heard(made / f"{sound}.m3u8") == {sound}
        assert heard(made / part.name / f"{sound}.m4a") == {sound}
    whole = tracks(source)
    for before, path in ((whole[0], made / "video.m3u8"), (whole[1], made / "en.m3u8")):
        (after,) = tracks(path)
        assert len(after.times_s) == len(before.times_s)
        # Matroska rounds to milliseconds.
        moved_s = [abs(now - was) for now, was in zip(after.times_s, before.times_s, strict=True)]
        assert max(moved_s) < 0.001
    assert decoded(made / "index.m3u8")[0] == decoded(source)[0] == 250


def test_a_recording_knows_when_it_began(tmp_path: Path) -> None:
    import time

    from streaming.mediatime import now_s
    from tests.streaming.archive.recorded import FIRST_GOP

    record(tmp_path, 2)
    prepare(tmp_path)
    (part,) = archive_of(tmp_path).parts
    # The recorder was told of pictures of a media time of its own.
    began_s = time.time() - now_s() + FIRST_GOP * 2
    assert abs(part.began_at / 1000 - began_s) < 0.01


def test_parts_play_as_one_and_a_sound_that_came_later_begins_with_the_first(
    tmp_path: Path,
) -> None:
    record(tmp_path, 4, sounds=(EN,))
    record(tmp_path, 6, sounds=(EN, ZH), second=30)
    assert prepare(tmp_path)[0] == 0
    archive = archive_of(tmp_path)
    assert (archive.length_ms, archive.sounds) == (10_000, (EN, ZH))
    made = tmp_path / "archive"
    for sound in (EN, ZH):
        text = (made / f"{sound}.m3u8").read_text()
        assert text.count("#EXT-X-DISCONTINUITY") == 1
        assert text.count("#EXT-X-MAP") == 2
    first, second = archive.parts
    assert f"{first.name}/en.mp4" in (made / "zh-Hant.m3u8").read_text()
    assert f"{second.name}/zh-Hant.mp4" in (made / "zh-Hant.m3u8").read_text()
    captions = (made / "captions-en.vtt").read_text()
    assert "00:00:02.000 --> " in captions
    assert "00:00:06.000 --> " in captions
    # Above the names in the picture.
    assert captions.count(" line:-5\n") == captions.count(" --> ") == 2
    assert "Two seconds &amp; more" in captions


def test_a_recording_that_was_cut_off_plays_as_far_as_it_goes(tmp_path: Path) -> None:
    source = record(tmp_path, 10)
    content = source.read_bytes()
    source.write_bytes(content[: len(content) * 6 // 10])
    empty = tmp_path / "20261125T130000Z.mkv"
    empty.write_bytes(content[:300])
    junk = tmp_path / "20261125T120000Z.mkv"
    junk.write_bytes(b"this is no recording" * 99)
    assert prepare(tmp_path)[0] == 0
    archive = archive_of(tmp_path)
    assert 3_000 < archive.length_ms < 9_000
    assert set(archive.unreadable) == {empty.stem, junk.stem}
    pictures, sounds = decoded(tmp_path / "archive" / "index.m3u8")
    assert pictures == archive.length_ms // 40
    assert sounds > 100


def test_work_that_was_cut_off_begins_again_and_what_is_ready_stays(tmp_path: Path) -> None:
    first = record(tmp_path, 4)
    assert prepare(tmp_path)[0] == 0
    made = tmp_path / "archive" / first.stem / "video.mp4"
    written_ns = made.stat().st_mtime_ns
    second = record(tmp_path, 4, second=30)
    leftover = tmp_path / "archive" / f"{second.stem}.new"
    leftover.mkdir()
    (leftover / "video.mp4").write_bytes(b"half of it")
    assert pending(tmp_path) == [second.stem]
    assert prepare(tmp_path)[0] == 0
    assert not leftover.exists()
    assert made.stat().st_mtime_ns == written_ns
    assert archive_of(tmp_path).length_ms == 8_000
    assert pending(tmp_path) == []


def test_a_disk_that_gets_full_meanwhile_keeps_nothing_half(tmp_path: Path) -> None:
    first = record(tmp_path, 2)
    assert prepare(tmp_path)[0] == 0
    record(tmp_path, 10, second=30)
    status, said = prepare(tmp_path, 150_000)
    assert (status, said[-1].get("code")) == (1, "archive.disk_full")
    made = tmp_path / "archive"
    assert [path.name for path in made.iterdir() if path.is_dir()] == [first.stem]
    assert archive_of(tmp_path).length_ms == 2_000
    assert prepare(tmp_path)[0] == 0
    assert archive_of(tmp_path).length_ms == 12_000


def test_on_a_full_disk_it_says_so_leaves_nothing_half_and_goes_on_with_room(
    tmp_path: Path,
) -> None:
    disk = SmallDisk(tmp_path / "disk")
    try:
        directory = disk.path / "recordings"
        directory.mkdir()
        record(directory, 10)
        disk.fill(leave_bytes=300_000)
        status, said = prepare(directory)
        assert (status, said[-1].get("code")) == (1, "archive.disk_full")
        assert list((directory / "archive").iterdir()) == []
        disk.make_room()
        assert prepare(directory)[0] == 0
        assert archive_of(directory).length_ms == 10_000
    finally:
        disk.close()
