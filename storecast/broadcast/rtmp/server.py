"""The RTMP listener and the limits that concern more than one connection."""

import asyncio

from storecast.broadcast.publishing import Gate
from storecast.broadcast.refusals import RefusalLog
from storecast.broadcast.rtmp.connection import Connection, Phase
from storecast.broadcast.rtmp.pace import Pace
from storecast.kit.networks import network
from storecast.kit.tasks import supervise

WAITING_PER_ADDRESS = 16  # connections from one network that do not publish yet
SWEEP_SECONDS = 1.0


class RtmpServer:
    """Listens for publishers. `max_kbps` is the bit rate above which one is slowed down or cut off."""

    def __init__(self, gate: Gate, *, max_publishers: int, max_kbps: int) -> None:
        self._gate = gate
        self._max_connections = max_publishers * 2 + 64
        self._byte_rate = max_kbps * 1000 / 8
        self._server: asyncio.Server | None = None
        self._connections: set[Connection] = set()
        self._sweeping: asyncio.Task[None] | None = None
        self._refusals = RefusalLog()
        self._bytes_of_closed = 0

    @property
    def connections(self) -> int:
        return len(self._connections)

    @property
    def received(self) -> int:
        """Bytes taken from all publishers since the start."""
        return self._bytes_of_closed + sum(connection.received for connection in self._connections)

    @property
    def port(self) -> int:
        return int(self._server.sockets[0].getsockname()[1]) if self._server and self._server.sockets else 0

    async def listen(self, host: str, port: int) -> None:
        """Begin to listen. Raises OSError."""
        loop = asyncio.get_running_loop()
        pace = Pace()
        self._server = await loop.create_server(
            lambda: Connection(self._gate, self._admit, self._forget, self._byte_rate, pace, self._refusals),
            host,
            port,
            backlog=256,
        )
        self._sweeping = supervise(self._sweep, "looking after connections")

    async def close(self) -> None:
        """Stop listening and end every connection."""
        if self._sweeping is not None:
            self._sweeping.cancel()
        if self._server is not None:
            self._server.close()
        for connection in list(self._connections):
            connection.close()

    def _admit(self, connection: Connection) -> bool:
        caller = network(connection.address)
        waiting = sum(
            other.phase is not Phase.PUBLISHING and network(other.address) == caller for other in self._connections
        )
        if len(self._connections) >= self._max_connections or waiting >= WAITING_PER_ADDRESS:
            self._refusals.tell("connection refused", connection.address, "too many connections")
            return False
        self._connections.add(connection)
        return True

    def _forget(self, connection: Connection) -> None:
        self._connections.discard(connection)
        self._bytes_of_closed += connection.received

    async def _sweep(self) -> None:
        clock = asyncio.get_running_loop().time
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            now = clock()
            for connection in list(self._connections):
                connection.check(now)
            self._refusals.sweep(now)
