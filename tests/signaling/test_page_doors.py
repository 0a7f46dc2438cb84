"""Pages, their files, HLS, the report and health."""

import os
from pathlib import Path

import pytest

from tests.signaling.conftest import (
    SESSION,
    House,
    code_of,
)
from venue.roles import Role

pytestmark = pytest.mark.redis


async def test_hls_serves_its_files_and_nothing_else(house: House, tmp_path: Path) -> None:
    directory = tmp_path / "hls" / SESSION / "en"
    directory.mkdir(parents=True)
    (directory / "index.m3u8").write_text("#EXTM3U\n")
    (directory / "1.m4s").write_bytes(b"media")
    (directory / "notes.txt").write_text("private")
    (tmp_path / "secret.m3u8").write_text("private")
    os.symlink(tmp_path / "secret.m3u8", directory / "link.m3u8")
    async with house.http.get(f"/hls/{SESSION}/en/index.m3u8") as answer:
        assert answer.status == 200
        assert answer.content_type == "application/vnd.apple.mpegurl"
        assert answer.headers["Cache-Control"] == "no-cache"
    async with house.http.get(f"/hls/{SESSION}/en/1.m4s") as answer:
        assert answer.status == 200
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
    for path in ("en/notes.txt", "en/link.m3u8", "en/../../../secret.m3u8", "en/absent.m4s"):
        async with house.http.get(f"/hls/{SESSION}/{path}") as answer:
            assert answer.status == 404
    for path in ("..%2f..%2fsecret.m3u8", "en/..%2f..%2f..%2fsecret.m3u8", "%2e%2e/secret.m3u8"):
        async with house.http.get(f"{house.url}/hls/{SESSION}/{path}") as answer:
            assert answer.status == 404


async def test_pages_carry_versioned_files_and_a_policy_for_their_import_map(
    house: House, tmp_path: Path
) -> None:
    web = tmp_path / "web"
    (web / "src").mkdir()
    (web / "src" / "main.js").write_text("export const a = 1;\n" * 100)
    page = '<script type="importmap">{"imports": {"a": "/static/-/src/main.js"}}</script>'
    (web / "lobby.html").write_text(page)
    async with house.http.get("/") as answer:
        assert answer.status == 200
        assert answer.headers["Content-Encoding"] == "gzip"
        text, policy = await answer.text(), answer.headers["Content-Security-Policy"]
    assert "sha256-" in policy
    assert "unsafe-eval" not in policy
    path = text.split('"')[7]
    assert "/static/-/" not in text
    async with house.http.get(path) as answer:
        assert answer.status == 200
        assert answer.content_type == "text/javascript"
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.headers["Content-Encoding"] == "gzip"
        assert (await answer.text()).startswith("export")
    for other in ("/static/x/../../secret.m3u8", "/static/x/src/absent.js", "/static/x/lobby.html"):
        async with house.http.get(other) as answer:
            assert answer.status == 404
    async with house.http.get("/s/nowhere") as answer:
        assert (answer.status, await code_of(answer)) == (404, "session.unknown")
    async with house.http.get("/demo.json") as answer:
        assert answer.status == 404


async def test_people_get_a_page_where_programs_get_a_code(house: House, tmp_path: Path) -> None:
    (tmp_path / "web" / "lost.html").write_text("<p>{sentence}</p><code>{code}</code>")
    page = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    for path, code in (("/s/nowhere", "session.unknown"), ("/nothing", "request.not_found")):
        async with house.http.get(path, headers=page) as answer:
            assert (answer.status, answer.content_type) == (404, "text/html")
            assert f"<code>{code}</code>" in await answer.text()
            assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
        async with house.http.get(path) as answer:
            assert (answer.status, await code_of(answer)) == (404, code)
    for path in ("/api/sessions/nowhere/outputs", "/hls/nowhere/en/index.m3u8", "/static/x/y.js"):
        async with house.http.get(path, headers=page) as answer:
            assert answer.content_type == "application/json"


async def test_the_lobby_lists_sessions_and_the_desk_gets_a_report(house: House) -> None:
    async with house.http.get("/api/sessions") as answer:
        (listed,) = (await answer.json())["sessions"]
    assert (listed["id"], listed["languages"], listed["on_air"]) == (SESSION, ["en", "zh"], False)
    path, desk = f"/api/sessions/{SESSION}/report", house.bearer(Role.ORGANIZER)
    async with house.http.get(path, headers=desk) as answer:
        assert (await answer.json())["session"] == SESSION
    for ui, words in (("en", "Questions"), ("zh-Hant", "提問"), ("<b>", "Questions")):
        async with house.http.get(f"{path}?format=html&ui={ui}", headers=desk) as answer:
            assert answer.content_type == "text/html"
            text = await answer.text()
            assert f"<h2>{words}</h2><table>" in text
            assert "<b>" not in text
    async with house.http.get(path) as answer:
        assert answer.status == 401


async def test_the_report_is_tables_for_spreadsheets(house: House) -> None:
    desk = await house.sit(Role.MODERATOR, "chair")
    body = {"name": "=HYPERLINK(1)", "delegation": "Oslo", "source": "room"}
    turn = (await desk.command("floor.add_for", body))["turn"]
    await desk.command("floor.call", {"turn": turn})
    await desk.command("floor.start", {"turn": turn})
    await desk.command("floor.end", {"turn": turn})
    path, organizer = f"/api/sessions/{SESSION}/report?format=csv", house.bearer(Role.ORGANIZER)
    first_lines = {
        "": "name,delegation,turns,spoken_ms",
        "&table=turns": "name,delegation,started_at,ended_at,spoken_ms",
        "&table=delegations": "delegation,speakers,turns,spoken_ms",
        "&table=languages": "lang,interpreted_ms,on_air_ms",
        "&table=questions": "count,number",
    }
    for table, first_line in first_lines.items():
        async with house.http.get(path + table, headers=organizer) as answer:
            assert answer.content_type == "text/csv"
            lines = (await answer.text()).splitlines()
            assert lines[0] == first_line
            # No cell is a formula.
            assert not table.endswith("turns") or lines[1].startswith("'=HYPERLINK(1),Oslo,")
        async with house.http.get(f"{path}{table}&bom=1", headers=organizer) as answer:
            assert (await answer.read()).startswith(b"\xef\xbb\xbf" + first_line.encode())
    async with house.http.get(f"{path}&table=secrets", headers=organizer) as answer:
        assert (answer.status, await code_of(answer)) == (400, "request.malformed")


async def test_health_readiness_and_figures(house: House) -> None:
    await house.watch()
    for path in ("/healthz", "/readyz", "/metrics"):
        async with house.http.get(path) as answer:
            assert answer.status == 200
    async with house.http.get("/metrics") as answer:
        assert "rotunda_rooms_owned 1.0" in await answer.text()
