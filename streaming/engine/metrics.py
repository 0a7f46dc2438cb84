"""The engine's figures: loop lag, and Prometheus text made from the status."""

import asyncio
import time
from collections.abc import Iterator, Mapping
from typing import Any

_STEP_S = 0.1
_DECAY = 0.98


class LoopLag:
    """How late the loop runs its timers; a late loop is jitter for everybody."""

    def __init__(self) -> None:
        self.worst_ms = 0.0
        """The worst of late, fading by half in some seconds."""

    async def run(self) -> None:
        """Measure until cancelled."""
        while True:
            due_s = time.monotonic() + _STEP_S
            await asyncio.sleep(_STEP_S)
            late_ms = (time.monotonic() - due_s) * 1000
            self.worst_ms = round(max(late_ms, self.worst_ms * _DECAY), 2)


def exposition(status: Mapping[str, Any]) -> bytes:
    """Every number of the status as a sample; no names of people are in it."""
    lines = [f"rotunda_engine_peers {len(status['peers'])}"]
    for peer in status["peers"]:
        label = f'{{peer="{_escaped(str(peer["peer"]))}"}}'
        lines += [
            f"rotunda_engine_peer_{name}{label} {value:g}"
            for name, value in peer.items()
            if isinstance(value, int | float) and not isinstance(value, bool)
        ]
    rest = {name: value for name, value in status.items() if name != "peers"}
    lines += [f"rotunda_engine_{name} {value:g}" for name, value in _numbers(rest)]
    return ("\n".join(lines) + "\n").encode()


def _numbers(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, float]]:
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _numbers(value, f"{prefix}{name}_")
        elif isinstance(value, int | float):
            yield prefix + name, float(value)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
