"""One browser that goes live: a key first, then its recording, piece by piece.

Both sides speak JSON beside the pieces. The page: `{"key": …}` first, `{"stop": true}` at its end. Here:
`{"state": "live"}` once it may send, and `{"state": "refused" | "ended" | "stopped", "code", "words"}` before the end.
"""

import asyncio
import contextlib
from enum import StrEnum
from typing import TypeVar

import msgspec
import structlog

from storecast.broadcast.browser.recording import Recording
from storecast.broadcast.publishing import Gate, Publication, PublishRefused
from storecast.broadcast.rates import Allowance, MediaRate
from storecast.broadcast.refusals import RefusalLog
from storecast.broadcast.responses import Message, Receive, Send
from storecast.broadcast.tags import Unacceptable

KEY_SECONDS = 10.0  # from connecting until a key was shown
SILENCE_SECONDS = 10.0  # without a piece of the recording
FAREWELL_SECONDS = 2.0  # for a page to take why
BURST_SECONDS = 5.0  # of the highest bit rate that are read at once
PIECE_COST = 512  # bytes that take as long to read as an empty piece
TAG_COST = 128  # likewise for a frame

CLOSED = 1000
RESTARTING = 1012
POLICY = 1008

T = TypeVar("T")

log = structlog.get_logger()


class Code(StrEnum):
    """Why a show goes on no more, beside `Refusal`; a page has words for each."""

    UNREADABLE = "unreadable"  # the recording
    BIT_RATE = "bit_rate"
    SILENT = "silent"
    FAILED = "failed"  # we did
    ENDED = "ended"  # the session, or somebody else was let in
    RESTARTING = "restarting"


class Opening(msgspec.Struct):
    key: str


class Request(msgspec.Struct):
    stop: bool = False


class State(msgspec.Struct):
    state: str
    code: str = ""
    words: str = ""


class _Over(Exception):
    """The connection ends, for a reason that the page is told."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code
        self.words = words


class _Gone(Exception):
    """The other end is."""


class BrowserConnection:
    """`byte_rate` is the most bytes a second that are read, and the most that a second of media may have."""

    def __init__(
        self, gate: Gate, receive: Receive, send: Send, address: str, byte_rate: float, refusals: RefusalLog
    ) -> None:
        self.address = address
        self.received = 0  # bytes
        self.publishing = False
        self._gate = gate
        self._receive = receive
        self._send = send
        self._byte_rate = byte_rate
        self._refusals = refusals
        self._loop = asyncio.get_running_loop()
        self._allowance = Allowance(byte_rate, byte_rate * BURST_SECONDS, self._loop.time())
        self._media_rate = MediaRate(byte_rate)
        self._patience: asyncio.Timeout | None = None
        self._cut: _Over | None = None

    async def run(self) -> None:
        """From a connection that was accepted to its end."""
        try:
            over = await self._run()
        except _Gone:
            return
        if over is None:
            await self._bid_farewell(State("stopped"), CLOSED)
            return
        self._refusals.tell("browser cut off", self.address, over.words, code=over.code)
        number = RESTARTING if over.code == Code.RESTARTING else POLICY
        await self._bid_farewell(State("ended" if self.publishing else "refused", over.code, over.words), number)

    def cut_off(self, reason: str) -> None:
        """End the connection, telling the page why."""
        self._end(_Over(Code.ENDED, reason))

    def restart(self) -> None:
        """End it because we end: the page comes back by itself."""
        self._end(_Over(Code.RESTARTING, "The server is being restarted."))

    def warn(self, text: str) -> None:
        """The page is the studio, which hears of it by the room."""

    def _end(self, over: _Over) -> None:
        self._cut = self._cut or over
        self._wait(0)

    async def _run(self) -> _Over | None:
        """Why it ends; None where the page said goodbye. Raises `_Gone`."""
        try:
            async with asyncio.timeout(KEY_SECONDS) as self._patience:
                key = self._key(await self._next())
                self._wait(None)  # the gate has its own patience
                publication = await self._gate.publish(key, self)
                goodbye = False
                try:
                    self.publishing = True
                    await self._say(State("live"))
                    over = await self._take(publication)
                    goodbye = over is None
                    return over
                finally:
                    publication.close(unpublished=goodbye)
        except TimeoutError:
            return self._cut or _Over(Code.SILENT, "Nothing came for too long.")
        except PublishRefused as refused:
            return _Over(refused.why, refused.description)
        except _Over as over:
            return over
        except Unacceptable as error:
            return _Over(Code.UNREADABLE, str(error))
        except OSError as error:  # of uvicorn, where the other end hung up
            raise _Gone from error
        except _Gone:
            raise
        except Exception:
            log.exception("what a browser sent could not be read", address=self.address)
            return _Over(Code.FAILED, "The server failed; try again.")

    async def _take(self, publication: Publication) -> _Over | None:
        recording = Recording()
        self._wait(SILENCE_SECONDS)
        while True:
            message = await self._next()
            piece, cost, framed = message.get("bytes"), PIECE_COST, False
            if isinstance(piece, bytes):
                cost += len(piece)
                for tag in recording.feed(piece):
                    cost += TAG_COST
                    framed = framed or not tag.header
                    publication.put(tag)
                    if self._media_rate.exceeded(tag.kind, tag.timestamp, len(tag.payload)):
                        return _Over(Code.BIT_RATE, "Bit rate above the limit.")
            elif self._asks_to_stop(message):
                return None
            wait = self._allowance.spend(cost, self._loop.time())
            if wait:  # nothing is read meanwhile: TCP slows the page down
                self._wait(None)
                await asyncio.sleep(wait)
            if wait or framed:
                self._wait(SILENCE_SECONDS)

    def _key(self, message: Message) -> str:
        try:
            return _decoded(message, Opening).key
        except (msgspec.DecodeError, msgspec.ValidationError):
            raise _Over(Code.UNREADABLE, "The first message shows the stream key.") from None

    def _asks_to_stop(self, message: Message) -> bool:
        try:
            return _decoded(message, Request).stop
        except (msgspec.DecodeError, msgspec.ValidationError):
            raise _Over(Code.UNREADABLE, "A message cannot be read.") from None

    async def _next(self) -> Message:
        message = await self._receive()
        if message["type"] == "websocket.disconnect":
            raise _Gone
        for part in (message.get("bytes"), message.get("text")):
            self.received += len(part) if isinstance(part, (bytes, str)) else 0
        return message

    def _wait(self, seconds: float | None) -> None:
        """Have patience for so long from now, unless it is over already."""
        if self._patience is not None and not self._patience.expired():
            if self._cut is not None:
                seconds = 0
            self._patience.reschedule(None if seconds is None else self._loop.time() + seconds)

    async def _say(self, state: State) -> None:
        await self._send({"type": "websocket.send", "text": msgspec.json.encode(state).decode()})

    async def _bid_farewell(self, state: State, number: int) -> None:
        """Tell why, and hang up."""
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(FAREWELL_SECONDS):
                await self._say(state)
                await self._send({"type": "websocket.close", "code": number, "reason": state.code})


def _decoded(message: Message, kind: type[T]) -> T:
    """Raises `DecodeError`, `ValidationError`."""
    text = message.get("text")
    return msgspec.json.decode(text if isinstance(text, str) else "", type=kind)
