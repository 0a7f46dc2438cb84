"""The recording's doors: who may, what is whole, and any range of it."""

import json
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest

from signaling.doors.archive import issue_pass
from signaling.doors.base import SERVICES
from signaling.store import Store
from tests.signaling.conftest import DEFINITION, SESSION, House, HouseMaker, code_of
from venue import codec
from venue import journal as keys
from venue.ids import SessionId
from venue.roles import Role

pytestmark = pytest.mark.redis

PART = "20261125T140000Z"
API = f"/api/sessions/{SESSION}/archive"
PICTURE = bytes(range(256)) * 40


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """One part that is ready, and one that is being made ready."""
    recordings = tmp_path / "recordings" / SESSION
    ready = recordings / "archive" / PART
    ready.mkdir(parents=True)
    (recordings / f"{PART}.mkv").write_bytes(b"whole")
    (recordings / "late.mkv").write_bytes(b"half")
    (ready / "video.mp4").write_bytes(PICTURE)
    (ready / "index.json").write_text("{}")
    begun = recordings / "archive" / "late.new"
    begun.mkdir()
    (begun / "video.mp4").write_bytes(b"half")
    part = {"name": PART, "began_at": 1_795_615_200_000, "length_ms": 8_000, "sounds": ["en"]}
    (ready.parent / "archive.json").write_text(json.dumps({"parts": [part]}))
    (ready.parent / "index.m3u8").write_text("#EXTM3U\n")
    (ready.parent / "secret.json").write_text("{}")
    return recordings


async def opened(make_house: HouseMaker, store: Store, **changes: Any) -> House:
    """A process whose session is defined so."""
    definition = msgspec.structs.replace(DEFINITION, **changes)
    await store.run("HSET", keys.SESSIONS, SESSION, codec.encode_session(definition))
    made: House = await make_house()
    return made


async def ask(house: House, headers: dict[str, str] | None = None) -> tuple[int, Any]:
    async with house.http.get(API, headers=headers or {}) as answer:
        return answer.status, await answer.json()


async def test_the_recording_is_for_desks_unless_the_programme_says_so(
    make_house: HouseMaker, store: Store, shelf: Path
) -> None:
    house = await opened(make_house, store)
    for headers, status in (
        ({}, 401),
        (house.bearer(Role.AUDIENCE), 403),
        (house.bearer(Role.DELEGATE, "gdynia"), 403),
        (house.bearer(Role.ORGANIZER), 200),
        (house.bearer(Role.MODERATOR, "chair"), 200),
    ):
        assert (await ask(house, headers))[0] == status
    async with house.http.get(f"/archive/{SESSION}/public/index.m3u8") as answer:
        assert answer.status == 403
        assert await code_of(answer) == "archive.pass"


async def test_a_public_recording_opens_when_the_program_has_ended(
    make_house: HouseMaker, store: Store, shelf: Path
) -> None:
    house = await opened(make_house, store, archive="public")
    desk = await house.sit(Role.MODERATOR, "chair")
    status, told = await ask(house)
    assert (status, told["base"]) == (200, f"/archive/{SESSION}/public/")
    assert [told["desk"], (await ask(house, house.bearer(Role.ORGANIZER)))[1]["desk"]] == [
        False,
        True,
    ]
    assert (await desk.command("onair.start"))["ok"]
    status, told = await ask(house)
    assert (status, told["state"], told.get("base")) == (200, "recording", None)
    assert "chapters" not in told
    async with house.http.get(f"/archive/{SESSION}/public/index.m3u8") as answer:
        assert answer.status == 403
    assert "base" in (await ask(house, house.bearer(Role.ORGANIZER)))[1]


async def test_a_public_recording_of_a_closed_session_is_for_everybody_with_a_ticket(
    make_house: HouseMaker, store: Store, shelf: Path
) -> None:
    house = await opened(make_house, store, archive="public", public=False)
    assert (await ask(house))[0] == 401
    status, told = await ask(house, house.bearer(Role.AUDIENCE))
    assert status == 200
    async with house.http.get(f"{told['base']}index.m3u8") as answer:
        assert answer.status == 200


async def test_a_pass_opens_its_own_session_until_its_time(
    make_house: HouseMaker, store: Store, shelf: Path
) -> None:
    house = await opened(make_house, store)
    base = (await ask(house, house.bearer(Role.ORGANIZER)))[1]["base"]
    word = base.split("/")[3]
    until_s, _, signature = word.partition("-")
    assert int(until_s) > time.time()
    later = f"{int(until_s) + 1}-{signature}"
    over = issue_pass(house.app[SERVICES], SESSION, int(time.time()) - 1)
    other = issue_pass(house.app[SERVICES], SessionId("other"), int(until_s))
    for wrong in (later, over, other, "1-", "-", "x" * 40, f"{until_s}-é", "٣-x"):
        async with house.http.get(f"/archive/{SESSION}/{wrong}/index.m3u8") as answer:
            assert answer.status == 403, wrong
    async with house.http.get(f"{base}index.m3u8") as answer:
        assert answer.status == 200
        assert answer.headers["Cache-Control"] == "no-cache"


async def test_any_range_of_a_file_can_be_had(
    make_house: HouseMaker, store: Store, shelf: Path
) -> None:
    house = await opened(make_house, store, archive="public")
    path = f"/archive/{SESSION}/public/{PART}/video.mp4"
    whole = len(PICTURE)
    for asked, first, last in (
        ("bytes=0-99", 0, 99),
        ("bytes=5000-5999", 5_000, 5_999),
        ("bytes=10000-", 10_000, whole - 1),
        ("bytes=-40", whole - 40, whole - 1),
    ):
        async with house.http.get(path, headers={"Range": asked}) as answer:
            assert answer.status == 206
            assert answer.headers["Content-Range"] == f"bytes {first}-{last}/{whole}"
            assert await answer.read() == PICTURE[first : last + 1]
    async with house.http.get(path, headers={"Range": f"bytes={whole}-"}) as answer:
        assert answer.status == 416
    async with house.http.get(path) as answer:
        assert (answer.status, answer.content_type) == (200, "video/mp4")
        assert answer.headers["Accept-Ranges"] == "bytes"


async def test_only_whole_files_of_the_recording_are_served(
    make_house: HouseMaker, store: Store, shelf: Path
) -> None:
    house = await opened(make_house, store, archive="public")
    (shelf.parent / "outside.mp4").write_bytes(b"private")
    (shelf / "archive" / PART / "link.mp4").symlink_to(shelf.parent / "outside.mp4")
    base = f"/archive/{SESSION}/public/"
    async with house.http.get(f"{base}{PART}.mkv") as answer:
        assert await answer.read() == b"whole"
    for path in (
        "late.mkv",
        "late.new/video.mp4",
        f"{PART}/index.json",
        f"{PART}/link.mp4",
        "archive.json",
        "secret.json",
        f"archive/{PART}/video.mp4",
        f"..%2f{PART}.mkv",
        "..%2foutside.mp4",
        "absent.mp4",
    ):
        async with house.http.get(f"{house.url}{base}{path}") as answer:
            assert answer.status == 404, path
    state, parts = [(await ask(house))[1][key] for key in ("state", "parts")]
    # The other one is on its way.
    assert state == "preparing"
    assert [part["name"] for part in parts] == [PART]


async def test_what_is_wrong_is_said_and_what_is_ready_plays(
    make_house: HouseMaker, store: Store, shelf: Path
) -> None:
    house = await opened(make_house, store, archive="public")
    state = shelf / "archive" / "state.json"
    state.write_text('{"done": 0.25}')
    _, told = await ask(house)
    assert (told["state"], told["done"]) == ("preparing", 0.25)
    state.write_text('{"code": "archive.disk_full"}')
    _, told = await ask(house)
    assert (told["state"], told["code"]) == ("failed", "archive.disk_full")
    assert told["parts"]
    state.write_text('{"do')
    assert (await ask(house))[1]["state"] == "preparing"


async def test_without_a_recording_there_is_none(make_house: HouseMaker, store: Store) -> None:
    house = await opened(make_house, store, archive="public")
    _, told = await ask(house)
    assert (told["state"], told["parts"], told["chapters"]) == ("none", [], [])
