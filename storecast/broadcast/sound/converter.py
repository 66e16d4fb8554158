"""Sound of a show turned into AAC by a child process, seen from the show."""

import asyncio
import signal
import sys
from collections.abc import Callable

import structlog

from storecast.broadcast.child import Child
from storecast.broadcast.records import BrokenWire, Records
from storecast.broadcast.sound.kinds import sound_kind
from storecast.broadcast.sound.wire import CANNOT_BEGIN, HEADER, MAX_SIZE, record
from storecast.kit import launch
from storecast.kit.tasks import watch

MAX_BEHIND = 1024 * 1024  # bytes the child may be behind, beside what the pipe holds
STUCK_SECONDS = 10.0  # so far behind and so long without a word, it is started anew
RESTART_SECONDS = 60.0  # two crashes within are one too many
_WORDS_LOGGED = 20  # lines of its standard error, a child

log = structlog.get_logger()


class Converter:
    """Converts from when it is made until it is closed. Needs a running loop.

    `on_ready` gets the AudioSpecificConfig before the first frame, and again where a restart changed it. `on_frame`
    gets an AAC frame of 1024 samples and its position: where it is heard, in samples of that configuration's rate
    since stamp 0. Positions lie 1024 apart but for gaps of over 100 ms, and go back only where stamps do by over a
    second, or by a frame after a restart; the first lies up to 1024 before the first stamp. `on_failed` gets words for
    the studio, once; nothing comes after. Some 80 ms of sound are on their way at any time: the last of them before a
    gap come when it is over.
    """

    def __init__(
        self,
        codec: str,
        configuration: bytes,
        on_ready: Callable[[bytes], None],
        on_frame: Callable[[int, bytes], None],
        on_failed: Callable[[str], None],
        *,
        rate: int = 0,
        channels: int = 0,
        bits: int = 0,
        **about: str | int,
    ) -> None:
        """`codec` is of `kinds`, `rate` (Hz), `channels` and `bits` as FLV's sound byte has them; `about` is logged.

        Raises `CannotConvert`.
        """
        self._kind = sound_kind(codec, rate, channels, bits)
        module = f"{__package__}.converting"
        options = (f"--rate={rate}", f"--channels={channels}", f"--bits={bits}")
        self._program = [sys.executable, "-m", module, codec, *options]
        self._configuration = configuration
        self._on_ready = on_ready
        self._on_frame = on_frame
        self._on_failed = on_failed
        self._log = log.bind(**about, sound=self._kind.name)
        self._loop = asyncio.get_running_loop()
        self._restarted = -RESTART_SECONDS  # loop time
        self._made = b""  # the configuration of what comes out
        self._closing = False
        self.dropped = 0  # frames the child was too far behind for
        self.exited = asyncio.Event()  # nothing is called any more
        self._start()

    def put(self, stamp: int, data: bytes) -> None:
        """A frame heard at `stamp` ms, counted on beyond 32 bits. Dropped where the child is too far behind."""
        if self._closing or self.exited.is_set():
            return
        if len(data) > MAX_SIZE or self._child.behind() + len(data) > MAX_BEHIND:
            self._drop()
        else:
            self._child.write(record(stamp, data))

    def close(self) -> None:
        """No more comes in. What is on its way still comes out; then `exited` is set."""
        self._closing = True
        self._child.finish()

    def _start(self) -> None:
        self._records = Records(HEADER, MAX_SIZE)
        self._is_ready = False
        self._heard = self._loop.time()
        self._words = ""
        self._to_log = _WORDS_LOGGED
        self._child = Child(self._on_output, self._on_words, self._on_exit)
        self._child.write(record(0, self._configuration[:MAX_SIZE]))
        command = launch.command(self._program, ends_by=signal.SIGKILL)
        self._starting = watch(self._child.start(command), "starting a sound converter")

    def _drop(self) -> None:
        self.dropped += 1
        if str(self.dropped).strip("0") == "1":
            self._log.warning("sound is dropped", frames=self.dropped)
        now = self._loop.time()
        if now - self._heard > STUCK_SECONDS:
            self._heard = now
            self._log.error("sound converter is stuck")
            self._child.kill()

    def _on_output(self, data: bytes) -> None:
        self._heard = self._loop.time()
        try:
            for (position,), made in self._records.feed(data):
                if self._is_ready:
                    self._on_frame(position, made)
                    continue
                self._is_ready = True
                if made != self._made:
                    self._made = made
                    self._on_ready(made)
        except BrokenWire:
            self._log.error("sound converter talks nonsense")
            self._child.kill()

    def _on_words(self, line: str) -> None:
        self._words = line
        if self._to_log > 0:
            self._to_log -= 1
            self._log.warning("sound converter says", text=line)

    def _on_exit(self, status: int) -> None:
        now = self._loop.time()
        if self._closing:
            self._end()
        elif status == CANNOT_BEGIN:
            self._fail(self._words)
        elif now - self._restarted < RESTART_SECONDS:
            self._fail(f"{self._kind.name} could not be converted.")
        else:
            self._log.error("sound converter died and starts anew", status=status)
            self._restarted = now
            self._start()

    def _fail(self, words: str) -> None:
        self._log.error("sound is left out", why=words)
        self._end()
        self._on_failed(f"The sound is left out. {words}")

    def _end(self) -> None:
        self.exited.set()
