import json
import logging
import os
import time
from pathlib import Path
from typing import Any

import aiohttp
import jwt
import pytest

from signaling.doors.outputs import check_url, redact
from signaling.errors import ApiError
from signaling.store import Store
from tests.fakes.engine_door import FakeEngineDoor
from tests.signaling.conftest import SECRET, SESSION, House, HouseMaker, until
from venue.roles import Role

pytestmark = pytest.mark.redis

OFFER = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\n"
SDP = {"Content-Type": "application/sdp"}
KEY = "abcd-efgh-key-of-the-stream"


async def code_of(answer: Any) -> str:
    return str((await answer.json())["error"]["code"])


async def test_redeeming_a_ticket_tells_where_to_sit(house: House) -> None:
    headers = house.bearer(Role.MODERATOR, "chair", name="Chair")
    async with house.http.post("/api/redeem", headers=headers) as answer:
        assert answer.status == 200
        told = await answer.json()
    assert (told["session"], told["page"], told["seat"]) == (SESSION, "moderator", "chair")
    assert told["ice_servers"] == []


def forged(**changes: Any) -> str:
    claims = {"session": SESSION, "role": "delegate", "seat": "gdynia", "name": "X", "jti": "j"}
    claims |= {"exp": int(time.time()) + 60, **changes}
    return jwt.encode({k: v for k, v in claims.items() if v is not None}, SECRET)


@pytest.mark.parametrize(
    ("ticket", "code"),
    [
        ("", "ticket.missing"),
        ("nonsense", "ticket.invalid"),
        ("x" * 5000, "ticket.invalid"),
        (forged(exp=1), "ticket.expired"),
        (forged(exp=None), "ticket.invalid"),
        (forged(jti=None), "ticket.invalid"),
        (forged(role="system"), "ticket.invalid"),
        (forged(role="king"), "ticket.invalid"),
        (forged(role=None), "ticket.invalid"),
        (forged(seat="../etc"), "ticket.invalid"),
        (forged(seat=7.5), "ticket.invalid"),
        (forged(name=["x"]), "ticket.invalid"),
        (forged(lang="<script>"), "ticket.invalid"),
        (forged(aud="rotunda-device"), "ticket.invalid"),
        (jwt.encode({"session": SESSION, "exp": 9e9, "jti": "j"}, "x" * 32), "ticket.invalid"),
        (jwt.encode({"session": SESSION, "exp": 9e9}, "", algorithm="none"), "ticket.invalid"),
    ],
)
async def test_a_bad_ticket_is_refused_with_its_code(house: House, ticket: str, code: str) -> None:
    headers = {"Authorization": f"Bearer {ticket}"}
    async with house.http.post("/api/redeem", headers=headers) as answer:
        assert answer.status == 401
        assert await code_of(answer) == code
        assert answer.headers["WWW-Authenticate"] == "Bearer"


async def test_a_ticket_of_another_session_opens_nothing_here(house: House) -> None:
    headers = house.bearer(Role.MODERATOR, "chair", session="elsewhere")
    async with house.http.get(f"/api/sessions/{SESSION}/outputs", headers=headers) as answer:
        assert (answer.status, await code_of(answer)) == (403, "ticket.foreign")
    async with house.http.post("/api/redeem", headers=headers) as answer:
        assert (answer.status, await code_of(answer)) == (404, "session.unknown")


async def test_a_revoked_ticket_is_worth_nothing_and_its_page_is_closed(house: House) -> None:
    delegate = await house.sit(Role.DELEGATE, "gdynia")
    path = f"/api/sessions/{SESSION}/tickets/revoke"
    mine, desk = house.bearer(Role.DELEGATE, "gdynia"), house.bearer(Role.ORGANIZER)
    async with house.http.post(path, json={"seat": "gdynia"}, headers=mine) as answer:
        assert (answer.status, await code_of(answer)) == (403, "role.forbidden")
    async with house.http.post(path, json={}, headers=desk) as answer:
        assert answer.status == 422
    async with house.http.post(path, json={"seat": "gdynia"}, headers=desk) as answer:
        assert answer.status == 204
    await until(lambda: not delegate.io.connected, "the closed connection")
    assert delegate.media() == [{"kind": "gone", "reason": "revoked"}]
    async with house.http.post("/api/redeem", headers=mine) as answer:
        assert (answer.status, await code_of(answer)) == (401, "ticket.revoked")
    other = house.bearer(Role.DELEGATE, "taipei")
    async with house.http.post("/api/redeem", headers=other) as answer:
        assert answer.status == 200


@pytest.mark.parametrize("by", ["seat", "jti"])
async def test_revoking_ends_the_media_of_that_ticket_alone(
    house: House, engine: FakeEngineDoor, by: str
) -> None:
    await publish(house)
    delegate = await house.sit(Role.DELEGATE, "gdynia")
    await delegate.call("media", {"kind": "offer", "sdp": OFFER, "tracks": {}})
    assert {peer["seat"] for peer in engine.peers.values()} == {"hall", "gdynia"}
    mark = {"seat": "hall"} if by == "seat" else {"jti": "room-hall"}
    path, desk = f"/api/sessions/{SESSION}/tickets/revoke", house.bearer(Role.ORGANIZER)
    async with house.http.post(path, json=mark, headers=desk) as answer:
        assert answer.status == 204
    assert {peer["seat"] for peer in engine.peers.values()} == {"gdynia"}
    assert delegate.io.connected


async def test_a_page_of_another_origin_gets_no_socket(house: House) -> None:
    path = "/socket.io/?EIO=4&transport=websocket"
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await house.http.ws_connect(path, headers={"Origin": "https://evil.example"})
    async with house.http.ws_connect(path, headers={"Origin": house.url}) as own:
        assert (await own.receive_str()).startswith("0{")


async def test_a_stream_key_is_never_seen_again(
    house: House, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    chair = await house.sit(Role.MODERATOR, "chair")
    path, desk = f"/api/sessions/{SESSION}/outputs", house.bearer(Role.MODERATOR, "chair")
    url = f"rtmps://user:word@live.example.org:443/app/{KEY}?sig={KEY}"
    seen = []
    async with house.http.post(
        path, json={"kind": "rtmp", "url": url, "lang": "zh"}, headers=desk
    ) as answer:
        assert answer.status == 201, await answer.text()
        output = (await answer.json())["output"]
        assert answer.headers["Location"] == f"{path}/{output}"
        seen.append(await answer.text())
    async with house.http.get(path, headers=desk) as answer:
        seen.append(await answer.text())
        outputs = (await answer.json())["outputs"]
    (listed,) = (item for item in outputs if item["kind"] == "rtmp")
    assert listed["target"] == "rtmps://live.example.org:443/app/***"
    assert (listed["lang"], listed["output"]) == ("zh", output)
    for bad in (f"http://x/{KEY}", f"rtmp://x/{KEY} x", f"rtmp://{KEY}"):
        async with house.http.post(path, json={"url": bad, "lang": "en"}, headers=desk) as answer:
            assert (answer.status, await code_of(answer)) == (422, "output.malformed")
            seen.append(await answer.text())
    await until(lambda: output in str(chair.view["outputs"]), "the output in the view")
    kept = await store.run("HGETALL", f"rotunda:room:{SESSION}:outputs")
    assert json.loads(kept[output.encode()])["url"] == url
    journal = await store.run("XRANGE", f"rotunda:room:{SESSION}:journal", "-", "+")
    everything = f"{seen}{chair.events}{journal}{caplog.text}"
    assert KEY not in everything
    assert "user:word" not in everything
    async with house.http.delete(f"{path}/{output}", headers=desk) as answer:
        assert answer.status == 204
    async with house.http.delete(f"{path}/{output}", headers=desk) as answer:
        assert answer.status == 404
    assert not await store.run("HGETALL", f"rotunda:room:{SESSION}:outputs")


async def test_a_repeated_request_for_an_output_adds_one_output(house: House) -> None:
    path, desk = f"/api/sessions/{SESSION}/outputs", house.bearer(Role.ORGANIZER)
    body = {"url": "rtmp://live.example/app/key", "lang": "en", "id": "mine"}
    answers = []
    for _ in range(2):
        async with house.http.post(path, json=body, headers=desk) as answer:
            assert answer.status == 201
            answers.append((await answer.json())["output"])
    assert answers[0] == answers[1]
    async with house.http.get(path, headers=desk) as answer:
        kinds = [item["kind"] for item in (await answer.json())["outputs"]]
    assert kinds.count("rtmp") == 1


async def test_only_the_desk_may_see_or_change_outputs(house: House) -> None:
    path = f"/api/sessions/{SESSION}/outputs"
    for role, seat in ((Role.DELEGATE, "gdynia"), (Role.AUDIENCE, None), (Role.ROOM, "hall")):
        headers = house.bearer(role, seat)
        async with house.http.get(path, headers=headers) as answer:
            assert (answer.status, await code_of(answer)) == (403, "role.forbidden")
    async with house.http.get(path) as answer:
        assert answer.status == 401


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "request.malformed"),
        (b"[]", 400, "request.malformed"),
        (b"[" * 9000, 400, "request.malformed"),
        (b'"' + b"x" * 20_000 + b'"', 413, "request.too_large"),
        (b'{"url": 7}', 422, "output.malformed"),
        (b'{"url": "rtmp://h/a/b", "lang": "fr"}', 422, "output.malformed"),
        (b'{"url": "rtmp://h/a/b", "kind": "hls"}', 422, "output.malformed"),
        (b'{"url": "rtmp://h/a/b", "other": 1}', 422, "output.malformed"),
        (b'{"url": "rtmp://h/a/b", "id": 1}', 422, "output.malformed"),
    ],
)
async def test_a_bad_body_is_refused_with_its_code(
    house: House, body: bytes, status: int, code: str
) -> None:
    path, desk = f"/api/sessions/{SESSION}/outputs", house.bearer(Role.ORGANIZER)
    async with house.http.post(path, data=body, headers=desk) as answer:
        assert (answer.status, await code_of(answer)) == (status, code)


def test_a_target_must_be_an_rtmp_address() -> None:
    for good in ("rtmp://a/b", "rtmps://a.example:443/x/y", "rtmp://[::1]:1935/live/k"):
        assert check_url(good) == good
    bad = ["", "rtmp:///a/b", "rtmp://a", "file:///etc/passwd", "rtmp://a:99999/b", "rtmp://a/é"]
    for raw in [*bad, "rtmp://a/b\nc", "rtmp://a/" + "x" * 600, None, 5, "srt://a/b"]:
        with pytest.raises(ApiError):
            check_url(raw)
    assert redact("rtmp://[::1]:1935/live/k") == "rtmp://[::1]:1935/live/***"
    assert redact("rtmp://a/onlykey") == "rtmp://a/***"


async def publish(house: House, **headers: str) -> Any:
    bearer = house.bearer(Role.ROOM, "hall")
    return await house.http.post(
        f"/whip/{SESSION}", data=OFFER, headers={**bearer, **SDP, **headers}
    )


async def test_whip_makes_a_connection_that_can_trickle_and_end(
    house: House, engine: FakeEngineDoor
) -> None:
    bearer = house.bearer(Role.ROOM, "hall")
    made = await publish(house)
    assert made.status == 201
    assert made.content_type == "application/sdp"
    assert (await made.text()).startswith("v=0")
    location, etag = made.headers["Location"], made.headers["ETag"]
    (peer,) = engine.peers.values()
    assert (peer["seat"], peer["kind"], peer["role"]) == ("hall", "whip", "room")
    fragment = {**bearer, "Content-Type": "application/trickle-ice-sdpfrag", "If-Match": etag}
    async with house.http.patch(location, data="a=candidate", headers=fragment) as answer:
        assert answer.status == 204
    assert [text for _, text in engine.fragments] == ["a=candidate"]
    cases = [
        ({**fragment, "Content-Type": "text/plain"}, 415),
        ({k: v for k, v in fragment.items() if k != "If-Match"}, 428),
        ({**fragment, "If-Match": '"other"'}, 412),
        ({**fragment, "If-Match": "*"}, 422),
        ({**fragment, **house.bearer(Role.DELEGATE, "gdynia")}, 404),
        ({k: v for k, v in fragment.items() if k != "Authorization"}, 401),
    ]
    for headers, status in cases:
        async with house.http.patch(location, data="a=candidate", headers=headers) as answer:
            assert answer.status == status, await answer.text()
    async with house.http.delete(location) as answer:
        assert answer.status == 401
    async with house.http.delete(location, headers=bearer) as answer:
        assert answer.status == 200
    async with house.http.delete(location, headers=bearer) as answer:
        assert (answer.status, await code_of(answer)) == (404, "media.unknown_peer")
    assert not engine.peers


async def test_whip_refuses_what_it_cannot_take(house: House, engine: FakeEngineDoor) -> None:
    path, bearer = f"/whip/{SESSION}", house.bearer(Role.ROOM, "hall")
    cases: list[tuple[dict[str, str], str, int, str]] = [
        (SDP, OFFER, 401, "ticket.missing"),
        ({**SDP, **house.bearer(Role.AUDIENCE)}, OFFER, 403, "role.forbidden"),
        ({**SDP, **house.bearer(Role.ROOM, "hall", session="x")}, OFFER, 403, "ticket.foreign"),
        ({**bearer, "Content-Type": "text/plain"}, OFFER, 415, "request.unsupported_type"),
        ({**bearer, **SDP, "Accept": "text/html"}, OFFER, 406, "request.not_acceptable"),
        ({**bearer, **SDP}, "hello", 422, "media.sdp_invalid"),
        ({**bearer, **SDP}, "", 422, "media.sdp_invalid"),
        ({**bearer, **SDP}, "v=0" + "x" * 70_000, 413, "request.too_large"),
    ]
    for headers, body, status, code in cases:
        async with house.http.post(path, data=body, headers=headers) as answer:
            assert (answer.status, await code_of(answer)) == (status, code)
            assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert not engine.peers
    engine.refuse_with = (422, "media.no_common_codec")
    refused = await publish(house)
    assert (refused.status, await code_of(refused)) == (422, "media.no_common_codec")
    async with house.http.get(path) as answer:
        assert (answer.status, answer.headers["Allow"]) == (405, "OPTIONS, POST")
    async with house.http.options(path) as answer:
        assert answer.status == 204
        assert answer.headers["Accept-Post"] == "application/sdp"
        assert "Authorization" in answer.headers["Access-Control-Allow-Headers"]


async def test_without_an_engine_whip_and_whep_say_so(house: House) -> None:
    refused = await publish(house)
    assert (refused.status, await code_of(refused)) == (503, "media.unavailable")
    async with house.http.post(f"/whep/{SESSION}", data=OFFER, headers=SDP) as answer:
        assert (answer.status, await code_of(answer)) == (503, "media.unavailable")
    async with house.http.post("/whep/nowhere", data=OFFER, headers=SDP) as answer:
        assert (answer.status, await code_of(answer)) == (404, "session.unknown")


async def test_whep_is_open_counted_and_capped(
    make_house: HouseMaker, engine: FakeEngineDoor
) -> None:
    house = await make_house(whep_viewers_max=2)
    path = f"/whep/{SESSION}?lang=zh"
    locations = []
    for _ in range(2):
        async with house.http.post(path, data=OFFER, headers=SDP) as answer:
            assert answer.status == 201
            locations.append(answer.headers["Location"])
    assert {peer["language"] for peer in engine.peers.values()} == {"zh"}
    async with house.http.post(path, data=OFFER, headers=SDP) as answer:
        assert (answer.status, await code_of(answer)) == (503, "media.full")
    async with house.http.delete(locations[0]) as answer:
        assert answer.status == 200
    async with house.http.post(path, data=OFFER, headers=SDP) as answer:
        assert answer.status == 201
    # A monitor that vanished without a word makes room too.
    engine.peers.clear()
    async with house.http.post(path, data=OFFER, headers=SDP) as answer:
        assert answer.status == 201
    async with house.http.post(f"/whep/{SESSION}?lang=fr", data=OFFER, headers=SDP) as answer:
        assert (answer.status, await code_of(answer)) == (404, "language.unknown")
    guessed = locations[1][:-4] + "0000"
    async with house.http.delete(guessed) as answer:
        assert answer.status == 404


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


async def test_the_lobby_lists_sessions_and_the_desk_gets_a_report(house: House) -> None:
    async with house.http.get("/api/sessions") as answer:
        (listed,) = (await answer.json())["sessions"]
    assert (listed["id"], listed["languages"], listed["on_air"]) == (SESSION, ["en", "zh"], False)
    path, desk = f"/api/sessions/{SESSION}/report", house.bearer(Role.ORGANIZER)
    async with house.http.get(path, headers=desk) as answer:
        assert (await answer.json())["session"] == SESSION
    async with house.http.get(f"{path}?format=html", headers=desk) as answer:
        assert answer.content_type == "text/html"
        assert "<table>" in await answer.text()
    async with house.http.get(f"{path}?format=csv", headers=desk) as answer:
        assert answer.content_type == "text/csv"
    async with house.http.get(path) as answer:
        assert answer.status == 401


async def test_health_readiness_and_figures(house: House) -> None:
    await house.watch()
    for path in ("/healthz", "/readyz", "/metrics"):
        async with house.http.get(path) as answer:
            assert answer.status == 200
    async with house.http.get("/metrics") as answer:
        assert "rotunda_rooms_owned 1.0" in await answer.text()
