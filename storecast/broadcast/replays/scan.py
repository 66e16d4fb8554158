"""The segments of takes on disk, read anew where the process that wrote them is gone.

Run as a process of its own: `python -m storecast.broadcast.replays.scan`, the takes by lines of its input.
"""

import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from storecast.broadcast.recording.dates import date_path, read_dates
from storecast.broadcast.recording.folder import take_number
from storecast.broadcast.recording.take_reader import TakeReader, Unreadable
from storecast.broadcast.replays.segments import IndexedTake, TakeIndex

NICE = 10  # live shows come first


class ScanFailed(Exception):
    """The takes could not be read; trying again later may help."""


def scan(take: Path) -> IndexedTake | None:
    """None where it holds nothing that can be played. Raises OSError."""
    try:
        reader = TakeReader(take)
        index = TakeIndex(take_number(take), reader.init)
        dates = read_dates(date_path(take))
        for fragment in reader.fragments():
            index.add(fragment, dates.get(fragment.start))
    except Unreadable:
        return None
    return index.taken()


async def scan_apart(takes: Sequence[Path]) -> list[IndexedTake]:
    """`scan` each in a process of its own; those that can be played. Raises `ScanFailed`."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "storecast.broadcast.replays.scan"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        found, complaints = await process.communicate("\n".join(map(str, takes)).encode())
    finally:
        if process.returncode is None:  # it does not outlive a wait that is given up
            process.kill()
            await process.wait()
    if process.returncode:
        raise ScanFailed(complaints[-500:].decode(errors="replace").strip())
    return msgspec.msgpack.decode(found, type=list[IndexedTake])


def main() -> None:
    os.nice(NICE)
    takes = [Path(line) for line in sys.stdin.read().splitlines()]
    sys.stdout.buffer.write(msgspec.msgpack.encode([found for take in takes if (found := scan(take)) is not None]))


if __name__ == "__main__":
    main()
