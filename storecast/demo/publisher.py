"""Pushes the show file to the platform by RTMP, over and over, as an encoder in a studio would."""

import asyncio
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import structlog

from storecast.kit import launch

log = structlog.get_logger()

PAUSE = 2.0  # seconds before a publisher that ended is started again; twice as long each time it ended at once
LONGEST_PAUSE = 60.0
AT_ONCE = 10.0  # seconds
FAREWELL = 5.0  # seconds ffmpeg has to say goodbye to the server
LAST_WORDS = 400  # characters of ffmpeg's complaint that go to the log


async def publish(ffmpeg: str, show: Path, address: str, started: Callable[[], None], stop: asyncio.Event) -> None:
    """Push `show` to `address` until `stop`; `started` is called each time the show starts from its beginning."""
    command = [
        ffmpeg, "-hide_banner", "-loglevel", "error", "-re", "-stream_loop", "-1", "-i", str(show),
        "-c", "copy", "-f", "flv", "-flvflags", "no_duration_filesize", address,
    ]  # fmt: skip
    clock = asyncio.get_running_loop().time
    waits = PAUSE
    while not stop.is_set():
        began = clock()
        process = await asyncio.create_subprocess_exec(
            *launch.command(command, ends_by=signal.SIGINT),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,  # Ctrl-C in the terminal is for us alone; we end the publisher in our order
        )
        started()
        words = asyncio.create_task(_last_words(process))
        try:
            ended = await _ended(process, stop)
            if clock() - began > AT_ONCE:
                waits = PAUSE
        finally:
            await _end(process)
            said = (await words).replace(address, "the show's address")  # which ends with a key
        if ended and not stop.is_set():
            log.warning("The demo's publisher ended and is started again", status=process.returncode, said=said)
            await pause(stop, waits)
            waits = min(2 * waits, LONGEST_PAUSE)


async def pause(stop: asyncio.Event, seconds: float) -> bool:
    """Wait `seconds`, less if `stop` is set; answers whether it is."""
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
    return stop.is_set()


async def _ended(process: asyncio.subprocess.Process, stop: asyncio.Event) -> bool:
    """Wait for the process to end by itself (True) or for `stop`."""
    exit_, stopped = asyncio.create_task(process.wait()), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait((exit_, stopped), return_when=asyncio.FIRST_COMPLETED)
        return exit_.done()
    finally:
        exit_.cancel()
        stopped.cancel()


async def _end(process: asyncio.subprocess.Process) -> None:
    """End the process by its id: politely, so that the server hears the stream is over, then by force."""
    with suppress(ProcessLookupError):
        process.send_signal(signal.SIGINT)
    try:
        await asyncio.wait_for(process.wait(), FAREWELL)
    except TimeoutError:
        process.kill()
        await process.wait()


async def _last_words(process: asyncio.subprocess.Process) -> str:
    """Read standard error to its end, keeping the last of it."""
    said = b""
    if process.stderr:
        while chunk := await process.stderr.read(4096):
            said = (said + chunk)[-LAST_WORDS:]
    return said.decode(errors="replace").strip()
