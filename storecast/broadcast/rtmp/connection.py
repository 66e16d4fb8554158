"""One RTMP connection: from the first byte to the last tag."""

import asyncio
from collections.abc import Callable
from enum import Enum
from typing import cast

import structlog

from storecast.broadcast.publishing import Gate, Publication, PublishRefused
from storecast.broadcast.rates import Allowance, MediaRate
from storecast.broadcast.refusals import RefusalLog
from storecast.broadcast.rtmp import commands
from storecast.broadcast.rtmp.amf import AmfError
from storecast.broadcast.rtmp.chunks import ChunkError, ChunkReader, MessageType
from storecast.broadcast.rtmp.commands import Command
from storecast.broadcast.rtmp.handshake import HELLO, PACKET, VERSION, HandshakeError, answer
from storecast.broadcast.rtmp.keys import is_served, stream_key
from storecast.broadcast.rtmp.pace import Pace
from storecast.broadcast.tags import Kind, Tag, Unacceptable, audio_tag, video_tag
from storecast.kit.tasks import watch

PUBLISH_SECONDS = 10.0  # from the first byte until publishing begins
SILENCE_SECONDS = 10.0  # without a tag while publishing
MAX_UNREAD = 64 * 1024  # bytes of answers a peer may leave unread; all of a session's are a tenth of it
HEARD_SECONDS = 30.0  # a publisher of few bytes hears from us at least so often; some take silence for death
LINGER_SECONDS = 2.0  # for a peer that was told why to hang up itself
BURST_SECONDS = 5.0  # of the highest bit rate that are read at once; of a longer backlog the rest has to wait
BEFORE_PUBLISHING = 1024 * 1024  # bytes of cost in all; a session's own are a twentieth
MESSAGE_COST = 128  # bytes that take as long to read as the shortest message
AMF_COST = 16  # likewise for a byte of AMF

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

    `byte_rate` is the most bytes a second that are read, and the most that a second of media may have. Time comes from
    the event loop.
    """

    def __init__(
        self,
        gate: Gate,
        on_open: Callable[["Connection"], bool],
        on_closed: Callable[["Connection"], None],
        byte_rate: float,
        pace: Pace,
        refusals: RefusalLog,
    ) -> None:
        self._gate = gate
        self._on_open = on_open
        self._on_closed = on_closed
        self._byte_rate = byte_rate
        self._pace = pace
        self._refusals = refusals
        self._loop = asyncio.get_running_loop()
        self.since = self._loop.time()  # when this phase's time began to run
        self._allowance = Allowance(0, BEFORE_PUBLISHING, self.since)
        self._media_rate = MediaRate(byte_rate)
        self._transport: asyncio.Transport | None = None
        self._opened = False
        self._hello = b""
        self._echo_left = PACKET
        self._reader = ChunkReader(self._on_message)
        self._window = commands.WINDOW
        self._received = 0
        self._acknowledged = 0
        self._acknowledged_at = self.since
        self._unpaid = 0  # cost of what was read, without its bytes
        self._app = ""
        self._key = ""  # of the publication, or asked about
        self._pictured = False  # whether there was a picture that can be played
        self._publication: Publication | None = None
        self._asking: asyncio.Task[None] | None = None
        self.phase = Phase.HELLO
        self.address = ""

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
        self._read(data)
        if self._received - self._acknowledged >= self._window:
            self._acknowledge(self._loop.time())
        self._pay(len(data))

    def _read(self, data: bytes) -> None:
        try:
            if self.phase is Phase.PUBLISHING:
                self._reader.feed(data)
            else:
                self._take(data)
        except Unacceptable as error:
            self.cut_off(str(error))
        except (ChunkError, AmfError, HandshakeError) as error:
            self._refused(str(error))
            self.close()
        except Exception:
            log.exception("what a publisher sent could not be read", address=self.address)
            self.cut_off("The server failed; try again.")

    def _acknowledge(self, now: float) -> None:
        self._acknowledged = self._received
        self._acknowledged_at = now
        self._send(commands.acknowledgement(self._received))

    def _pay(self, size: int) -> None:
        """Rest after reading `size` bytes: for a moment with all others, or until more may be read."""
        cost = size + self._unpaid + MESSAGE_COST * self._reader.messages
        self._unpaid = self._reader.messages = 0
        wait = self._allowance.spend(cost, self._loop.time())
        if self._transport is None or self.phase is Phase.CLOSED:
            return
        if self.phase is not Phase.PUBLISHING:
            if wait:
                self._refused("says too much before publishing")
                self.close()
        elif wait > SILENCE_SECONDS:  # one read of media never costs that much
            self.cut_off("More messages than can be read.")
        elif wait:
            self._pace.hold(self._transport, wait)
        else:
            self._pace.rest(self._transport, size)

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
            self._refused(reason)
            self._dismiss(commands.status("error", "NetStream.Publish.Failed", reason))

    def warn(self, text: str) -> None:
        """Tell the publisher what is wrong with its stream; it goes on.

        RTMP 1.0 (7.2.2) names the level and leaves codes open. What publishes by libavformat ends at level "error"
        alone and OBS reads nothing while it publishes, so that neither stops at this: the studio says it, too.
        """
        if self.phase is Phase.PUBLISHING:
            self._send(commands.status("warning", "NetStream.Publish.Warning", text))

    def check(self, now: float) -> None:
        """Cut off a connection that takes too long, speak to one that hears little. Called every second or so."""
        waited = now - self.since
        if self.phase is Phase.PUBLISHING:
            if waited > SILENCE_SECONDS:
                self._refused("silence")
                self._abort()
            elif now - self._acknowledged_at > HEARD_SECONDS:
                self._acknowledge(now)
        elif self.phase is Phase.CLOSED:
            if waited > LINGER_SECONDS:
                self._abort()
        elif self.phase is not Phase.ASKING and waited > PUBLISH_SECONDS:
            self._refused("did not begin to publish in time")
            self._abort()

    def _refused(self, reason: str) -> None:
        self._refusals.tell("publisher cut off", self.address, reason, phase=self.phase.value)

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
            self._media(self._picture(timestamp, body))
        elif kind == MessageType.AUDIO:
            self._media(audio_tag(timestamp, body))
        elif kind in (MessageType.COMMAND, MessageType.COMMAND_AMF3):
            self._on_command(commands.without_format(body))
        elif kind in (MessageType.DATA, MessageType.DATA_AMF3):
            self._unpaid += AMF_COST * len(body)
            self._media(Tag(Kind.DATA, timestamp, commands.without_format(body)))
        elif kind == MessageType.AGGREGATE:
            self._aggregate(stream_id, timestamp, body)
        elif kind == MessageType.USER_CONTROL:
            reply = commands.pong(body)
            if reply:
                self._send(reply)
        elif kind == MessageType.WINDOW_SIZE and len(body) >= 4:
            self._window = max(int.from_bytes(body[:4], "big"), 1 << 14)

    def _picture(self, timestamp: int, body: bytes) -> Tag | None:
        try:
            tag = video_tag(timestamp, body)
        except Unacceptable:
            if self._pictured:
                return None  # damaged: nobody changes to such a codec in a show
            raise
        self._pictured = self._pictured or tag is not None
        return tag

    def _media(self, tag: Tag | None) -> None:
        if tag is None or self._publication is None:
            return
        if tag.kind != Kind.DATA:
            self.since = self._loop.time()
        self._publication.put(tag)
        if self._media_rate.exceeded(tag.kind, tag.timestamp, len(tag.payload)):
            self.cut_off("Bit rate above the limit.")

    def _aggregate(self, stream_id: int, timestamp: int, body: bytes) -> None:
        """FLV tags one after another, their time stamps counted from the first (RTMP 1.0, 7.1.6).

        What is cut off at the end is left out.
        """
        at = 0
        first: int | None = None
        while at + 11 <= len(body):
            size = int.from_bytes(body[at + 1 : at + 4], "big")
            stamp = int.from_bytes(body[at + 4 : at + 7], "big") | body[at + 7] << 24
            end = at + 11 + size
            if end > len(body):
                return
            first = stamp if first is None else first
            if body[at] in (MessageType.AUDIO, MessageType.VIDEO, MessageType.DATA):
                self._on_message(body[at], stream_id, (timestamp + stamp - first) & 0xFFFFFFFF, body[at + 11 : end])
            self._unpaid += MESSAGE_COST
            at = end + 4

    def _on_command(self, body: bytes) -> None:
        self._unpaid += AMF_COST * len(body)
        try:
            command = commands.read_command(body)
        except AmfError:
            if self.phase is Phase.PUBLISHING:
                return  # a show does not end for it
            raise
        match command.name:
            case "connect":
                self._connect(command)
            case "createStream":
                self._send(commands.result(command, None, float(commands.STREAM_ID)))
            case "publish":
                self._ask(stream_key(self._app, command.text(1)))
            case "releaseStream" | "FCPublish":
                self._send(commands.result(command))
            case "FCUnpublish" | "deleteStream" | "closeStream":
                self._unpublish()
            case "play" | "play2":
                self._play()
            case _:
                if command.transaction:
                    self._send(commands.failed(command, "This command is not known here."))

    def _play(self) -> None:
        farewell = commands.status("error", "NetStream.Play.Failed", "Nothing is played here.")
        if self.phase is Phase.PUBLISHING:
            self._send(farewell)
        else:
            self._refused("wants to play")
            self._dismiss(farewell)

    def _connect(self, command: Command) -> None:
        app = command.property("app")
        if not isinstance(app, str) or not is_served(app):
            self._refused("connects to another application")
            self._dismiss(commands.connect_rejected(command, f"Publish to the application {commands.APP!r}."))
            return
        self._app = app
        self._send(commands.connected(command))

    def _ask(self, key: str) -> None:
        if self.phase is not Phase.COMMANDS:
            if key == self._key:
                self._send(commands.published())
            else:
                self.cut_off("One connection publishes one stream.")
            return
        self.phase = Phase.ASKING
        self._key = key
        self._reader.held = True  # some send media right behind
        if self._transport is not None:
            self._transport.pause_reading()
        self._asking = watch(self._publish(key), "letting a publisher in", self._failed)

    async def _publish(self, key: str) -> None:
        try:
            publication = await self._gate.publish(key, self)
        except PublishRefused as refused:
            self._refusals.tell("publisher refused", self.address, refused.description, why=refused.why)
            self._dismiss(commands.refused(refused))
            return
        if self._transport is None or self.phase is not Phase.ASKING:
            publication.close(unpublished=False)
            return
        self._publication = publication
        self.phase = Phase.PUBLISHING
        self.since = self._loop.time()
        self._allowance = Allowance(self._byte_rate, self._byte_rate * BURST_SECONDS, self.since)
        self._media_rate = MediaRate(self._byte_rate)
        self._send(commands.stream_begin() + commands.published())
        self._transport.resume_reading()
        self._reader.large_allowed = True
        self._reader.held = False
        self._read(b"")

    def _failed(self, _: BaseException) -> None:
        self.cut_off("The server failed; try again.")

    def _unpublish(self) -> None:
        if self._publication is None:
            return
        publication, self._publication = self._publication, None
        self.phase = Phase.COMMANDS
        self.since = self._loop.time()
        self._allowance = Allowance(0, BEFORE_PUBLISHING, self.since)
        publication.close(unpublished=True)
        self._send(commands.status("status", "NetStream.Unpublish.Success", "No longer published."))

    def _end(self, *, unpublished: bool) -> None:
        self.phase = Phase.CLOSED
        self.since = self._loop.time()
        self._hello = b""
        self._reader.held = True
        if self._publication is not None:
            publication, self._publication = self._publication, None
            publication.close(unpublished=unpublished)

    def _send(self, data: bytes) -> None:
        if self._transport is None or self._transport.is_closing() or self.phase is Phase.CLOSED:
            return
        self._transport.write(data)
        if self._transport.get_write_buffer_size() > MAX_UNREAD:
            self._refused("does not read")
            self._abort()
