"""Between an engine and its outputs, at the real socket: what a language's output is handed.

The engine's end is moved aside and its place taken, so that outputs which begin from then on come
through here.  Nothing of theirs is replaced: they read, play, measure and send as ever.
"""

import asyncio
import contextlib
import threading
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from streaming.mediatime import GOP_SECONDS, VIDEO_CLOCK_HZ
from streaming.outputs.tap import PICTURE, PICTURE_KIND, PREFIX, SOUND, SOUND_KIND, TapWish, message


@dataclass(slots=True)
class Wire:
    """What is wrong with what one language is handed; as it is made, nothing."""

    sound_late_s: float = 0.0
    picture_late_s: float = 0.0
    no_sound: bool = False
    no_pictures: bool = False
    key_every: int = 1
    """Only one group of so many begins with a key frame."""
    sound: tuple[bytes, ...] = ()
    """Coded frames to hand out in place of the engine's, by their place on the grid."""


class _Line:
    """One kind of packets to one output: in order, however late each is."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        self._due_s = 0.0

    def send(self, packet: bytes, late_s: float) -> None:
        loop = asyncio.get_running_loop()
        self._due_s = max(self._due_s, loop.time() + late_s)
        if self._due_s <= loop.time():
            self._writer.write(packet)
        else:
            loop.call_at(self._due_s, self._writer.write, packet)


class TapRelay:
    """A context manager; the engine must run, and outputs must not yet."""

    def __init__(self, path: Path) -> None:
        self.wires: defaultdict[str, Wire] = defaultdict(Wire)
        """By language."""
        self._path = path
        self._engine = path.with_name(path.name + ".engine")
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._tasks: set[asyncio.Task[None]] = set()

    def __enter__(self) -> Self:
        self._path.rename(self._engine)
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(10)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()
        with contextlib.suppress(FileNotFoundError):
            self._engine.rename(self._path)

    async def _listen(self) -> None:
        self._server = await asyncio.start_unix_server(self._serve, self._path)

    async def _stop(self) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            await self._relay(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # Either end went away, or the test is over: both ends are closed.
        finally:
            writer.close()
            self._tasks.discard(task)

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        wish = await read_message(reader)
        (language,) = msgspec.msgpack.decode(wish[PREFIX.size :], type=TapWish).sounds or ("",)
        far_reader, far_writer = await asyncio.open_unix_connection(self._engine)
        try:
            far_writer.write(wish)
            pictures, rest = _Line(writer), _Line(writer)
            while True:
                packet = await read_message(far_reader)
                wire = self.wires[language]
                if packet[4] == PICTURE_KIND:
                    if not wire.no_pictures:
                        pictures.send(_keyed(packet, wire.key_every), wire.picture_late_s)
                elif packet[4] != SOUND_KIND:
                    rest.send(packet, 0.0)
                elif not wire.no_sound:
                    rest.send(_sounding(packet, wire.sound), wire.sound_late_s)
                await writer.drain()
        finally:
            far_writer.close()


def _keyed(packet: bytes, key_every: int) -> bytes:
    pts, key = PICTURE.unpack_from(packet, PREFIX.size)
    kept = key and pts // (GOP_SECONDS * VIDEO_CLOCK_HZ) % key_every == 0
    coded = packet[PREFIX.size + PICTURE.size :]
    return message(PICTURE_KIND, PICTURE.pack(pts, kept), coded)


def _sounding(packet: bytes, sound: tuple[bytes, ...]) -> bytes:
    if not sound:
        return packet
    number, at = SOUND.unpack_from(packet, PREFIX.size)
    data = sound[at // 1024 % len(sound)]
    return message(SOUND_KIND, SOUND.pack(number, at), data)


async def read_message(reader: asyncio.StreamReader) -> bytes:
    """One message of the tap, with its prefix."""
    length = await reader.readexactly(4)
    return length + await reader.readexactly(int.from_bytes(length, "big"))
