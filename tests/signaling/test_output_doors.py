"""Targets of the program over HTTP; their keys are never seen again."""

import logging

import pytest

from signaling.doors.outputs import check_url, redact
from signaling.errors import ApiError
from signaling.store import Store
from tests.signaling.conftest import (
    SECRET,
    SESSION,
    House,
    code_of,
    until,
)
from venue.roles import Role
from venue.sealing import Address, Seal, Unreadable

pytestmark = pytest.mark.redis

KEY = "abcd-efgh-key-of-the-stream"


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
    assert Seal(SECRET).opened(kept[output.encode()]) == Address(url, "zh")
    with pytest.raises(Unreadable):
        Seal("another secret").opened(kept[output.encode()])
    journal = await store.run("XRANGE", f"rotunda:room:{SESSION}:journal", "-", "+")
    everything = f"{seen}{chair.events}{journal}{kept}{caplog.text}"
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
