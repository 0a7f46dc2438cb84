"""CPU of process trees, and the one line of JSON every benchmark ends with."""

import json
import os
import platform
import statistics
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil  # type: ignore[import-untyped]

TICKS_HZ = os.sysconf("SC_CLK_TCK")


def role_of(command: Sequence[str]) -> str:
    """A short name for a process, by its command line."""
    words = " ".join(command)
    for name in ("streaming.engine", "streaming.outputs", "rotunda.demo", "valkey-server"):
        if name in words:
            return name
    for name in ("streaming", "signaling"):
        if f"-m {name}" in words:
            return name
    return Path(command[0]).name if command else "gone"


def _thread_seconds(pid: int) -> dict[int, tuple[str, float]]:
    """CPU seconds of each thread of a process, with the thread's name."""
    found: dict[int, tuple[str, float]] = {}
    for task in Path(f"/proc/{pid}/task").glob("*"):
        with suppress(OSError, ValueError):
            name, _, rest = (task / "stat").read_text().rpartition(")")
            fields = rest.split()
            seconds = (int(fields[11]) + int(fields[12])) / TICKS_HZ
            found[int(task.name)] = (name.partition("(")[2], seconds)
    return found


@dataclass(slots=True)
class CpuMeter:
    """CPU seconds of a process and all below it, from ``start`` to ``stop``."""

    pid: int
    _before: dict[tuple[int, int], float] = field(default_factory=dict)
    _began_s: float = 0.0

    def start(self) -> None:
        """Begin now."""
        self._before = {key: seconds for key, (_, seconds) in self._read().items()}
        self._began_s = time.monotonic()

    def stop(self) -> tuple[dict[str, float], float]:
        """Give CPU seconds by ``process/thread``, and wall seconds."""
        wall_s = time.monotonic() - self._began_s
        total: dict[str, float] = {}
        for key, (name, seconds) in self._read().items():
            used = seconds - self._before.get(key, 0.0)
            if used > 0:
                total[name] = total.get(name, 0.0) + used
        return total, wall_s

    def _read(self) -> dict[tuple[int, int], tuple[str, float]]:
        found: dict[tuple[int, int], tuple[str, float]] = {}
        root = psutil.Process(self.pid)
        for process in [root, *root.children(recursive=True)]:
            with suppress(psutil.Error):
                role = role_of(process.cmdline())
                for thread, (name, seconds) in _thread_seconds(process.pid).items():
                    found[process.pid, thread] = (f"{role}/{name}", seconds)
        return found


def by_process(cpu: Mapping[str, float]) -> dict[str, float]:
    """Add up threads."""
    total: dict[str, float] = {}
    for name, seconds in cpu.items():
        role = name.partition("/")[0]
        total[role] = total.get(role, 0.0) + seconds
    return total


def conditions() -> dict[str, object]:
    """The machine, as far as a figure depends on it."""
    return {
        "cores": os.cpu_count(),
        "machine": platform.machine(),
        "python": platform.python_version(),
        "load_1m": round(os.getloadavg()[0], 2),
    }


def report(bench: str, rounds: Sequence[Mapping[str, float]], more: Mapping[str, object]) -> None:
    """Print medians with their spread as one line of JSON."""
    names = list(rounds[0])
    figures = {name: round(statistics.median(one[name] for one in rounds), 4) for name in names}
    spread = {
        name: [
            round(min(one[name] for one in rounds), 4),
            round(max(one[name] for one in rounds), 4),
        ]
        for name in names
    }
    line = {
        "bench": bench,
        "figures": figures,
        "spread": spread,
        "conditions": conditions() | dict(more) | {"rounds": len(rounds)},
    }
    print(json.dumps(line), flush=True)
