"""Pushes the show to the platform by RTMP, over and over, as an encoder in a studio would."""

import asyncio
import signal
from collections.abc import Callable
from contextlib import suppress

import structlog

from storecast.demo.reel import Reel
from storecast.kit import launch

log = structlog.get_logger()

PAUSE = 2.0  # seconds before a publisher that ended is started again; twice as long each time it ended at once
LONGEST_PAUSE = 60.0
AT_ONCE = 10.0  # seconds
FAREWELL = 5.0  # seconds ffmpeg has to say goodbye to the server
LAST_WORDS = 400  # characters of ffmpeg's complaint that go to the log

Turned = Callable[[int, float, float], None]


async def publish(ffmpeg: str, reel: Reel, address: str, turned: Turned) -> None:
    """Push `reel` to `address` until cancelled.

    `turned` hears each time a part begins: its number, when by the event loop's clock, and for how many seconds. A
    publisher that ended begins with the first part again.
    """
    command = [
        # What it needs to know stands in front of the first picture: it need not look at seconds of them.
        ffmpeg, "-hide_banner", "-loglevel", "error", "-probesize", "32768", "-analyzeduration", "0",
        "-f", "flv", "-i", "pipe:0", "-c", "copy", "-f", "flv", "-flvflags", "no_duration_filesize", address,
    ]  # fmt: skip
    clock = asyncio.get_running_loop().time
    waits = PAUSE
    await reel.ready()
    while True:
        began = clock()
        process = await asyncio.create_subprocess_exec(
            *launch.command(command, ends_by=signal.SIGINT),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,  # Ctrl-C in the terminal is for us alone; we end the publisher in our order
        )
        words = asyncio.create_task(_last_words(process))
        try:
            await _play(reel, process, turned)
        finally:
            await _end(process)
            said = (await words).replace(address, "the show's address")  # which ends with a key
        if clock() - began > AT_ONCE:
            waits = PAUSE
        log.warning("The demo's publisher ended and is started again", status=process.returncode, said=said)
        await asyncio.sleep(waits)
        waits = min(2 * waits, LONGEST_PAUSE)


async def _play(reel: Reel, process: asyncio.subprocess.Process, turned: Turned) -> None:
    """Give the process each tag at its time until it takes no more."""
    pipe = process.stdin
    if pipe is None:
        raise ValueError("the publisher was started without a pipe")
    clock = asyncio.get_running_loop().time
    began = clock()
    with suppress(BrokenPipeError, ConnectionResetError):
        pipe.write(reel.head())
        async for showing in reel.showings():
            turned(showing.part, began + showing.at / 1000, reel.seconds)
            async for tag in reel.tags(showing):
                await asyncio.sleep(began + tag.at / 1000 - clock())
                pipe.write(tag.written(tag.at))
                await pipe.drain()


async def _end(process: asyncio.subprocess.Process) -> None:
    """End the process by its id: by the end of its input, so that it tells the server, then by force."""
    if process.stdin:
        process.stdin.close()
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
