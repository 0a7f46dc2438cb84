"""A disk of a few megabytes that a test can really fill."""

import shutil
import subprocess
from pathlib import Path

MOUNT = 'mount -t tmpfs -o size="$1" tmpfs "$2" && echo mounted && exec cat'


class SmallDisk:
    """A tmpfs in a mount namespace of its own, held by a process; root or user namespaces do.

    ``path`` leads into that namespace from outside, so that nobody else has to enter it, and
    nothing stays mounted when the test ends in any way.
    """

    def __init__(self, mount_point: Path, size: str = "8m") -> None:
        mount_point.mkdir()
        command = ["sh", "-c", MOUNT, "sh", size, str(mount_point)]
        for namespaces in ("-m", "-rm"):
            self._holder = subprocess.Popen(
                ["unshare", namespaces, *command],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
            assert self._holder.stdout is not None
            if self._holder.stdout.readline() == b"mounted\n":
                break
            _, complaint = self._holder.communicate()
        else:
            raise AssertionError(
                "this test needs a small disk: neither root nor user namespaces may mount one: "
                + complaint.decode()
            )
        self.path = Path(f"/proc/{self._holder.pid}/root{mount_point}")
        self._ballast = self.path / "ballast"

    @property
    def free_bytes(self) -> int:
        return shutil.disk_usage(self.path).free

    def fill(self, leave_bytes: int = 0) -> None:
        """Write until so many bytes are left, to the page."""
        with self._ballast.open("ab", buffering=0) as ballast:
            while (much := self.free_bytes - leave_bytes) > 0:
                try:
                    ballast.write(bytes(min(much, 1 << 16)))
                except OSError:  # somebody else took it
                    return

    def make_room(self) -> None:
        """Delete what ``fill`` wrote."""
        self._ballast.unlink()

    def close(self) -> None:
        """End the namespace and the disk with it."""
        self._holder.kill()
        self._holder.communicate()
