"""A term that one booth adds: who gets it, and what is left of it."""

import json

import pytest

from signaling.store import Store
from tests.signaling.conftest import SESSION, House, HouseMaker, until
from venue.roles import Role

pytestmark = pytest.mark.redis

TERM = {"term": "=sponge city", "says": {"zh": "海綿城市", "fr": "ville éponge"}, "note": "rain"}


async def test_a_term_is_every_booths_and_nobody_elses(
    house: House, make_house: HouseMaker
) -> None:
    # Another process than the one that hosts the room.
    elsewhere = await make_house("two")
    own = await house.sit(Role.INTERPRETER, "booth-zh", language="zh")
    other = await elsewhere.sit(Role.INTERPRETER, "booth-fr", language="fr")
    others = [
        await house.sit(Role.MODERATOR, "chair"),
        await house.sit(Role.DELEGATE, "gdynia"),
        await elsewhere.watch(),
    ]
    added = await own.command("glossary.add", TERM)
    assert added["entry"] == "a.1"
    await until(lambda: other.view["glossary"], "the term in the other booth")
    assert other.view["glossary"][0]["says"] == TERM["says"]
    body = {"entry": "a.1", "version": 1, **TERM, "note": "rain and floods"}
    assert (await other.command("glossary.correct", body))["ok"]
    late = await own.command("glossary.remove", {"entry": "a.1", "version": 1})
    assert late["error"]["code"] == "glossary.changed"
    # Everybody has been told of something that came after it.
    assert (await others[0].command("onair.start"))["ok"]
    for one in others:
        await until(lambda one=one: one.view["program"]["on_air"], "the newest view")
        assert one.view["glossary"] == []
        assert "sponge" not in json.dumps(one.events, ensure_ascii=False)


async def test_terms_outlive_their_host_and_the_organiser_takes_them_along(
    make_house: HouseMaker, store: Store
) -> None:
    house = await make_house()
    own = await house.sit(Role.INTERPRETER, "booth-zh", language="zh")
    await own.command("glossary.add", TERM)
    await house.app.shutdown()
    await house.app.cleanup()
    again = await make_house("two")
    back = await again.sit(Role.INTERPRETER, "booth-zh", language="zh")
    assert [one["term"] for one in back.view["glossary"]] == ["=sponge city"]
    path = f"/api/sessions/{SESSION}/report"
    bearer = again.bearer(Role.ORGANIZER)
    async with again.http.get(path, headers=bearer) as answer:
        assert (await answer.json())["terms"][0]["says"] == TERM["says"]
    async with again.http.get(f"{path}?format=csv&table=terms", headers=bearer) as answer:
        head, row = (await answer.text()).splitlines()
    assert head == "change,listed,term,fr,zh,note,kind,by,changed_at"
    assert row.startswith("added,,'=sponge city,ville éponge,海綿城市,rain,term,Somebody,")
    async with again.http.get(f"{path}?format=html&ui=zh-Hant", headers=bearer) as answer:
        page = await answer.text()
    assert "詞彙表：口譯員的更動" in page
    assert "法文：ville éponge" in page
    assert "中文：海綿城市" in page
    interpreter = again.bearer(Role.INTERPRETER, "booth-zh")
    async with again.http.get(path, headers=interpreter) as answer:
        assert answer.status == 403
