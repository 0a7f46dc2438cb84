"""Session descriptions that cannot be answered, given to a real engine through WHIP and WHEP."""

import asyncio
import json
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest

from tests.harness import table
from tests.harness.product import Product, running_product

pytestmark = pytest.mark.media

HEAD = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
SECURE = (
    "c=IN IP4 0.0.0.0\r\na=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\n"
    "a=fingerprint:sha-256 " + ":".join(["AB"] * 32) + "\r\na=setup:actpass\r\na=rtcp-mux\r\n"
)


def section(mid: int, codec: str = "VP8/90000", more: str = "") -> str:
    line = "m=video 9 UDP/TLS/RTP/SAVPF 96\r\n"
    return f"{line}{SECURE}a=mid:{mid}\r\na=sendrecv\r\na=rtpmap:96 {codec}\r\n{more}"


OFFERS = {
    "no media": (HEAD, "media.sdp_invalid"),
    "garbage lines": (HEAD + "m=\r\nx\r\n=\r\na=\r\n" * 5, "media.sdp_invalid"),
    "half a media section": (HEAD + "m=video\r\n", "media.sdp_invalid"),
    "a hundred media sections": (
        HEAD + "".join(section(mid) for mid in range(100)),
        "media.too_many_tracks",
    ),
    "no codec in common": (HEAD + section(0, "H265/90000"), "media.no_common_codec"),
    "one mid twice": (HEAD + section(0) + section(0), "media.sdp_invalid"),
    "no fingerprint": (
        HEAD + section(0).replace("a=fingerprint", "a=x-fingerprint"),
        "media.sdp_invalid",
    ),
    "no ICE": (HEAD + section(0).replace("a=ice-", "a=x-ice-"), "media.sdp_invalid"),
    "numbers beyond measure": (
        HEAD + section(0, "VP8/" + "9" * 400, "a=ssrc:" + "9" * 400 + " cname:x\r\n"),
        "media.no_common_codec",
    ),
    "two thousand candidates": (
        HEAD + section(0, more="a=candidate:1 1 udp 1 192.0.2.1 9 typ host\r\n" * 1900),
        "request.too_large",
    ),
}


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with running_product(tmp_path_factory.mktemp("offers") / "data") as running:
        running.import_session(table.TOML)
        yield running


def post(product: Product, door: str, ticket: str, offer: str) -> tuple[int, str]:
    """Status and code of the answer."""
    headers = {"Content-Type": "application/sdp"}
    if ticket:
        headers["Authorization"] = f"Bearer {ticket}"
    address = f"{product.base_url}/{door}/{table.SESSION}"
    request = urllib.request.Request(address, offer.encode(), headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=15) as answer:
            return answer.status, ""
    except urllib.error.HTTPError as error:
        with error:
            return error.code, str(json.loads(error.read())["error"]["code"])


async def test_what_cannot_be_answered_is_refused_with_its_code_and_the_engine_lives(
    product: Product,
) -> None:
    tickets = await table.tickets_for(
        product, {"desk": {"role": "moderator"}, "room": {"role": "room", "seat": "room"}}
    )
    async with product.connect(tickets["desk"]) as desk:
        await desk.until(lambda view: view["program"]["engine"] == "up", 60, "engine")
        engines = product.pids("streaming.engine")
        seen: dict[str, object] = {}
        for name, (offer, _) in OFFERS.items():
            # The bucket of a seat holds ten; this many offers come from two doors.
            seen[name] = await asyncio.to_thread(post, product, "whip", tickets["room"], offer)
            seen[f"{name}, WHEP"] = await asyncio.to_thread(post, product, "whep", "", offer)
        assert seen == {
            f"{name}{door}": (413 if code == "request.too_large" else 422, code)
            for name, (_, code) in OFFERS.items()
            for door in ("", ", WHEP")
        }
        assert product.pids("streaming.engine") == engines
        assert desk.view["program"]["engine"] == "up"
    assert "Traceback" not in product.log()
