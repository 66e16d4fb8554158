"""Publishing to an RTMP server: our side of one connection (RTMP 1.0, section 7.2; Enhanced RTMP v2)."""

import asyncio
import os
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import quote

from storecast.broadcast.relay.address import Place, connected
from storecast.broadcast.relay.delivery import WINDOW, Delivery
from storecast.broadcast.relay.stamps import Stamps
from storecast.broadcast.rtmp import commands
from storecast.broadcast.rtmp.amf import AmfError, AmfValue, encode
from storecast.broadcast.rtmp.chunks import ChunkError, ChunkReader, MessageType, write_message
from storecast.broadcast.rtmp.commands import Command
from storecast.broadcast.rtmp.handshake import PACKET, VERSION
from storecast.broadcast.tags import Kind

ANSWER_SECONDS = 10.0  # for each answer of the target
FAREWELL_SECONDS = 1.0
FULL = 512 * 1024  # bytes waiting for the target; then it is behind
BEHIND_SECONDS = 3.0
STUCK_SECONDS = 10.0  # it took nothing
CHUNK_SIZE = 60_000  # bytes
LONGEST_REASON = 300
SLOW = ("slow", "It takes the stream more slowly than it comes.")
UNCONFIRMED = ("unconfirmed", "It does not confirm what it is sent.")
_CODECS = ["avc1", "hvc1", "av01", "vp09", "mp4a", "Opus", "fLaC", ".mp3"]
_CSIDS = {Kind.AUDIO: 4, Kind.VIDEO: 6, Kind.DATA: 5}


class Trouble(Exception):
    """Why nothing is sent: `code` for programs, the text for whoever runs the show."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code


class Refused(Trouble):
    """The target says no."""


class Gone(Trouble):
    """The connection ended, or never began to speak RTMP."""


class Client:
    """One connection. `on_behind` is told why the target is thought to take less than it is sent, or None again."""

    def __init__(self, where: Place, key: str, on_behind: Callable[[tuple[str, str] | None], None]) -> None:
        self._where = where
        self._key = key
        self._on_behind = on_behind
        self._behind = False
        self._chunks = ChunkReader(self._on_message)
        self._answers: asyncio.Queue[Command] = asyncio.Queue(64)
        self._delivery = Delivery()
        self._stamps = Stamps()
        self._stream_id = 0
        self._transaction = 0
        self._sent = 0
        self._received = 0
        self._reported = 0
        self._window = commands.WINDOW  # bytes after which the target wants to hear how many came
        self._refusal: str | None = None
        self._hearing: asyncio.Task[None] | None = None
        self.shown = False  # whether it was shown the key

    async def open(self, *, private: bool) -> None:
        """Connect and be let in. Raises `Refused`, `Gone`, `PrivateAddress`, OSError."""
        opened = await connected(self._where, private=private)
        secure = ssl.create_default_context() if self._where.secure else None
        name = self._where.host if secure else None
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                self._reader, self._writer = await asyncio.open_connection(
                    sock=opened, ssl=secure, server_hostname=name
                )
        except BaseException:
            opened.close()
            raise
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await self._shake_hands()
            self._hearing = asyncio.create_task(self._hear())
            await self._connect()
            await self._publish()
        except BaseException as error:
            await self.close(politely=False)
            if isinstance(error, TimeoutError):
                raise Gone("no_answer", "It does not answer.") from error
            raise
        self._chunks.large_allowed = True

    async def send(self, kind: int, stamp: int, payload: bytes) -> None:
        """The next tag. Returns once the target has room for more. Raises `Refused`, `Gone`, OSError."""
        self._check()
        now = time.monotonic()
        told = self._stamps.told(stamp, now)
        csid = _CSIDS[Kind(kind)]
        self._write(
            write_message(kind, payload, csid=csid, stream_id=self._stream_id, timestamp=told, chunk_size=CHUNK_SIZE)
        )
        self._delivery.sent(self._sent, now)
        if self._writer.transport.get_write_buffer_size() > FULL:
            await self._make_room()
        self._tell(UNCONFIRMED if self._delivery.behind(now) > BEHIND_SECONDS else None)

    async def ended(self) -> None:
        """Wait for the target to end it. Raises `Refused` or `Gone`."""
        if self._hearing is not None:
            await asyncio.wait([self._hearing])
        self._check()

    async def close(self, *, politely: bool) -> None:
        """Say goodbye, or just go."""
        if self._hearing is not None:
            self._hearing.cancel()
        if politely and not self._writer.is_closing():
            with suppress(OSError, TimeoutError):
                self._command("FCUnpublish", None, self._key)
                self._command("deleteStream", None, float(self._stream_id))
                self._writer.transport.set_write_buffer_limits(0)
                async with asyncio.timeout(FAREWELL_SECONDS):
                    await self._writer.drain()
        if politely:
            self._writer.close()
            with suppress(OSError, TimeoutError):
                async with asyncio.timeout(FAREWELL_SECONDS):
                    await self._writer.wait_closed()
        self._writer.transport.abort()

    async def _shake_hands(self) -> None:
        self._write(bytes((VERSION,)) + bytes(8) + os.urandom(PACKET - 8))
        try:
            answer = await self._reader.readexactly(1 + 2 * PACKET)
        except asyncio.IncompleteReadError as error:
            raise Gone("hung_up", "It hung up before a word was said.") from error
        if answer[0] != VERSION:
            raise Gone("not_rtmp", "It does not speak RTMP.")
        self._write(answer[1 : 1 + PACKET])

    async def _connect(self) -> None:
        where = self._where
        host = f"[{where.host}]" if ":" in where.host else where.host
        scheme = "rtmps" if where.secure else "rtmp"
        self._write(_control(MessageType.SET_CHUNK_SIZE, CHUNK_SIZE))
        told: dict[str, AmfValue] = {
            "app": where.app,
            "type": "nonprivate",
            "flashVer": "FMLE/3.0 (compatible; Storecast)",
            "tcUrl": f"{scheme}://{host}:{where.port}/{where.app}",
            "fourCcList": list[AmfValue](_CODECS),
        }
        await self._answered(self._command("connect", told))
        self._write(_control(MessageType.WINDOW_SIZE, WINDOW))

    async def _publish(self) -> None:
        self._command("releaseStream", None, self._key)
        self._command("FCPublish", None, self._key)
        made = await self._answered(self._command("createStream", None))
        number = made.arguments[1] if len(made.arguments) > 1 else None
        self._stream_id = int(number) if isinstance(number, float) and 0 <= number < 1 << 32 else 1
        self.shown = True
        asked = self._command("publish", None, self._key, "live", stream_id=self._stream_id)
        async with asyncio.timeout(ANSWER_SECONDS):
            while (answer := await self._next()).name != "onStatus":  # one that is an error is raised
                if answer.name == "_error" and answer.transaction == asked:
                    raise Refused("says", self._words(answer))

    async def _answered(self, transaction: int) -> Command:
        async with asyncio.timeout(ANSWER_SECONDS):
            while True:
                answer = await self._next()
                if answer.transaction == transaction and answer.name == "_result":
                    return answer
                if answer.transaction == transaction and answer.name == "_error":
                    raise Refused("says", self._words(answer))

    async def _next(self) -> Command:
        """What the target says next. Raises `Refused`, `Gone`."""
        getting = asyncio.ensure_future(self._answers.get())
        hearing = self._hearing
        try:
            await asyncio.wait([getting, *([hearing] if hearing else [])], return_when=asyncio.FIRST_COMPLETED)
            if getting.done():
                return getting.result()
        finally:
            getting.cancel()
        self._check()
        raise Gone("hung_up", "It hung up.")

    async def _hear(self) -> None:
        try:
            while data := await self._reader.read(64 * 1024):
                self._received += len(data)
                self._chunks.feed(data)
                if self._received - self._reported >= self._window:
                    self._reported = self._received
                    self._write(commands.acknowledgement(self._received))
                if self._refusal is not None:
                    return
        except (OSError, ChunkError):
            return

    def _check(self) -> None:
        if self._refusal is not None:
            raise Refused("says", self._refusal)
        if self._writer.is_closing() or (self._hearing is not None and self._hearing.done()):
            raise Gone("hung_up", "It hung up.")

    def _on_message(self, kind: int, stream_id: int, timestamp: int, body: bytes) -> None:
        del stream_id, timestamp
        if kind in (MessageType.COMMAND, MessageType.COMMAND_AMF3):
            with suppress(AmfError):
                self._on_command(commands.read_command(commands.without_format(body)))
        elif kind == MessageType.USER_CONTROL:
            reply = commands.pong(body)
            if reply:
                self._write(reply)
        elif kind == MessageType.WINDOW_SIZE and len(body) >= 4:
            self._window = max(int.from_bytes(body[:4], "big"), 1 << 14)
        elif kind == MessageType.ACKNOWLEDGEMENT and len(body) >= 4:
            self._delivery.acknowledged(int.from_bytes(body[:4], "big"))

    def _on_command(self, command: Command) -> None:
        if command.name == "onStatus" and _info(command).get("level") == "error":
            self._refusal = self._words(command)
        elif command.name == "close":
            self._refusal = "It ended the stream."
        elif not self._answers.full():
            self._answers.put_nowait(command)

    def _words(self, command: Command) -> str:
        """What the target says is wrong, without the key, which some repeat."""
        info = _info(command)
        said = [text for name in ("description", "code") if isinstance(text := info.get(name), str) and text.strip()]
        words = "It says: " + (said[0] if said else "no")
        for secret in {self._key, quote(self._key), self._key.partition("?")[0]}:
            if secret:
                words = words.replace(secret, "…")
        return " ".join("".join(sign if sign.isprintable() else " " for sign in words).split())[:LONGEST_REASON]

    def _command(self, name: str, *arguments: AmfValue, stream_id: int = 0) -> int:
        self._transaction += 1
        body = encode(name, float(self._transaction), *arguments)
        self._write(write_message(MessageType.COMMAND, body, csid=3, stream_id=stream_id, chunk_size=CHUNK_SIZE))
        return self._transaction

    def _write(self, data: bytes) -> None:
        self._writer.write(data)
        self._sent += len(data)

    async def _make_room(self) -> None:
        """Wait until the target takes what is there. Raises `Gone` where it takes nothing for long."""
        left, stuck = self._writer.transport.get_write_buffer_size(), time.monotonic()
        began = stuck
        while self._writer.transport.get_write_buffer_size() > FULL // 2:
            await asyncio.sleep(0.05)
            self._check()
            now, size = time.monotonic(), self._writer.transport.get_write_buffer_size()
            if size < left:
                left, stuck = size, now
            if now - stuck > STUCK_SECONDS:
                raise Gone("stuck", f"It took nothing for {STUCK_SECONDS:.0f} seconds.")
            if now - began > BEHIND_SECONDS:
                self._tell(SLOW)

    def _tell(self, why: tuple[str, str] | None) -> None:
        if (why is not None) != self._behind:
            self._behind = why is not None
            self._on_behind(why)


def _info(command: Command) -> dict[str, AmfValue]:
    """What a status or an error says of itself."""
    return next((value for value in command.arguments if isinstance(value, dict) and "code" in value), {})


def _control(kind: int, number: int) -> bytes:
    return write_message(kind, number.to_bytes(4, "big"), csid=2)
