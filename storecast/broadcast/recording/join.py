"""Takes become files: one for each run of neighbours that are alike, in order. Nothing is encoded or left out."""

import asyncio
import itertools
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec
import structlog

from storecast.broadcast.recording.film import Film
from storecast.broadcast.recording.take_reader import TakeReader, Unreadable

log = structlog.get_logger()


class JoinFailed(Exception):
    """The file could not be written, as with a full disk; trying again later may help."""


def runs_of(takes: Sequence[Path]) -> list[list[Path]]:
    """Neighbours with the same codecs, configuration, size and rate: the same init segment, to the byte.

    A take that holds nothing playable is passed over. Raises OSError.
    """
    played = [(path, init) for path in takes if (init := _init_of(path)) is not None]
    return [[path for path, _ in run] for _, run in itertools.groupby(played, lambda take: take[1])]


def _init_of(take: Path) -> bytes | None:
    """None where it has no whole fragment."""
    try:
        reader = TakeReader(take)
        if next(reader.fragments(), None) is not None:
            return reader.init
    except Unreadable as error:
        log.warning("a take cannot be read", path=str(take), error=str(error))
    else:
        log.warning("a take holds nothing playable", path=str(take))
    return None


async def join(takes: Sequence[Path], target: Path) -> Film:
    """Write `target` from takes that are alike. Raises `JoinFailed`."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "storecast.broadcast.recording.film", str(target)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        written, complaints = await process.communicate("\n".join(map(str, takes)).encode())
    finally:
        if process.returncode is None:  # it does not outlive a wait that is given up
            process.kill()
            await process.wait()
    if process.returncode:
        raise JoinFailed(complaints[-500:].decode(errors="replace").strip())
    film = msgspec.json.decode(written, type=Film)
    if film.damaged:
        log.warning("parts of the recording are damaged", takes=list(map(str, takes)), parts=film.damaged)
    return film
