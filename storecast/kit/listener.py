"""Hearing the bus, for as long as the process lives."""

import asyncio
from collections.abc import Callable
from typing import Protocol
from urllib.parse import urlsplit

import asyncpg
import msgspec
import structlog

from storecast.contracts.bus import CHANNEL, BusMessage, Doubt
from storecast.kit.settings import Settings

log = structlog.get_logger()

FIRST_RETRY = 0.2  # seconds
LONGEST_RETRY = 5.0
CHECK_SECONDS = 5.0

Hear = Callable[[BusMessage], None]
Connected = Callable[[bool], None]

_decoder = msgspec.json.Decoder(BusMessage)


class Listener(Protocol):
    """Calls `hear` with each message, and `connected` with True and False as the connection comes and goes.

    Messages sent while it was away are lost: whoever keeps something must forget it on `connected(True)`.
    """

    async def run(self) -> None:
        """Listen until cancelled."""


def listener_of(settings: Settings, hear: Hear, connected: Connected) -> Listener:
    """Raises ValueError where the settings name nothing to listen to."""
    if settings.valkey_url is not None:
        from storecast.kit.valkey_bus import ValkeyListener

        return ValkeyListener(settings.valkey_url.get_secret_value(), hear, connected)
    if settings.database_url is None:
        raise ValueError("The bus needs STORECAST_DATABASE_URL or STORECAST_VALKEY_URL")
    return PostgresListener(settings.database_url.get_secret_value(), hear, connected)


class PostgresListener:
    """By one connection, which does nothing else."""

    def __init__(self, url: str, hear: Hear, connected: Connected) -> None:
        self._url = urlsplit(url)._replace(scheme="postgresql").geturl()
        self._hear = hear
        self._connected = connected

    async def run(self) -> None:
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
        await connection.add_listener(CHANNEL, lambda *args: take(str(args[3]).encode(), self._hear, self._connected))
        self._connected(True)
        while not gone.is_set():
            try:
                await asyncio.wait_for(gone.wait(), CHECK_SECONDS)
            except TimeoutError:
                await connection.execute("SELECT 1", timeout=CHECK_SECONDS)  # notices a half-open connection


def take(payload: bytes, hear: Hear, connected: Connected) -> None:
    """Pass on what came, if it can be read: a newer process may say more."""
    try:
        message = _decoder.decode(payload)
    except msgspec.MsgspecError as error:
        log.warning("bus message not understood", error=str(error))
        return
    if isinstance(message, Doubt):
        connected(True)
    else:
        hear(message)
