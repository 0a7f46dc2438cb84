"""A disk that is really full: a small one, filled to the last page."""

import io
from collections.abc import Iterator
from pathlib import Path

import av
import pytest

from tests.fakes.ingest import RtmpIngest, wait_until
from tests.fakes.small_disk import SmallDisk
from tests.streaming.outputs.conftest import ProgramProcess, StartOutput
from tests.streaming.outputs.house import House, keeper_of, output_state, supervising, until
from tests.streaming.outputs.measure import decoded, probed
from tests.streaming.outputs.test_files import segments, wait_for_segments, window

pytestmark = pytest.mark.media


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    made = SmallDisk(tmp_path / "disk")
    yield made
    made.close()


def recordings(directory: Path) -> list[Path]:
    return sorted(directory.glob("*.mkv"))


def test_a_recording_on_a_full_disk_keeps_what_it_has_and_goes_on_in_a_new_part(
    program: ProgramProcess, start_output: StartOutput, disk: SmallDisk
) -> None:
    directory = disk.path / "recordings"
    output = start_output("recording", directory=str(directory))
    wait_until(lambda: int(str(output.last.get("sent_bytes", 0))) > 300_000, 30, "recorded")
    disk.fill()
    assert output.ended() == "output.disk_full"
    (first,) = recordings(directory)
    kept = probed(first)
    assert kept.codecs == {"h264", "aac"}
    assert decoded(first)[0] > 50
    disk.fill()
    again = start_output("recording", directory=str(directory))
    assert again.ended() == "output.disk_full"
    assert recordings(directory) == [first]
    disk.make_room()
    again = start_output("recording", directory=str(directory))
    wait_until(lambda: int(str(again.last.get("sent_bytes", 0))) > 100_000, 30, "recorded")
    assert again.finish() is None
    parts = recordings(directory)
    assert len(parts) == 2
    assert probed(first) == kept
    assert all(decoded(part)[0] > 0 for part in parts)


def test_a_recording_stops_at_the_reserve_with_its_file_whole(
    program: ProgramProcess, start_output: StartOutput, disk: SmallDisk
) -> None:
    directory = disk.path / "recordings"
    output = start_output("recording", directory=str(directory))
    wait_until(lambda: int(str(output.last.get("sent_bytes", 0))) > 100_000, 30, "recorded")
    # The reserve of such a disk is 5 %, 400 kB.
    disk.fill(leave_bytes=600_000)
    assert output.ended() == "output.disk_full"
    assert disk.free_bytes > 250_000
    (recording,) = recordings(directory)
    # Only a file that was closed knows how long it is.
    assert probed(recording).length_s > 2


def test_hls_on_a_full_disk_lists_only_whole_segments_and_goes_on(
    program: ProgramProcess, start_output: StartOutput, disk: SmallDisk
) -> None:
    directory = disk.path / "hls"
    output = start_output("hls", directory=str(directory))
    wait_for_segments(directory, 2)
    disk.fill()
    assert output.ended() == "output.disk_full"
    check_listed(directory)
    assert list(directory.glob("**/*.new")) == []
    disk.fill()
    again = start_output("hls", directory=str(directory))
    assert again.ended() == "output.disk_full"
    check_listed(directory)
    before = window(directory)
    disk.make_room()
    start_output("hls", directory=str(directory))
    wait_for_segments(directory, segments(directory) + 2)
    check_listed(directory)
    after = window(directory)
    assert after.entries[: len(before.entries)] == before.entries
    assert after.entries[len(before.entries)].discontinuity


def check_listed(directory: Path) -> None:
    """Every file that a playlist names is there to its last box, and decodes."""
    named = 0
    for playlist in directory.glob("*/*.m3u8"):
        head = b""
        for line in playlist.read_text().splitlines():
            if line.startswith("#EXT-X-MAP"):
                head = (playlist.parent / line.split('"')[1]).read_bytes()
            elif line.endswith(".m4s"):
                named += 1
                check_segment(head, (playlist.parent / line).read_bytes())
    # A picture and two languages.
    assert named >= 6


def check_segment(head: bytes, content: bytes) -> None:
    at, kinds = 0, []
    while at < len(content):
        kinds.append(content[at + 4 : at + 8])
        at += int.from_bytes(content[at : at + 4], "big")
    assert (at, kinds) == (len(content), [b"styp", b"moof", b"mdat"])
    with av.open(io.BytesIO(head + content)) as container:
        assert sum(1 for _ in container.decode(container.streams[0])) >= 49


async def test_the_program_goes_on_and_files_come_back_by_themselves(
    house: House, tmp_path: Path, disk: SmallDisk
) -> None:
    ingest = RtmpIngest(tmp_path / "ingest")
    ingest.start()
    house.data_dir = disk.path
    try:
        await house.add_output("english", ingest.url("k"), "en")
        await house.do("onair.start")
        async with supervising(house) as supervisor:
            for output in ("english", "hls", "recording"):
                await until(lambda output=output: output_state(supervisor, output) == "running")
            program = keeper_of(supervisor, "english")
            assert program is not None
            sender, engine = program.pid, supervisor.rooms[next(iter(supervisor.rooms))].engine
            restarts = engine.restarts
            disk.fill()
            for output in ("hls", "recording"):
                await until(lambda output=output: output_state(supervisor, output) == "failed")
                fact = (await house.told(output))[-1]
                assert (fact["state"], fact["error"]) == ("failed", "output.disk_full")
            sent_bytes = ingest.received_bytes("k")
            await until(lambda: ingest.received_bytes("k") > sent_bytes + 100_000)
            disk.make_room()
            for output in ("hls", "recording"):
                await until(lambda output=output: output_state(supervisor, output) == "running")
                assert (await house.told(output))[-1]["error"] is None
            assert len(recordings(disk.path / "recordings" / "summit")) == 2
            assert (program.pid, program.state) == (sender, "running")
            assert engine.restarts == restarts
    finally:
        ingest.kill()
