"""The receiving side: nginx-rtmp behind stunnel, whose callbacks drive the streams.

Every accepted connection is renamed to ``STREAM_CLIENTID``, so that each leaves a recording of its
own, and a primary and a backup sender of one key can be there together.
"""

import asyncio
import contextlib
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

import aiohttp

from tests.fakes.ingest import RTMP_MODULE, free_port, have_nginx, listens, wait_until
from tests.fakes.tls import Authority, Stunnel
from tests.fakes.youtube.flv import FlvReader
from tests.fakes.youtube.gates import Gate
from tests.fakes.youtube.health import issues_of, mismatches
from tests.fakes.youtube.model import Issue, Publisher, Stream
from tests.fakes.youtube.state import State

_START_S = 10


class Ingest:
    """Takes real RTMP and RTMPS pushes and tells the state about them."""

    def __init__(self, state: State, directory: Path, *, hls: bool = False) -> None:
        self._state = state
        self._hls = hls
        self.directory = directory
        self.authority_path = directory / "tls" / "authority.pem"
        self._ports = {name: free_port() for name in ("nginx", "http", "stunnel")}
        self._nginx: subprocess.Popen[bytes] | None = None
        self._stunnel: Stunnel | None = None
        self._plain_port = 0
        self._seen: dict[str, FlvReader] = {}
        self._offsets: dict[str, int] = {}
        self.plain = Gate(self._ports["nginx"])
        """In front of nginx, for both ways in: freezes single senders."""
        self.tls = Gate(self._ports["stunnel"])
        """In front of stunnel: slow or closed TLS."""

    async def start(self, api_port: int, rtmp_port: int = 0, rtmps_port: int = 0) -> None:
        assert have_nginx(), "nginx with its RTMP module is not installed"
        for name in ("flv", "hls", "temp"):
            (self.directory / name).mkdir(parents=True, exist_ok=True)
            (self.directory / name).chmod(0o777)
        authority = self._authority = await asyncio.to_thread(Authority, self.authority_path.parent)
        certificate = await asyncio.to_thread(authority.signed, "ingest")
        self._api_port = api_port
        await asyncio.to_thread(self.start_nginx)
        self._plain_port = plain = await self.plain.start("127.0.0.1", rtmp_port)
        self._stunnel = Stunnel(self.directory, certificate, plain, self._ports["stunnel"])
        await asyncio.to_thread(self._stunnel.start)
        secure = await self.tls.start("127.0.0.1", rtmps_port)
        self._state.addresses.rtmp = f"rtmp://127.0.0.1:{plain}/live2"
        self._state.addresses.rtmps = f"rtmps://localhost:{secure}/live2"

    def present(self, *, trusted: bool) -> None:
        """Close every TLS connection, and show another certificate from now on."""
        assert self._stunnel is not None
        authority = self._authority
        certificate = authority.signed("ingest") if trusted else authority.self_signed("strange")
        self._stunnel.kill()
        self._stunnel = Stunnel(
            self.directory, certificate, self._plain_port, self._ports["stunnel"]
        )
        self._stunnel.start()

    def start_nginx(self) -> None:
        """Start the receiver, also again after ``kill_nginx``."""
        configuration = self.directory / "nginx.conf"
        configuration.write_text(self._configuration())
        nginx = shutil.which("nginx") or "nginx"
        self._nginx = subprocess.Popen(
            [nginx, "-p", str(self.directory), "-c", str(configuration), "-e", "/dev/null"],
            stdin=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_until(lambda: listens(self._ports["nginx"]), _START_S, "nginx listens")

    def kill_nginx(self) -> None:
        """End the receiver as a power cut would; nobody publishes any more."""
        if self._nginx is not None:
            self._nginx.send_signal(signal.SIGKILL)
            self._nginx.wait()
            self._nginx = None
        for stream in self._state.streams.values():
            stream.publishers.clear()

    async def stop(self) -> None:
        await self.plain.stop()
        await self.tls.stop()
        if self._stunnel is not None:
            self._stunnel.kill()
        self.kill_nginx()

    def _configuration(self) -> str:
        here, api = self.directory, f"http://127.0.0.1:{self._api_port}/_rtmp"
        hls = (
            f"hls on; hls_path {here}/hls; hls_fragment 1s; hls_playlist_length 12s;"
            if self._hls
            else ""
        )
        temps = "".join(
            f"{kind}_temp_path {here}/temp/{kind};"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        return f"""
            daemon off; master_process off; worker_processes 1;
            pid {here}/nginx.pid; error_log {here}/error.log notice;
            load_module {RTMP_MODULE};
            events {{ worker_connections 256; }}
            rtmp {{ server {{ listen 127.0.0.1:{self._ports["nginx"]};
              chunk_size 4096; ping 10s; ping_timeout 5s;
              application live2 {{ live on; record all; record_path {here}/flv; {hls}
                drop_idle_publisher {self._state.timings.idle_publisher_s}s;
                notify_method post; notify_update_timeout 300ms;
                on_publish {api}/publish; on_publish_done {api}/done; on_update {api}/update;
              }} }} }}
            http {{ access_log off; {temps}
              server {{ listen 127.0.0.1:{self._ports["http"]};
                location /stat {{ rtmp_stat all; }} location /control {{ rtmp_control all; }} }} }}
        """

    # -- callbacks ----------------------------------------------------------------------------

    def on_publish(self, form: Mapping[str, str]) -> str | None:
        """Where nginx shall put what this connection sends; None refuses it."""
        key, clientid = form.get("name", ""), form.get("clientid", "")
        backup = form.get("backup") == "1" or "backup=1" in form.get("tcurl", "")
        stream = self._state.publish(key, clientid, backup=backup)
        if stream is None:
            return None
        name = f"{stream.id}_{time.time_ns() // 1_000_000}_{clientid}"
        stream.publishers[clientid].recording = name
        self._state.recordings.setdefault(key, []).append(name)
        self._seen[clientid], self._offsets[clientid] = FlvReader(), 0
        return name

    def on_done(self, form: Mapping[str, str]) -> None:
        clientid = form.get("clientid", "")
        self._state.unpublish(clientid)
        self._seen.pop(clientid, None)
        self._offsets.pop(clientid, None)

    def on_update(self, form: Mapping[str, str]) -> bool:
        """False lets nginx close a connection that nobody knows."""
        timestamp = form.get("timestamp", "0")
        return self._state.progress(form.get("clientid", ""), int(timestamp or 0))

    # -- from time to time --------------------------------------------------------------------

    def look(self) -> None:
        """Read what has arrived since, and judge it."""
        for stream in self._state.streams.values():
            for publisher in stream.publishers.values():
                self._look_at(publisher)
            stream.issues = self._issues(stream)
            if stream.publishers:
                stream.issues_s = self._state.clock.now_s()

    def _look_at(self, publisher: Publisher) -> None:
        seen = self._seen.get(publisher.clientid)
        if seen is None:
            return
        with contextlib.suppress(FileNotFoundError):
            with (self.directory / "flv" / f"{publisher.recording}.flv").open("rb") as file:
                file.seek(self._offsets[publisher.clientid])
                more = file.read(4 * 1024 * 1024)
            self._offsets[publisher.clientid] += len(more)
            seen.feed(more)
        if seen.span_ms > 0:
            publisher.has_audio, publisher.has_video = seen.has_audio, seen.has_video
        stalled = time.monotonic() - publisher.moved_s > self._state.timings.stalled_after_s
        publisher.issues = issues_of(
            seen,
            stalled=stalled,
            watched_s=self._state.clock.now_s() - publisher.since_s,
            floor_kbps=self._state.limits.bitrate_floor_kbps,
        )

    def _issues(self, stream: Stream) -> tuple[Issue, ...]:
        senders = sorted(stream.publishers.values(), key=lambda one: one.backup)
        if not senders:
            return ()
        found = senders[0].issues
        readers = [self._seen.get(one.clientid) for one in senders]
        if len(readers) == 2 and readers[0] is not None and readers[1] is not None:
            found += mismatches(readers[0], readers[1])
        return found

    async def hang_up(self, session: aiohttp.ClientSession) -> None:
        """Close the connections that the state wants closed."""
        while self._state.hang_ups:
            clientid = self._state.hang_ups.pop()
            address = f"http://127.0.0.1:{self._ports['http']}/control/drop/publisher"
            with contextlib.suppress(aiohttp.ClientError):
                query = {"app": "live2", "clientid": clientid}
                async with session.get(address, params=query) as answer:
                    await answer.read()

    def recordings(self, key: str) -> list[Path]:
        """What each connection with this key sent, oldest first, as FLV."""
        names = self._state.recordings.get(key, [])
        paths = (self.directory / "flv" / f"{name}.flv" for name in names)
        return [path for path in paths if path.exists()]
