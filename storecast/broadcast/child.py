"""A child process as the media plane sees it: fed by its standard input, heard by what it writes."""

import asyncio
from collections.abc import Callable, Sequence
from typing import cast

_STDIN, _STDOUT = 0, 1
_FINISH_SECONDS = 5.0
_KEPT_WORDS = 2_000  # bytes of its standard error


class Child(asyncio.SubprocessProtocol):
    """`on_output` gets standard output, `on_words` lines of standard error, `on_exit` the exit status, once, last."""

    def __init__(
        self,
        on_output: Callable[[bytes], None],
        on_words: Callable[[str], None],
        on_exit: Callable[[int], None],
    ) -> None:
        self._on_output = on_output
        self._on_words = on_words
        self._on_exit = on_exit
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.SubprocessTransport | None = None
        self._input: asyncio.WriteTransport | None = None
        self._early: list[bytes] = []  # written before it has started
        self._words = b""
        self._deadline: asyncio.TimerHandle | None = None  # for finishing
        self._finishing = False
        self._killed = False

    async def start(self, command: Sequence[str]) -> None:
        try:
            transport, _ = await self._loop.subprocess_exec(lambda: self, *command)
        except OSError as error:
            self._on_words(f"cannot be started: {error.strerror}")
            self._on_exit(-1)
            return
        self._transport = transport
        pipe = transport.get_pipe_transport(_STDIN)
        self._input = cast("asyncio.WriteTransport | None", pipe)  # uvloop's is not registered as one
        if self._input is not None:
            self._input.writelines(self._early)
        self._early = []
        if self._killed:
            self.kill()
        elif self._finishing:
            self.finish()

    def behind(self) -> int:
        """Bytes it has not taken yet."""
        if self._transport is None:
            return sum(map(len, self._early))
        return 0 if self._input is None else self._input.get_write_buffer_size()

    def write(self, data: bytes) -> None:
        if self._transport is None:
            self._early.append(data)
        elif self._input is not None:
            self._input.write(data)

    def finish(self) -> None:
        """End its input; it writes what it has and exits, or is killed after a few seconds."""
        self._finishing = True
        if self._transport is None:
            return  # `start` comes back to it
        if self._input is not None:
            self._input.close()
        if self._deadline is None:
            self._deadline = self._loop.call_later(_FINISH_SECONDS, self.kill)

    def kill(self) -> None:
        self._killed = True
        if self._transport is not None and self._transport.get_returncode() is None:
            self._transport.kill()

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        if fd == _STDOUT:
            self._on_output(data)
            return
        *lines, self._words = (self._words + data).split(b"\n")
        self._words = self._words[-_KEPT_WORDS:]
        for line in lines:
            self._on_words(line[-_KEPT_WORDS:].decode(errors="replace"))

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:
        if fd == _STDIN:
            self._input = None

    def connection_lost(self, exc: Exception | None) -> None:
        # Comes after both the exit and the end of its output, so nothing it wrote is lost.
        if self._deadline is not None:
            self._deadline.cancel()
        status = self._transport.get_returncode() if self._transport is not None else None
        if self._transport is not None:
            self._transport.close()
        self._on_exit(-1 if status is None else status)
