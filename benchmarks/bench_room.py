"""What a whole room costs: N delegates, one program, two RTMP targets, against one ffmpeg.

    python -m benchmarks.bench_room [--delegates 12] [--rounds 3] [--seconds 12]

The peer is one ffmpeg that decodes the same clips, composes them, encodes with the same settings
and pushes to the same targets: no WebRTC, no return, no mix-minus.  Rounds are interleaved.
"""

import argparse
import asyncio
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from benchmarks import measure, signals
from benchmarks.measure import CpuMeter
from rotunda.demo.link import Link
from tests.fakes.ingest import RtmpIngest
from tests.harness import table
from tests.harness.product import Crowd, Product, running_product

CLIP_S = 20
SIZE = "1280x720"
FPS = 25
KBPS = 3000
WARM_UP_S = 4.0

SOURCES = (
    "testsrc2=s=640x360:r=25",
    "mandelbrot=s=640x360:r=25:end_scale=0.05:end_pts=500",
    "gradients=s=640x360:r=25:speed=0.02:n=6",
    "testsrc=s=640x360:r=25",
    "cellauto=s=640x360:r=25:rule=110",
    "gradients=s=640x360:r=25:speed=0.05:n=4:type=radial",
)
"""Sources of the clips; further delegates take them again."""


def make_clips(scratch: Path, count: int) -> list[Path]:
    """Code the clips once; a later run takes them as they are."""
    clips = [scratch / f"clip{index}.webm" for index in range(min(count, len(SOURCES)))]
    for clip, source in zip(clips, SOURCES, strict=False):
        if not clip.exists():
            _run_ffmpeg(
                *("-f", "lavfi", "-i", source, "-t", str(CLIP_S)),
                *("-vf", "scale=640:360,noise=alls=6:allf=t,format=yuv420p", "-c:v", "libvpx"),
                *("-deadline", "realtime", "-cpu-used", "8", "-b:v", "600k", "-maxrate", "800k"),
                *("-bufsize", "600k", "-g", "50", "-error-resilient", "1", str(clip)),
            )
    sound = scratch / "speech.ogg"
    if not sound.exists():
        wave = "sine=f=180:r=48000:d=20,tremolo=f=3:d=0.9"
        _run_ffmpeg("-f", "lavfi", "-i", wave, "-ac", "1", "-c:a", "libopus", str(sound))
    return [clips[index % len(clips)] for index in range(count)]


def _run_ffmpeg(*arguments: str) -> None:
    command = ["ffmpeg", "-hide_banner", "-loglevel", "error", "-y", *arguments]
    subprocess.run(command, check=True, timeout=300)


async def room_round(clips: list[Path], seconds: float, preset: str) -> dict[str, float]:
    """One round of ours: CPU seconds per second of program, by process."""
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch, targets(Path(scratch)) as ingest:
        data = Path(scratch) / "data"
        with running_product(data, program=f"{SIZE}@{FPS}", preset=preset) as product:
            product.import_session(table.TOML)
            roles = {f"d{index}": {"role": "delegate"} for index in range(len(clips))}
            tickets = await table.tickets_for(product, roles | {"desk": {"role": "moderator"}})
            people = [
                {"ticket": tickets[f"d{index}"], "clip": str(clip), "tone_hz": 300 + 40 * index}
                for index, clip in enumerate(clips)
            ]
            async with (
                product.connect(tickets["desk"]) as desk,
                Crowd(product.base_url, people, elsewhere=True) as crowd,
            ):
                await set_up(product, desk, tickets["desk"], ingest)
                await asyncio.sleep(WARM_UP_S)
                return await measure_room(product.pid, crowd, ingest, seconds)


async def set_up(product: Product, desk: Link, ticket: str, ingest: RtmpIngest) -> None:
    """Everybody on stage with an open microphone, on air to two targets."""
    seats = [seat["seat"] for seat in desk.view["seats"]]
    await table.on_stage(desk, *[seat for seat in seats if seat.startswith("delegate-")])
    await desk.command("stage.scene", {"layout": "gallery"})
    await desk.command("floor.mode", {"mode": "panel_open"})
    for language in ("en", "zh"):
        body = {"kind": "rtmp", "url": ingest.url(language), "lang": language}
        path = f"/api/sessions/{table.SESSION}/outputs"
        await asyncio.to_thread(product.request, "POST", path, ticket, body)
    await desk.command("onair.start")
    await desk.until(
        lambda view: list(table.output_states(view).values()) == ["running"] * 2, 30, "outputs"
    )


async def measure_room(
    pid: int, crowd: Crowd, ingest: RtmpIngest, seconds: float
) -> dict[str, float]:
    """Measure a room that runs."""
    before = await crowd.stats()
    meter = CpuMeter(pid)
    await asyncio.to_thread(meter.start)
    await asyncio.sleep(seconds)
    cpu, wall_s = await asyncio.to_thread(meter.stop)
    after = await crowd.stats()
    for name, used in sorted(cpu.items(), key=lambda item: -item[1])[:16]:
        print(f"  {name:<40} {used / wall_s:.3f}", file=sys.stderr)
    moved = {
        key: sum(one[key] - other[key] for one, other in zip(after, before, strict=True))
        for key in ("pictures", "sent", "received", "lost", "sound_packets")
    }
    people = len(after)
    media_s = moved["pictures"] / people / FPS
    video = await asyncio.to_thread(signals.read_video, ingest.recordings("en")[-1])
    processes = measure.by_process(cpu)
    return {
        "cpu_s": sum(cpu.values()) / wall_s,
        "cpu_engine_s": processes.get("streaming.engine", 0.0) / wall_s,
        "cpu_outputs_s": processes.get("streaming.outputs", 0.0) / wall_s,
        "return_fps": media_s * FPS / wall_s,
        "target_fps": len(video.times_s) / (video.times_s[-1] - video.times_s[0]),
        "sound_pps": moved["sound_packets"] / people / wall_s,
        "packets_in_per_s": moved["sent"] / wall_s,
        "packets_out_per_s": moved["received"] / wall_s,
        "loss": moved["lost"] / max(1.0, moved["received"]),
    }


def is_fair(figures: Mapping[str, float]) -> bool:
    """A round counts only if everybody got what was due: else less CPU means less work."""
    return (
        min(figures["return_fps"], figures["target_fps"], figures["floor_fps"]) > 0.97 * FPS
        and figures["sound_pps"] > 0.97 * 50
        and figures["loss"] < 0.001
    )


def floor_round(clips: list[Path], seconds: float, preset: str) -> dict[str, float]:
    """One round of the peer."""
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch, targets(Path(scratch)) as ingest:
        process = subprocess.Popen(_floor_command(clips, preset, ingest))
        try:
            time.sleep(WARM_UP_S)
            meter = CpuMeter(process.pid)
            meter.start()
            time.sleep(seconds)
            cpu, wall_s = meter.stop()
        finally:
            process.kill()
            process.wait()
        video = signals.read_video(ingest.recordings("en")[-1])
        fps = len(video.times_s) / (video.times_s[-1] - video.times_s[0])
        return {"floor_cpu_s": sum(cpu.values()) / wall_s, "floor_fps": fps}


def _floor_command(clips: list[Path], preset: str, ingest: RtmpIngest) -> list[str]:
    count, columns = len(clips), 4
    rows = -(-count // columns)
    width_px, height_px = 1280 // columns, 720 // rows // 2 * 2
    inputs: list[str] = []
    for clip in clips:
        inputs += ["-threads", "1", "-re", "-stream_loop", "-1", "-i", str(clip)]
    for _ in clips:
        sound = str(clips[0].parent / "speech.ogg")
        inputs += ["-re", "-stream_loop", "-1", "-c:a", "libopus", "-i", sound]
    scale = "".join(
        f"[{i}:v]scale={width_px}:{height_px}:flags=bicubic,setpts=PTS-STARTPTS[v{i}];"
        for i in range(count)
    )
    places = "|".join(f"{i % columns * width_px}_{i // columns * height_px}" for i in range(count))
    stack = "".join(f"[v{i}]" for i in range(count)) + f"xstack=inputs={count}:layout={places}"
    voices = "".join(f"[{count + i}:a]" for i in range(count)) + f"amix=inputs={count}[a]"
    graph = f"{scale}{stack}:fill=black,fps={FPS},pad=1280:720,format=yuv420p[v];{voices}"
    both = "|".join(f"[f=flv]{ingest.url(language)}" for language in ("en", "zh"))
    return [
        *("ffmpeg", "-hide_banner", "-loglevel", "error", "-nostdin", *inputs),
        *("-filter_complex_threads", "1", "-filter_complex", graph, "-map", "[v]", "-map", "[a]"),
        *("-c:v", "libx264", "-profile:v", "main", "-preset", preset, "-tune", "zerolatency"),
        *("-threads", "1", "-b:v", f"{KBPS}k", "-maxrate", f"{KBPS}k", "-bufsize", f"{KBPS}k"),
        *("-g", str(2 * FPS), "-flags", "+global_header"),
        *("-c:a", "aac", "-b:a", "128k", "-ac", "2", "-f", "tee", both),
    ]


@contextmanager
def targets(scratch: Path) -> Iterator[RtmpIngest]:
    """nginx-rtmp."""
    directory = scratch / "ingest"
    directory.mkdir()
    scratch.chmod(0o755)
    ingest = RtmpIngest(directory)
    ingest.start()
    try:
        yield ingest
    finally:
        ingest.kill()


def main() -> None:
    """Run the rounds and print the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--delegates", type=int, default=12)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=12.0)
    parser.add_argument("--preset", default="superfast")
    parser.add_argument("--scratch", type=Path, default=Path(tempfile.gettempdir()) / "bench-clips")
    options = parser.parse_args()
    options.scratch.mkdir(parents=True, exist_ok=True)
    clips = make_clips(options.scratch, options.delegates)
    rounds = []
    for number in range(options.rounds):
        ours = asyncio.run(room_round(clips, options.seconds, options.preset))
        peer = floor_round(clips, options.seconds, options.preset)
        both = ours | peer | {"floor_ratio": ours["cpu_s"] / peer["floor_cpu_s"]}
        print(f"round {number}: {both}", file=sys.stderr)
        if is_fair(both):
            rounds.append(both)
    if not rounds:
        sys.exit("No round counts: the machine was too busy to keep up. Quieten it and try again.")
    more = {
        "delegates": options.delegates,
        "rounds_run": options.rounds,
        "program": f"{SIZE}@{FPS}",
        "kbps": KBPS,
        "preset": options.preset,
        "seconds": options.seconds,
    }
    measure.report("room", rounds, more)


if __name__ == "__main__":
    main()
