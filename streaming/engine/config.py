"""What the engine is told on its standard input."""

from pathlib import Path

import msgspec

from streaming.mediatime import PictureFormat
from venue.ids import SessionId


class ProgramConfig(msgspec.Struct, frozen=True):
    """Size and price of the program picture."""

    width_px: int = 1280
    height_px: int = 720
    fps: int = 25
    bitrate_kbps: int = 3000
    preset: str = "superfast"

    @property
    def format(self) -> PictureFormat:
        """Size and rate of the program picture."""
        return PictureFormat(self.width_px, self.height_px, self.fps)


class EngineConfig(msgspec.Struct, frozen=True):
    """One JSON document; unknown fields are ignored, as it is shared with the supervisor."""

    session: SessionId
    redis_url: str
    run_dir: str
    program: ProgramConfig = ProgramConfig()
    udp_ports: tuple[int, int] = (40_000, 40_099)
    """First and last; ``[0, 0]``: any."""
    public_ip: str | None = None
    bind_host: str = "0.0.0.0"
    listeners_max: int = 400
    """Receivers: peers that are sent sound only, one packet in 20 ms."""
    process_id: str = ""

    @property
    def ports(self) -> range:
        """Ports to try, in order; one engine takes one."""
        return range(self.udp_ports[0], self.udp_ports[1] + 1)

    @property
    def door_path(self) -> Path:
        """Unix socket of the HTTP door."""
        return Path(self.run_dir) / f"engine-{self.session}.sock"

    @property
    def tap_path(self) -> Path:
        """Unix socket the output processes read."""
        return Path(self.run_dir) / f"tap-{self.session}.sock"
