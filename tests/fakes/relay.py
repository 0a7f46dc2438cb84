"""A coturn of the test."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from tests.fakes.ingest import free_port


@contextmanager
def coturn(secret: str) -> Iterator[int]:
    """A relay on the loopback with our secret; its UDP port."""
    binary = shutil.which("turnserver")
    assert binary is not None, "coturn is not installed"
    port = free_port()
    process = subprocess.Popen(
        [
            *(binary, "-n", "--no-tls", "--no-dtls", "--no-cli", "--allow-loopback-peers"),
            *("--listening-ip=127.0.0.1", f"--listening-port={port}", "--relay-ip=127.0.0.1"),
            *("--realm=rotunda", "--use-auth-secret", f"--static-auth-secret={secret}"),
            *("--pidfile=", "--log-file=stdout"),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield port
    finally:
        process.kill()
        process.wait()
