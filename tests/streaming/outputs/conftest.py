"""Output processes, a program that can be killed, and a target, for one test each."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from streaming.supervisor import Supervisor
from tests.fakes.ingest import RtmpIngest, have_nginx, wait_until
from tests.fakes.valkey import Valkey
from tests.streaming.outputs.house import House, supervising


class OutputProcess:
    """One real output process and what it reports."""

    def __init__(self, order: dict[str, object], **options: object) -> None:
        self.reports: deque[dict[str, object]] = deque(maxlen=1000)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "streaming.outputs"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            **options,  # type: ignore[call-overload]
        )
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(order).encode() + b"\n")
        self.process.stdin.flush()
        self.reads = threading.Event()
        """Cleared: what it reports stays in the pipe."""
        self.reads.set()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.reads.wait()
            self.reports.append(json.loads(line))

    @property
    def last(self) -> dict[str, object]:
        return self.reports[-1] if self.reports else {}

    def until(self, state: str, limit_s: float = 20.0) -> None:
        wait_until(lambda: self.last.get("state") == state, limit_s, f"{state}, is {self.last}")

    def ended(self, limit_s: float = 20.0) -> str | None:
        """Wait for its end; the error it reported."""
        self.process.wait(timeout=limit_s)
        self._reader.join(timeout=5)
        error = self.last.get("error")
        return None if error is None else str(error)

    def finish(self) -> str | None:
        """Tell it that the broadcast is over."""
        assert self.process.stdin is not None
        self.process.stdin.write(b"finish\n")
        self.process.stdin.flush()
        return self.ended()

    def kill(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()


class ProgramProcess:
    """An engine's tap in a process of its own."""

    def __init__(self, tap: Path) -> None:
        self.tap = tap
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.fakes.program_source", str(self.tap)],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        wait_until(self._listens, 30, "the tap listens")

    def _listens(self) -> bool:
        from streaming.outputs.tap import TapClient

        client = TapClient(self.tap)
        connected = client.connect()
        client.close()
        return connected

    def kill(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
            self._process = None


StartOutput = Callable[..., OutputProcess]


@pytest.fixture
def program(tmp_path: Path) -> Iterator[ProgramProcess]:
    running = ProgramProcess(tmp_path / "tap.sock")
    running.start()
    yield running
    running.kill()


@pytest.fixture
def start_output(tmp_path: Path) -> Iterator[StartOutput]:
    """Starts output processes; they are gone after the test."""
    started: list[OutputProcess] = []

    def start(
        kind: str, *, options: dict[str, object] | None = None, **more: object
    ) -> OutputProcess:
        order = {"session": "s", "output": "o", "kind": kind, "tap": str(tmp_path / "tap.sock")}
        output = OutputProcess({**order, **more}, **(options or {}))
        started.append(output)
        return output

    yield start
    for output in started:
        output.kill()


@pytest.fixture
def ingest(tmp_path: Path) -> Iterator[RtmpIngest]:
    assert have_nginx(), "nginx with its RTMP module is not installed"
    running = RtmpIngest(tmp_path / "ingest")
    running.start()
    yield running
    running.kill()


@pytest.fixture
async def house() -> AsyncIterator[House]:
    # Paths of Unix sockets are short by law.
    with tempfile.TemporaryDirectory(prefix="rt-") as directory:
        server = Valkey(Path(directory))
        server.start()
        made = House(Path(directory), server)
        await made.begin()
        yield made
        await made.redis.aclose()
        server.kill()


@pytest.fixture
async def supervisor(house: House) -> AsyncIterator[Supervisor]:
    async with supervising(house) as made:
        yield made
