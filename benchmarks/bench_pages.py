"""How long a page takes to show something on a poor line, in how many exchanges in a row.

    python -m benchmarks.bench_pages [--rounds 3] [--latency 200] [--kbps 2000]

Chromium opens each page with nothing in its cache, by a line that Chromium itself makes slow: so
many milliseconds an exchange, so many kilobits a second.  ``h2`` is behind nginx as in
``deploy/nginx-tls.conf``, ``h1`` at the server's own port.  Of each page:

``s``       from opening the address until its first useful picture: the button of the sound
            check, the desk, the programme
``levels``  the longest chain of exchanges of which each began when another was over
``ratio``   ``s`` over the least that this line allows: the exchanges that cannot be side by side,
            and all bytes that came, at its full speed

Neither the handshakes of TCP and TLS nor the messages of Socket.IO are made slow.
"""

import argparse
import asyncio
import logging
import re
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, async_playwright

from benchmarks import measure
from tests.fakes.ingest import free_port, wait_until
from tests.harness import table
from tests.harness.browser import CHROMIUM, DEVICES
from tests.harness.product import ROOT, Product, running_product

LIMIT_MS = 60_000
REQUESTS = """
  () => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
    .map((one) => one.toJSON())
"""


@dataclass(frozen=True, slots=True)
class Case:
    """One page."""

    path: str
    shows: str
    """Selector of its first useful picture."""
    exchanges: int
    """That cannot be side by side: the page, its files, what they ask for."""


@dataclass(frozen=True, slots=True)
class Line:
    """What Chromium is told to make of the line."""

    latency_ms: float
    kbps: float

    def least_s(self, exchanges: int, sent_bytes: int) -> float:
        """The least time for so many exchanges, one after another, of so many bytes together."""
        return exchanges * self.latency_ms / 1000 + sent_bytes * 8 / (self.kbps * 1000)


def cases(product: Product) -> dict[str, Case]:
    """Pages of the tests' own session, by name."""

    def link(role: str, **options: str) -> str:
        return product.link(table.SESSION, role, **options).removeprefix(product.base_url)

    # A ticket is redeemed beside the files of its role: page, files, ticket.
    check = ".check .primary"
    return {
        "delegate": Case(link("delegate", seat="ana"), check, 3),
        "desk": Case(link("moderator", name="Mo"), ".desk", 3),
        "audience": Case(f"/s/{table.SESSION}", ".audience", 2),
        "listen": Case(f"/s/{table.SESSION}/listen", ".listen", 2),
        "lobby": Case("/", ".session-what", 3),
    }


def levels(requests: Sequence[dict[str, float]]) -> int:
    """The longest chain of exchanges that do not overlap."""
    chain, over_ms = 0, -1.0
    for one in sorted(requests, key=lambda each: each["responseEnd"]):
        if one["requestStart"] >= over_ms:
            chain, over_ms = chain + 1, one["responseEnd"]
    return chain


async def opened(browser: Browser, root: str, case: Case, line: Line) -> dict[str, float]:
    """Open one page with an empty cache."""
    context = await browser.new_context(viewport={"width": 1366, "height": 768}, locale="en")
    page = await context.new_page()
    session = await context.new_cdp_session(page)
    await session.send("Network.enable")
    speed = line.kbps * 1000 / 8
    await session.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": line.latency_ms,
            "downloadThroughput": speed,
            "uploadThroughput": speed,
        },
    )
    await page.goto(root + case.path, wait_until="commit")
    await page.locator(case.shows).first.wait_for(timeout=LIMIT_MS)
    shown_ms: float = await page.evaluate("performance.now()")
    found: list[dict[str, Any]] = await page.evaluate(REQUESTS)
    await context.close()
    needed = [one for one in found if 0 < one["responseEnd"] <= shown_ms]
    sent_bytes = sum(one["transferSize"] for one in needed)
    return {
        "s": shown_ms / 1000,
        "levels": levels(needed),
        "requests": len(needed),
        "kb": sent_bytes / 1000,
        "ratio": shown_ms / 1000 / line.least_s(case.exchanges, sent_bytes),
    }


@contextmanager
def proxied(product: Product, scratch: Path) -> Iterator[str]:
    """The product behind nginx with HTTP/2, by the example that operators are given."""
    port, plain = free_port(), free_port()
    key, certificate = scratch / "key.pem", scratch / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    example = (ROOT / "deploy" / "nginx-tls.conf").read_text("utf-8")
    example = re.sub(r"\n\s*listen \[::\][^\n]*", "", example)
    for pattern, value in {
        r"listen 80;": f"listen 127.0.0.1:{plain};",
        r"listen 443 ": f"listen 127.0.0.1:{port} ",
        r"127\.0\.0\.1:8080": f"127.0.0.1:{product.port}",
        r"summit\.example": "localhost",
        # Browsers name a port that is not 443.
        r"Host \$host;": "Host $http_host;",
        r"/etc/letsencrypt\S*/fullchain\.pem": str(certificate),
        r"/etc/letsencrypt\S*/privkey\.pem": str(key),
    }.items():
        example, count = re.subn(pattern, value, example)
        assert count, pattern
    configuration = scratch / "nginx.conf"
    head = f"daemon off; pid {scratch}/nginx.pid; error_log stderr; events {{}}\n"
    temporary = "\n".join(
        f"{kind}_temp_path {scratch}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    configuration.write_text(f"{head}http {{ access_log off; {temporary}\n{example}\n}}\n", "utf-8")
    process = subprocess.Popen(["/usr/sbin/nginx", "-p", scratch, "-c", configuration])
    try:
        wait_until((scratch / "nginx.pid").exists, 10.0, "nginx")
        yield f"https://localhost:{port}"
    finally:
        process.terminate()
        process.wait(10)


async def measured(rounds: int, line: Line) -> list[dict[str, float]]:
    """All pages in turn, each by both ways, so many times."""
    found = []
    with (
        tempfile.TemporaryDirectory(prefix="pages-") as scratch,
        running_product(Path(scratch) / "data") as product,
        proxied(product, Path(scratch)) as secure,
    ):
        product.import_session(table.TOML)
        pages = cases(product)
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=str(CHROMIUM), args=[*DEVICES, "--ignore-certificate-errors"]
            )
            for _ in range(rounds):
                figures: dict[str, float] = {}
                for way, root in {"h2": secure, "h1": product.base_url}.items():
                    for name, case in pages.items():
                        shown = await opened(browser, root, case, line)
                        figures |= {f"{way}_{name}_{what}": one for what, one in shown.items()}
                found.append(figures)
            await browser.close()
    return found


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--latency", type=float, default=200.0, help="ms an exchange")
    parser.add_argument("--kbps", type=float, default=2000.0)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.WARNING)
    line = Line(arguments.latency, arguments.kbps)
    rounds = asyncio.run(measured(arguments.rounds, line))
    measure.report("pages", rounds, {"latency_ms": line.latency_ms, "kbps": line.kbps})
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
