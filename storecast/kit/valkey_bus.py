"""The bus on Valkey: each message is published once its transaction is committed.

What is lost between the commit and that is told by the log, where it has a `seq`, and by the word of whoever comes back
(`Doubt`) in place of a process that died. What cannot be published waits, so much of it; should that be too little,
`Doubt` is said as well. Of a room's numbers, and of a figure that stands, the newest is all that waits.
"""

import asyncio
from typing import TYPE_CHECKING

import msgspec
import structlog

from storecast.contracts.bus import CHANNEL, BusMessage, Doubt, RoomAdvanced, RoomTold
from storecast.kit.listener import CHECK_SECONDS, FIRST_RETRY, LONGEST_RETRY, Connected, Hear, take
from storecast.kit.tasks import watch
from storecast.kit.valkey import valkey_pool

if TYPE_CHECKING:
    from valkey.asyncio import ConnectionPool
    from valkey.asyncio.connection import AbstractConnection

MOST_WAITING = 10_000
MOST_BYTES = 8 * 1024 * 1024
CLOSE_SECONDS = 2.0  # for what still waits when a process ends
DOUBT = ""

Key = str | int | tuple[str, str]

log = structlog.get_logger()


class ValkeyOutlet:
    """One a process."""

    def __init__(self, url: str) -> None:
        self._pool = valkey_pool(url)
        self._channel = channel_of(self._pool)
        self._waiting: dict[Key, bytes] = {}
        self._bytes = 0
        self._number = 0
        self._sending: asyncio.Task[None] | None = None

    def publish(self, message: BusMessage) -> None:
        key = self._key(message)
        payload = msgspec.json.encode(message)
        self._bytes += len(payload) - len(self._waiting.pop(key, b""))
        self._waiting[key] = payload
        if len(self._waiting) > MOST_WAITING or self._bytes > MOST_BYTES:
            self._waiting = {DOUBT: msgspec.json.encode(Doubt())}
            self._bytes = len(self._waiting[DOUBT])
        if self._sending is None:
            self._sending = watch(self._send(), "publishing on the bus")

    async def close(self) -> None:
        if (sending := self._sending) is not None:
            await asyncio.wait({sending}, timeout=CLOSE_SECONDS)
            if self._waiting:
                log.warning("the bus was not told of all that happened", messages=len(self._waiting))
            sending.cancel()
        await self._pool.aclose()

    def _key(self, message: BusMessage) -> Key:
        """What a later message with the same key makes needless."""
        match message:
            case RoomAdvanced(room_id):
                return room_id
            case RoomTold(room_id, event, stands=True):
                return room_id, event
            case Doubt():
                return DOUBT
        self._number += 1
        return self._number

    async def _send(self) -> None:
        retry = FIRST_RETRY
        try:
            while self._waiting:
                try:
                    await self._send_all()
                    retry = FIRST_RETRY
                except (OSError, TimeoutError, _valkey_error()) as error:
                    log.warning("bus out of reach", error=str(error), waiting=len(self._waiting), retry_in=retry)
                    await asyncio.sleep(retry)
                    retry = min(retry * 2, LONGEST_RETRY)
        finally:
            self._sending = None

    async def _send_all(self) -> None:
        """What is not known to be sent is sent again: whoever hears it twice is none the worse."""
        from valkey.asyncio import Valkey

        batch = list(self._waiting.items())
        pipeline = Valkey(connection_pool=self._pool).pipeline(transaction=False)
        for _, payload in batch:
            pipeline.publish(self._channel, payload)
        await pipeline.execute()
        for key, payload in batch:
            if self._waiting.get(key) is payload:
                self._bytes -= len(self._waiting.pop(key))


class ValkeyListener:
    """By one connection, which does nothing else."""

    def __init__(self, url: str, hear: Hear, connected: Connected) -> None:
        self._pool = valkey_pool(url)
        self._channel = channel_of(self._pool)
        self._hear = hear
        self._connected = connected

    async def run(self) -> None:
        retry = FIRST_RETRY
        while True:
            connection = self._pool.make_connection()  # type: ignore[no-untyped-call]
            try:
                await connection.connect()
                await connection.send_command("SUBSCRIBE", self._channel)
                if await connection.read_response(timeout=CHECK_SECONDS) is None:
                    raise TimeoutError("it does not answer")
                retry = FIRST_RETRY
                self._connected(True)
                try:
                    await self._listen(connection)
                finally:
                    self._connected(False)
            except (OSError, TimeoutError, _valkey_error()) as error:
                log.warning("bus lost, or out of reach", error=str(error), retry_in=retry)
            finally:
                await connection.disconnect(nowait=True)
            await asyncio.sleep(retry)
            retry = min(retry * 2, LONGEST_RETRY)

    async def _listen(self, connection: "AbstractConnection") -> None:
        asked = False
        while True:
            answer = await connection.read_response(timeout=CHECK_SECONDS)
            if answer is None and asked:
                raise TimeoutError("it does not answer")
            asked = answer is None
            if answer is None:
                await connection.send_command("PING")  # notices a half-open connection
            elif isinstance(answer, list) and answer[0] == b"message":
                take(answer[2], self._hear, self._connected)


def channel_of(pool: "ConnectionPool") -> str:
    """Valkey tells all its databases alike: two installations on one server have their own by their number."""
    return f"{CHANNEL}:{pool.connection_kwargs.get('db') or 0}"


def _valkey_error() -> type[Exception]:
    from valkey.exceptions import ValkeyError

    return ValkeyError
