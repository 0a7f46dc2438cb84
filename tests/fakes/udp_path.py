"""A bad network path on loopback: delay, jitter and loss for one peer connection."""

import asyncio
import random
import re
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

Address = tuple[str, int]

_CANDIDATE = re.compile(r"^(a=candidate:\S+ \d+ udp \d+) (\S+) (\d+) (typ host.*)$", re.M)


@dataclass(slots=True)
class _Leg(asyncio.DatagramProtocol):
    """One socket of the path; what arrives goes on to the other leg."""

    path: "UdpPath"
    towards_server: bool
    transport: Any = None

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr: Address) -> None:
        self.path.carry(data, addr, self.towards_server)


@dataclass(slots=True)
class UdpPath:
    """Relays datagrams between one client and one server, in order; use with ``async with``.

    Every datagram takes ``delay_ms`` and up to ``jitter_ms`` more; ``loss`` of 1 are not delivered.
    """

    delay_ms: float = 0.0
    jitter_ms: float = 0.0
    loss: float = 0.0
    seed: int = 1
    carried: int = 0
    lost: int = 0
    _server: Address | None = None
    _client: Address | None = None
    _legs: list[_Leg] = field(default_factory=list)
    _due_s: dict[bool, float] = field(default_factory=lambda: {True: 0.0, False: 0.0})
    _random: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        for towards_server in (True, False):
            leg = _Leg(self, towards_server)
            await loop.create_datagram_endpoint(lambda leg=leg: leg, ("127.0.0.1", 0))  # type: ignore[misc]
            self._legs.append(leg)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        for leg in self._legs:
            leg.transport.close()

    def through(self, answer: str) -> str:
        """The server's answer with this path in the place of its address."""
        found = _CANDIDATE.search(answer)
        assert found is not None, "the answer has no UDP candidate"
        self._server = (found[2], int(found[3]))
        _host, port = self._legs[0].transport.get_extra_info("sockname")[:2]
        return _CANDIDATE.sub(rf"\1 127.0.0.1 {port} \4", answer)

    def carry(self, data: bytes, source: Address, towards_server: bool) -> None:
        """Take one datagram from one side and bring it to the other when its time comes."""
        if towards_server:
            self._client = source
        target = self._server if towards_server else self._client
        if target is None or self._random.random() < self.loss:
            self.lost += 1
            return
        loop = asyncio.get_running_loop()
        took_s = (self.delay_ms + self._random.random() * self.jitter_ms) / 1000
        due_s = max(loop.time() + took_s, self._due_s[towards_server])
        self._due_s[towards_server] = due_s
        self.carried += 1
        out = self._legs[1 if towards_server else 0].transport
        loop.call_at(due_s, out.sendto, data, target)
