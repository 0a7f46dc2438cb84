"""Who watched on YouTube, in the report and for the desk's curve."""

import csv
import io

import pytest

from signaling.store import Store
from tests.signaling.conftest import SESSION, House
from venue.ids import Instant, Language
from venue.journal import viewers_key
from venue.roles import Role
from venue.viewers import ViewersSample, encode_sample

pytestmark = pytest.mark.redis


async def test_counts_are_in_the_report_with_their_time(house: House, store: Store) -> None:
    for minute, viewers in enumerate((12, 40, 31)):
        at = Instant(1_795_300_000_000 + minute * 60_000)
        sample = ViewersSample(Language("zh"), at, viewers, 100 + minute)
        await store.run(
            "XADD", viewers_key(SESSION), "*", "sample", encode_sample(sample)["sample"]
        )
    await store.run("XADD", viewers_key(SESSION), "*", "other", "thing")
    bearer = house.bearer(Role.MODERATOR, "chair")

    async with house.http.get(f"/api/sessions/{SESSION}/report", headers=bearer) as answer:
        (figures,) = (await answer.json())["youtube"]
    assert (figures["lang"], figures["peak"], figures["views"]) == ("zh", 40, 102)
    assert [viewers for _, viewers, _ in figures["samples"]] == [12, 40, 31]

    wanted = {"format": "csv", "table": "viewers"}
    path = f"/api/sessions/{SESSION}/report"
    async with house.http.get(path, params=wanted, headers=bearer) as answer:
        rows = list(csv.DictReader(io.StringIO(await answer.text())))
    assert len(rows) == 3
    assert rows[1] == {
        "at": "2026-11-21T22:27:40+00:00",
        "language": "zh",
        "viewers": "40",
        "views": "101",
    }

    async with house.http.get(path, params={"format": "html"}, headers=bearer) as answer:
        text = await answer.text()
    assert "<h2>YouTube</h2>" in text
    assert "<td>Chinese</td>" in text
    async with house.http.get(
        path, params={"format": "html", "ui": "zh-Hant"}, headers=bearer
    ) as answer:
        assert "<td>中文</td>" in await answer.text()
    async with house.http.get(f"/api/sessions/{SESSION}/viewers", headers=bearer) as answer:
        assert (await answer.json())["youtube"][0]["now"] == 31


async def test_viewers_are_not_everybodys_business(house: House) -> None:
    async with house.http.get(f"/api/sessions/{SESSION}/viewers") as answer:
        assert answer.status == 401
    delegate = house.bearer(Role.DELEGATE, "gdynia")
    async with house.http.get(f"/api/sessions/{SESSION}/viewers", headers=delegate) as answer:
        assert answer.status == 403
