"""A panel from end to end, judged from what a real nginx-rtmp and the delegates received."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from benchmarks import signals
from benchmarks.signals import Rgb, Video
from streaming.picture.layout import Rect, arrange
from tests.fakes.ingest import RtmpIngest
from tests.harness import table
from tests.harness.product import Crowd, Product, running_product
from venue.ids import SeatId
from venue.scene import Layout

pytestmark = pytest.mark.media

WIDTH_PX, HEIGHT_PX = 640, 360
FPS = 25
SPEECH_PICTURES = 3 * FPS
TONES_HZ = {"ana": 440, "bo": 620, "hall": 870, "room": 1130}
COLORS = {"ana": (200, 30, 30), "bo": (30, 170, 40), "hall": (30, 40, 200), "room": (210, 200, 30)}
SEATS = tuple(TONES_HZ)
SPEAKERS = ("ana", "bo", "room")
LOUD_DBFS = -38.0
"""A tone at or above this is heard."""
GONE_DBFS = -45.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was received."""

    video: dict[str, Video]
    program: dict[str, list[dict[float, float]]]
    """By output language: levels of every tone, a quarter second a step."""
    heard: dict[str, list[dict[float, float]]]
    """By seat: levels in what that seat was sent."""
    last_picture: Rgb


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evidence]:
    scratch = tmp_path_factory.mktemp("panel")
    ingest = RtmpIngest(scratch)
    ingest.start()
    try:
        with running_product(scratch / "data", program=f"{WIDTH_PX}x{HEIGHT_PX}@{FPS}") as product:
            yield asyncio.run(hold_panel(product, ingest))
    finally:
        ingest.kill()


async def hold_panel(product: Product, ingest: RtmpIngest) -> Evidence:
    product.import_session(table.TOML)
    tickets = await table.tickets_for(
        product,
        {seat: {"role": "room" if seat == "room" else "delegate", "seat": seat} for seat in SEATS}
        | {"desk": {"role": "moderator", "name": "Mo"}},
    )
    people = [
        {
            "ticket": tickets[seat],
            "tone_hz": TONES_HZ[seat],
            "rgb": COLORS[seat],
            "whip": seat == "room",
            "keep_sound": seat != "room",
        }
        for seat in SEATS
    ]
    async with product.connect(tickets["desk"]) as desk, Crowd(product.base_url, people) as crowd:
        await table.on_stage(desk, *SEATS)
        await desk.command("stage.scene", {"layout": "gallery"})
        await desk.command("floor.open")
        await put_on_air(product, tickets["desk"], ingest)
        await desk.command("onair.start")
        await desk.until(
            lambda view: list(table.output_states(view).values()) == ["running"] * 2,
            table.PATIENCE_S,
            "outputs",
        )
        for seat in SPEAKERS:
            turn = await table.give_floor(desk, seat)
            await table.pictures_later(crowd, SPEECH_PICTURES)
            await table.end_speech(desk, turn)
            await table.pictures_later(crowd, FPS)
        await table.show_question(desk, "Where will the night ferries land?")
        await table.pictures_later(crowd, 2 * FPS)
        heard = {
            seat: await crowd.hear(index, list(TONES_HZ.values()))
            for index, seat in enumerate(SEATS)
            if seat != "room"
        }
        await desk.command("onair.stop")
        await desk.until(lambda view: not view["program"]["on_air"], table.PATIENCE_S, "off air")
    return await asyncio.to_thread(read_evidence, ingest, heard)


async def put_on_air(product: Product, ticket: str, ingest: RtmpIngest) -> None:
    for language in ("en", "zh"):
        body = {"kind": "rtmp", "url": ingest.url(language), "lang": language}
        await asyncio.to_thread(
            product.request, "POST", f"/api/sessions/{table.SESSION}/outputs", ticket, body
        )


def read_evidence(ingest: RtmpIngest, heard: dict[str, list[dict[float, float]]]) -> Evidence:
    files: dict[str, Path] = {}
    for language in ("en", "zh"):
        recordings = ingest.recordings(language)
        assert len(recordings) == 1, f"{language} connected {len(recordings)} times"
        files[language] = recordings[0]
    tones = list(TONES_HZ.values())
    pictures = list(signals.read_pictures(files["en"], every_s=0.5))
    return Evidence(
        video={language: signals.read_video(path) for language, path in files.items()},
        program={
            language: signals.tone_levels(signals.read_sound(path), tones)
            for language, path in files.items()
        },
        heard=heard,
        last_picture=pictures[-1][1],
    )


def loudest(levels: list[dict[float, float]], seat: str) -> float:
    return max(step[TONES_HZ[seat]] for step in levels)


def box_inside(rect: Rect) -> tuple[int, int, int, int]:
    """The middle of a tile, clear of name labels and borders."""
    return (
        rect.x_px + rect.width_px // 4,
        rect.y_px + rect.height_px // 4,
        rect.width_px // 2,
        rect.height_px // 4,
    )


def test_targets_receive_h264_with_key_frames_exactly_two_seconds_apart(evidence: Evidence) -> None:
    for video in evidence.video.values():
        assert video.codec == "h264"
        assert len(video.key_times_s) >= 5
        assert video.key_distances_s == pytest.approx(
            [2.0] * len(video.key_distances_s), abs=0.0011
        )


def test_time_goes_on_at_the_target_without_a_hole(evidence: Evidence) -> None:
    """A busy machine may lose pictures; viewers must never wait for the next key frame."""
    for video in evidence.video.values():
        steps = np.diff(np.array(video.times_s))
        assert steps.min() > 0
        assert steps.max() < 2.0


def test_the_pictures_of_both_languages_are_the_same_bytes(evidence: Evidence) -> None:
    english, chinese = evidence.video["en"].hashes, evidence.video["zh"].hashes
    assert signals.common_run(english, chinese) >= min(len(english), len(chinese)) - 2 * FPS


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_program_holds_a_tone_only_while_its_seat_has_the_floor(
    evidence: Evidence, language: str
) -> None:
    levels = evidence.program[language]
    spans = {}
    for seat in SPEAKERS:
        runs = signals.runs_of(levels, TONES_HZ[seat], LOUD_DBFS)
        assert len(runs) == 1, f"{seat} was heard {len(runs)} times: {runs}"
        spans[seat] = runs[0]
        assert runs[0][1] - runs[0][0] >= 8, f"{seat} was heard for {runs[0]}"
    assert spans["ana"][1] <= spans["bo"][0]
    assert spans["bo"][1] <= spans["room"][0]
    assert loudest(levels, "hall") < GONE_DBFS


@pytest.mark.parametrize("seat", ["ana", "bo", "hall"])
def test_nobody_is_sent_their_own_voice(evidence: Evidence, seat: str) -> None:
    assert loudest(evidence.heard[seat], seat) < GONE_DBFS


def test_nobody_in_the_room_is_sent_the_room(evidence: Evidence) -> None:
    assert loudest(evidence.heard["hall"], "room") < GONE_DBFS


@pytest.mark.parametrize(
    ("listener", "speaker"),
    [("ana", "bo"), ("ana", "room"), ("bo", "ana"), ("bo", "room"), ("hall", "ana")],
)
def test_everybody_else_is_sent_the_speaker(
    evidence: Evidence, listener: str, speaker: str
) -> None:
    assert loudest(evidence.heard[listener], speaker) > LOUD_DBFS


def test_every_colour_sits_in_its_own_tile(evidence: Evidence) -> None:
    seats = [SeatId(seat) for seat in SEATS]
    plan = arrange(Layout.GALLERY, seats, WIDTH_PX, HEIGHT_PX, question=True)
    for tile in plan.tiles:
        seen = signals.region_rgb(evidence.last_picture, box_inside(tile.rect))
        assert signals.looks_like(seen, COLORS[tile.seat]), f"{tile.seat}: {seen}"


def test_the_approved_question_is_on_the_picture(evidence: Evidence) -> None:
    seats = [SeatId(seat) for seat in SEATS]
    band = arrange(Layout.GALLERY, seats, WIDTH_PX, HEIGHT_PX, question=True).bottom
    region = evidence.last_picture[band.y_px : band.bottom_px, band.x_px : band.right_px]
    luma = region.mean(axis=2)
    # Text: both bright and dark within the card, with many edges between them.
    edges = np.abs(np.diff(luma, axis=1)) > 60
    assert edges.mean() > 0.01
