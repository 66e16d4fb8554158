"""An ffmpeg child that is fed FLV. It ends when its input ends, so none outlives a killed parent."""

import asyncio
from collections.abc import Callable, Sequence
from typing import cast

import structlog

MAX_QUEUED = 8 * 1024 * 1024  # bytes ffmpeg may be behind
FINISH_SECONDS = 5.0
_STDIN, _STDOUT = 0, 1

log = structlog.get_logger()


class Ffmpeg(asyncio.SubprocessProtocol):
    """`on_output` gets standard output as it comes. `exited` is set once the process is gone."""

    def __init__(self, on_output: Callable[[bytes], None], **about: str | int) -> None:
        self._on_output = on_output
        self._log = log.bind(**about)
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.SubprocessTransport | None = None
        self._input: asyncio.WriteTransport | None = None
        self._batch: list[bytes] = []
        self._queued = 0
        self._flushing: asyncio.Handle | None = None
        self._deadline: asyncio.TimerHandle | None = None  # for finishing
        self._finishing = False
        self._killed = False
        self._gone = False
        self._complaints = 20  # lines of its standard error that are logged
        self.exited = asyncio.Event()

    async def start(self, command: Sequence[str], after: asyncio.Event | None = None) -> None:
        """Run `command`, once the process that sets `after` is gone. Raises OSError."""
        if after is not None:
            await after.wait()
        if self._killed:
            self._end()
            return
        try:
            transport, _ = await self._loop.subprocess_exec(lambda: self, *command)
        except OSError:
            self.process_exited()
            raise
        self._transport = transport
        pipe = transport.get_pipe_transport(_STDIN)
        self._input = cast("asyncio.WriteTransport | None", pipe)  # uvloop's is not registered as one
        self._flush()
        if self._finishing:
            self.finish()

    def write(self, pieces: Sequence[bytes]) -> bool:
        """Queue `pieces`; False when the queue is full and the child should be given up."""
        self._batch.extend(pieces)
        self._queued += sum(map(len, pieces))
        if self._flushing is None:
            self._flushing = self._loop.call_soon(self._flush)  # what is read together is written together
        if self._queued > MAX_QUEUED:
            return False
        return self._input is None or self._input.get_write_buffer_size() < MAX_QUEUED

    def finish(self) -> None:
        """End its input; it writes what it has and exits, or is killed after `FINISH_SECONDS`."""
        self._finishing = True
        self._flush()
        if self._transport is None:
            return  # `start` comes back to it
        if self._input is not None:
            self._input.close()
        if self._deadline is None:
            self._deadline = self._loop.call_later(0 if self._killed else FINISH_SECONDS, self.kill)

    def kill(self) -> None:
        """End it at once; one that has not started yet never does."""
        self._killed = self._finishing = True
        if self._transport is not None and not self._gone:
            self._transport.kill()

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        if fd == _STDOUT:
            self._on_output(data)
        elif self._complaints > 0:
            self._complaints -= 1
            self._log.warning("ffmpeg says", text=data[:500].decode(errors="replace").strip())

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:
        if fd == _STDIN:
            self._input = None

    def connection_lost(self, exc: Exception | None) -> None:
        # Comes after both the exit and the end of its output, so nothing it wrote is lost.
        if self._transport is not None:
            self._transport.close()
        self._end()

    def process_exited(self) -> None:
        self._gone = True
        if self._transport is None:
            self._end()

    def _end(self) -> None:
        self._gone = True
        self._batch = []
        self._queued = 0
        for timer in (self._flushing, self._deadline):
            if timer is not None:
                timer.cancel()
        self.exited.set()

    def _flush(self) -> None:
        if self._flushing is not None:
            self._flushing.cancel()
            self._flushing = None
        if self._input is not None and self._batch and not self._gone:
            self._input.write(b"".join(self._batch))
            self._batch = []
            self._queued = 0
