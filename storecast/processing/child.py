"""A step of processing in a child process: confined, listened to, and gone when nobody waits for it any more."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec
import structlog
from msgspec import Struct

from storecast.kit import launch
from storecast.processing.answering import TOO_MUCH, Told
from storecast.processing.facts import ProcessingFailed, Progress, Refused

MEMORY = 4 * 1024**3  # bytes of address space; the largest picture taken, decoded by several threads, needs half
_STARTING = 120  # seconds of processor time any step may take
_PER_SECOND = 40  # of them for a second of film, which bounds what lies and not what is merely slow
PATIENCE = 600.0  # seconds by the clock on the wall in which a child must have computed
LEAST = 0.5  # seconds of processor; whoever gives way to a busy machine has more
_SLACK = 64 * 1024**2  # bytes a small file may grow by
_BYTES_PER_SECOND = 4 * 1024**2  # of film that is encoded
_KEPT_WORDS = 4_000  # bytes of its standard error
_LOGGED = 1_000  # characters of them
_LONGEST_LINE = 1024**2  # bytes
_OURS = (  # what a child says where it is not the film's fault: a full disk, or an ffmpeg that lacks something
    "No space left on device",
    "Cannot start",
    "Unknown encoder",
    "No such filter",
    "Unrecognized option",
    "Option not found",
)

log = structlog.get_logger()


def limits(duration: float, size: int, niceness: int = launch.NICENESS) -> launch.Limits:
    """For a step that works on `duration` seconds of film in `size` bytes."""
    return launch.Limits(
        memory=MEMORY,
        processor=int(_STARTING + duration * _PER_SECOND),
        file=int(2 * size + duration * _BYTES_PER_SECOND + _SLACK),
        niceness=niceness,
    )


async def run_ffmpeg(
    ffmpeg: str,
    options: Sequence[str],
    bounds: launch.Limits,
    progress: Progress | None = None,
    duration: float = 0.0,
) -> str:
    """Run `ffmpeg` and give the end of what it said. `duration` is of what it writes, in seconds.

    Raises `Refused` where it makes nothing of its input, and `ProcessingFailed`.
    """

    reached = 0.0

    def hear(line: bytes) -> None:
        nonlocal reached
        key, _, value = line.partition(b"=")
        if progress is not None and key == b"out_time_us" and value.strip().lstrip(b"-").isdigit() and duration > 0:
            reached = min(max(int(value) / 1e6 / duration, reached), 1.0)  # of several tracks it goes back at times
            progress(reached)

    program = [ffmpeg, "-hide_banner", "-nostdin", "-nostats", "-loglevel", "info"]
    status, words = await _run([*program, *options, "-progress", "pipe:1"], bounds, hear)
    if status:
        _judge(status, words)
        log.warning("ffmpeg makes nothing of a video", status=status, words=words[-_LOGGED:].strip())
        raise Refused("This video is damaged: it cannot be read to its end.")
    return words


async def run_module(
    module: str, question: Struct, bounds: launch.Limits, progress: Progress | None = None
) -> msgspec.Raw:
    """Have `module` of ours work on `question`, as its `answer` does. Gives the JSON of its result.

    Raises `Refused` and `ProcessingFailed`.
    """
    said: list[Told] = []

    def hear(line: bytes) -> None:
        told = msgspec.json.decode(line, type=Told)
        if told.progress is None:
            said.append(told)
        elif progress is not None:
            progress(told.progress)

    program = [sys.executable, "-m", module, msgspec.json.encode(question).decode()]
    status, words = await _run(program, bounds, hear)
    if said and said[-1].refused is not None:
        raise Refused(said[-1].refused)
    if status or not said:
        _judge(status, words)
        raise ProcessingFailed(words[-500:].strip() or f"{module} ended with status {status}")
    return said[-1].result


async def _run(program: Sequence[str], bounds: launch.Limits, hear: Callable[[bytes], None]) -> tuple[int, str]:
    """Exit status and the end of its standard error."""
    process = await asyncio.create_subprocess_exec(
        *launch.command(program, ends_by=signal.SIGKILL, limits=bounds),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        limit=_LONGEST_LINE,
    )
    assert process.stdout is not None and process.stderr is not None  # noqa: S101, PT018 - piped
    listening = asyncio.create_task(_ending(process.stderr))
    waiting = asyncio.create_task(_end_idle(process))
    try:
        async for line in process.stdout:
            hear(line)
        return await process.wait(), (await listening).decode(errors="replace")
    finally:
        listening.cancel()
        waiting.cancel()
        if process.returncode is None:  # it does not outlive a wait that is given up
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


async def _end_idle(process: asyncio.subprocess.Process) -> None:
    """Kill a child that waits for something: what it may compute is bounded otherwise, and others wait for it."""
    before = 0.0
    while True:
        await asyncio.sleep(PATIENCE)
        try:
            computed = _computed(process.pid)
            if computed - before < LEAST:
                log.error("a step of a video's processing waits without computing; it is ended", pid=process.pid)
                process.kill()
                return
        except (FileNotFoundError, ProcessLookupError):
            return  # it has just ended
        before = computed


def _computed(pid: int) -> float:
    """Seconds of processor it has used: proc_pid_stat(5), fields 14 and 15."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def _ending(stream: asyncio.StreamReader) -> bytes:
    kept = b""
    while piece := await stream.read(65_536):
        kept = (kept + piece)[-_KEPT_WORDS:]
    return kept


def _judge(status: int, words: str) -> None:
    """Raises where a child's end is known to have one cause or another."""
    if status == -signal.SIGXCPU or status == -signal.SIGXFSZ or "Cannot allocate memory" in words:
        raise Refused(TOO_MUCH)
    if status == -signal.SIGKILL or any(said in words for said in _OURS):
        raise ProcessingFailed(words[-500:].strip() or "the child was killed")
