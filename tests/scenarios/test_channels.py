"""An organiser signs in for channels by clicking; viewers find the public broadcast: real pages."""

import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from icalendar import Calendar
from playwright.sync_api import Browser, Page, expect

from signaling.sign_in import STATE_S, States
from signaling.tickets import Ticket, TicketOffice
from streaming.youtube.credentials import Secret, Vault
from streaming.youtube.settings import YouTubeSettings
from tests.fakes.youtube import ZH_CHANNEL, YouTubeStandIn
from tests.harness.browser import chromium
from tests.harness.product import Product, running_product
from tests.harness.screens import VARIANTS, look
from venue.ids import Instant, SeatId, SessionId
from venue.roles import Role

pytestmark = pytest.mark.browser

STEP_MS = 20_000
SESSIONS = """
[[session]]
id = "summit"
title = {{ en = "Mayors' Summit", "zh-Hant" = "市長高峰會" }}
languages = ["en", "zh"]
[session.youtube]
privacy = "public"
channels = {{ en = "city-en", zh = "city-zh" }}
standin = "{standin}"

[[session]]
id = "dinner"
title = {{ en = "Dinner", "zh-Hant" = "晚宴" }}
languages = ["en", "zh"]
timezone = "Asia/Taipei"
starts_at = {starts_at}
[session.youtube]
privacy = "public"
channels = {{ en = "dinner-en", zh = "dinner-zh" }}
standin = "{standin}"
"""


@dataclass(frozen=True, slots=True)
class City:
    """A server, a stand-in, an organiser who has signed in nowhere, and a browser."""

    product: Product
    standin: YouTubeStandIn
    browser: Browser

    @property
    def office(self) -> TicketOffice:
        return TicketOffice(self.secret)

    @property
    def secret(self) -> str:
        return (self.product.data_dir / "secret").read_text().strip()

    def ticket(self, session: str) -> str:
        """An organiser's."""
        claims = {"id": f"of-{session}", "session": SessionId(session), "seat": SeatId("org")}
        until_s = int(time.time()) + 3600
        return self.office.issue(
            Ticket(role=Role.ORGANIZER, name="", expires_at_s=until_s, **claims)
        )

    def open(self, path: str) -> Page:
        context = self.browser.new_context(locale="en", viewport={"width": 1366, "height": 768})
        context.set_default_timeout(STEP_MS)
        page = context.new_page()
        page.goto(path if path.startswith("http") else f"{self.product.base_url}{path}")
        return page


@pytest.fixture(scope="module")
def at(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    directory = tmp_path_factory.mktemp("channels")
    with YouTubeStandIn(ingest=False) as standin:
        client_file = directory / "client.json"
        issued = standin.token(ZH_CHANNEL)
        client = {key: issued[key] for key in ("client_id", "client_secret")}
        client_file.write_text(json.dumps({"web": client}))
        settings = {
            "ROTUNDA_YOUTUBE_ROOT": standin.root_url,
            "ROTUNDA_YOUTUBE_STANDIN": "1",
            "ROTUNDA_YOUTUBE_CLIENT": str(client_file),
        }
        data = directory / "data"
        with running_product(data, settings=settings) as product, chromium() as browser:
            starts_at = int(time.time() * 1000) + 86_400_000
            product.import_session(SESSIONS.format(starts_at=starts_at, standin=standin.root_url))
            yield City(product, standin, browser)


def begin(page: Page, channel: str) -> None:
    page.locator(f"[data-channel={channel}] button").click()
    page.wait_for_url("**/o/oauth2/auth?*")


def says(page: Page, code: str) -> None:
    """A page of its own that names the code, and leads back."""
    expect(page.locator(".notice code")).to_have_text(code)
    expect(page.locator(".notice h1")).to_have_text("Not signed in")


def back(page: Page) -> None:
    page.get_by_role("link", name="Back to the channels").click()
    page.locator(".channel").first.wait_for()


def test_signing_in_is_refused_in_plain_words_or_done(at: City) -> None:
    ticket = at.ticket("summit")
    page = at.open(f"/s/summit/channels#{ticket}")
    states = page.locator(".channel-state")
    expect(states).to_have_text(["not signed in"] * 2)

    begin(page, "city-zh")
    page.get_by_role("link", name="Refuse").click()
    says(page, "signin.denied")
    back(page)

    begin(page, "city-en")
    with page.expect_request("**/youtube/callback?*") as returned:
        page.get_by_role("link", name="Allow English channel").click()
    expect(page.get_by_role("status").first).to_contain_text("Signed in for “English channel”")
    expect(states).to_have_text(["signed in", "not signed in"])
    address = returned.value.url
    assert "code=" in address
    assert "code=" not in page.url

    # The same return once more, in the tab that may end a sign-in.
    begin(page, "city-zh")
    page.goto(address)
    says(page, "signin.replayed")
    back(page)
    # In another browser.
    says(at.open(address), "signin.foreign")
    # Too late.
    begin(page, "city-zh")
    page.goto(expired(at, ticket, address))
    says(page, "signin.expired")
    back(page)
    expect(states).to_have_text(["signed in", "not signed in"])
    assert look(page, "channels", VARIANTS[1:2]) == []

    log = at.product.log()
    assert parse_qs(urlsplit(address).query)["code"][0] not in log
    assert ticket not in log


def expired(at: City, raw_ticket: str, address: str) -> str:
    ticket = at.office.read(raw_ticket)
    _, state = States(at.secret).issue(ticket, "city-zh", int(time.time()) - STATE_S - 1)
    return f"{address.partition('?')[0]}?{urlencode({'state': state, 'code': '4/x'})}"


def sign_in_by_hand(at: City, channel: str, alias: str) -> None:
    """As the command line does."""
    at.standin.run(lambda: at.standin.state.channel(channel, alias.title()))
    settings = YouTubeSettings(data_dir=str(at.product.data_dir), secret=at.secret, standin=True)
    issued = at.standin.token(channel)
    tokens = Secret(issued["client_id"], issued["client_secret"], issued["refresh_token"])
    now = Instant(int(time.time() * 1000))
    Vault(settings).keep(channel, alias.title(), alias, tokens, now)


def test_viewers_find_what_is_public_from_the_day_it_is_prepared(at: City) -> None:
    sign_in_by_hand(at, "UCdinnerEnglish000000000", "dinner-en")
    sign_in_by_hand(at, "UCdinnerChinese000000000", "dinner-zh")
    ticket = at.ticket("dinner")
    channels = at.open(f"/s/dinner/channels#{ticket}")
    channels.get_by_role("button", name="Check now").click()
    desk = at.open(f"/join#{ticket}")
    desk.locator(".verbs").wait_for()
    desk.keyboard.press("y")
    expect(desk.get_by_text("Dinner-Zh: signed in")).to_be_visible()
    desk.get_by_role("combobox", name="Who may watch, Chinese").select_option("unlisted")
    desk.get_by_role("button", name="Set up 2 languages").click()
    desk.get_by_role("dialog").get_by_role("button", name="Set up publicly").click()
    expect(desk.locator(".yt-card.stage-prepared")).to_have_count(2)

    root = at.standin.root_url
    held = {one.snippet.title: one.id for one in at.standin.state.broadcasts.values()}
    english, chinese = held["Dinner"], held["晚宴"]
    calendar = at.product.get("/calendar.ics")
    [event] = Calendar.from_ical(calendar).events  # type: ignore[union-attr]
    assert f"English: {root}watch?v={english}" in event["DESCRIPTION"]
    assert chinese.encode() not in calendar

    viewer = at.open("/s/dinner")
    asked: dict[str, str] = {}
    viewer.on("request", lambda one: asked.update({one.url: one.headers.get("referer", "")}))
    offered = viewer.locator(".youtube-link")
    expect(offered).to_have_attribute("href", f"{root}watch?v={english}")
    assert not [url for url in asked if url.startswith(root)]
    viewer.get_by_role("button", name="YouTube's player").click()
    frame = viewer.frame_locator(".player iframe")
    expect(frame.get_by_text("No video")).to_be_visible()
    # YouTube's player shows an error to whoever does not say where it stands.
    assert asked[f"{root}embed/{english}?autoplay=1"] == f"{at.product.base_url}/"
    viewer.locator(".sound-language[lang=zh]").click()
    expect(viewer.locator(".player iframe, .youtube-link, .which-player")).to_have_count(0)
    assert chinese not in viewer.content()

    # The organiser's page has both, with the code for the city's own site.
    code = channels.get_by_role("textbox", name="Code for your site, English")
    expect(code).to_have_value(re.compile(f'embed/{english}"'))
    expect(code).to_have_value(re.compile('referrerpolicy="strict-origin-when-cross-origin"'))
