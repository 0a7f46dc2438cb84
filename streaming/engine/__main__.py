"""The engine process of one live room.  Started by the streaming supervisor.

Standard input carries one JSON document (``EngineConfig``); nothing is in argv or the environment.
"""

import asyncio
import contextlib
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator
from functools import partial
from typing import BinaryIO

import msgspec
from redis.asyncio import Redis

from streaming import priority
from streaming.engine.app import Engine, EngineParts, LanguagesChanged
from streaming.engine.config import EngineConfig
from streaming.engine.parts import Picture
from streaming.engine.reports import Reports
from streaming.follower import follow
from streaming.outputs.tap import TapHeader
from streaming.outputs.tap_server import TapServer
from streaming.packets import booth_stem, stems_of
from streaming.picture.engine import PictureEngine
from streaming.picture.rendition import Coding
from streaming.sound.aac import aac_config, silent_aac_frame
from streaming.sound.engine import SoundEngine
from streaming.store import connect
from venue.room import Room
from venue.scene import Scene
from venue.staging import scene_of

logger = logging.getLogger(__name__)

WATCHDOG_S = 10.0
"""The kernel ends a process whose loop stands still for so long: its supervisor starts another."""
_CONFIG_BYTES_MAX = 1 << 20


def read_config(source: BinaryIO) -> EngineConfig:
    """Read the document; the pipe may stay open behind it.

    Raises:
        msgspec.ValidationError: A field is missing or wrong.
        EOFError: The pipe ended before the document did.
    """
    text = b""
    while len(text) < _CONFIG_BYTES_MAX and (line := source.readline()):
        text += line
        try:
            return msgspec.json.decode(text, type=EngineConfig)
        except msgspec.ValidationError:
            raise
        except msgspec.DecodeError:
            continue  # the document goes on
    raise EOFError("no whole configuration on standard input")


def parts_of(config: EngineConfig, first: Scene, scenes: AsyncIterator[Scene]) -> EngineParts:
    """The real picture, sound and tap."""
    program = config.program

    def tap(picture: Picture) -> TapServer:
        header = TapHeader(
            fmt=program.format,
            languages=first.languages,
            aac_config=aac_config(),
            slate=picture.slate_gop(),
            silence=silent_aac_frame(),
            booth_silence=silent_aac_frame(booth_stem(first.languages[0])),
            bitrate_kbps=program.bitrate_kbps,
            stems=stems_of(first.languages),
            captions=first.captioned,
            own_slates={one: picture.slate_gop(one) for one in first.own},
        )
        return TapServer(config.tap_path, header)

    return EngineParts(
        picture=lambda on_program, on_return, on_own: PictureEngine(
            program.format,
            on_program,
            on_return,
            coding=Coding(program.bitrate_kbps, program.preset),
            own={language: partial(on_own, language) for language in first.own},
        ),
        sound=lambda on_opus, on_aac, on_routes: SoundEngine(
            first.languages, on_opus, on_aac, on_routes
        ),
        tap=tap,
        first=first,
        scenes=scenes,
    )


async def _scenes(rooms: AsyncIterator[Room]) -> AsyncIterator[Scene]:
    async for room in rooms:
        yield scene_of(room)


async def _refresh_watchdog() -> None:
    while True:
        signal.setitimer(signal.ITIMER_REAL, WATCHDOG_S)
        await asyncio.sleep(1.0)


async def serve(config: EngineConfig, redis: "Redis", ready: asyncio.Event | None = None) -> None:
    """Run one engine until cancelled."""
    scenes = _scenes(follow(redis, config.session))
    first = await anext(scenes)
    holder = f"{config.process_id or 'engine'}-{os.getpid()}"
    reports = Reports(redis, config.session, holder, f"unix:{config.door_path}")
    await Engine(config, parts_of(config, first, scenes), reports).run(ready)


async def _main(config: EngineConfig) -> None:
    task = asyncio.current_task()
    assert task is not None
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, task.cancel)
    redis = connect(config.redis_url)
    watchdog = asyncio.create_task(_refresh_watchdog())
    try:
        with contextlib.suppress(asyncio.CancelledError):
            await serve(config, redis)
    except* LanguagesChanged:
        logger.info("the session has other languages; a new engine makes them")
    finally:
        watchdog.cancel()
        await redis.aclose()


def main() -> int:
    """Run the process."""
    priority.take(priority.ENGINE)
    logging.basicConfig(
        level=logging.INFO, format="%(levelname)s %(name)s %(message)s", stream=sys.stderr
    )
    for noisy in ("aioice", "aiortc", "aiohttp.access", "libav"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    try:
        config = read_config(sys.stdin.buffer)
    except (msgspec.ValidationError, EOFError):
        logger.exception("the engine cannot start")
        return 2
    asyncio.run(_main(config))
    return 0


if __name__ == "__main__":
    sys.exit(main())
