"""Targets for outputs: the real nginx-rtmp, and some that misbehave."""

import contextlib
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

RTMP_MODULE = Path("/usr/lib/nginx/modules/ngx_rtmp_module.so")


def have_nginx() -> bool:
    """Nginx with its RTMP module is installed."""
    return shutil.which("nginx") is not None and RTMP_MODULE.exists()


def free_port() -> int:
    """A TCP port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def listens(port: int) -> bool:
    """Somebody takes connections on a TCP port of this machine."""
    with contextlib.closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_until(holds: Callable[[], bool], limit_s: float, what: str = "") -> None:
    """Poll until something holds; for what happens in another process."""
    deadline = time.monotonic() + limit_s
    while not holds():
        assert time.monotonic() < deadline, f"not within {limit_s} s: {what or holds}"
        time.sleep(0.02)


class RtmpIngest:
    """Nginx with nginx-rtmp: records what is published to ``rtmp://127.0.0.1:port/live/NAME``."""

    def __init__(self, directory: Path, *, allow: bool = True) -> None:
        self.port = free_port()
        self.directory = directory
        self._allow = allow
        self._server: subprocess.Popen[bytes] | None = None

    def url(self, name: str) -> str:
        return f"rtmp://127.0.0.1:{self.port}/live/{name}"

    def start(self) -> None:
        recordings = self.directory / "flv"
        recordings.mkdir(parents=True, exist_ok=True)
        recordings.chmod(0o777)
        configuration = self.directory / "nginx.conf"
        configuration.write_text(
            f"""
            daemon off; master_process off; worker_processes 1;
            pid {self.directory}/nginx.pid; error_log {self.directory}/error.log info;
            load_module {RTMP_MODULE};
            events {{ worker_connections 64; }}
            rtmp {{ server {{ listen 127.0.0.1:{self.port}; ping 1m;
              application live {{ live on; record all; record_unique on;
                record_path {recordings}; {"" if self._allow else "deny publish all;"} }} }} }}
            """
        )
        self._server = subprocess.Popen(
            ["nginx", "-p", str(self.directory), "-c", str(configuration), "-e", "/dev/null"],
            stdin=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_until(lambda: listens(self.port), 10, "nginx listens")

    def kill(self) -> None:
        """Kill it as a power cut would."""
        if self._server is not None:
            self._server.send_signal(signal.SIGKILL)
            self._server.wait()
            self._server = None

    def recordings(self, name: str) -> list[Path]:
        """What arrived under a name, oldest first: one file per connection.

        A file is named by its second: of two connections begun in the same one only the later is
        kept, so whoever counts connections asks `publishes`.
        """
        files = (self.directory / "flv").glob(f"{name}-*.flv")
        return sorted(files, key=lambda path: path.stat().st_mtime_ns)

    def publishes(self, name: str) -> int:
        """How often something began to be published under a name."""
        return (self.directory / "error.log").read_text().count(f"publish: name='{name}'")

    def received_bytes(self, name: str) -> int:
        return sum(path.stat().st_size for path in self.recordings(name))


@contextlib.contextmanager
def misbehaving_target(answer: bytes | None) -> Iterator[int]:
    """A TCP server: answers every connection with ``answer`` and hangs up, or never answers."""
    listener = socket.create_server(("127.0.0.1", 0))
    held: list[socket.socket] = []

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                held.append(connection)
                if answer is not None:
                    with contextlib.suppress(OSError):
                        connection.recv(65536)
                        connection.sendall(answer)
                        connection.shutdown(socket.SHUT_RDWR)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield int(listener.getsockname()[1])
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for connection in held:
            connection.close()
        thread.join(timeout=5)
