import re
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.web import canned, canned_booth
from tests.web.conftest import AXE, take_seat
from tests.web.stub_server import StubServer

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MINE = "t-gdynia"
WAITING = [canned.queued("vysocina"), canned.queued("edinburgh")]


def _mine(**change: Any) -> dict[str, Any]:
    return {**canned.current("gdynia", running=False), **change}


SENTENCES = {
    "off": ({}, "off", "You are not on air", "目前未在直播中"),
    "closed": (
        {"floor": canned.floor(list="closed")},
        "off",
        "list of speakers is closed",
        "已截止",
    ),
    "waiting": (
        {
            "you": canned.you(turn=MINE, position=3),
            "floor": canned.floor(queue=[*WAITING, canned.queued("gdynia")]),
        },
        "waiting",
        "You are number 3",
        "第 3 位",
    ),
    "next": (
        {
            "you": canned.you(turn=MINE, position=1, tally="next"),
            "floor": canned.floor(queue=[canned.queued("gdynia"), *WAITING]),
        },
        "next",
        "You are next",
        "下一位就是您",
    ),
    "called": (
        {
            "you": canned.you(turn=MINE, tally="next"),
            "floor": canned.floor(floor="calling", current=_mine(spoken_ms=0)),
        },
        "called",
        "The chair calls you",
        "主席請您發言",
    ),
    "on_air": (
        {
            "you": canned.you(turn=MINE, tally="on_air"),
            "floor": canned.floor(current=_mine()),
        },
        "on_air",
        "YOU ARE ON AIR",
        "您正在直播中",
    ),
    "silenced": (
        {
            "you": canned.you(turn=MINE),
            "floor": canned.floor(mode="chair_only", current=_mine()),
        },
        "held",
        "The chair has closed all microphones",
        "主席已關閉所有麥克風",
    ),
    "held": (
        {
            "you": canned.you(turn=MINE),
            "floor": canned.floor(floor="held", current=_mine(held_reason="chair")),
        },
        "held",
        "The chair has paused you",
        "主席已暫停您的發言",
    ),
}


@pytest.mark.parametrize("language", ["en", "zh-Hant"])
async def test_the_sentence_at_the_top_follows_the_view(
    page: Page, stub: StubServer, language: str
) -> None:
    await take_seat(page, stub, language)
    band = page.locator(".tally")
    for patch, tone, english, chinese in SENTENCES.values():
        await stub.change({**canned.view(), **patch})
        await expect(band).to_have_attribute("data-tone", tone)
        await expect(band).to_contain_text(english if language == "en" else chinese)


async def test_being_put_on_air_is_announced_assertively(page: Page, stub: StubServer) -> None:
    await take_seat(page, stub)
    await stub.change(SENTENCES["on_air"][0])
    await expect(page.locator("[data-region=assertive]")).to_contain_text("YOU ARE ON AIR")
    await expect(page.get_by_role("timer")).to_contain_text("3:08")


async def test_a_lost_line_keeps_the_place_and_says_so(page: Page, stub: StubServer) -> None:
    stub.view = {**stub.view, **SENTENCES["next"][0]}
    await take_seat(page, stub)
    stub.refusing = True
    await stub.drop_everybody()
    await expect(page.locator(".tally")).to_contain_text("Your place is kept")
    stub.refusing = False
    await expect(page.locator(".tally")).to_contain_text("You are next", timeout=20_000)


async def test_a_gap_in_the_numbers_asks_for_a_snapshot(page: Page, stub: StubServer) -> None:
    await take_seat(page, stub)
    assert stub.resyncs == 0
    await stub.change(SENTENCES["next"][0], skip=3)
    await expect(page.locator(".tally")).to_contain_text("You are next")
    assert stub.resyncs == 1


async def test_numbers_may_jump_when_the_base_is_known(page: Page, stub: StubServer) -> None:
    await take_seat(page, stub)
    await stub.change(SENTENCES["next"][0], skip=3, base=stub.seq)
    await expect(page.locator(".tally")).to_contain_text("You are next")
    assert stub.resyncs == 0


async def test_the_hand_asks_for_the_floor_by_button_and_by_key(
    page: Page, stub: StubServer
) -> None:
    await take_seat(page, stub)
    await page.get_by_role("button", name="Raise hand").click()
    await stub.heard("floor.request")
    assert stub.commands[-1] == ("floor.request", {})
    await stub.change(SENTENCES["next"][0])
    await expect(page.get_by_role("button", name="Lower hand")).to_be_enabled()
    await page.keyboard.press("h")
    await stub.heard("floor.withdraw")
    assert stub.commands[-1] == ("floor.withdraw", {"turn": MINE})


async def test_a_refusal_is_told_in_words(page: Page, stub: StubServer) -> None:
    error = {"code": "floor.list_not_open", "params": {}}
    stub.answers["floor.request"] = {"ok": False, "error": error}
    await take_seat(page, stub)
    await page.get_by_role("button", name="Raise hand").click()
    await expect(page.get_by_text("The list of speakers is not open.", exact=True)).to_be_visible()


async def test_a_second_window_takes_the_seat_and_the_first_says_so(
    page: Page, stub: StubServer
) -> None:
    await take_seat(page, stub)
    await stub.media({"kind": "gone", "reason": "replaced"})
    heading = page.get_by_role("heading", name="Your seat is open in another window")
    await expect(heading).to_be_visible()
    await expect(page.get_by_role("button", name="Use it here")).to_be_visible()


async def test_the_chair_asks_and_only_the_delegate_opens_the_microphone(
    page: Page, stub: StubServer
) -> None:
    await take_seat(page, stub)
    await stub.change({"you": canned.you(muted=True)})
    await expect(page.get_by_text("The chair has muted your microphone.")).to_be_visible()
    await expect(page.get_by_role("button", name="Unmute")).to_be_enabled()
    await stub.change({"you": canned.you(muted=True, asked_to_unmute=True)})
    prompt = page.get_by_role("region", name="The chair asks you to open your microphone")
    await expect(prompt).to_be_visible()
    await expect(page.locator("[data-region=assertive]")).to_contain_text("Only you can open it")
    assert stub.commands == []
    await prompt.get_by_role("button", name="Open microphone").click()
    await stub.heard("self.mute")
    assert stub.commands[-1] == ("self.mute", {"muted": False})
    await stub.change({"you": canned.you()})
    await expect(prompt).to_be_hidden()
    await expect(page.get_by_role("button", name="Mute", exact=True)).to_be_enabled()


async def test_who_stays_muted_says_so_to_the_chair(page: Page, stub: StubServer) -> None:
    await take_seat(page, stub)
    await stub.change({"you": canned.you(muted=True, asked_to_unmute=True)})
    await page.get_by_role("button", name="Stay muted").click()
    await stub.heard("self.mute")
    assert stub.commands[-1] == ("self.mute", {"muted": True})
    await expect(page.get_by_role("button", name="Unmute")).to_be_enabled()


async def test_an_unmute_that_the_room_did_not_take_leaves_the_microphone_closed(
    page: Page, stub: StubServer
) -> None:
    await take_seat(page, stub)
    await stub.change({"you": canned.you(muted=True)})
    stub.answers["self.mute"] = {"ok": False, "error": {"code": "room.busy", "params": {}}}
    await page.get_by_role("button", name="Unmute").click()
    await stub.heard("self.mute")
    await expect(page.get_by_role("status").get_by_text("did not work")).to_be_visible()
    await expect(page.get_by_role("button", name="Unmute")).to_be_enabled()


async def test_muting_closes_the_microphone_and_tells_the_room(
    page: Page, stub: StubServer
) -> None:
    await take_seat(page, stub)
    await page.get_by_role("button", name="Mute", exact=True).click()
    await stub.heard("self.mute")
    assert stub.commands[-1] == ("self.mute", {"muted": True})
    await stub.change(SENTENCES["on_air"][0])
    await expect(page.locator(".tally")).to_contain_text("muted: nobody hears you")


async def test_the_offer_has_its_fixed_lines_in_order(page: Page, stub: StubServer) -> None:
    await take_seat(page, stub)
    await expect(page.locator(".program-notice")).to_contain_text("not available yet")
    offer = stub.offers[0]
    lines = re.findall(r"^m=(\w+)|^a=(sendrecv|sendonly|recvonly)\s*$", offer["sdp"], re.MULTILINE)
    flat = [kind or direction for kind, direction in lines]
    assert flat == ["audio", "sendrecv", "video", "sendonly", "video", "recvonly"]
    assert list(offer["tracks"].values()) == ["microphone", "camera"]
    program = offer["sdp"].split("m=video")[2]
    first = program.split()[2]
    assert f"a=rtpmap:{first} H264/90000" in program
    assert "profile-level-id=4d001f" in program


async def test_without_devices_one_joins_to_watch_and_listen(page: Page, stub: StubServer) -> None:
    await page.add_init_script(
        "navigator.mediaDevices.getUserMedia = () =>"
        " Promise.reject(new DOMException('none', 'NotFoundError'))"
    )
    await page.goto(f"{stub.address}/join?ui=en#delegate-1")
    await expect(page.get_by_text("No microphone found")).to_be_visible()
    await page.get_by_role("button", name="Join to watch and listen").click()
    await expect(page.locator(".tally")).to_contain_text("You are not on air")
    await expect(page.get_by_role("button", name="Mute", exact=True)).to_be_disabled()


@pytest.mark.parametrize(
    ("ticket", "words"),
    [
        ("expired", "This link has expired"),
        ("forged", "This link does not work"),
        ("foreign", "This link belongs to another event"),
        ("revoked", "This link has been withdrawn"),
        ("", "This link is not complete"),
    ],
)
async def test_a_bad_link_says_what_is_wrong_with_it(
    page: Page, stub: StubServer, ticket: str, words: str
) -> None:
    await page.goto(f"{stub.address}/join?ui=en#{ticket}")
    await expect(page.get_by_role("heading", name=words)).to_be_visible()


@pytest.mark.parametrize(("width_px", "language"), [(360, "zh-Hant"), (1366, "en")])
async def test_axe_finds_nothing_on_any_state(
    page: Page, stub: StubServer, language: str, width_px: int
) -> None:
    assert AXE.exists(), "axe-core is missing: npm ci in web/"
    await page.set_viewport_size({"width": width_px, "height": 768})
    await page.goto(f"{stub.address}/join?ui={language}#delegate-1")
    await page.locator(".check .primary:enabled").wait_for()
    await page.add_script_tag(path=AXE)
    assert await violations(page) == []
    await page.locator(".check .primary").click()
    for patch, tone, _, _ in SENTENCES.values():
        await stub.change({**canned.view(), **patch})
        await expect(page.locator(".tally")).to_have_attribute("data-tone", tone)
        assert await violations(page) == [], tone
        wide = await page.evaluate("document.documentElement.scrollWidth > innerWidth")
        assert not wide, tone


async def violations(page: Page) -> list[str]:
    """What axe says against the page, once what changed has been painted."""
    await page.evaluate("new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)))")
    found: list[str] = await page.evaluate(
        "axe.run().then(r => r.violations.map(v => `${v.id}: `"
        " + `${v.nodes.map(n => n.target).join(' ')} ${v.nodes[0].any[0]?.message ?? ''}`))"
    )
    return found


async def test_one_tap_leads_from_the_own_language_to_the_original_and_back(
    page: Page, stub: StubServer
) -> None:
    stub.view["booths"] = [canned_booth.booth(canned_booth.OWN)]
    stub.view["you"] = canned.you(listening="zh-Hant")
    gdynia = {"language": "zh-Hant"}
    stub.view["seats"] = [
        {**seat, **(gdynia if seat["seat"] == "gdynia" else {})} for seat in stub.view["seats"]
    ]
    await take_seat(page, stub)
    await expect(page.get_by_label("Listen to")).to_have_value("zh-Hant")
    await page.get_by_role("button", name="Original").click()
    await stub.heard("listen")
    assert stub.commands[-1] == ("listen", {"lang": "floor"})
    await stub.change({"you": canned.you(listening="floor")})
    stub.commands.clear()
    await page.locator(".listening").get_by_role("button", name="中文").click()
    await stub.heard("listen")
    assert stub.commands[-1] == ("listen", {"lang": "zh-Hant"})
