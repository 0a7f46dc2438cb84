"""Firefox for scenarios, driven by WebDriver BiDi over its own socket: no driver program is needed.

Only what the scenarios use: open a page, evaluate a script in it, press a button.
https://w3c.github.io/webdriver-bidi/
"""

import asyncio
import itertools
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp

from tests.fakes.ingest import free_port
from tests.harness.product import eventually

FIREFOX = Path("/usr/bin/firefox-esr")
START_S = 40.0
ANSWER_S = 30.0
PREFERENCES: dict[str, bool | int | str] = {
    # A moving picture and a tone in place of camera and microphone, and no questions about them.
    "media.navigator.streams.fake": True,
    "media.navigator.permission.disabled": True,
    "media.autoplay.default": 0,
    # Peers on this machine find one another by address.
    "media.peerconnection.ice.loopback": True,
    "media.peerconnection.ice.obfuscate_host_addresses": False,
    # Nothing is fetched from outside.
    "app.update.enabled": False,
    "browser.newtabpage.enabled": False,
    "browser.safebrowsing.downloads.remote.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.update.enabled": False,
    "media.gmp-manager.updateEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,#remote-settings-dummy/v1",
    "toolkit.telemetry.reportingpolicy.firstRun": False,
}


class ScriptFailed(Exception):
    """A script in the page threw, or the browser refused a command."""


class FirefoxPage:
    """One tab."""

    def __init__(self, bidi: "Bidi", context: str) -> None:
        self._bidi = bidi
        self._context = context

    async def goto(self, url: str) -> None:
        await self._bidi.ask(
            "browsingContext.navigate",
            {"context": self._context, "url": url, "wait": "interactive"},
        )

    async def evaluate(self, expression: str) -> Any:
        """The value of an expression in the page, promises awaited, by way of JSON."""
        as_json = f"Promise.resolve({expression}).then((value) => JSON.stringify(value ?? null))"
        answer = await self._bidi.ask(
            "script.evaluate",
            {
                "expression": as_json,
                "target": {"context": self._context},
                "awaitPromise": True,
                "userActivation": True,
            },
        )
        if answer["type"] != "success":
            raise ScriptFailed(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"]["value"])

    async def until(self, expression: str, limit_s: float, what: str) -> None:
        """Wait until an expression is true."""

        async def holds() -> bool:
            return bool(await self.evaluate(expression))

        await eventually(holds, limit_s, what)

    async def press(self, selector: str, limit_s: float = 20.0) -> None:
        """Click the first element that a selector finds, once it is there and enabled."""
        found = f"document.querySelector({json.dumps(selector)})"
        await self.until(f"{found} !== null && !{found}.disabled", limit_s, selector)
        await self.evaluate(f"{found}.click()")


class Bidi:
    """One WebDriver BiDi session: numbered questions, answers in any order, events left aside."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._ids = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Any]] = {}

    async def ask(self, method: str, params: dict[str, Any] | None = None) -> Any:
        number = next(self._ids)
        answer = self._waiting[number] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(ANSWER_S):
                await self._socket.send_json(
                    {"id": number, "method": method, "params": params or {}}
                )
                return await answer
        finally:
            del self._waiting[number]

    async def read(self) -> None:
        """Hand out answers until the browser goes."""
        async for message in self._socket:
            answer = message.json()
            waiting = self._waiting.get(answer.get("id"))
            if waiting is None or waiting.done():
                continue
            if answer["type"] == "success":
                waiting.set_result(answer["result"])
            else:
                waiting.set_exception(ScriptFailed(f"{answer['error']}: {answer['message']}"))

    async def open(self, url: str, width_px: int = 1366, height_px: int = 768) -> FirefoxPage:
        created = await self.ask("browsingContext.create", {"type": "tab"})
        context = created["context"]
        viewport = {"width": width_px, "height": height_px}
        await self.ask("browsingContext.setViewport", {"context": context, "viewport": viewport})
        page = FirefoxPage(self, context)
        await page.goto(url)
        return page


@asynccontextmanager
async def firefox(profile: Path) -> AsyncIterator[Bidi]:
    """Headless Firefox with a scratch profile; ended with its children at the end."""
    log_path = _make_profile(profile)
    port = free_port()
    with log_path.open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            str(FIREFOX),
            "--headless",
            "--no-remote",
            "--profile",
            str(profile),
            f"--remote-debugging-port={port}",
            stdout=log,
            stderr=log,
            env={**os.environ, "HOME": str(profile), "MOZ_CRASHREPORTER_DISABLE": "1"},
        )
    try:
        async with aiohttp.ClientSession() as http:
            socket = await _connect(http, f"ws://127.0.0.1:{port}/session")
            bidi = Bidi(socket)
            reading = asyncio.create_task(bidi.read())
            await bidi.ask("session.new", {"capabilities": {}})
            try:
                yield bidi
            finally:
                reading.cancel()
                await asyncio.gather(reading, return_exceptions=True)
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


def _make_profile(profile: Path) -> Path:
    """Write the preferences; gives where the browser's own messages go."""
    assert FIREFOX.exists(), "firefox-esr is missing: scripts/setup test"
    profile.mkdir(parents=True)
    lines = [f"user_pref({json.dumps(k)}, {json.dumps(v)});" for k, v in PREFERENCES.items()]
    (profile / "user.js").write_text("\n".join(lines), encoding="utf-8")
    return profile / "firefox.log"


async def _connect(http: aiohttp.ClientSession, url: str) -> aiohttp.ClientWebSocketResponse:
    opened: list[aiohttp.ClientWebSocketResponse] = []

    async def listens() -> bool:
        with suppress(aiohttp.ClientError):
            opened.append(await http.ws_connect(url, max_msg_size=2**26))
        return bool(opened)

    await eventually(listens, START_S, "Firefox listens")
    return opened[0]
