"""One connection that hears the bus, for as long as the process lives."""

import asyncio
from collections.abc import Callable
from urllib.parse import urlsplit

import asyncpg
import msgspec
import structlog

from storecast.contracts.bus import CHANNEL, BusMessage

log = structlog.get_logger()

FIRST_RETRY = 0.2  # seconds
LONGEST_RETRY = 5.0
CHECK_SECONDS = 5.0

_decoder = msgspec.json.Decoder(BusMessage)


class BusListener:
    """Calls `hear` with each message, and `connected` with True and False as the connection comes and goes.

    Messages sent while it was away are lost: whoever keeps something must forget it on `connected(True)`.
    """

    def __init__(self, url: str, hear: Callable[[BusMessage], None], connected: Callable[[bool], None]) -> None:
        self._url = urlsplit(url)._replace(scheme="postgresql").geturl()
        self._hear = hear
        self._connected = connected

    async def run(self) -> None:
        """Listen until cancelled."""
        retry = FIRST_RETRY
        while True:
            try:
                connection = await asyncpg.connect(self._url, timeout=10)
            except (OSError, TimeoutError, asyncpg.PostgresError) as error:
                log.warning("bus out of reach", error=str(error), retry_in=retry)
                await asyncio.sleep(retry)
                retry = min(retry * 2, LONGEST_RETRY)
                continue
            retry = FIRST_RETRY
            try:
                await self._listen(connection)
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                log.warning("bus lost", error=str(error))
            finally:
                self._connected(False)
                connection.terminate()

    async def _listen(self, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        gone = asyncio.Event()
        connection.add_termination_listener(lambda _: gone.set())
        await connection.add_listener(CHANNEL, lambda *args: self._take(args[3]))
        self._connected(True)
        while not gone.is_set():
            try:
                await asyncio.wait_for(gone.wait(), CHECK_SECONDS)
            except TimeoutError:
                await connection.execute("SELECT 1", timeout=CHECK_SECONDS)  # notices a half-open connection

    def _take(self, payload: object) -> None:
        try:
            message = _decoder.decode(str(payload))
        except msgspec.MsgspecError as error:
            log.warning("bus message not understood", error=str(error))
            return
        self._hear(message)
