"""A language with a picture of its own, at a real RTMP server, beside one that shares."""

import asyncio
import math
import select
from pathlib import Path

import numpy as np
import pytest

from benchmarks import signals
from streaming.outputs.tap import TapClient, TapWish
from streaming.packets import EncodedPicture
from tests.fakes.ingest import RtmpIngest, wait_until
from tests.harness import table
from tests.harness.product import Product, running_product
from tests.harness.show import LANGUAGES, TOML, Show, running_show
from venue.ids import Language

pytestmark = pytest.mark.media

SESSION = """
id = "summit"
title = { en = "Ferries and harbours", "zh-Hant" = "渡輪與港口" }
languages = ["en", "zh"]
own_picture = ["zh"]

[[seats]]
seat = "ana"
name = "Ana Ferreira"
title = "Mayor"
city = "Aveiro"
words = { zh = { name = "安娜・費雷拉", title = "市長", city = "阿威羅" } }
"""
ENOUGH_BYTES = 400_000
ZH = Language("zh")


async def put_on_air(product: Product, ingest: RtmpIngest) -> None:
    tickets = await table.tickets_for(product, {"desk": {"role": "moderator"}})
    async with product.connect(tickets["desk"]) as desk:
        await desk.command("floor.open")
        await table.give_floor(desk, "ana")
        for language in ("en", "zh"):
            body = {"kind": "rtmp", "url": ingest.url(language), "lang": language}
            door = f"/api/sessions/{table.SESSION}/outputs"
            await asyncio.to_thread(product.request, "POST", door, tickets["desk"], body)
        await desk.command("onair.start")


def key_times(tap: Path, wishes: list[TapWish], count: int) -> list[list[int]]:
    """Media times of the key pictures that outputs with these wishes are given from now on."""
    clients = {TapClient(tap, wish): list[int]() for wish in wishes}
    assert all(client.connect() for client in clients)
    while min(map(len, clients.values())) < count and select.select([*clients], [], [], 20)[0]:
        for client, found in clients.items():
            messages = client.read() or []
            found += [one.pts for one in messages if isinstance(one, EncodedPicture) and one.key]
    for client in clients:
        client.close()
    return list(clients.values())


def last_luma(recording: Path, until_s: float = math.inf) -> "np.typing.NDArray[np.int16]":
    pictures = signals.read_pictures(recording, every_s=0.5)
    *_, picture = (picture for at_s, picture in pictures if at_s <= until_s)
    return picture.mean(axis=2).astype(np.int16)


def words_apart(one: "np.typing.NDArray[np.int16]", other: "np.typing.NDArray[np.int16]") -> float:
    """Of two pictures, in the lower third, where the words are."""
    return float(np.abs(one - other)[300:350, 12:300].mean())


def test_its_picture_is_its_own_and_its_key_pictures_fall_on_the_same_instants(
    tmp_path: Path,
) -> None:
    directory = tmp_path / "ingest"
    directory.mkdir()
    ingest = RtmpIngest(directory)
    ingest.start()
    try:
        with running_product(tmp_path / "data", program="640x360@25") as product:
            product.import_session(SESSION)
            asyncio.run(put_on_air(product, ingest))
            for language in ("en", "zh"):
                wait_until(
                    lambda lang=language: ingest.received_bytes(lang) > ENOUGH_BYTES, 60, language
                )
            tap = product.tap()
            shared, own = key_times(tap, [TapWish(), TapWish(picture=ZH)], 2)
    finally:
        ingest.kill()
    # One may have begun its next GOP when they ask, and the other not yet.
    assert set(shared) & set(own)
    assert all(pts % 180_000 == 0 for pts in (*shared, *own))
    one, other = (ingest.recordings(language)[-1] for language in ("en", "zh"))
    for recording in (one, other):
        distances = signals.read_video(recording).key_distances_s
        assert distances
        assert all(abs(distance - 2.0) < 0.002 for distance in distances)
    lumas = last_luma(one), last_luma(other)
    apart = np.abs(lumas[0] - lumas[1])
    lower_third, ground = apart[300:350, 12:300], apart[40:100, 12:60]
    assert float(lower_third.mean()) > 3, "other words"
    assert float(ground.mean()) < 1, "the same picture behind them"


async def hold_show(show: Show) -> tuple[dict[str, float], dict[str, float]]:
    """Live with a picture of its own, then without; gives how far each had come at either end."""
    async with show.desk() as desk:
        await desk.link.command("floor.open")
        await table.give_floor(desk.link, "ana")
        await desk.to_live()
        await asyncio.gather(*(show.plays(lang, 3) for lang in LANGUAGES))
        with_own = {lang: show.media_s(lang) for lang in LANGUAGES}
        await asyncio.to_thread(show.product.import_session, TOML)
        await desk.link.until(
            lambda view: not view["session"]["own_pictures"], table.PATIENCE_S, "the file"
        )
        # The engine starts again with other encodes: the slate meanwhile, and nothing ends.
        await desk.says(en="engine_gone", zh="engine_gone")
        await desk.says(en="live", zh="live")
        await asyncio.gather(*(show.plays(lang, 5) for lang in LANGUAGES))
        without = {lang: show.media_s(lang) for lang in LANGUAGES}
        assert show.lifecycles() == {"en": ["live"], "zh": ["live"]}
        await desk.link.command("broadcast.end")
        await desk.says(en="ended", zh="ended")
    return with_own, without


@pytest.mark.soak
def test_each_broadcast_shows_its_own_words_and_a_file_that_says_otherwise_breaks_neither(
    tmp_path: Path,
) -> None:
    own = TOML.replace("\ntimezone", '\nown_picture = ["zh"]\ntimezone', 1)
    with running_show(tmp_path, session=own) as show:
        moments = asyncio.run(hold_show(show))
        (english,), (chinese,) = (show.recordings(lang) for lang in LANGUAGES)
    with_own, without = (
        words_apart(last_luma(english, until["en"]), last_luma(chinese, until["zh"]))
        for until in moments
    )
    assert with_own > 3
    assert without < 1
