"""One publisher by WHIP as the show sees it: a process that receives, whose records become tags."""

import asyncio
import secrets
import signal
import struct
import sys
from collections.abc import Callable

import msgspec
import structlog

from storecast.broadcast.child import Child
from storecast.broadcast.publishing import Gate, Publication
from storecast.broadcast.rates import Allowance, MediaRate
from storecast.broadcast.records import BrokenWire, Records
from storecast.broadcast.tags import Kind, Tag, Unacceptable
from storecast.broadcast.whip.wire import HEADER, MAX_SIZE, WORDS, Order, Word, record
from storecast.kit import launch
from storecast.kit.tasks import watch

ANSWER_SECONDS = 10.0  # for a process to start and answer: half a second, on a machine that has the time
CONNECT_SECONDS = 15.0  # from the answer until there is media
SILENCE_SECONDS = 5.0  # without any
BURST_SECONDS = 5.0  # of the highest bit rate that may come at once
_WORDS_LOGGED = 20

# OpusHead (RFC 7845, 5.1): two channels, whatever is in them, of 48 kHz (RFC 7587, 7).
_OPUS = b"OpusHead" + struct.pack("<BBHIhB", 1, 2, 0, 48_000, 0, 0)
_OPUS_CODEC = b"opus"  # turned into AAC: not every phone that plays HLS plays Opus in it
_AVC = b"avc1"

log = structlog.get_logger()


class Unanswered(Exception):
    """No answer came. `ours` where it is no fault of the offer."""

    def __init__(self, words: str, *, ours: bool) -> None:
        super().__init__(words)
        self.ours = ours


class WhipPublisher:
    """`on_end` is called when it is over, with words where somebody should know why. `key` is what it was shown."""

    def __init__(
        self, order: Order, key: str, address: str, byte_rate: float, on_end: Callable[["WhipPublisher", str], None]
    ) -> None:
        self.id = secrets.token_urlsafe(24)
        self.address = address
        self.received = 0  # bytes of media
        self.connected = False
        self.exited = asyncio.Event()  # its process has
        self._key = key.encode()
        self._order = order
        self._on_end = on_end
        self._loop = asyncio.get_running_loop()
        self._allowance = Allowance(byte_rate, byte_rate * BURST_SECONDS, self._loop.time())
        self._media_rate = MediaRate(byte_rate)
        self._records = Records(HEADER, MAX_SIZE)
        self._answer: asyncio.Future[str] = self._loop.create_future()
        self._publication: Publication | None = None
        self._heard_at = self._loop.time()
        self._patience = CONNECT_SECONDS
        self._over = False
        self._to_log = _WORDS_LOGGED
        self._child = Child(self._on_output, self._on_words, self._exited)

    def shows(self, key: str) -> bool:
        """Whether this is the key it began with."""
        return secrets.compare_digest(self._key, key.encode())

    async def begin(self, gate: Gate) -> str:
        """The answer to its offer. Raises `PublishRefused` and `Unanswered`."""
        try:
            publication = await gate.publish(self._key.decode(), self)
        except BaseException:
            self.exited.set()
            self.end("")
            raise
        if self._over:
            publication.close(unpublished=False)
            self.exited.set()
            raise Unanswered("The server is being restarted.", ours=True)
        self._publication = publication
        self._child.write(record(Word.ANSWER, payload=msgspec.json.encode(self._order)))
        command = launch.command([sys.executable, "-m", f"{__package__}.receiving"], ends_by=signal.SIGKILL)
        watch(self._child.start(command), "starting a receiver")
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                answer = await self._answer
        except BaseException as error:
            let_go = self._answer.cancelled()
            self.end(str(error) or "It was not answered.")
            if let_go or isinstance(error, TimeoutError):
                raise Unanswered("The server failed; try again.", ours=True) from error
            raise
        if "\r\nm=audio " in self._order.offer:  # what turns it into AAC starts while they connect
            publication.put(Tag(Kind.AUDIO, 0, _OPUS, _OPUS_CODEC, header=True))
        self._heard_at = self._loop.time()
        return answer

    def end(self, words: str, *, said_so: bool = False) -> None:
        """It is over; `said_so` where the publisher did, which ends no show that it never came to."""
        if self._over:
            return
        self._over = True
        self._child.finish()
        if not self._answer.done():
            self._answer.cancel()
        if self._publication is not None:
            self._publication.close(unpublished=said_so and self.received > 0)
        self._on_end(self, words)

    def kill(self) -> None:
        """End its process, which has no more time."""
        self._child.kill()

    def look(self, now: float) -> None:
        """End it where nothing has come for too long. `now` is the event loop's time."""
        if self._answer.done() and now - self._heard_at > self._patience:
            self.end("Nothing came for too long." if self.connected else "It did not connect.")

    def cut_off(self, reason: str) -> None:
        """WHIP has no word for it: the connection ends."""
        self.end(reason)

    def warn(self, text: str) -> None:
        """WHIP has no way to say so: the studio hears of it by the room."""

    def _on_output(self, data: bytes) -> None:
        try:
            for (word, stamp), payload in self._records.feed(data):
                if word not in WORDS:
                    raise BrokenWire
                if not self._over:
                    self._take(Word(word), stamp, payload)
        except BrokenWire:
            log.error("a receiver talks nonsense", address=self.address)
            self._child.kill()

    def _take(self, word: Word, stamp: int, payload: bytes) -> None:
        match word:
            case Word.ANSWER:
                if not self._answer.done():
                    self._answer.set_result(payload.decode())
            case Word.CONNECTED:
                self.connected = True
            case Word.CANNOT:
                words = payload.decode()
                if self._answer.done():
                    self.end(words)
                else:
                    self._answer.set_exception(Unanswered(words, ours=bool(stamp)))
            case Word.CONFIGURATION:
                self._put(Tag(Kind.VIDEO, stamp, payload, _AVC, header=True))
            case Word.PICTURE | Word.KEY_PICTURE:
                self._put(Tag(Kind.VIDEO, stamp, payload, _AVC, keyframe=word == Word.KEY_PICTURE))
            case Word.SOUND:
                self._put(Tag(Kind.AUDIO, stamp, payload, _OPUS_CODEC))

    def _put(self, tag: Tag) -> None:
        if self._over or self._publication is None:
            return
        self._heard_at, self._patience = self._loop.time(), SILENCE_SECONDS
        self.received += len(tag.payload)
        try:
            self._publication.put(tag)
        except Unacceptable as error:
            self.end(str(error))
            return
        if self._media_rate.exceeded(tag.kind, tag.timestamp, len(tag.payload)) or self._allowance.spend(
            len(tag.payload), self._heard_at
        ):
            self.end("Bit rate above the limit.")

    def _on_words(self, line: str) -> None:
        if self._to_log > 0:
            self._to_log -= 1
            log.warning("a receiver says", address=self.address, text=line)

    def _exited(self, status: int) -> None:
        self.exited.set()
        if not self._answer.done():
            self._answer.set_exception(Unanswered("The server failed; try again.", ours=True))
        elif status == 0:
            self.end("The connection is lost.")
        else:
            log.error("a receiver died", address=self.address, status=status)
            self.end("Receiving it failed.")
