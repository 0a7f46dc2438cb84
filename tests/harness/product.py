"""The whole product for a test: ``rotunda serve`` in a process of its own, and people for it."""

import asyncio
import json
import os
import random
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import psutil  # type: ignore[import-untyped]

from rotunda.demo.link import Link, Refused, ticket_of
from tests.fakes.ingest import free_port, wait_until

ROOT = Path(__file__).resolve().parents[2]
READY_S = 90.0


@dataclass(slots=True)
class Product:
    """A running server on a free port, with its data in a scratch directory."""

    data_dir: Path
    program: str = "640x360@25"
    preset: str = "superfast"
    demo: bool = False
    youtube_standin: bool = False
    """With the demo: go live on a stand-in for YouTube."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """More of the environment."""
    port: int = field(default_factory=free_port)
    _process: subprocess.Popen[bytes] | None = None

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log_path(self) -> Path:
        return self.data_dir / "rotunda.log"

    @property
    def environment(self) -> dict[str, str]:
        # The upper half of the private ports, in steps, so that runs beside one another are apart.
        first = 42_000 + 40 * random.randrange(400)
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("ROTUNDA_")}
        inherited.pop("REDIS_URL", None)
        return inherited | {
            "ROTUNDA_PORT": str(self.port),
            "ROTUNDA_DATA": str(self.data_dir),
            "ROTUNDA_UDP_PORTS": f"{first}-{first + 39}",
            "ROTUNDA_PROGRAM": self.program,
            "ROTUNDA_PRESET": self.preset,
            "ROTUNDA_PREFLIGHT_S": "5",
            "PYTHONPATH": str(ROOT),
            **self.settings,
        }

    @property
    def pid(self) -> int:
        """Of the root of all our processes."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start and wait until it says it is ready."""
        self.data_dir.mkdir(parents=True, exist_ok=True)
        with self.log_path.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "rotunda", "serve", *self._flags()],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        wait_until(self._ready, READY_S, f"ready; log: {self.log_path}")

    def _flags(self) -> list[str]:
        demo = ["--demo"] if self.demo else []
        return [*demo, *(["--youtube-standin"] if self.youtube_standin else [])]

    def _ready(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, f"ended early: {self.log()[-3000:]}"
        try:
            with urllib.request.urlopen(f"{self.base_url}/readyz", timeout=1) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def stop(self) -> None:
        """Stop as an operator would; kill what does not listen."""
        if self._process is None:
            return
        children = psutil.Process(self._process.pid).children(recursive=True)
        self._process.terminate()
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for child in children:
            with suppress(psutil.NoSuchProcess):
                child.kill()

    def kill_everything(self) -> None:
        """kill -9 every process of ours at once, as a power cut does."""
        assert self._process is not None
        root = psutil.Process(self._process.pid)
        for process in [root, *root.children(recursive=True)]:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        self._process.wait()

    def log(self) -> str:
        return self.log_path.read_text(errors="replace")

    def run(self, *arguments: str) -> str:
        """Run one command of the command line and give what it prints."""
        done = subprocess.run(
            [sys.executable, "-m", "rotunda", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def import_session(self, toml: str) -> None:
        path = self.data_dir / "session.toml"
        path.write_text(toml, encoding="utf-8")
        self.run("session", "import", str(path))

    def link(self, session: str, role: str, **options: str) -> str:
        """A join link."""
        words = [word for key, value in options.items() for word in (f"--{key}", value)]
        return self.run("ticket", session, "--role", role, *words)

    def ticket(self, session: str, role: str, **options: str) -> str:
        return ticket_of(self.link(session, role, **options))

    def pids(self, what: str) -> list[int]:
        """Processes of ours whose command line holds ``what``."""
        assert self._process is not None
        found = []
        for child in psutil.Process(self._process.pid).children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                if what in " ".join(child.cmdline()):
                    found.append(child.pid)
        return found

    def tap(self) -> Path:
        """Where the engine hands out its program."""
        sockets = psutil.Process(self.pids("streaming.engine")[0]).net_connections("unix")
        return next(Path(one.laddr) for one in sockets if "/tap-" in str(one.laddr))

    def kill(self, what: str) -> int:
        """kill -9 the first process whose command line holds ``what``; gives its pid."""
        pids = self.pids(what)
        assert pids, f"no process {what!r}"
        os.kill(pids[0], 9)
        return pids[0]

    def get(self, path: str, ticket: str = "") -> Any:
        return self.request("GET", path, ticket)

    def request(self, method: str, path: str, ticket: str = "", body: object = None) -> Any:
        """Ask an HTTP door; gives JSON where the answer is JSON."""
        request = urllib.request.Request(
            f"{self.base_url}{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"}
            | ({"Authorization": f"Bearer {ticket}"} if ticket else {}),
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            raw = answer.read()
            is_json = "json" in answer.headers.get("Content-Type", "")
            return json.loads(raw) if is_json and raw else raw

    def connect(self, ticket: str) -> Link:
        """A Socket.IO client; use it with ``async with``."""
        return Link(self.base_url, {"ticket": ticket})


@contextmanager
def running_product(data_dir: Path, **options: Any) -> Iterator[Product]:
    """A product that is stopped at the end whatever happens."""
    product = Product(data_dir, **options)
    try:
        product.start()
        yield product
    finally:
        product.stop()


class Crowd:
    """Load clients in a process of their own, so that their aiortc is not the test's."""

    def __init__(
        self, base_url: str, people: Sequence[Mapping[str, Any]], *, elsewhere: bool = False
    ) -> None:
        """``elsewhere``: they do not wait for the engine, as if they were other machines."""
        self._options = {"base_url": base_url, "people": list(people), "elsewhere": elsewhere}
        self._process: asyncio.subprocess.Process | None = None
        self.joined_ms: list[float] = []

    async def __aenter__(self) -> Self:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "benchmarks.load_client",
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            limit=2**24,
        )
        self.joined_ms = (await self._ask(self._options, 120.0))["joined"]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._process is not None
        with suppress(TimeoutError, ConnectionError, AssertionError):
            await self._ask({"do": "stop"}, 10.0)
        if self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    async def _ask(self, request: Mapping[str, Any], limit_s: float = 60.0) -> Any:
        process = self._process
        assert process is not None
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(request).encode() + b"\n")
        async with asyncio.timeout(limit_s):
            line = await process.stdout.readline()
        assert line, "the load client ended"
        return json.loads(line)

    async def stats(self) -> list[dict[str, float]]:
        return list((await self._ask({"do": "stats"}))["people"])

    async def hear(self, who: int, tones_hz: Sequence[int]) -> list[dict[float, float]]:
        """What a delegate was sent: levels of tones, a quarter second a step."""
        steps = (await self._ask({"do": "hear", "who": who, "hz": list(tones_hz)}))["levels"]
        return [{float(hz): level for hz, level in step.items()} for step in steps]

    async def command(self, who: int, name: str, body: Mapping[str, Any] | None = None) -> Any:
        ack = await self._ask({"do": "command", "who": who, "name": name, "body": body or {}})
        if "refused" in ack:
            raise Refused(ack["refused"], {})
        return ack

    async def view(self, who: int) -> dict[str, Any]:
        return dict((await self._ask({"do": "view", "who": who}))["view"])

    async def marks(self, who: int) -> dict[str, list[float]]:
        """When each mark of a person's ``picture`` and ``sound`` left, in seconds of one clock."""
        return dict(await self._ask({"do": "marks", "who": who}))

    async def speak(self, who: int, gain_db: float | None) -> None:
        """Have a person with a voice be so much louder than usual; None: silent."""
        await self._ask({"do": "speak", "who": who, "db": gain_db})

    async def rejoin(self, who: int) -> float | None:
        """Replace the media connection; milliseconds to the first picture, None if it failed."""
        joined = (await self._ask({"do": "rejoin", "who": who}, 60.0))["joined"]
        return float(joined[0]) if joined else None


async def eventually(
    holds: Callable[[], bool | Awaitable[bool]], limit_s: float, what: str
) -> None:
    """Poll something outside this process until it holds."""
    deadline_s = time.monotonic() + limit_s
    while True:
        answer = holds()
        if answer if isinstance(answer, bool) else await answer:
            return
        assert time.monotonic() < deadline_s, f"not within {limit_s} s: {what}"
        await asyncio.sleep(0.1)
