"""Every HTTP door of docs/protocol.md, asked by somebody who means no good.

Whatever is sent, the answer is no server error and carries a code that is known.
"""

import asyncio
import itertools
import logging
import time
from typing import Any

import aiohttp
import jwt
import pytest

from signaling.errors import MESSAGES
from signaling.limits import RATES, address_of
from tests.fakes.engine_door import FakeEngineDoor
from tests.signaling.conftest import (
    OFFER,
    SDP,
    SECRET,
    SESSION,
    House,
    HouseMaker,
    code_of,
    publish,
)
from venue.roles import Role

pytestmark = pytest.mark.redis

DOORS = {
    "/": "GET",
    f"/s/{SESSION}": "GET",
    f"/s/{SESSION}/program": "GET",
    f"/s/{SESSION}/archive": "GET",
    f"/api/sessions/{SESSION}/archive": "GET",
    f"/archive/{SESSION}/public/index.m3u8": "GET",
    f"/archive/{SESSION}/public/chapters.vtt": "GET",
    "/join": "GET",
    "/static/x/src/main.js": "GET",
    "/demo.json": "GET",
    "/api/redeem": "POST",
    "/api/sessions": "GET",
    f"/api/sessions/{SESSION}": "GET",
    f"/api/sessions/{SESSION}/report": "GET",
    f"/api/sessions/{SESSION}/tickets/revoke": "POST",
    f"/api/sessions/{SESSION}/outputs": "GET POST",
    f"/api/sessions/{SESSION}/outputs/o-1": "DELETE",
    f"/whip/{SESSION}": "POST OPTIONS",
    f"/whip/{SESSION}/peer.sign": "PATCH DELETE OPTIONS",
    f"/whep/{SESSION}": "POST OPTIONS",
    f"/whep/{SESSION}/peer.sign": "PATCH DELETE OPTIONS",
    f"/hls/{SESSION}/en/index.m3u8": "GET OPTIONS",
    "/healthz": "GET",
    "/readyz": "GET",
    "/metrics": "GET",
}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")
BODIES: dict[str, bytes] = {
    "nothing": b"",
    "not JSON": b"{",
    "not an object": b"[]",
    "null": b"null",
    "not UTF-8": b'{"url": "\xff\xfe"}',
    "half a character": b'{"url": "rtmp://h/a/\\ud800", "lang": "\\ud800"}',
    "half a character as id": b'{"url": "rtmp://h/a/b", "id": "\\ud800"}',
    "half a character as ticket": b'{"jti": "\\ud800"}',
    "half a character as seat": b'{"seat": "\\udfff"}',
    "a null byte": b'{"url": "rtmp://h/a/b\\u0000", "seat": "\\u0000", "jti": "\\u0000"}',
    "numbers": b'{"url": 1, "kind": 2, "lang": 3, "id": 4, "jti": 5, "seat": 6}',
    "lists": b'{"url": [], "kind": [], "lang": [], "id": [], "jti": [], "seat": []}',
    "objects": b'{"url": {}, "kind": {}, "lang": {}, "id": {}, "jti": {}, "seat": {}}',
    "not a number": b'{"url": NaN, "id": Infinity}',
    "an endless number": b'{"id": ' + b"9" * 5000 + b"}",
    "depth": b'{"url": ' + b"[" * 8000,
    "extra": b'{"url": "rtmp://h/a/b", "admin": true, "jti": "x", "role": "organizer"}',
    "too large": b'{"url": "' + b"x" * 70_000 + b'"}',
}
SESSION_DESCRIPTIONS: dict[str, bytes] = {
    "nothing": b"",
    "not one": b"hello",
    "not UTF-8": b"v=0\r\n\xff\xfe\r\n",
    "a null byte": b"v=0\r\n\x00\r\n",
    "too large": b"v=0\r\n" + b"a=x\r\n" * 20_000,
}


async def known(answer: aiohttp.ClientResponse) -> str:
    """The code of a refusal; fails if it has none."""
    assert 400 <= answer.status < 500, f"{answer.status} {await answer.text()}"
    assert answer.content_type == "application/json"
    code = await code_of(answer)
    assert code in MESSAGES
    return code


async def test_no_method_of_any_door_falls_through(house: House) -> None:
    for (path, allowed), method in itertools.product(DOORS.items(), METHODS):
        if method in allowed.split():
            continue
        async with house.http.request(method, path) as answer:
            assert await known(answer) == "request.method_not_allowed", f"{method} {path}"
            assert set(answer.headers["Allow"].split(", ")) - {"HEAD"} == set(allowed.split())


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/api",
        "/api/sessions/",
        f"/api/sessions/{SESSION}/secrets",
        "/whip/",
        "/hls/",
        "/static/",
        "/s/",
        "//",
        "/%00",
        "/%ff%fe",
        "/s/%00",
        "/s/%ff",
        "/s/..%2f..%2fetc",
        "/s/" + "x" * 4000,
        "/api/sessions/%00",
        "/api/sessions/%0d%0aSet-Cookie:x",
        "/hls/%00/en/index.m3u8",
        f"/hls/{SESSION}/%ff/index.m3u8",
        "/static/x/%00.js",
        "/static/x/%2e%2e/%2e%2e/secret",
    ],
)
async def test_a_path_that_leads_nowhere_is_not_found(house: House, path: str) -> None:
    from yarl import URL

    async with house.http.get(URL(house.url + path, encoded=True)) as answer:
        assert await known(answer) in ("request.not_found", "session.unknown")
        assert answer.status == 404


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
async def test_no_body_breaks_a_door_that_takes_json(house: House, body: bytes) -> None:
    desk = house.bearer(Role.ORGANIZER)
    for path in (f"/api/sessions/{SESSION}/outputs", f"/api/sessions/{SESSION}/tickets/revoke"):
        async with house.http.post(path, data=body, headers=desk) as answer:
            code = await known(answer)
            assert code in ("request.malformed", "request.too_large", "output.malformed"), path
    async with house.http.get(f"/api/sessions/{SESSION}/outputs", headers=desk) as answer:
        assert all(item["kind"] != "rtmp" for item in (await answer.json())["outputs"])


@pytest.mark.parametrize("body", SESSION_DESCRIPTIONS.values(), ids=SESSION_DESCRIPTIONS)
async def test_no_body_breaks_whip_or_whep(
    house: House, engine: FakeEngineDoor, body: bytes
) -> None:
    engine.refuse_with = (422, "media.sdp_invalid")
    ticket = house.bearer(Role.ROOM, "hall")
    for path in (f"/whip/{SESSION}", f"/whep/{SESSION}"):
        async with house.http.post(path, data=body, headers={**SDP, **ticket}) as answer:
            assert await known(answer) in ("media.sdp_invalid", "request.too_large")
    engine.refuse_with = None
    made = await publish(house)
    fragment = {"Content-Type": "application/trickle-ice-sdpfrag", "If-Match": made.headers["ETag"]}
    async with house.http.patch(
        made.headers["Location"], data=body, headers={**ticket, **fragment}
    ) as answer:
        assert answer.status in (204, 413)


async def test_a_body_that_never_ends_is_given_up(make_house: HouseMaker) -> None:
    house = await make_house(body_timeout_s=0.2)
    reader, writer = await asyncio.open_connection(*house.url.removeprefix("http://").split(":"))
    head = f"POST /api/sessions/{SESSION}/outputs HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n"
    bearer = house.bearer(Role.ORGANIZER)["Authorization"]
    writer.write(f"{head}Authorization: {bearer}\r\n\r\n{{".encode())
    async with asyncio.timeout(15):
        answer = await reader.readuntil(b'"request.timeout"')
    assert answer.startswith(b"HTTP/1.1 408 ")
    writer.close()


@pytest.mark.parametrize(
    "raw",
    [
        b"\r\n\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 100_000 + b"\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 100 + b"\r\n\r\n",
    ],
    ids=["blank", "no path", "version", "negative", "smuggling", "long header", "TLS"],
)
async def test_what_is_not_http_ends_its_own_connection_only(house: House, raw: bytes) -> None:
    reader, writer = await asyncio.open_connection(*house.url.removeprefix("http://").split(":"))
    writer.write(raw)
    writer.write_eof()
    async with asyncio.timeout(15):
        answer = await reader.read()
    assert answer == b"" or answer.startswith(b"HTTP/1.")
    assert b" 500 " not in answer.partition(b"\r\n")[0]
    writer.close()
    async with house.http.get("/healthz") as alive:
        assert alive.status == 200


async def test_a_bad_ticket_opens_no_door(house: House) -> None:
    desk = f"/api/sessions/{SESSION}"
    doors = [
        ("POST", "/api/redeem"),
        ("GET", f"{desk}/report"),
        ("POST", f"{desk}/tickets/revoke"),
        ("GET", f"{desk}/outputs"),
        ("POST", f"{desk}/outputs"),
        ("DELETE", f"{desk}/outputs/o-1"),
        ("POST", f"/whip/{SESSION}"),
        ("POST", f"/whep/{SESSION}"),
        ("DELETE", f"/whip/{SESSION}/peer.sign"),
    ]
    claims = {"session": SESSION, "role": "organizer", "seat": None, "jti": "j"}
    tickets = {
        "ticket.expired": jwt.encode({**claims, "exp": 1}, SECRET),
        "ticket.invalid": jwt.encode({**claims, "exp": time.time() + 60}, "another secret" * 3),
        "ticket.foreign": house.ticket(Role.ORGANIZER, session="elsewhere"),
        "ticket.revoked": house.ticket(Role.ORGANIZER, id="gone"),
    }
    revoke = house.bearer(Role.ORGANIZER)
    async with house.http.post(
        f"{desk}/tickets/revoke", json={"jti": "gone"}, headers=revoke
    ) as answer:
        assert answer.status == 204
    for (method, path), (code, ticket) in itertools.product(doors, tickets.items()):
        headers = {"Authorization": f"Bearer {ticket}", **SDP}
        async with house.http.request(method, path, data=OFFER, headers=headers) as answer:
            wanted = (
                code if (path, code) != ("/api/redeem", "ticket.foreign") else "session.unknown"
            )
            assert await known(answer) == wanted, path


async def ask_until_refused(house: House, method: str, path: str, **more: Any) -> int:
    """How often somebody is let in before they are told to wait."""
    for count in itertools.count():
        async with house.http.request(method, path, **more) as answer:
            if answer.status == 429:
                assert await known(answer) == "request.too_many"
                wait_s = (await answer.json())["error"]["params"]["retry_after_s"]
                assert answer.headers["Retry-After"] == str(wait_s)
                assert wait_s >= 1
                return count
    raise AssertionError


@pytest.mark.parametrize(
    ("method", "path", "role", "what"),
    [
        ("POST", "/api/redeem", Role.DELEGATE, "request"),
        ("POST", f"/whip/{SESSION}", Role.DELEGATE, "media"),
        ("POST", "/api/redeem", None, "refusal"),
        ("POST", f"/whep/{SESSION}", None, "monitor"),
    ],
    ids=["redeeming", "WHIP", "tickets that are no good", "WHEP"],
)
async def test_who_comes_too_often_is_told_to_wait(
    house: House, engine: FakeEngineDoor, method: str, path: str, role: Role | None, what: str
) -> None:
    headers = {} if role is None else house.bearer(role, "gdynia")
    let_in = await ask_until_refused(house, method, path, data=OFFER, headers={**SDP, **headers})
    assert let_in >= RATES[what][0]
    # Nobody else has to wait for it.
    async with house.http.post(
        "/api/redeem", headers=house.bearer(Role.DELEGATE, "taipei")
    ) as answer:
        assert answer.status == 200
    elsewhere = {"X-Forwarded-For": "203.0.113.9"}
    async with house.http.post("/api/redeem", headers=elsewhere) as answer:
        assert await known(answer) == "ticket.missing"


async def test_nothing_of_all_this_is_logged_as_a_fault(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    for (path, methods), body in itertools.product(DOORS.items(), BODIES.values()):
        for method in methods.split():
            headers = {**house.bearer(Role.ORGANIZER), **SDP}
            async with house.http.request(method, path, data=body, headers=headers) as answer:
                assert answer.status not in (500, 502), f"{method} {path}"
    assert [record.message for record in caplog.records if record.levelno >= logging.ERROR] == []


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("127.0.0.1", "6.6.6.6, 203.0.113.9", "203.0.113.9"),
        ("127.0.0.1", "nonsense", "127.0.0.1"),
        ("198.51.100.7", "203.0.113.9", "198.51.100.7"),
        ("::ffff:127.0.0.1", "2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:9::9", "", "2001:db8:1:2::/64"),
        (None, "203.0.113.9", "None"),
    ],
)
def test_only_our_own_proxy_is_believed(peer: str | None, forwarded: str, address: str) -> None:
    assert address_of(peer, forwarded, ("127.0.0.0/8", "::1/128")) == address
