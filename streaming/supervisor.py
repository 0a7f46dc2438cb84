"""The streaming process of a machine: leases rooms and keeps their engines and outputs running."""

import asyncio
import logging
from pathlib import Path
from typing import Any

import msgspec
from redis.exceptions import RedisError

from streaming.archive.archivist import Archivist
from streaming.clerk import Clerk
from streaming.output_keeper import now_ms
from streaming.room_keeper import Places, RoomKeeper
from streaming.store import StreamingStore
from streaming.youtube import gauges
from streaming.youtube.office import Office
from streaming.youtube.settings import YouTubeSettings, check
from venue.ids import SessionId

log = logging.getLogger(__name__)

LEASE_MS = 6_000
LOOK_S = 1.0
_SECRET = frozenset({"secret", "youtube"})
"""Parts of the configuration that do not go on to the engines."""


class SupervisorConfig(msgspec.Struct, frozen=True):
    """The supervisor's own part of the configuration; engines get all of it but what is secret."""

    redis_url: str
    run_dir: str
    data_dir: str
    process_id: str
    authorities: str = ""
    secret: str = ""
    """Addresses with stream keys are encrypted with it."""
    youtube: YouTubeSettings | None = None

    def __repr__(self) -> str:
        return f"SupervisorConfig({self.process_id!r})"


class Supervisor:
    """Rooms that this process has leased."""

    def __init__(
        self,
        config: SupervisorConfig,
        document: dict[str, Any],
        store: StreamingStore,
        engine_module: str = "streaming.engine",
    ) -> None:
        """``document`` is the whole configuration, as it came."""
        self._engine_module = engine_module
        self.rooms: dict[SessionId, RoomKeeper] = {}
        self.room_restarts = 0
        self._config = config
        self._document = {key: value for key, value in document.items() if key not in _SECRET}
        self._store = store
        settings = config.youtube
        self.office = Office(check(settings), store.redis, now_ms) if settings else None
        self._clerk = (
            Clerk(store.redis, config.process_id, self.office) if self.office is not None else None
        )
        self._tasks: dict[SessionId, asyncio.Task[None]] = {}
        self._archivist = Archivist(self._ended_recordings)

    async def run(self) -> None:
        """Work until cancelled; then end all rooms and give the leases up."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._archivist.run())
                group.create_task(self._keep_rooms())
                if self._clerk is not None:
                    group.create_task(self._clerk.run())
        finally:
            await asyncio.shield(self._close())

    async def _keep_rooms(self) -> None:
        while True:
            try:
                await self._look()
            except (RedisError, OSError) as error:
                # Leases run on by themselves for a while; the rooms go on meanwhile.
                log.warning("Redis is away: %s", type(error).__name__)
            self._write_metrics()
            await asyncio.sleep(LOOK_S)

    def _ended_recordings(self) -> dict[SessionId, Path]:
        """Where the recordings are that nobody writes to now."""
        found = {
            session: keeper.recordings
            for session, keeper in self.rooms.items()
            if keeper.recording_ended
        }
        return {session: path for session, path in found.items() if path.is_dir()}

    async def _look(self) -> None:
        sessions = await self._store.sessions()
        for session in sessions:
            mine = await self._store.take_lease(session, LEASE_MS)
            task = self._tasks.get(session)
            if task is not None and task.done():
                self._report_end(session, task)
                task = None
            if mine and task is None:
                await self._store.seal_addresses(session)
                self._open(session)
            elif not mine and task is not None:
                log.warning("Another process streams %s now", session)
                await self._end(session)
        for session in set(self._tasks) - set(sessions):
            await self._end(session)
            await self._store.release_lease(session)

    def _open(self, session: SessionId) -> None:
        order = msgspec.json.encode({**self._document, "session": session})
        config = self._config
        places = Places(Path(config.run_dir), Path(config.data_dir), config.authorities)
        keeper = RoomKeeper(session, self._store, places, order, self._engine_module, self.office)
        self.rooms[session] = keeper
        self._tasks[session] = asyncio.create_task(keeper.run())

    def _report_end(self, session: SessionId, task: "asyncio.Task[None]") -> None:
        """A room's keeper never ends by itself: a bug, logged; the room is opened again."""
        self.room_restarts += 1
        log.error("The keeper of %s ended", session, exc_info=task.exception())
        del self._tasks[session], self.rooms[session]

    async def _end(self, session: SessionId) -> None:
        task = self._tasks.pop(session)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        del self.rooms[session]

    async def _close(self) -> None:
        sessions = tuple(self._tasks)
        if self.office is not None:
            self.office.close()
        await asyncio.gather(*(self._end(session) for session in sessions))
        try:
            async with asyncio.timeout(0.5):
                for session in sessions:
                    await self._store.release_lease(session)
        except (RedisError, OSError, TimeoutError):
            log.warning("Leases are left to expire")

    def _write_metrics(self) -> None:
        path = Path(self._config.run_dir) / "metrics-streaming.prom"
        fresh = path.with_name(path.name + ".new")
        try:
            fresh.write_text(metrics_text(self.rooms, self.room_restarts))
            fresh.replace(path)
        except OSError as error:
            log.warning("No metrics: %s", type(error).__name__)


def metrics_text(rooms: dict[SessionId, RoomKeeper], room_restarts: int) -> str:
    """Figures in Prometheus' text format."""
    rows: dict[str, list[str]] = {
        "rotunda_streaming_room_restarts_total": [f" {room_restarts}"],
        "rotunda_engine_up": [],
        "rotunda_engine_restarts_total": [],
        "rotunda_output_sent_bytes_total": [],
        "rotunda_output_retries_total": [],
        "rotunda_output_slate_gops_total": [],
        "rotunda_output_running": [],
        "rotunda_output_lost_pictures_total": [],
        "rotunda_output_unread_reports_total": [],
        "rotunda_output_backlog_bytes": [],
        "rotunda_output_lag_ms": [],
        "rotunda_output_fps": [],
        **{name: [] for name in gauges.NAMES},
    }
    for session, room in rooms.items():
        label = f'{{session="{session}"}}'
        rows["rotunda_engine_up"].append(f"{label} {int(room.engine.running)}")
        rows["rotunda_engine_restarts_total"].append(f"{label} {room.engine.restarts}")
        for name, row in () if room.room is None else gauges.rows(session, room.room):
            rows[name].append(row)
        for output, keeper in room.outputs.items():
            label = f'{{session="{session}",output="{output}"}}'
            rows["rotunda_output_sent_bytes_total"].append(f"{label} {keeper.sent_bytes}")
            rows["rotunda_output_retries_total"].append(f"{label} {keeper.retry.retries}")
            rows["rotunda_output_slate_gops_total"].append(f"{label} {keeper.report.slate_gops}")
            rows["rotunda_output_running"].append(f"{label} {int(keeper.state == 'running')}")
            unread = keeper.report.unread_reports
            rows["rotunda_output_unread_reports_total"].append(f"{label} {unread}")
            if (vitals := keeper.report.vitals) is None:
                continue
            rows["rotunda_output_lost_pictures_total"].append(f"{label} {vitals.lost_pictures}")
            rows["rotunda_output_backlog_bytes"].append(f"{label} {vitals.backlog_bytes}")
            rows["rotunda_output_lag_ms"].append(f"{label} {vitals.lag_ms or 0}")
            rows["rotunda_output_fps"].append(f"{label} {vitals.fps or 0}")
    lines: list[str] = []
    for name, values in rows.items():
        kind = "counter" if name.endswith("_total") else "gauge"
        lines.append(f"# TYPE {name} {kind}")
        lines.extend(f"{name}{value}" for value in values)
    return "\n".join(lines) + "\n"
