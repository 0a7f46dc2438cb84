"""What goes to the outputs: AAC on its grid, in loudness, in time."""

import io
from collections.abc import Sequence

import av
import numpy as np
import pytest
from av.audio.codeccontext import AudioCodecContext

from benchmarks.signals import loudness
from rotunda.demo.voice import speech
from streaming.mediatime import AAC_FRAME_SAMPLES
from streaming.packets import AacFrame, booth_stem, is_booth
from streaming.sound.aac import ProgramEncoders, aac_config, silent_aac_frame
from streaming.sound.pcm import Pcm
from tests.streaming.sound.helpers import (
    EN,
    FIRST_TICK,
    ZH,
    Studio,
    packets_of,
    power_db,
    speech_noise,
    tone,
)
from venue.ids import FLOOR_LANGUAGE, SeatId
from venue.scene import Person, Scene

pytestmark = pytest.mark.media

SEAT, OTHER = SeatId("one"), SeatId("other")


def decode(frames: Sequence[AacFrame]) -> Pcm:
    """Both channels of a program, shape (2, samples); the one of a booth, (1, samples)."""
    decoder = av.CodecContext.create("aac", "r")
    assert isinstance(decoder, AudioCodecContext)
    decoder.extradata = b"\x11\x88" if is_booth(frames[0].language) else aac_config()
    return np.concatenate(
        [frame.to_ndarray() for one in frames for frame in decoder.decode(av.Packet(one.data))],
        axis=1,
    )


def scene(*seats: SeatId) -> Scene:
    return Scene(people={SEAT: Person("p")}, open_microphones=frozenset(seats), languages=(EN,))


@pytest.mark.parametrize("pitch_hz", [110, 210])
def test_the_gaps_between_syllables_are_part_of_how_loud_speech_is(pitch_hz: int) -> None:
    room = Studio((EN,), {SEAT: packets_of(speech(float(pitch_hz), seed=pitch_hz))})
    room.run(scene(SEAT), 20 * 50)
    figure, peak = loudness(decode(room.frames)[:, 8 * 48_000 :])
    assert figure == pytest.approx(-16, abs=0.7)
    assert peak <= -1.5


@pytest.mark.parametrize("level_db", [-18.0, -30.0, -38.0])
def test_a_voice_is_brought_to_program_loudness(level_db: float) -> None:
    room = Studio((EN,), {SEAT: packets_of(speech_noise(20, level_db))})
    room.run(scene(SEAT), 1000)
    figure, peak = loudness(decode(room.frames)[:, 8 * 48_000 :])
    assert figure == pytest.approx(-16.0, abs=1.0)
    assert peak <= -1.5


def test_two_at_once_are_no_louder_than_one() -> None:
    sources = {SEAT: packets_of(speech_noise(20, -20)), OTHER: packets_of(speech_noise(20, -30, 7))}
    room = Studio((EN,), sources)
    room.run(scene(SEAT, OTHER), 1000)
    figure, peak = loudness(decode(room.frames)[:, 10 * 48_000 :])
    assert figure == pytest.approx(-16.0, abs=1.0)
    assert peak <= -1.5


def test_a_shout_stays_under_the_true_peak() -> None:
    sound = speech_noise(6, -30)
    sound[3 * 48_000 : 4 * 48_000] *= 25
    room = Studio((EN,), {SEAT: packets_of(np.clip(sound, -1, 1), 128)})
    room.run(scene(SEAT), 300)
    assert loudness(decode(room.frames))[1] <= -1.5


@pytest.mark.parametrize("louder", [8, 100])
def test_after_a_shout_or_with_a_microphone_turned_down_a_voice_is_as_loud_as_before(
    louder: float,
) -> None:
    sound = speech(110.0, seed=110)
    loud = np.clip(sound[: 4 * 48_000] * louder, -1, 1)
    room = Studio((EN,), {SEAT: packets_of(np.concatenate((loud, sound, sound, sound)), 64)})
    room.run(scene(SEAT), 28 * 50)
    figure, _ = loudness(decode(room.frames)[:, 18 * 48_000 :])
    assert figure == pytest.approx(-16, abs=1.0)


def test_the_noise_of_a_room_is_not_raised_in_a_pause() -> None:
    sound = speech(110.0, seed=110)
    noise = np.random.default_rng(3).normal(0, 10 ** (-44 / 20), 20 * 48_000).astype(np.float32)
    sound = np.concatenate((sound, np.zeros(12 * 48_000, np.float32)))[: len(noise)] + noise
    room = Studio((EN,), {SEAT: packets_of(sound, 96)})
    room.run(scene(SEAT), 20 * 50)
    out = decode(room.frames)[0]
    assert 20 * np.log10(out[18 * 48_000 :].std()) < -40


def test_every_language_has_its_frames_on_the_grid_without_a_hole() -> None:
    room = Studio((EN, ZH), {SEAT: packets_of(tone(500, 1))})
    room.run(scene(SEAT), 100)
    for language in (EN, ZH):
        times = [frame.at for frame in room.frames if frame.language == language]
        assert times[0] % AAC_FRAME_SAMPLES == 0
        assert set(np.diff(times)) == {AAC_FRAME_SAMPLES}
        assert abs(times[-1] - (FIRST_TICK + 100) * 960) < 4 * AAC_FRAME_SAMPLES


def test_a_frame_is_labelled_with_the_time_of_the_sound_it_decodes_to() -> None:
    frames: list[AacFrame] = []
    encoder = ProgramEncoders((EN,), frames.append)
    sound = speech_noise(2, -20)
    for tick in range(100):
        encoder.tick(FIRST_TICK + tick, {EN: sound[tick * 960 : (tick + 1) * 960]})
    start = frames[0].at - FIRST_TICK * 960
    out = decode(frames)[0]
    probe = out[30_000:38_000]
    lags = range(-1500, 1500)
    best = max(lags, key=lambda lag: float(probe @ sound[30_000 + start + lag :][:8000]))
    assert best == 0


def test_skipped_ticks_are_filled_and_a_long_stop_begins_again_on_the_grid() -> None:
    frames: list[AacFrame] = []
    encoder = ProgramEncoders((EN,), frames.append)
    sound = tone(400, 0.02)
    for index in (*range(100, 150), *range(160, 200), *range(5000, 5050)):
        encoder.tick(index, {EN: sound})
    times = [frame.at for frame in frames]
    assert all(at % AAC_FRAME_SAMPLES == 0 for at in times)
    assert sum(step != AAC_FRAME_SAMPLES for step in np.diff(times)) == 1
    assert encoder.restarts == 1


def test_silence_and_its_configuration_make_a_playable_stream() -> None:
    sound = decode([AacFrame(EN, silent_aac_frame(), 0)] * 20)  # type: ignore[arg-type]
    assert sound.shape == (2, 20 * AAC_FRAME_SAMPLES)
    assert not sound.any()
    target = io.BytesIO()
    with av.open(target, "w", format="flv") as container:
        stream = container.add_stream("aac", rate=48_000)
        assert isinstance(stream.codec_context, AudioCodecContext)
        assert aac_config()[:2] == bytes.fromhex("1190")


def test_the_recording_is_given_the_clean_floor_and_the_booth_alone() -> None:
    speaker_hz, booth_hz = 523.0, 911.0
    sources = {SEAT: packets_of(tone(speaker_hz, 5.0)), OTHER: packets_of(tone(booth_hz, 5.0))}
    room = Studio((EN, ZH), sources)
    scene = Scene(
        people={SEAT: Person("s", language=EN), OTHER: Person("i", language=ZH)},
        speaker=SEAT,
        open_microphones=frozenset({SEAT}),
        booths={ZH: OTHER},
        languages=(EN, ZH),
    )
    room.run(scene, 200)
    tracks = {
        name: decode([frame for frame in room.frames if frame.language == name])[0, -48_000:]
        for name in {frame.language for frame in room.frames}
    }
    assert set(tracks) == {EN, ZH, FLOOR_LANGUAGE, booth_stem(EN), booth_stem(ZH)}
    floor, booth = tracks[FLOOR_LANGUAGE], tracks[booth_stem(ZH)]
    assert power_db(floor, speaker_hz) > -26
    assert power_db(floor, booth_hz) < power_db(floor, speaker_hz) - 50
    assert power_db(booth, booth_hz) > -26
    assert power_db(booth, speaker_hz) < power_db(booth, booth_hz) - 50
    assert np.abs(tracks[booth_stem(EN)]).max() < 1e-3


def test_the_engine_tells_to_the_millisecond_when_a_captured_sample_leaves() -> None:
    # Lip sync goes by this: a click at a known sample of the microphone, through a real coder,
    # must leave at the time that `playout` gives for the moment it was captured.
    click_at = 90 * 960 + 400
    sound = np.zeros(120 * 960, np.float32)
    sound[click_at : click_at + 480] = tone(1000.0, 0.01, -9.0)
    room = Studio((EN,), {SEAT: packets_of(sound)})
    room.run(scene(SEAT), 110)
    playout = room.engine.playout(SEAT)
    assert playout is not None
    told_s = playout.at_s + (click_at - playout.rtp) / 48_000
    heard = decode(room.frames)[0]
    left_s = (room.frames[0].at + int(np.flatnonzero(np.abs(heard) > 0.02)[0])) / 48_000
    assert left_s == pytest.approx(told_s, abs=0.0015)


def two_tracks(sound: Pcm, apart: range) -> tuple[list[AacFrame], list[AacFrame], ProgramEncoders]:
    """The same sound on two tracks, but for some ticks in which the second is half as loud."""
    frames: list[AacFrame] = []
    encoder = ProgramEncoders((EN, ZH), frames.append)
    for tick in range(len(sound) // 960):
        here = sound[tick * 960 : (tick + 1) * 960]
        encoder.tick(FIRST_TICK + tick, {EN: here, ZH: here * (0.5 if tick in apart else 1.0)})
    one, other = ([frame for frame in frames if frame.language == lang] for lang in (EN, ZH))
    return one, other, encoder


def test_tracks_that_sound_the_same_are_encoded_once() -> None:
    one, other, encoder = two_tracks(speech_noise(2, -20), range(0))
    assert [frame.at for frame in one] == [frame.at for frame in other]
    assert all(mine.data is theirs.data for mine, theirs in zip(one[10:], other[10:], strict=True))
    assert encoder.shared > len(one) - 11


def test_a_track_goes_its_own_way_and_comes_back_without_a_gap_or_a_click() -> None:
    sound = speech_noise(4, -20)
    _, other, encoder = two_tracks(sound, range(80, 120))
    assert 0 < encoder.shared < len(other)
    assert set(np.diff([frame.at for frame in other])) == {AAC_FRAME_SAMPLES}
    wanted = sound.copy()
    wanted[80 * 960 : 120 * 960] *= 0.5
    start = other[0].at - FIRST_TICK * 960
    heard = decode(other)[0]
    first = max(0, -start) + 4096
    error = heard[first:-2048] - wanted[start + first :][: len(heard) - 2048 - first]
    # As faithful where the encoders change as anywhere else.
    power = np.square(error[: len(error) // 512 * 512].reshape(-1, 512)).mean(axis=1)
    assert float(power.max()) < 8 * float(np.median(power))


def test_a_silent_track_costs_no_encoder_and_speaks_again_without_a_click() -> None:
    sound = speech_noise(4, -20)
    sound[60 * 960 : 120 * 960] = 0
    frames: list[AacFrame] = []
    encoder = ProgramEncoders((EN,), frames.append)
    for tick in range(200):
        encoder.tick(FIRST_TICK + tick, {EN: sound[tick * 960 : (tick + 1) * 960]})
    assert encoder.shared > 30
    assert set(np.diff([frame.at for frame in frames])) == {AAC_FRAME_SAMPLES}
    start = frames[0].at - FIRST_TICK * 960
    heard = decode(frames)[0]
    assert not heard[75 * 960 - start : 105 * 960 - start].any()
    again = heard[122 * 960 - start : 190 * 960 - start]
    error = again - sound[122 * 960 : 190 * 960]
    power = np.square(error[: len(error) // 512 * 512].reshape(-1, 512)).mean(axis=1)
    assert float(power.max()) < 8 * float(np.median(power))
