"""Does for one room what its journal says: the engine, and the outputs while it is on air."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from redis.exceptions import RedisError

from streaming.engine_keeper import EngineKeeper
from streaming.follower import follow
from streaming.output_keeper import OutputKeeper
from streaming.outputs.order import Cover, Order
from streaming.store import Facts, StreamingStore, pause
from streaming.youtube.keeper import BroadcastKeeper
from streaming.youtube.office import Office
from streaming.youtube.preflight import tone_hz
from venue.broadcast_outputs import broadcast_of, program_since, pushing
from venue.ids import Instant, Language, OutputId, SessionId
from venue.program import RECORDING, Output
from venue.room import Room
from venue.sealing import Unreadable

log = logging.getLogger(__name__)

LINGER_S = 30.0
"""The engine outlives the last person for a while: a reload is not the end of a session."""

RETRY_S = 0.5
TICK_S = 1.0
_ALIVE = frozenset({"running", "degraded", "retrying"})


@dataclass(frozen=True, slots=True)
class Places:
    """Where the files of all rooms are."""

    run_dir: Path
    data_dir: Path
    authorities: str = ""
    """PEM file of certificates that outputs trust besides the system's own."""

    def tap(self, session: SessionId) -> Path:
        """The socket of a room's tap."""
        return self.run_dir / f"tap-{session}.sock"

    def directory(self, session: SessionId, kind: str) -> str:
        """Where an output that ends in files puts them."""
        folder = {"hls": "hls", "recording": "recordings"}.get(kind)
        return "" if folder is None else str(self.data_dir / folder / session)


def wants_engine(room: Room) -> bool:
    """Somebody is there, or sends media without being there, or the program goes somewhere."""
    return bool(wanted_outputs(room)) or any(
        seat.presence == "online" or seat.media.flowing for seat in room.seats.values()
    )


def wanted_outputs(room: Room) -> Mapping[OutputId, Output]:
    """What must run now: everything on air, and what YouTube is to get, on air or not."""
    on_air = room.program.on_air_since is not None
    wanted = pushing(room.broadcasts, room.session)
    return {
        output: facts
        for output, facts in room.program.outputs.items()
        if output in wanted or (on_air and broadcast_of(room.broadcasts, output) is None)
    }


def cover_of(room: Room, output: OutputId) -> Cover:
    """What an output plays.  Only outputs to YouTube are ever covered."""
    broadcast = broadcast_of(room.broadcasts, output)
    if broadcast is None:
        return "program"
    if room.broadcasts.panic or broadcast.wanted == "ended":
        return "slate"  # an end is an end for the room, however long YouTube takes to make it one
    if broadcast.wanted == "preflight":
        return "tone"  # on air elsewhere or not: nobody sees it, and a tone proves more
    since = program_since(broadcast, room.program.on_air_since)
    return "slate" if since is None else "program"


def redacted(url: str) -> str:
    """An address without its key, which is its last part."""
    return url.rpartition("/")[0].partition("?")[0] + "/***"


class RoomKeeper:
    """The engine and the outputs of one room."""

    def __init__(
        self,
        session: SessionId,
        store: StreamingStore,
        places: Places,
        engine_order: bytes,
        engine_module: str,
        office: Office | None = None,
    ) -> None:
        self.session = session
        self.facts = Facts(store.redis, session)
        self.engine = EngineKeeper(session, engine_order, store, self.facts, engine_module)
        self.outputs: dict[OutputId, OutputKeeper] = {}
        self._tasks: dict[OutputId, asyncio.Task[None]] = {}
        self._store = store
        self._places = places
        self.room: Room | None = None
        self.youtube = None if office is None else BroadcastKeeper(self, office)
        self._targets: dict[OutputId, str] = {}
        self._ending: set[OutputId] = set()
        self._retried: dict[OutputId, Instant | None] = {}
        """When somebody last asked for another attempt, of outputs that run."""
        self._changed = asyncio.Event()
        self._wanted_until_s = 0.0

    async def run(self) -> None:
        """Work until cancelled; then end everything, the room staying as it is."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._follow())
                group.create_task(self.facts.run())
                group.create_task(self.engine.run())
                group.create_task(self._keep_outputs())
                if self.youtube is not None:
                    group.create_task(self.youtube.run())
        finally:
            await asyncio.shield(self.facts.flush(0.5))

    async def _follow(self) -> None:
        async for room in follow(self._store.redis, self.session):
            self.room = room
            self._changed.set()
            if self.youtube is not None:
                self.youtube.changed()

    def post(self, about: str, name: str, body: Mapping[str, Any]) -> None:
        """Tell the room something."""
        self.facts.post(about, name, body)

    def output(self, output: OutputId) -> OutputKeeper | None:
        """The keeper of an output, while it runs."""
        return self.outputs.get(output)

    async def _url_of(self, output: OutputId) -> str:
        """Where an output goes; empty: nobody said, or it cannot be read any more."""
        try:
            address = await self._store.address(self.session, output)
        except Unreadable:
            body = {"output": output, "state": "failed", "error": "output.unreadable"}
            self.facts.post(f"output:{output}", "output.state", body)
            return ""
        return "" if address is None else address.url

    def reconnect(self, output: OutputId) -> None:
        """Connect an output to YouTube anew: its server takes what YouTube never gets."""
        if output in self.outputs:
            self.outputs[output].again("output.no_data")

    @property
    def recordings(self) -> Path:
        """Where the recordings of the room are."""
        return Path(self._places.directory(self.session, "recording"))

    @property
    def recording_ended(self) -> bool:
        """Nobody writes to it, nor is about to."""
        off_air = self.room is not None and self.room.program.on_air_since is None
        return off_air and RECORDING not in self.outputs

    async def target(self, output: OutputId, lang: Language, url: str) -> None:
        """Let an output push to a secret address; one that pushes elsewhere begins anew."""
        known = self.room is not None and output in self.room.program.outputs
        # Somebody who removes it at the desk takes its secret away as well.
        if self._targets.get(output) != url or not known:
            try:
                if await self._url_of(output) != url:
                    await self._store.keep_address(self.session, output, lang, url)
                    if output in self.outputs:
                        await self._end(output)
            except (RedisError, OSError) as error:
                log.warning("A target is not kept yet: %s", type(error).__name__)
                return
            self._targets[output] = url
        if not known:
            body = {"output": output, "lang": lang, "target": redacted(url)}
            self.facts.post(f"add:{output}", "output.add", body)
        self._changed.set()

    async def _keep_outputs(self) -> None:
        # Cancelled together with the engine's task: the two end side by side.
        try:
            await self._reconcile_for_ever()
        finally:
            await asyncio.shield(self._halt())

    async def _reconcile_for_ever(self) -> None:
        while True:
            try:
                async with asyncio.timeout(TICK_S):
                    await self._changed.wait()
            except TimeoutError:
                pass
            self._changed.clear()
            if self.room is None:
                continue
            try:
                await self._steer_engine(self.room)
                await self._steer_outputs(self.room)
            except (RedisError, OSError) as error:
                log.warning("Outputs wait: %s", type(error).__name__)
                await pause(RETRY_S)

    async def _steer_engine(self, room: Room) -> None:
        now = asyncio.get_running_loop().time()
        if wants_engine(room) or await self._store.engine_asked_for(self.session):
            self._wanted_until_s = now + LINGER_S
        self.engine.want(now < self._wanted_until_s)

    async def _steer_outputs(self, room: Room) -> None:
        wanted = wanted_outputs(room)
        gone = [output for output in self.outputs if output not in wanted]
        await asyncio.gather(*(self._end(output) for output in gone))
        for output, facts in wanted.items():
            if output not in self.outputs:
                await self._begin(facts, room)
            elif facts.kind == "rtmp":
                if facts.retried_at != self._retried.get(output):
                    self._retried[output] = facts.retried_at
                    self.outputs[output].again("output.asked_again")
                await self.outputs[output].cover(cover_of(room, output))

    async def _begin(self, output: Output, room: Room) -> None:
        url = ""
        if output.kind == "rtmp":
            url = await self._url_of(output.output)
            if not url:
                return  # it has not been written yet, or the output is being removed
        order = Order(
            session=self.session,
            output=output.output,
            kind=output.kind,
            tap=str(self._places.tap(self.session)),
            lang=output.lang,
            url=url,
            directory=self._places.directory(self.session, output.kind),
            authorities=self._places.authorities,
            cover=cover_of(room, output.output),
            tone_hz=tone_hz(room.session.output_languages, output.lang),
        )
        # YouTube says itself what it thinks of a key: never given up while it is wanted.
        to_youtube = broadcast_of(room.broadcasts, output.output) is not None
        keeper = OutputKeeper(
            order,
            self.facts,
            lambda: self._attempts_but(output.output),
            progressed=to_youtube or (output.state in _ALIVE and output.sent_bytes > 0),
        )
        self._retried[output.output] = output.retried_at
        self.outputs[output.output] = keeper
        self._tasks[output.output] = asyncio.create_task(keeper.run())

    def _attempts_but(self, output: OutputId) -> tuple[Instant, ...]:
        others = (keeper for name, keeper in self.outputs.items() if name != output)
        return tuple(instant for keeper in others for instant in keeper.retry.attempts_at)

    async def _end(self, output: OutputId) -> None:
        if output not in self.outputs or output in self._ending:
            return  # the wish to be rid of it and a changed key may come together
        self._ending.add(output)
        try:
            task = self._tasks[output]
            await self.outputs[output].stop()
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            del self.outputs[output], self._tasks[output]
        finally:
            self._ending.discard(output)

    async def _halt(self) -> None:
        await asyncio.gather(*(keeper.halt() for keeper in self.outputs.values()))
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
