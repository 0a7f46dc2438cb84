"""The stand-in as a whole: a server and an ingest in a thread of their own."""

import asyncio
import contextlib
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import aiohttp
from aiohttp import web

from tests.fakes.youtube.control import issue
from tests.fakes.youtube.faults import Faults
from tests.fakes.youtube.ingest import Ingest
from tests.fakes.youtube.journal import Journal
from tests.fakes.youtube.model import Limits, Timings
from tests.fakes.youtube.server import Server
from tests.fakes.youtube.state import State
from tests.fakes.youtube.tokens import FORCE_SSL

T = TypeVar("T")

_TICK_S = 0.02
_LOOK_S = 0.2
EN_CHANNEL = "UCstandinEnglish000000aa"
ZH_CHANNEL = "UCstandinChinese000000bb"


def add_channels(state: State) -> None:
    """One channel for each language."""
    state.channel(EN_CHANNEL, "English channel")
    state.channel(ZH_CHANNEL, "中文頻道")


class Ports:
    """Where to listen; 0 takes a free one."""

    def __init__(self, api: int = 0, rtmp: int = 0, rtmps: int = 0) -> None:
        self.api, self.rtmp, self.rtmps = api, rtmp, rtmps


class Services:
    """Server, ingest and ticker in the running loop."""

    def __init__(self, state: State, ingest: Ingest | None) -> None:
        self.state = state
        self.ingest = ingest
        self.server = Server(state, ingest)
        self._runner: web.AppRunner | None = None
        self._ticker: asyncio.Task[None] | None = None

    async def start(self, ports: Ports, host: str = "127.0.0.1") -> None:
        self._runner = web.AppRunner(self.server.application(), shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, ports.api).start()
        port = int(self._runner.addresses[0][1])
        self.state.addresses.root_url = f"http://127.0.0.1:{port}/"
        if self.ingest is not None:
            await self.ingest.start(port, ports.rtmp, ports.rtmps)
        self._ticker = asyncio.create_task(self._tick())

    async def _tick(self) -> None:
        looked_s = 0.0
        loop = asyncio.get_running_loop()
        async with aiohttp.ClientSession() as session:
            while True:
                if self.ingest is not None:
                    if loop.time() - looked_s >= _LOOK_S:
                        looked_s = loop.time()
                        self.ingest.look()
                    await self.ingest.hang_up(session)
                while self.ingest is None and self.state.hang_ups:
                    self.state.unpublish(self.state.hang_ups.pop())
                self.state.tick()
                await asyncio.sleep(_TICK_S)

    async def stop(self) -> None:
        self.server.close()
        if self._ticker is not None:
            self._ticker.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._ticker
        if self.ingest is not None:
            await self.ingest.stop()
        if self._runner is not None:
            await self._runner.cleanup()


class YouTubeStandIn:
    """A context manager; inside, the real client and real encoders have somebody to talk to.

    ``directory`` keeps certificates, recordings and logs; without it a temporary one goes away at
    the end.  ``ingest=False`` leaves out nginx and stunnel: ``push`` then says that video flows.
    On leaving, it fails when anybody has called search.list.
    """

    def __init__(
        self,
        directory: Path | None = None,
        *,
        ingest: bool = True,
        hls: bool = False,
        timings: Timings | None = None,
        limits: Limits | None = None,
    ) -> None:
        self._temporary = None if directory else tempfile.TemporaryDirectory(prefix="standin-")
        self.directory = directory or Path(self._temporary.name if self._temporary else ".")
        self.state = State(timings, limits)
        self.ingest = Ingest(self.state, self.directory, hls=hls) if ingest else None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._services: Services | None = None
        self._pushes = 0

    def __enter__(self) -> Self:
        self._thread.start()
        self._services = self.run(self._made)
        starting = asyncio.run_coroutine_threadsafe(self._services.start(Ports()), self._loop)
        try:
            starting.result(30)
        except BaseException as error:
            self.__exit__(type(error), error, error.__traceback__)
            raise
        add_channels(self.state)
        return self

    def _made(self) -> Services:
        return Services(self.state, self.ingest)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._services is not None:
            asyncio.run_coroutine_threadsafe(self._services.stop(), self._loop).result(30)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()
        if self._temporary is not None:
            self._temporary.cleanup()
        if kind is None:
            self.log.assert_never_searched()

    def reset(self, *, timings: Timings | None = None, limits: Limits | None = None) -> None:
        """As new, with these settings; addresses, certificates and recordings stay."""

        def work() -> None:
            self.state.timings, self.state.limits = timings or Timings(), limits or Limits()
            self.state.reset()
            add_channels(self.state)
            self.log.clear()
            self.faults.clear()

        self.run(work)

    def run(self, work: Callable[[], T]) -> T:
        """Do something in the stand-in's thread, between two of its steps."""

        async def there() -> T:
            return work()

        return asyncio.run_coroutine_threadsafe(there(), self._loop).result(30)

    @property
    def _server(self) -> Server:
        assert self._services is not None, "not started"
        return self._services.server

    @property
    def root_url(self) -> str:
        """With a slash at the end, as the discovery document has it."""
        return self.state.addresses.root_url

    @property
    def log(self) -> Journal:
        return self._server.journal

    @property
    def faults(self) -> Faults:
        return self._server.faults

    @property
    def authority(self) -> Path:
        """The certificate authority that the rtmps address is signed by."""
        assert self.ingest is not None, "no ingest"
        return self.ingest.authority_path

    def token(self, channel: str = EN_CHANNEL, *scopes: str) -> dict[str, Any]:
        """Tokens of a channel: access_token, refresh_token, token_uri, client_id, client_secret."""
        return self.run(lambda: issue(self.state, channel, scopes or (FORCE_SSL,)))

    def advance(self, seconds: float) -> None:
        """Let time pass at once."""

        def work() -> None:
            self.state.clock.advance(seconds)
            self.state.tick()

        self.run(work)

    def push(self, key: str, *, backup: bool = False) -> str | None:
        """Say that video with sound flows to a key; the sender's id, None when it is refused."""
        self._pushes += 1
        clientid = f"pushed-{self._pushes}"

        def work() -> str | None:
            stream = self.state.publish(key, clientid, backup=backup)
            if stream is None:
                return None
            stream.publishers[clientid].has_audio = True
            return clientid

        return self.run(work)

    def unpush(self, clientid: str) -> None:
        self.run(lambda: self.state.unpublish(clientid))

    def recordings(self, key: str) -> list[Path]:
        """What each connection with a stream key sent, oldest first, as FLV."""
        assert self.ingest is not None, "no ingest"
        return self.ingest.recordings(key)
