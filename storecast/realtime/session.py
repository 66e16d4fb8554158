"""One client's WebSocket: who it is, what it says, what it has subscribed to."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

import structlog
from picows import WSFrame, WSListener, WSMsgType, WSTransport

from storecast.kit.hooks import HookRefused, HookUnavailable
from storecast.kit.keys import Claims, InvalidToken
from storecast.kit.networks import TrustedProxies, network
from storecast.kit.tasks import watch
from storecast.realtime.admission import Admission, Allowance
from storecast.realtime.metrics import Metrics
from storecast.realtime.protocol import (
    MAX_FRAME,
    CloseCode,
    Command,
    Failure,
    MalformedCommand,
    Subscribe,
    encode,
    parse,
)
from storecast.realtime.rooms import Subscription

MAX_ROOMS = 20
MAX_WAITING = 50  # commands not obeyed yet
MAX_BUFFER = 1_000_000  # bytes written that the client has not read
DRAINED = 128_000
DRAIN_SECONDS = 30.0
CLOSE_SECONDS = 3.0  # a client has to answer our close
LONGEST_TIMER = 86_400.0

log = structlog.get_logger()


class Desk(Protocol):
    """What a session needs of the gateway."""

    @property
    def admission(self) -> Admission: ...

    @property
    def proxies(self) -> TrustedProxies: ...

    @property
    def metrics(self) -> Metrics: ...

    @property
    def sessions(self) -> set["Session"]: ...

    async def identify(self, token: str) -> Claims: ...

    async def enter(self, session: "Session", name: str) -> Subscription: ...


class Session(WSListener):
    """Frames are answered in the order they come, one at a time; no task lives while the client says nothing."""

    __slots__ = (
        "_allowance",
        "_closing",
        "_desk",
        "_expiry",
        "_loop",
        "_network",
        "_partial",
        "_rooms",
        "_slow",
        "_token",
        "_transport",
        "_waiting",
        "_worker",
        "grant_id",
        "sink",
        "subject",
    )

    def __init__(self, desk: Desk, token: str) -> None:
        self._desk = desk
        self._token = token
        self._loop = asyncio.get_running_loop()
        self._transport: WSTransport | None = None
        self.sink: Callable[[bytes], None] = _nowhere
        self._network: str | None = None
        self._allowance = Allowance(time.monotonic())
        self._rooms: dict[str, Subscription] = {}
        self._waiting: deque[Command] = deque()
        self._worker: asyncio.Task[None] | None = None
        self._expiry: asyncio.TimerHandle | None = None
        self._partial: bytearray | None = None
        self._closing = False
        self._slow = False
        self.subject = ""
        self.grant_id = ""

    def on_ws_connected(self, transport: WSTransport) -> None:
        self._transport = transport
        self.sink = transport.underlying_transport.write
        transport.underlying_transport.set_write_buffer_limits(high=MAX_BUFFER)
        self._desk.sessions.add(self)
        peer = str((transport.underlying_transport.get_extra_info("peername") or ("",))[0])
        hops = transport.request.headers.getall("X-Forwarded-For", ())  # a proxy may add a line of its own
        caller = network(self._desk.proxies.caller(peer, ",".join(hops)))
        if not self._desk.admission.admit(caller):
            log.info("too many connections from one network", address=caller)
            self.refuse(429, CloseCode.TOO_MANY, "Too many connections from your address")
            return
        self._network = caller
        self._desk.metrics.connections.inc()
        self._work()

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        self._closing = True
        self._leave_all()
        self._desk.sessions.discard(self)
        if self._expiry:
            self._expiry.cancel()
        if self._worker:
            self._worker.cancel()
        if self._network is not None:
            self._desk.admission.release(self._network)
            self._desk.metrics.connections.dec()

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if frame.msg_type == WSMsgType.CLOSE:
            self.close(CloseCode.DONE, "")
            transport.disconnect()
        elif self._closing:
            return
        elif not self._allowance.take(time.monotonic()):
            self.refuse(429, CloseCode.TOO_MANY, "Too many frames")
        elif frame.rsv1 or frame.rsv2 or frame.rsv3:
            self.refuse(400, CloseCode.PROTOCOL_ERROR, "No extension was agreed on")
        elif frame.msg_type == WSMsgType.PING:
            transport.send_pong(frame.get_payload_as_bytes())
        elif frame.msg_type == WSMsgType.BINARY:
            self.write(encode(Failure(415, "Frames are JSON text")))
        elif frame.msg_type in (WSMsgType.TEXT, WSMsgType.CONTINUATION):
            self._take(frame)

    def pause_writing(self) -> None:
        """More than `MAX_BUFFER` waits for the client. It is called within a write: close after that."""
        if not self._slow:
            self._slow = True
            self._loop.call_soon(self._drop)

    def resume_writing(self) -> None:
        return

    def write(self, frames: bytes) -> None:
        """Write whole frames. The same bytes may go to many clients."""
        if not self._closing and not self._slow:
            self.sink(frames)

    async def drained(self) -> None:
        """Wait until most of what was written has left. Raises `ConnectionError`."""
        deadline = time.monotonic() + DRAIN_SECONDS
        while self._transport and self._transport.underlying_transport.get_write_buffer_size() > DRAINED:
            if self._closing or time.monotonic() > deadline:
                self._drop()
                raise ConnectionError("the client does not read")
            await asyncio.sleep(0.02)

    def subscription_ended(self, name: str) -> None:
        self._rooms.pop(name, None)
        self._desk.metrics.subscriptions.dec()

    def refuse(self, code: int, close: CloseCode, message: str) -> None:
        """Say why in an error frame, which every client can read, then close."""
        self._desk.metrics.refused.labels(str(code)).inc()
        self.write(encode(Failure(code, message)))
        self.close(close, message)

    def send_away(self, after: float) -> None:
        """Close since the server stops, and say when to come back: many at once would be too many."""
        message = "The server restarts"
        self.write(encode(Failure(503, message, after=round(after, 1))))
        self.close(CloseCode.RESTARTING, message)

    def close(self, code: CloseCode, reason: str) -> None:
        if self._closing or self._transport is None:
            return
        self._closing = True
        self._leave_all()
        self._transport.send_close(code, reason)  # type: ignore[arg-type] # applications have codes of their own
        self._loop.call_later(CLOSE_SECONDS, self._transport.disconnect, False)

    async def left(self) -> None:
        if self._transport:
            await self._transport.wait_disconnected()

    def _drop(self) -> None:
        if self._closing:
            return
        log.info("slow client dropped", subject=self.subject, address=self._network)
        self._desk.metrics.dropped.inc()
        self.close(CloseCode.TOO_SLOW, "Too slow: come back with since")

    def _take(self, frame: WSFrame) -> None:
        continues = frame.msg_type == WSMsgType.CONTINUATION
        if continues == (self._partial is None):
            self.refuse(400, CloseCode.PROTOCOL_ERROR, "Fragments out of order")
            return
        message = (self._partial or bytearray()) + frame.get_payload_as_bytes()
        if len(message) > MAX_FRAME:
            self.refuse(413, CloseCode.MESSAGE_TOO_BIG, f"A message has at most {MAX_FRAME} bytes")
            return
        self._partial = None if frame.fin else message
        if not frame.fin:
            return
        try:
            command = parse(bytes(message))
        except MalformedCommand as error:
            self.write(encode(Failure(error.code, str(error))))
            return
        if len(self._waiting) >= MAX_WAITING:
            self.refuse(429, CloseCode.TOO_MANY, "Too many frames")
            return
        self._waiting.append(command)
        self._work()

    def _work(self) -> None:
        if self._worker is None:
            self._worker = watch(self._obey_all(), f"obeying {self.subject or 'a client'}", self._failed)
            self._worker.add_done_callback(self._worked)

    def _worked(self, worker: asyncio.Task[None]) -> None:
        self._worker = None
        if self._waiting and not self._closing:
            self._work()

    def _failed(self, _: BaseException) -> None:
        self.close(CloseCode.INTERNAL_ERROR, "Server error")

    async def _obey_all(self) -> None:
        if not self.subject and not await self._identify():
            return
        while self._waiting and not self._closing:
            command = self._waiting.popleft()
            if isinstance(command, Subscribe):
                await self._subscribe(command)
            else:
                self._unsubscribe(command.room)

    async def _identify(self) -> bool:
        try:
            claims = await self._desk.identify(self._token)
        except InvalidToken:
            self.refuse(401, CloseCode.UNAUTHENTICATED, "The token is missing, not valid, or over")
            return False
        except HookUnavailable as error:
            log.warning("a token cannot be checked", error=str(error))
            self.refuse(503, CloseCode.TRY_AGAIN_LATER, "Tokens cannot be checked now")
            return False
        self.subject, self.grant_id, self._token = claims.sub, claims.sid, ""
        self._expire(claims.exp)
        return not self._closing

    def _expire(self, at: int) -> None:
        """Close when the token is over: the client comes back with a fresh one and misses nothing."""
        left = at - datetime.now(UTC).timestamp()
        if left > 0:
            self._expiry = self._loop.call_later(min(left, LONGEST_TIMER), self._expire, at)
        else:
            self.refuse(401, CloseCode.UNAUTHENTICATED, "The token is over")

    async def _subscribe(self, command: Subscribe) -> None:
        name = command.room
        self._unsubscribe(name)
        if len(self._rooms) >= MAX_ROOMS:
            self.write(encode(Failure(429, f"A socket has at most {MAX_ROOMS} rooms", name)))
            return
        subscription: Subscription | None = None
        try:
            subscription = await self._desk.enter(self, name)
            self._rooms[name] = subscription
            self._desk.metrics.subscriptions.inc()
            await subscription.room.begin(subscription, command.since)
        except HookRefused as refusal:
            self._fail(subscription, name, refusal.status, refusal.message)
        except HookUnavailable as error:
            log.warning("a room cannot be entered", room=name, subject=self.subject, error=str(error))
            self._fail(subscription, name, 503, "The room cannot be entered now")
        except ConnectionError:
            self._leave_all()

    def _fail(self, subscription: Subscription | None, name: str, code: int, message: str) -> None:
        if subscription is None:
            self.write(encode(Failure(code, message, name)))
        else:
            subscription.room.expel(subscription, code, message)

    def _unsubscribe(self, name: str) -> None:
        if subscription := self._rooms.get(name):
            subscription.room.leave(subscription)
            self.subscription_ended(name)

    def _leave_all(self) -> None:
        for name in list(self._rooms):
            self._unsubscribe(name)


def _nowhere(frames: bytes) -> None:
    """Where a socket writes that is not connected yet."""
