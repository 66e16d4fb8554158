"""Where browsers go live, and the limits that concern more than one of them."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import cast

from storecast.broadcast.browser.connection import BrowserConnection
from storecast.broadcast.browser.pages import is_ours
from storecast.broadcast.publishing import Gate
from storecast.broadcast.refusals import RefusalLog
from storecast.broadcast.responses import Receive, Send
from storecast.kit.networks import TrustedProxies, network
from storecast.kit.tasks import supervise

PATH = "/publish"
WAITING_PER_ADDRESS = 16  # connections from one network that do not publish yet
SWEEP_SECONDS = 1.0
CLOSE_SECONDS = 1.0


class BrowserIngest:
    """An ASGI application of WebSockets. `max_kbps` is the bit rate above which a browser is slowed down or cut off."""

    def __init__(
        self, gate: Gate, proxies: TrustedProxies, public_url: str | None, *, max_publishers: int, max_kbps: int
    ) -> None:
        self._gate = gate
        self._proxies = proxies
        self._public_url = public_url
        self._max_connections = max_publishers * 2 + 64
        self._byte_rate = max_kbps * 1000 / 8
        self._connections: set[BrowserConnection] = set()
        self._refusals = RefusalLog()
        self._sweeping: asyncio.Task[None] | None = None
        self._emptied = asyncio.Event()
        self._bytes_of_closed = 0
        self._closing = False

    @property
    def connections(self) -> int:
        return len(self._connections)

    @property
    def received(self) -> int:
        """Bytes taken from all browsers since the start."""
        return self._bytes_of_closed + sum(connection.received for connection in self._connections)

    def start(self) -> None:
        self._sweeping = supervise(self._sweep, "looking after the log of refusals")

    async def close(self) -> None:
        """Take nobody more, and send those here away: they come back."""
        self._closing = True
        if self._sweeping is not None:
            self._sweeping.cancel()
        for connection in list(self._connections):
            connection.restart()
        if self._connections:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._emptied.wait(), CLOSE_SECONDS)

    async def __call__(self, scope: Mapping[str, object], receive: Receive, send: Send) -> None:
        await receive()  # that somebody wants to connect
        headers = dict(cast("list[tuple[bytes, bytes]]", scope["headers"]))
        client = cast("tuple[str, int] | None", scope["client"])
        forwarded = headers.get(b"x-forwarded-for", b"").decode("latin-1")
        address = self._proxies.caller(client[0] if client else "", forwarded)
        why = self._why_not(cast(str, scope["path"]), headers, address)
        if why:
            self._refusals.tell("connection refused", address, why)
            await send({"type": "websocket.close"})
            return
        await send({"type": "websocket.accept"})
        connection = BrowserConnection(self._gate, receive, send, address, self._byte_rate, self._refusals)
        self._connections.add(connection)
        self._emptied.clear()
        try:
            await connection.run()
        finally:
            self._connections.discard(connection)
            self._bytes_of_closed += connection.received
            if not self._connections:
                self._emptied.set()

    def _why_not(self, path: str, headers: Mapping[bytes, bytes], address: str) -> str:
        if path != PATH:
            return "nothing is here"
        origin, host = headers.get(b"origin"), headers.get(b"host", b"").decode("latin-1")
        if not is_ours(None if origin is None else origin.decode("latin-1"), host, self._public_url):
            return "another site's page"
        waiting = sum(
            not other.publishing and network(other.address) == network(address) for other in self._connections
        )
        if self._closing or len(self._connections) >= self._max_connections or waiting >= WAITING_PER_ADDRESS:
            return "too many connections"
        return ""

    async def _sweep(self) -> None:
        clock = asyncio.get_running_loop().time
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            self._refusals.sweep(clock())
