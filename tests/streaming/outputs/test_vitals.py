"""What a real output finds in what it sends, while its program goes wrong for real."""

import fcntl
import termios
from array import array
from itertools import pairwise

import pytest

from streaming.mediatime import VIDEO_CLOCK_HZ, SampleTime, Ticks90k
from streaming.outputs.listening import Listener
from streaming.outputs.tone import tone_frames
from streaming.outputs.vitals import Measure, Vitals
from streaming.packets import AacFrame, EncodedPicture, VideoCodec
from streaming.sound.aac import aac_config
from tests.fakes.ingest import RtmpIngest, wait_until
from tests.fakes.program_source import AAC_CONFIG, aac_frames
from tests.streaming.outputs.conftest import OutputProcess, ProgramProcess, StartOutput
from venue.ids import Language

EN = Language("en")
FPS = 25


def vitals_of(output: OutputProcess) -> dict[str, int]:
    found = output.last.get("vitals")
    return found if isinstance(found, dict) else {}


def waiting_bytes(output: OutputProcess) -> int:
    """Of reports that lie in the pipe."""
    assert output.process.stdout is not None
    found = array("i", [0])
    fcntl.ioctl(output.process.stdout.fileno(), termios.FIONREAD, found)
    return found[0]


def pictures(indices: range, fps: int = FPS) -> list[EncodedPicture]:
    step = VIDEO_CLOCK_HZ // fps
    return [
        EncodedPicture(VideoCodec.H264, b"", Ticks90k(index * step), index % (2 * fps) == 0)
        for index in indices
    ]


def measured(each: list[EncodedPicture], late_s: float = 0.1) -> Vitals:
    """What is measured when every picture is written this late."""
    measure = Measure(FPS)
    now_s = 0.0
    for picture in each:
        now_s = picture.pts / VIDEO_CLOCK_HZ + late_s
        measure.sound(AacFrame(EN, b"", SampleTime(int(picture.pts / VIDEO_CLOCK_HZ * 48_000))))
        measure.picture(picture, now_s)
    return measure.vitals(now_s)


def listened(frames: tuple[bytes, ...], config: bytes, seconds: int) -> Vitals:
    listener = Listener(config)
    for number in range(47 * seconds):
        at = SampleTime(number * 1024)
        listener.take(AacFrame(EN, frames[number % len(frames)], at))
    return listener.add_to(Vitals())


@pytest.mark.unit
def test_a_program_in_order_has_figures_in_order() -> None:
    vitals = measured(pictures(range(200)))
    assert (vitals.fps, vitals.lag_ms, vitals.lost_pictures) == (25, 100, 0)
    assert vitals.av_ms is not None
    assert abs(vitals.av_ms) < 50


@pytest.mark.unit
def test_pictures_left_out_and_age_are_seen() -> None:
    whole = pictures(range(300))
    half = measured([each for number, each in enumerate(whole) if number % 2 == 0])
    assert half.fps in (12, 13)
    assert half.lost_pictures == 149
    assert measured(whole, late_s=3.0).lag_ms == 3000


@pytest.mark.unit
def test_a_target_that_takes_little_makes_the_program_old_and_not_the_machine_slow() -> None:
    measure, found = Measure(FPS), list[Vitals]()
    waiting = pictures(range(750))
    # given five seconds of pictures written at once, every ten seconds
    for now_s in range(10, 70):
        if now_s % 10 == 0:
            for picture in waiting[:125]:
                measure.picture(picture, float(now_s))
            del waiting[:125]
        found.append(measure.vitals(float(now_s)))
    # then each picture of the program was there, and they are older and older
    assert {vitals.fps for vitals in found} == {FPS}
    lags_ms = [vitals.lag_ms or 0 for vitals in found]
    assert min(lags_ms) >= 5_000
    assert min(lags_ms[-10:]) >= 30_000


@pytest.mark.unit
def test_too_few_pictures_say_nothing_yet() -> None:
    assert measured(pictures(range(30))).fps is None


@pytest.mark.media
@pytest.mark.parametrize("hertz", [440, 550, 688])
def test_a_tone_is_told_from_the_next(hertz: int) -> None:
    vitals = listened(tone_frames(hertz, aac_config()), aac_config(), 12)
    assert vitals.tone_hz == hertz
    assert vitals.tone_ms >= 10_000
    assert vitals.quiet_ms == 0


@pytest.mark.media
def test_silence_is_no_tone_and_loudness_is_that_of_the_standard() -> None:
    silent = listened(aac_frames(0.0), AAC_CONFIG, 12)
    assert (silent.tone_hz, silent.loudness_lufs) == (0, None)
    assert silent.quiet_ms >= 10_000
    # BS.1770: 997 Hz on both sides is as many LUFS as dBFS; here its peak is 0.2.
    assert listened(aac_frames(997.0), AAC_CONFIG, 12).loudness_lufs == -14


@pytest.mark.media
def test_an_output_finds_what_goes_wrong_in_what_it_sends(
    program: ProgramProcess, ingest: RtmpIngest, start_output: StartOutput
) -> None:
    wrong = program.tap.with_suffix(".wrong")
    output = start_output("rtmp", url=ingest.url("watched"), lang="zh-Hant")
    # A supervisor that stands still: nobody reads the reports, and the pipe holds few of them.
    unread = start_output("rtmp", url=ingest.url("unread"), lang="en", options={"pipesize": 4096})
    unread.until("running")
    unread.reads.clear()
    wait_until(lambda: vitals_of(output).get("fps") == FPS, 30, "the picture rate")
    # It counts only while nothing interrupts it, which a busy machine does.
    wait_until(lambda: vitals_of(output).get("tone_hz") == 660, 90, "the other language's tone")
    assert abs(vitals_of(output)["av_ms"]) < 400

    wrong.write_text("slow silence")
    wait_until(lambda: vitals_of(output)["fps"] < 20, 30, "half the pictures")
    wait_until(lambda: vitals_of(output).get("quiet_ms", 0) > 2000, 30, "silence")
    wrong.write_text("no_pictures")
    wait_until(lambda: int(str(output.last["slate_gops"])) > 0, 30, "the slate")
    wait_until(lambda: vitals_of(output).get("quiet_ms", 0) == 0, 30, "sound again")
    wait_until(lambda: waiting_bytes(unread) > 3_000, 30, "a pipe that is nearly full")
    aim = ingest.received_bytes("unread") + 250_000
    wait_until(lambda: ingest.received_bytes("unread") >= aim, 30, "bytes of whom nobody hears")
    unread.reads.set()
    wait_until(lambda: int(str(unread.last["unread_reports"])) > 0, 30, "what was not read")
    assert output.finish() is None
    lost = [vitals.get("lost_pictures", 0) for vitals in map(_of, output.reports) if vitals]
    assert all(earlier <= later for earlier, later in pairwise(lost))


def _of(report: dict[str, object]) -> dict[str, int]:
    found = report.get("vitals")
    return found if isinstance(found, dict) else {}
