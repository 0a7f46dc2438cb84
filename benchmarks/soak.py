"""Ten minutes of a full room: does it keep real time, and does its memory stay flat?

    python -m benchmarks.soak [--delegates 12] [--minutes 10]

Twelve delegates with cameras and open microphones and a room feed, all on stage, on air to two
RTMP targets, HLS and the recording, on the machine that also runs the load.  Every half minute
one delegate joins anew.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import aiohttp
import psutil  # type: ignore[import-untyped]

from benchmarks import measure
from benchmarks.bench_room import FPS, SIZE, make_clips, set_up, targets
from tests.harness import table
from tests.harness.product import Crowd, Product, running_product

SAMPLE_S = 10.0
ACT_EVERY = 3
"""Samples from one act to the next."""
SETTLED_S = 60.0
"""Memory is compared from here on: codecs and caches have grown to their size."""


async def engine_status(product: Product) -> dict[str, Any]:
    """What the engine says of itself, by its own door."""
    note = json.loads((product.data_dir / "run.json").read_text())
    directory = Path(note["redis_url"].removeprefix("unix://")).parent
    connector = aiohttp.UnixConnector(path=str(directory / f"engine-{table.SESSION}.sock"))
    async with (
        aiohttp.ClientSession(connector=connector) as session,
        session.get("http://engine/status") as answer,
    ):
        return dict(await answer.json())


def memory_mb(pid: int) -> dict[str, float]:
    """Resident memory of all our processes, by what they are."""
    found: dict[str, float] = {}
    for process in psutil.Process(pid).children(recursive=True):
        try:
            role = measure.role_of(process.cmdline())
            found[role] = found.get(role, 0.0) + process.memory_info().rss / 1e6
        except psutil.NoSuchProcess:
            continue
    return found


def sample(product: Product, status: Mapping[str, Any]) -> dict[str, float]:
    """One line of the log."""
    picture, sound = status["picture"], status["sound"]
    return {
        "pictures": picture["program_pictures"],
        "picture_skipped": picture["skipped_ticks"],
        "sound_skipped": sound["skipped_ticks"],
        "handover_dropped": status["handover_dropped"],
        **{f"mb_{role}": mb for role, mb in memory_mb(product.pid).items()},
    }


async def soak(clips: list[Path], minutes: float) -> dict[str, float]:
    """Run it and give the figures."""
    with (
        tempfile.TemporaryDirectory(prefix="soak-") as scratch,
        targets(Path(scratch)) as ingest,
        running_product(Path(scratch) / "data", program=f"{SIZE}@{FPS}") as product,
    ):
        product.import_session(table.TOML)
        roles = {f"d{index}": {"role": "delegate"} for index in range(len(clips))}
        roles |= {"desk": {"role": "moderator"}, "room": {"role": "room", "seat": "room"}}
        tickets = await table.tickets_for(product, roles)
        people: list[dict[str, Any]] = [
            {"ticket": tickets[f"d{index}"], "clip": str(clip), "tone_hz": 300 + 40 * index}
            for index, clip in enumerate(clips)
        ]
        people.append({"ticket": tickets["room"], "clip": str(clips[0]), "whip": True})
        async with (
            product.connect(tickets["desk"]) as desk,
            Crowd(product.base_url, people, elsewhere=True) as crowd,
        ):
            await set_up(product, desk, tickets["desk"], ingest)
            await desk.command("stage.bring", {"seat": "room"})
            rows = await _watch(product, crowd, len(clips), minutes * 60)
            return _figures(rows, crowd.joined_ms)


async def _watch(
    product: Product, crowd: Crowd, delegates: int, length_s: float
) -> list[dict[str, float]]:
    rows: list[dict[str, float]] = []
    began_s = time.monotonic()
    while (at_s := time.monotonic() - began_s) < length_s:
        row = {"at_s": at_s, **sample(product, await engine_status(product))}
        if len(rows) % ACT_EVERY == ACT_EVERY - 1:
            again = await crowd.rejoin(len(rows) // ACT_EVERY % delegates)
            row["rejoin_ms"] = again if again is not None else float("inf")
        rows.append(row)
        print(json.dumps({key: round(value, 1) for key, value in row.items()}), file=sys.stderr)
        await asyncio.sleep(SAMPLE_S)
    return rows


def _figures(rows: list[dict[str, float]], joined_ms: list[float]) -> dict[str, float]:
    last = rows[-1]
    settled = next((row for row in rows if row["at_s"] >= SETTLED_S), rows[0])
    lasted_s = last["at_s"] - rows[0]["at_s"]
    again = sorted(row["rejoin_ms"] for row in rows if "rejoin_ms" in row)
    return {
        "program_fps": (last["pictures"] - rows[0]["pictures"]) / lasted_s,
        "picture_skipped": last["picture_skipped"] - rows[0]["picture_skipped"],
        "sound_skipped": last["sound_skipped"] - rows[0]["sound_skipped"],
        "handover_dropped": last["handover_dropped"] - rows[0]["handover_dropped"],
        "join_ms_max": max(joined_ms),
        "rejoin_ms_median": again[len(again) // 2] if again else 0.0,
        "rejoin_ms_max": again[-1] if again else 0.0,
        **{
            f"{key}_grown": last[key] - settled.get(key, 0.0)
            for key in last
            if key.startswith("mb_")
        },
    }


def main() -> None:
    """Run the soak and print the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--delegates", type=int, default=12)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--scratch", type=Path, default=Path(tempfile.gettempdir()) / "bench-clips")
    options = parser.parse_args()
    options.scratch.mkdir(parents=True, exist_ok=True)
    clips = make_clips(options.scratch, options.delegates)
    figures = asyncio.run(soak(clips, options.minutes))
    more = {"delegates": options.delegates, "minutes": options.minutes, "program": f"{SIZE}@{FPS}"}
    measure.report("soak", [figures], more)


if __name__ == "__main__":
    main()
