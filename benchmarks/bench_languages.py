"""What one more language costs: the same room on air in one, two and four languages.

    python -m benchmarks.bench_languages [--delegates 12] [--rounds 3] [--seconds 12] [--own]

Every language has an RTMP target of its own, and every one but the first a booth on air, so each
adds an AAC, the booth's and its listeners' Opus, the bytes of its target, and an interpreter who
sees the program.  Our own pages' HLS and the recording (with the clean floor and every booth) run
as always.  The room is the full one of ``bench_room``.  Everybody talks, in voices: steady tones
are no measure for coders.  Rounds are interleaved.  ``--own`` adds one of two languages, the second
with a picture of its own.
"""

import argparse
import asyncio
import logging
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks import measure
from benchmarks.bench_room import FPS, KBPS, SIZE, WARM_UP_S, make_clips, targets
from benchmarks.measure import CpuMeter
from benchmarks.signals import read_video
from rotunda.demo.link import Link
from tests.fakes.ingest import RtmpIngest
from tests.harness import table
from tests.harness.product import Crowd, Product, eventually, running_product

LANGUAGES = ("en", "zh", "fr", "es")


def session_toml(languages: Sequence[str], own: Sequence[str]) -> str:
    """A session with a booth for every language but the first."""
    booths = "".join(
        f'[[seats]]\nseat = "booth-{one}"\nname = "Booth {one}"\nrole = "interpreter"\n'
        f'language = "{one}"\nbooth = ["{one}"]\n\n'
        for one in languages[1:]
    )
    tags, own_tags = (", ".join(f'"{one}"' for one in some) for some in (languages, own))
    head = f'id = "summit"\ntitle = {{ en = "Languages" }}\nlanguages = [{tags}]\n'
    return f"{head}own_picture = [{own_tags}]\n\n{booths}"


def voice(number: int) -> dict[str, int]:
    """Somebody who never stops talking."""
    return {"voice_hz": 95 + 17 * number, "tone_hz": 40 + 3 * number}


async def one_round(
    languages: Sequence[str], clips: list[Path], seconds: float, own: Sequence[str] = ()
) -> float | None:
    """CPU seconds a second of the whole product on air in these languages; None: not kept up."""
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as scratch,
        targets(Path(scratch)) as ingest,
        running_product(Path(scratch) / "data", program=f"{SIZE}@{FPS}") as product,
    ):
        product.import_session(session_toml(languages, own))
        roles = {f"d{index}": {"role": "delegate"} for index in range(len(clips))}
        roles |= {one: {"role": "interpreter", "seat": f"booth-{one}"} for one in languages[1:]}
        tickets = await table.tickets_for(product, roles | {"desk": {"role": "moderator"}})
        people = [
            {"ticket": tickets[f"d{index}"], "clip": str(clip), **voice(index)}
            for index, clip in enumerate(clips)
        ]
        people += [
            {"ticket": tickets[one], "camera": False, **voice(len(clips) + index)}
            for index, one in enumerate(languages[1:])
        ]
        async with (
            product.connect(tickets["desk"]) as desk,
            Crowd(product.base_url, people, elsewhere=True) as crowd,
        ):
            await set_up(product, desk, tickets["desk"], ingest, languages)
            for index, _ in enumerate(languages[1:], start=len(clips)):
                await crowd.command(index, "booth.ready")
                await crowd.command(index, "booth.on")
            await asyncio.sleep(WARM_UP_S)
            meter = CpuMeter(product.pid)
            await asyncio.to_thread(meter.start)
            await asyncio.sleep(seconds)
            cpu, wall_s = await asyncio.to_thread(meter.stop)
        rates = [rate_at(ingest, one) for one in languages]
        cpu_s = sum(cpu.values()) / wall_s
        for name, used in sorted(cpu.items(), key=lambda item: -item[1])[:12]:
            print(f"    {name:<40} {used / wall_s:.3f}", file=sys.stderr)
        print(f"  {len(languages)}: {cpu_s:.3f} CPU s/s, pictures/s {rates}", file=sys.stderr)
        return cpu_s if min(rates) > 0.97 * FPS else None


async def set_up(
    product: Product, desk: Link, ticket: str, ingest: RtmpIngest, languages: Sequence[str]
) -> None:
    """Delegates on stage, everybody heard, on air to a target a language."""
    seats = [seat["seat"] for seat in desk.view["seats"]]
    await table.on_stage(desk, *[seat for seat in seats if seat.startswith("delegate-")])
    await desk.command("stage.scene", {"layout": "gallery"})
    await desk.command("floor.mode", {"mode": "panel_open"})
    for language in languages:
        body = {"kind": "rtmp", "url": ingest.url(language), "lang": language}
        door = f"/api/sessions/{table.SESSION}/outputs"
        await asyncio.to_thread(product.request, "POST", door, ticket, body)
    await desk.command("onair.start")
    await eventually(
        lambda: list(table.output_states(desk.view).values()) == ["running"] * len(languages),
        30,
        "outputs",
    )


def rate_at(ingest: RtmpIngest, language: str) -> float:
    """Pictures a second that a target received."""
    times = read_video(ingest.recordings(language)[-1]).times_s
    return len(times) / (times[-1] - times[0])


def main() -> None:
    """Run the rounds and print the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--delegates", type=int, default=12)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=12.0)
    parser.add_argument("--own", action="store_true")
    parser.add_argument("--scratch", type=Path, default=Path(tempfile.gettempdir()) / "bench-clips")
    options = parser.parse_args()
    logging.basicConfig(level=logging.WARNING)
    options.scratch.mkdir(parents=True, exist_ok=True)
    clips = make_clips(options.scratch, options.delegates)
    rounds = []
    for number in range(options.rounds):
        cpu = {
            count: asyncio.run(one_round(LANGUAGES[:count], clips, options.seconds))
            for count in (1, 2, 4)
        }
        own = (
            asyncio.run(one_round(LANGUAGES[:2], clips, options.seconds, own=LANGUAGES[1:2]))
            if options.own
            else 0.0
        )
        print(f"round {number}: {cpu}, own picture {own}", file=sys.stderr)
        one, two, four = cpu[1], cpu[2], cpu[4]
        if one is not None and two is not None and four is not None and own is not None:
            figures = {
                "one_cpu_s": one,
                "two_over_one": two / one,
                "four_over_one": four / one,
                "language_cpu_s": statistics.mean(((two - one), (four - one) / 3)),
            }
            rounds.append(figures | ({"own_picture_cpu_s": own - two} if own else {}))
    if not rounds:
        sys.exit("No round counts: the machine was too busy to keep up. Quieten it and try again.")
    more = {"delegates": options.delegates, "program": f"{SIZE}@{FPS}", "kbps": KBPS}
    measure.report("languages", rounds, more | {"seconds": options.seconds})


if __name__ == "__main__":
    main()
