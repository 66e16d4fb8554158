"""One RTMP connection: from the first byte to the last tag."""

import asyncio
from collections.abc import Callable
from enum import Enum
from typing import cast

import structlog

from storecast.broadcast.rtmp import commands
from storecast.broadcast.rtmp.amf import AmfError
from storecast.broadcast.rtmp.chunks import ChunkError, ChunkReader, MessageType
from storecast.broadcast.rtmp.commands import Command
from storecast.broadcast.rtmp.handshake import HELLO, PACKET, VERSION, HandshakeError, answer
from storecast.broadcast.rtmp.pace import Pace
from storecast.broadcast.rtmp.publishing import Gate, Publication, PublishRefused
from storecast.broadcast.tags import Kind, Tag, UnsupportedCodec, audio_tag, video_tag

PUBLISH_SECONDS = 10.0  # from the first byte until publishing begins
SILENCE_SECONDS = 10.0  # without a tag while publishing
MAX_UNREAD = 64 * 1024  # bytes of answers a peer may leave unread; all of a session's are a tenth of it
LINGER_SECONDS = 2.0  # for a peer that was told why to hang up itself
BURST_SECONDS = 5.0  # of the highest bit rate that may come at once, as after a stall of the network

log = structlog.get_logger()


class Phase(Enum):
    HELLO = "hello"  # waiting for C0 and C1
    ECHO = "echo"  # waiting for C2
    COMMANDS = "commands"
    ASKING = "asking"  # the API is asked about the stream key
    PUBLISHING = "publishing"
    CLOSED = "closed"


class Connection(asyncio.Protocol):
    """`on_open` may refuse the connection by its address; `on_closed` is called once for each one opened.

    `byte_rate` is the most bytes a second a publisher may send. Time comes from the event loop.
    """

    def __init__(
        self,
        gate: Gate,
        on_open: Callable[["Connection"], bool],
        on_closed: Callable[["Connection"], None],
        byte_rate: float,
        pace: Pace,
    ) -> None:
        self._gate = gate
        self._on_open = on_open
        self._on_closed = on_closed
        self._byte_rate = byte_rate
        self._pace = pace
        self._allowance = byte_rate * BURST_SECONDS
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._opened = False
        self._hello = b""
        self._echo_left = PACKET
        self._reader = ChunkReader(self._on_message)
        self._window = commands.WINDOW
        self._received = 0
        self._acknowledged = 0
        self._measured = 0
        self._measured_at = self._loop.time()
        self._publication: Publication | None = None
        self._asking: asyncio.Task[None] | None = None
        self.phase = Phase.HELLO
        self.address = ""
        self.since = self._measured_at  # when this phase's time began to run

    @property
    def received(self) -> int:
        """Bytes so far."""
        return self._received

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport = cast("asyncio.Transport", transport)  # uvloop's is not registered as one
        peer = transport.get_extra_info("peername")
        self.address = str(peer[0]) if peer else ""
        self._opened = self._on_open(self)
        if not self._opened:
            self.phase = Phase.CLOSED
            transport.abort()

    def data_received(self, data: bytes) -> None:
        if self.phase is Phase.CLOSED:
            return
        self._received += len(data)
        try:
            if self.phase is Phase.PUBLISHING:
                self._reader.feed(data)
            else:
                self._take(data)
        except (ChunkError, AmfError, HandshakeError, UnsupportedCodec) as error:
            log.info("publisher cut off", address=self.address, reason=str(error), phase=self.phase.value)
            if isinstance(error, UnsupportedCodec):
                self.cut_off(str(error))
            else:
                self.close()
            return
        if self._received - self._acknowledged >= self._window:
            self._acknowledged = self._received
            self._send(commands.acknowledgement(self._received))
        if self.phase is Phase.PUBLISHING and self._transport is not None:
            self._pace.rest(self._transport, len(data))

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._end(unpublished=False)
        self._transport = None
        if self._opened:
            self._on_closed(self)

    def close(self) -> None:
        """End the connection after what is still to be sent."""
        self._end(unpublished=False)
        if self._transport is not None:
            self._transport.close()

    def cut_off(self, reason: str) -> None:
        """End the connection, telling the publisher why."""
        if self.phase is not Phase.CLOSED:
            self._dismiss(commands.status("error", "NetStream.Publish.Failed", reason))

    def warn(self, text: str) -> None:
        """Tell the publisher what is wrong with its stream; it goes on.

        RTMP 1.0 (7.2.2) names the level and leaves codes open. What publishes by libavformat ends at level "error"
        alone and OBS reads nothing while it publishes, so that neither stops at this: the studio says it, too.
        """
        if self.phase is Phase.PUBLISHING:
            self._send(commands.status("warning", "NetStream.Publish.Warning", text))

    def check(self, now: float) -> None:
        """Cut off a connection that takes too long or sends too much. Called every second or so."""
        if self.phase is Phase.PUBLISHING:
            spent = self._received - self._measured
            self._allowance = min(
                self._allowance + (now - self._measured_at) * self._byte_rate, self._byte_rate * BURST_SECONDS
            )
            self._allowance -= spent
            self._measured, self._measured_at = self._received, now
            if self._allowance < 0:
                log.warning("publisher cut off", address=self.address, reason="bit rate above the limit")
                self.cut_off("Bit rate above the limit.")
            elif now - self.since > SILENCE_SECONDS:
                log.info("publisher cut off", address=self.address, reason="silence")
                self._abort()
        elif self.phase is Phase.CLOSED:
            if now - self.since > LINGER_SECONDS:
                self._abort()
        elif self.phase is not Phase.ASKING and now - self.since > PUBLISH_SECONDS:
            self._abort()

    def _dismiss(self, farewell: bytes) -> None:
        """End our side, and read on for a while: closing on unread media would reset the connection, and
        the peer would never see the farewell."""
        self._send(farewell)
        self._end(unpublished=False)
        if self._transport is not None and not self._transport.is_closing():
            self._transport.resume_reading()
            self._transport.write_eof()

    def _abort(self) -> None:
        # A peer that does not read would hold a polite close open for ever.
        self._end(unpublished=False)
        if self._transport is not None:
            self._transport.abort()

    def _take(self, data: bytes) -> None:
        if self.phase is Phase.HELLO:
            self._hello += data
            if self._hello[0] != VERSION:
                raise HandshakeError(f"version {self._hello[0]}")
            if len(self._hello) < HELLO:
                return
            hello, data = self._hello[:HELLO], self._hello[HELLO:]
            self._hello = b""
            self._send(answer(hello))
            self.phase = Phase.ECHO
        if self.phase is Phase.ECHO:
            left = self._echo_left
            self._echo_left -= min(left, len(data))
            data = data[left:]
            if self._echo_left:
                return
            self.phase = Phase.COMMANDS
        if self.phase in (Phase.COMMANDS, Phase.ASKING):
            self._reader.feed(data)

    def _on_message(self, kind: int, stream_id: int, timestamp: int, body: bytes) -> None:
        if self.phase is Phase.CLOSED:
            return
        if kind == MessageType.VIDEO:
            self._media(video_tag(timestamp, body))
        elif kind == MessageType.AUDIO:
            self._media(audio_tag(timestamp, body))
        elif kind == MessageType.COMMAND:
            self._on_command(commands.read_command(body))
        elif kind == MessageType.COMMAND_AMF3:
            self._on_command(commands.read_command(body[1:]))  # a format byte, then AMF0 all the same
        elif kind == MessageType.DATA:
            self._media(Tag(Kind.DATA, timestamp, body))
        elif kind == MessageType.AGGREGATE:
            self._aggregate(stream_id, timestamp, body)
        elif kind == MessageType.USER_CONTROL:
            reply = commands.pong(body)
            if reply:
                self._send(reply)
        elif kind == MessageType.WINDOW_SIZE and len(body) >= 4:
            self._window = max(int.from_bytes(body[:4], "big"), 1 << 14)

    def _media(self, tag: Tag | None) -> None:
        if tag is not None and self._publication is not None:
            self.since = self._loop.time()
            self._publication.put(tag)

    def _aggregate(self, stream_id: int, timestamp: int, body: bytes) -> None:
        """FLV tags one after another, their time stamps counted from the first (RTMP 1.0, 7.1.6)."""
        at = 0
        first: int | None = None
        while at + 11 <= len(body):
            size = int.from_bytes(body[at + 1 : at + 4], "big")
            stamp = int.from_bytes(body[at + 4 : at + 7], "big") | body[at + 7] << 24
            end = at + 11 + size
            if end > len(body) or body[at] == MessageType.AGGREGATE:
                raise ChunkError("aggregate message ends too early")
            first = stamp if first is None else first
            self._on_message(body[at], stream_id, (timestamp + stamp - first) & 0xFFFFFFFF, body[at + 11 : end])
            at = end + 4

    def _on_command(self, command: Command) -> None:
        match command.name:
            case "connect":
                app = command.property("app")
                if not isinstance(app, str) or app.split("?")[0].strip("/") != commands.APP:
                    self._dismiss(commands.connect_rejected(command, f"Publish to the application {commands.APP!r}."))
                else:
                    self._send(commands.connected(command))
            case "createStream":
                self._send(commands.result(command, None, float(commands.STREAM_ID)))
            case "publish":
                self._ask(command.text(1).split("?")[0])
            case "releaseStream" | "FCPublish":
                self._send(commands.result(command))
            case "FCUnpublish" | "deleteStream" | "closeStream":
                self._unpublish()
            case "play" | "play2":
                self._dismiss(commands.status("error", "NetStream.Play.Failed", "Nothing is played here."))
            case _:
                if command.transaction:
                    self._send(commands.failed(command, "This command is not known here."))

    def _ask(self, key: str) -> None:
        if self.phase is not Phase.COMMANDS:
            raise ChunkError("publishes twice")
        self.phase = Phase.ASKING
        if self._transport is not None:
            self._transport.pause_reading()
        self._asking = self._loop.create_task(self._publish(key))

    async def _publish(self, key: str) -> None:
        try:
            publication = await self._gate.publish(key, self.address, self.cut_off)
        except PublishRefused as refused:
            log.info("publisher refused", address=self.address, code=refused.code, reason=refused.description)
            self._dismiss(commands.status("error", refused.code, refused.description))
            return
        except Exception:
            log.exception("a publisher could be neither let in nor refused", address=self.address)
            self.cut_off("The server failed; try again.")
            return
        if self._transport is None or self.phase is not Phase.ASKING:
            publication.close(unpublished=False)
            return
        self._publication = publication
        self.phase = Phase.PUBLISHING
        self._reader.large_allowed = True
        self.since = self._measured_at = self._loop.time()
        self._measured = self._received
        self._send(commands.stream_begin() + commands.status("status", "NetStream.Publish.Start", "Publishing."))
        self._transport.resume_reading()

    def _unpublish(self) -> None:
        if self._publication is None:
            return
        publication, self._publication = self._publication, None
        self.phase = Phase.COMMANDS
        self.since = self._loop.time()
        self._reader.large_allowed = False
        publication.close(unpublished=True)
        self._send(commands.status("status", "NetStream.Unpublish.Success", "No longer published."))

    def _end(self, *, unpublished: bool) -> None:
        self.phase = Phase.CLOSED
        self.since = self._loop.time()
        self._hello = b""
        if self._publication is not None:
            publication, self._publication = self._publication, None
            publication.close(unpublished=unpublished)

    def _send(self, data: bytes) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        self._transport.write(data)
        if self._transport.get_write_buffer_size() > MAX_UNREAD:
            log.info("publisher cut off", address=self.address, reason="does not read")
            self._abort()
