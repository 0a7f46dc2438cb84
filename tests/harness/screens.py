"""How a page must look in every size and either language, judged in the page itself."""

import re
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

from tests.harness.browser import picture_moves
from tests.harness.product import ROOT

SHOTS = ROOT / "build" / "screenshots"
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
PHONE_PX = 360
TOUCH_PX = 44


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to look at a page."""

    width_px: int
    height_px: int
    language: str
    theme: str

    def __str__(self) -> str:
        return f"{self.width_px}-{self.language}-{self.theme}"


VARIANTS = (
    # Every width, every width class in either language, both languages in both themes.
    Variant(360, 740, "en", "light"),
    Variant(360, 740, "zh-Hant", "dark"),
    Variant(768, 1024, "zh-Hant", "light"),
    Variant(1366, 768, "en", "dark"),
    Variant(1366, 768, "zh-Hant", "light"),
    Variant(1920, 1080, "en", "light"),
)

FAULTS = Path(__file__).with_name("faults.js")

VIOLATIONS = """axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) =>
  violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, any }) => `${id}: ${html.slice(0, 120)} ${any[0]?.message ?? ""}`)))"""

SETTLED = """() => Promise.all([
  document.fonts.ready,
  new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
])"""


def look(page: Page, name: str, variants: tuple[Variant, ...] = VARIANTS) -> list[str]:
    """Show a page in each variant, keep a screenshot, and give what is wrong with it."""
    assert AXE.exists(), "axe-core is missing: npm ci in web/"
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.emulate_media(reduced_motion="reduce")
    found = []
    for variant in variants:
        show(page, variant)
        if not page.evaluate("'axe' in window"):
            page.evaluate(AXE.read_text(encoding="utf-8"))
        page.screenshot(path=SHOTS / f"{name}-{variant}.png")
        script = FAULTS.read_text(encoding="utf-8")
        faults = page.evaluate(script, [variant.width_px <= PHONE_PX, TOUCH_PX])
        found += [f"{name} {variant}: {fault}" for fault in faults + page.evaluate(VIOLATIONS)]
    return found


def show(page: Page, variant: Variant) -> None:
    """Size, theme and language; a page without a switch for it is loaded anew."""
    page.set_viewport_size({"width": variant.width_px, "height": variant.height_px})
    page.emulate_media(color_scheme="dark" if variant.theme == "dark" else "light")
    if page.locator("html").get_attribute("lang") != variant.language:
        switch = page.locator(f"button[lang='{variant.language}']:not(.sound-language)")
        if switch.count() > 0:
            switch.first.evaluate("(button) => button.click()")
        else:
            page.goto(re.sub(r"ui=[\w-]+", f"ui={variant.language}", page.url))
            picture_moves(page)
    page.wait_for_function("(lang) => document.documentElement.lang === lang", arg=variant.language)
    page.evaluate("scrollTo(0, 0)")
    page.evaluate(SETTLED)


def shots_of(name: str) -> list[Path]:
    """The screenshots kept of a page."""
    return sorted(SHOTS.glob(f"{name}-*.png"))
