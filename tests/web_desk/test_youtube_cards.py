"""A language's card on the desk: what is said of it, and where its viewers are sent."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.web_desk.conftest import OpenPage, violations
from tests.web_desk.stub import Stub
from tests.web_desk.views import SESSION, both, broadcast, output, session, youtube
from tests.web_desk.youtube_panel import card, dialog, panel

pytestmark = pytest.mark.browser


def signed(lang: str, verdict: str, code: str) -> dict[str, Any]:
    return {
        "channel": f"city-{lang}", "langs": [lang], "id": "UC", "title": f"City {lang}",
        "verdict": verdict, "code": f"youtube.{code}", "granted_at": 1_795_000_000_000,
        "expires_at": 1_795_604_800_000, "checked_at": 1_795_000_000_000,
    }  # fmt: skip


def test_a_verdict_is_one_sentence_with_what_to_do(open_page: OpenPage, desk_stub: Stub) -> None:
    broken = {"code": "youtube.output_broken", "params": {"error": "output.lost", "retries": 3}}
    differs = {"privacy": "private", "wanted": "unlisted"}
    view = youtube(
        broadcast("en", "live", verdict="down", **broken),
        broadcast("zh", "live", verdict="warning", code="youtube.privacy_differs", params=differs),
    )
    page = panel(open_page, desk_stub, view)
    said = card(page, "en").locator(".yt-verdict")
    expect(said).to_have_text(
        "Nothing reaches YouTube: The connection to the platform broke."
        " It is tried again by itself."
    )
    expect(card(page, "zh").locator(".yt-verdict")).to_contain_text(
        "On YouTube it is private, you set unlisted."
    )
    expect(page.get_by_role("button", name="YouTube EN: trouble")).to_be_visible()
    # The list of choices shows what is set: the same word again has a button of its own.
    card(page, "zh").get_by_role("button", name="Make it unlisted again").click()
    dialog(page).get_by_role("button", name="Make it unlisted").click()
    body = {"privacy": "unlisted", "expect": "unlisted", "langs": ["zh"]}
    assert desk_stub.wait_for(1) == [("broadcast.privacy", body)]


def test_a_code_of_a_newer_server_is_still_said(open_page: OpenPage, desk_stub: Stub) -> None:
    view = youtube(broadcast("en", "live", verdict="bad", code="youtube.moon_full"))
    page = panel(open_page, desk_stub, view, "zh-Hant")
    expect(card(page, "en").locator(".yt-verdict")).to_contain_text("youtube.moon_full")


def test_the_links_of_a_language_are_its_own(open_page: OpenPage, desk_stub: Stub) -> None:
    page = panel(
        open_page, desk_stub, both("live"), permissions=["clipboard-write", "clipboard-read"]
    )
    for lang, name in (("en", "English"), ("zh", "Chinese")):
        url = f"https://www.youtube.com/watch?v=video-{lang}"
        watch = page.get_by_role("link", name=f"Watch {name} on YouTube")
        expect(watch).to_have_attribute("href", url)
        page.get_by_role("button", name=f"Copy link: {name}").click()
        expect(page.locator(".yt-say")).to_have_text(f"The link of {name} is copied.")
        assert page.evaluate("navigator.clipboard.readText()") == url


def test_viewers_are_sent_to_their_own_language_only(
    open_page: OpenPage, audience_stub: Stub
) -> None:
    watched = youtube(
        broadcast("en", "live", privacy="public"), broadcast("zh", "live", privacy="public")
    )
    audience_stub.view["youtube"] = {**watched, "broadcasts": []}
    page = open_page(f"{audience_stub.url}/s/{SESSION}?ui=zh-Hant")
    link = page.locator(".youtube-link")
    expect(link).to_have_attribute("href", "https://www.youtube.com/watch?v=video-zh")
    page.get_by_role("button", name="English", exact=True).last.click()
    expect(link).to_have_attribute("href", "https://www.youtube.com/watch?v=video-en")
    expect(link).to_have_text("在 YouTube 觀看英文直播")
    # The English one is taken off: the Chinese one is no substitute.
    only_zh = [each for each in watched["watch"] if each["lang"] == "zh"]
    audience_stub.push(youtube={**watched, "broadcasts": [], "watch": only_zh})
    expect(link).to_have_count(0)


def test_the_programme_sends_each_viewer_to_their_language(
    open_page: OpenPage, audience_stub: Stub
) -> None:
    ended = broadcast("zh", "ended", privacy="public")
    watch = youtube(broadcast("en", "live", privacy="public"), ended)["watch"]
    audience_stub.sessions = [{**session(), "on_air": True, "watch": watch}]
    page = open_page(f"{audience_stub.url}/?ui=en")
    link = page.locator(".youtube-link")
    expect(link).to_have_text("Watch in English on YouTube")
    expect(link).to_have_attribute("href", "https://www.youtube.com/watch?v=video-en")
    page = open_page(f"{audience_stub.url}/?ui=zh-Hant")
    expect(page.locator(".youtube-link")).to_have_text("在 YouTube 重看中文直播")
    assert violations(page) == []


def test_a_card_says_how_chat_and_captions_fare(open_page: OpenPage, desk_stub: Stub) -> None:
    en = [
        {"about": "chat", "code": "youtube.chat_reading", "params": {"seconds": 20}},
        {"about": "captions", "code": "youtube.captions_sent", "params": {}},
    ]
    zh = [
        {"about": "chat", "code": "youtube.chat_budget", "params": {}},
        {"about": "post", "code": "youtube.post_unknown", "params": {"reason": "TimeoutError"}},
    ]
    shown = youtube(broadcast("en", "live", remarks=en), broadcast("zh", "live", remarks=zh))
    page = panel(open_page, desk_stub, shown)
    expect(card(page, "en").get_by_role("listitem")).to_have_text(
        ["Chat: read every 20 s", "Captions: sent"]
    )
    needs = card(page, "zh").locator(".yt-remarks .needs")
    expect(needs).to_have_count(2)
    expect(needs.nth(1)).to_contain_text(
        "may not have arrived (TimeoutError). It is not posted twice"
    )
    assert violations(page, ".youtube") == []


def test_what_youtube_says_itself_stands_beside_our_sentence(
    open_page: OpenPage, desk_stub: Stub
) -> None:
    words = "Please use a keyframe frequency of four seconds or less. <b>6.8</b> is too long."
    long = {"code": "youtube.issue.gopSizeLong", "params": {"type": "gopSizeLong", "says": words}}
    view = youtube(broadcast("en", "live", verdict="bad", **long), broadcast("zh", "live"))
    page = panel(open_page, desk_stub, view)
    expect(card(page, "en")).to_contain_text("Key frames come too seldom")
    expect(card(page, "en").locator(".yt-says q")).to_have_text(words)
    expect(card(page, "zh").locator(".yt-says")).to_have_count(0)
    assert violations(page, ".youtube") == []


def test_one_language_is_connected_anew_where_that_may_help(
    open_page: OpenPage, desk_stub: Stub
) -> None:
    desk_stub.view["outputs"] = [
        output("youtube-en", "rtmp", "en", "running"),
        output("youtube-en-backup", "rtmp", "en", "running"),
        output("youtube-zh", "rtmp", "zh", "running"),
    ]
    unfed = broadcast("en", "live", verdict="down", code="youtube.no_data_on_air")
    page = panel(open_page, desk_stub, youtube(unfed, broadcast("zh", "live")))
    expect(card(page, "en")).to_contain_text("viewers see a standstill")
    card(page, "en").get_by_role("button", name="Reconnect English").click()
    assert desk_stub.wait_for(2) == [
        ("output.retry", {"output": "youtube-en"}),
        ("output.retry", {"output": "youtube-en-backup"}),
    ]
    # Where all is well it is among what is done seldom.
    again = card(page, "zh").get_by_role("button", name="Reconnect Chinese")
    expect(again).to_have_count(0)
    card(page, "zh").get_by_role("button", name="More for Chinese").click()
    again.click()
    assert desk_stub.wait_for(3)[2:] == [("output.retry", {"output": "youtube-zh"})]
    assert violations(page, ".youtube") == []


def test_a_channel_that_is_signed_out_shows_before_anything_is_tried(
    open_page: OpenPage, desk_stub: Stub
) -> None:
    view = youtube(broadcast("en", "off"), broadcast("zh", "off"))
    view["channels"] = [
        signed("en", "warning", "signed_in_testing"),
        signed("zh", "bad", "sign_in"),
    ]
    page = panel(open_page, desk_stub, view)
    expect(card(page, "en")).to_contain_text("City en: Signed in, but Google will sign it out on")
    expect(card(page, "zh")).to_contain_text("City zh: The channel is signed out")
    expect(page.get_by_text("YouTube 中文: trouble")).to_be_visible()
    assert violations(page, ".youtube") == []
    view = {**view, "channels": [signed(lang, "good", "signed_in") for lang in ("en", "zh")]}
    desk_stub.push(youtube=view)
    expect(card(page, "zh")).to_contain_text("City zh: signed in")
    expect(page.get_by_text("YouTube 中文: trouble")).to_have_count(0)
    # A moderator has no ticket for the organisers' page.
    expect(page.get_by_role("link", name="Channels and links")).to_have_count(0)
