"""An authority of one test, certificates good and bad, and stunnel in front of a target.

The certificates are made by ``openssl`` and never leave the test's directory.
"""

import shutil
import signal
import subprocess
from pathlib import Path

from tests.fakes.ingest import RtmpIngest, free_port, listens, wait_until


class Authority:
    """Signs certificates; ``path`` is what somebody who trusts it must know."""

    def __init__(self, directory: Path) -> None:
        assert shutil.which("openssl"), "openssl is not installed"
        self.directory = directory
        self.path = directory / "authority.pem"
        directory.mkdir(parents=True, exist_ok=True)
        self._openssl(
            *("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=Test authority", "-addext", "keyUsage=critical,keyCertSign,cRLSign"),
            *("-keyout", "authority.key", "-out", "authority.pem"),
        )

    def signed(self, name: str, *, host: str = "localhost", until: str = "") -> Path:
        """Key and certificate in one file; ``until`` like 20200101000000Z, else for two days."""
        stem = self.directory / name
        self._openssl(
            *("req", "-new", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={host}"),
            *("-keyout", f"{name}.key", "-out", f"{name}.csr"),
        )
        (self.directory / f"{name}.ext").write_text(
            f"subjectAltName=DNS:{host}\nauthorityKeyIdentifier=keyid\n"
        )
        dates = ["-startdate", "20190101000000Z", "-enddate", until] if until else ["-days", "2"]
        self._ca(name, dates)
        return self._joined(stem)

    def self_signed(self, name: str) -> Path:
        """A certificate for localhost that nobody but itself has signed."""
        self._openssl(
            *("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"),
            *("-keyout", f"{name}.key", "-out", f"{name}.pem"),
        )
        return self._joined(self.directory / name)

    def _ca(self, name: str, dates: list[str]) -> None:
        configuration = self.directory / "ca.cnf"
        configuration.write_text(
            f"[ca]\ndefault_ca=test\n[test]\ndatabase={self.directory}/index.txt\n"
            f"new_certs_dir={self.directory}\nserial={self.directory}/serial\n"
            "default_md=sha256\npolicy=any\nunique_subject=no\n[any]\ncommonName=supplied\n"
        )
        (self.directory / "index.txt").touch()
        self._openssl(
            *("ca", "-batch", "-notext", "-rand_serial", "-config", "ca.cnf", *dates),
            *("-cert", "authority.pem", "-keyfile", "authority.key", "-extfile", f"{name}.ext"),
            *("-in", f"{name}.csr", "-out", f"{name}.pem"),
        )

    def _joined(self, stem: Path) -> Path:
        both = stem.with_name(f"{stem.name}-both.pem")
        both.write_bytes(
            stem.with_suffix(".key").read_bytes() + stem.with_suffix(".pem").read_bytes()
        )
        return both

    def _openssl(self, *words: str) -> None:
        done = subprocess.run(
            ["openssl", *words], cwd=self.directory, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr


class Stunnel:
    """Takes TLS on ``port`` with a certificate and hands the plain bytes to ``target_port``."""

    def __init__(self, directory: Path, certificate: Path, target_port: int, port: int = 0) -> None:
        assert shutil.which("stunnel"), "stunnel4 is not installed"
        self.port = port or free_port()
        self._directory = directory
        self._certificate = certificate
        self._target_port = target_port
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        configuration = self._directory / "stunnel.conf"
        configuration.write_text(
            "foreground = yes\npid =\ndebug = notice\n"
            f"[rtmps]\naccept = 127.0.0.1:{self.port}\n"
            f"connect = 127.0.0.1:{self._target_port}\ncert = {self._certificate}\n"
            # Small, so that what comes through slowly is soon felt by whoever sends it.
            f"socket = a:SO_RCVBUF=65536\nsocket = r:SO_SNDBUF=65536\n"
        )
        with (self._directory / "stunnel.log").open("ab") as log:
            self._process = subprocess.Popen(
                ["stunnel", str(configuration)], stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        wait_until(lambda: listens(self.port), 10, "stunnel listens")

    def kill(self) -> None:
        """Kill it as a power cut would."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
            self._process = None


class TlsIngest:
    """nginx-rtmp behind stunnel, which has ``certificate``: an rtmps target on localhost."""

    def __init__(self, directory: Path, certificate: Path) -> None:
        self.ingest = RtmpIngest(directory)
        self._stunnel = Stunnel(directory, certificate, self.ingest.port)
        self.port = self._stunnel.port

    def url(self, name: str, host: str = "localhost") -> str:
        return f"rtmps://{host}:{self.port}/live/{name}"

    def start(self) -> None:
        self.ingest.start()
        self._stunnel.start()

    def kill(self) -> None:
        """Kill both as a power cut would."""
        self._stunnel.kill()
        self.ingest.kill()
