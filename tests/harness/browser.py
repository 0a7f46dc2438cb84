"""Chromium for scenarios, and the words of the pages."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, sync_playwright

from tests.harness.product import ROOT

PICTURE_MS = 40_000
"""The engine starts with the first person; a busy machine takes its time."""

CHROMIUM = Path("/usr/bin/chromium")
PLAIN = ("--no-sandbox", "--disable-background-networking")
"""How Chromium is started: it has no devices, and wants a touch before it plays sound."""
DEVICES = (
    *PLAIN,
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
)
"""With a camera and a microphone that need no asking."""
UNASKED_SOUND = "--autoplay-policy=no-user-gesture-required"
LOCALE_FILES = {"en": "_en.js", "zh-Hant": "_zh_hant.js"}
_ENTRY = re.compile(r'^\s*"?([\w.]+)"?:\s*"((?:[^"\\]|\\.)*)",?$', re.MULTILINE)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Headless Chromium with a camera and a microphone that need no asking."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM),
            args=[*DEVICES, UNASKED_SOUND],
        )
        try:
            yield browser
        finally:
            browser.close()


@cache
def words(language: str) -> dict[str, str]:
    """All sentences of the pages in one interface language."""
    found: dict[str, str] = {}
    for file in sorted((ROOT / "web" / "locales").glob(f"*{LOCALE_FILES[language]}")):
        found |= dict(_ENTRY.findall(file.read_text(encoding="utf-8")))
    return found


def pattern(language: str, key: str) -> re.Pattern[str]:
    """A sentence with anything in its named places."""
    parts = re.split(r"\{\w+\}", words(language)[key])
    return re.compile(".+".join(re.escape(part) for part in parts))


def sentence(language: str, key: str, params: Mapping[str, object]) -> str:
    """A sentence as a page says it."""
    return words(language)[key].format(**params)


def button(page: Page, language: str, key: str) -> Locator:
    """The first button that says this."""
    return page.get_by_role("button", name=pattern(language, key)).first


def press(page: Page, language: str, key: str) -> None:
    """Press the button that says this, once it can be pressed."""
    button(page, language, key).click()


def picture_moves(page: Page) -> None:
    """Wait until the program plays: a video that is not our own mirror."""
    page.wait_for_function(
        """() => [...document.querySelectorAll("video")].some((video) =>
            !video.closest(".preview") && video.videoWidth > 0 &&
            video.getVideoPlaybackQuality().totalVideoFrames > 10)""",
        timeout=PICTURE_MS,
    )
