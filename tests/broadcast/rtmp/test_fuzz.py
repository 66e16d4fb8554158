"""Whatever a publisher sends, nothing breaks and little is held: seeded cases into a connection and a real packager.

One case alone: `FUZZ_SEED=1234 .venv/bin/pytest tests/broadcast/rtmp/test_fuzz.py`.
"""

import asyncio
import gc
import logging
import os
import secrets
import sys
from collections import Counter, deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import ClassVar

import pytest

from storecast.broadcast.health import Health
from storecast.broadcast.packaging import tracks
from storecast.broadcast.packaging.packager import Packager
from storecast.broadcast.packaging.window import Window
from storecast.broadcast.publishing import Publisher, PublishRefused, Refusal
from storecast.broadcast.rtmp import connection as module
from storecast.broadcast.rtmp.chunks import MAX_PENDING
from storecast.broadcast.rtmp.connection import Connection, Phase
from storecast.broadcast.rtmp.pace import Pace
from storecast.broadcast.sound.kinds import sound_kind
from storecast.broadcast.tags import Tag
from tests.broadcast.rtmp.fuzz import MOST_BYTES, Case
from tests.broadcast.rtmp.headers import FRAMES
from tests.broadcast.rtmp.peer import Reasons
from tests.broadcast.rtmp.transport import MemoryTransport

CASES = 800
BATCHES = 2  # of them, for as many processes
SOAK_CASES = 100_000
WARM_UP = 10_000  # cases after which nothing grows any more
MOST_GROWTH = 16 * 1024 * 1024  # bytes of the whole process over the rest: a tenth of a case's bytes would be more
LIMIT_KBPS = 20_000


class Restless(Pace):
    """Nobody waits: all is fed at once."""

    def rest(self, transport: asyncio.Transport, read: int) -> None:
        pass

    def hold(self, transport: asyncio.Transport, seconds: float) -> None:
        pass


class Witness:
    """Stands for the connection's log, to which it tells faults of its own."""

    def exception(self, event: str, **about: str) -> None:
        error = sys.exc_info()[1]
        assert error is not None
        raise AssertionError(event) from error


class Converter:
    """Stands for the child process that converts sound: gives silence back, later."""

    waiting: ClassVar[deque[Callable[[], None]]] = deque()

    def __init__(
        self,
        codec: str,
        configuration: bytes,
        on_ready: Callable[[bytes], None],
        on_frame: Callable[[int, bytes], None],
        on_failed: Callable[[str], None],
        *,
        rate: int,
        channels: int,
        bits: int,
        **about: str | int,
    ) -> None:
        sound_kind(codec, rate, channels, bits)
        self._on_frame = on_frame
        self.waiting.append(lambda: on_ready(b"\x11\x90"))

    def put(self, stamp: int, data: bytes) -> None:
        self.waiting.append(lambda: self._on_frame(stamp * 48, FRAMES["aac"][-1][2:]))

    def close(self) -> None:
        pass


class Show:
    """A publication that is packaged and recorded."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._takes = 0
        self.now = 1_750_000_000.0
        self.tags = 0
        self.closed = 0
        health = Health(self.now, LIMIT_KBPS)
        self._packager = Packager(Window(), self._next_take, lambda *_: None, health, clock=lambda: self.now)

    def put(self, tag: Tag) -> None:
        self.tags += 1
        self._packager.put(tag)

    def close(self, *, unpublished: bool) -> None:
        self.closed += 1
        self._packager.finish()

    def _next_take(self) -> tuple[int, Path]:
        self._takes += 1
        return self._takes, self._folder / f"take-{self._takes}.mp4"


class Gate:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.shows: list[Show] = []

    async def publish(self, key: str, publisher: Publisher) -> Show:
        await asyncio.sleep(0)
        if key != "right":
            raise PublishRefused(Refusal.UNKNOWN_KEY, "There is no such stream key.")
        self.shows.append(Show(self._folder))
        return self.shows[-1]


async def play(seed: int, folder: Path) -> str:
    """How the case of `seed` ended: why the connection was ended, else its phase."""
    gate, refusals, opened = Gate(folder), Reasons(), Counter[str]()
    connection = Connection(
        gate, lambda _: True, lambda _: opened.update(("closed",)), LIMIT_KBPS * 125, Restless(), refusals
    )
    transport = MemoryTransport()
    connection.connection_made(transport)
    for piece in Case(seed).pieces():
        await answered(connection)
        if transport.closed:
            break
        connection.data_received(piece)
        while Converter.waiting:
            Converter.waiting.popleft()()
        for show in gate.shows:
            show.now += len(piece) / 100_000
        assert held_by(connection) <= MAX_PENDING + MOST_BYTES
        assert len(transport.written) < MOST_BYTES * 2
    await answered(connection)
    ended = refusals.given[0] if refusals.given else connection.phase.value
    connection.check(asyncio.get_running_loop().time())
    connection.connection_lost(None)
    assert connection.phase is Phase.CLOSED
    assert opened["closed"] == 1
    assert [show.closed for show in gate.shows] == [1] * len(gate.shows)
    assert sum(show.tags for show in gate.shows) <= MOST_BYTES
    for take in folder.iterdir():
        assert is_whole(take.read_bytes())
        take.unlink()
    return ended


async def answered(connection: Connection) -> None:
    for _ in range(10):
        if connection.phase is not Phase.ASKING:
            return
        await asyncio.sleep(0)
    raise AssertionError("the gate never answers")


def is_whole(file: bytes) -> bool:
    """Whether it is boxes one after another (ISO/IEC 14496-12, 4.2) and each piece of media is behind its index."""
    kinds, at = [], 0
    while at < len(file):
        kinds.append(file[at + 4 : at + 8])
        at += max(int.from_bytes(file[at : at + 4], "big"), 8)
    media = kinds[2:]
    return at == len(file) and kinds[:2] == [b"ftyp", b"moov"] and media == [b"moof", b"mdat"] * (len(media) // 2)


def held_by(connection: Connection) -> int:
    reader = connection._reader
    return sum(len(stream.body) for stream in reader._streams.values()) + len(reader._rest) + len(connection._hello)


async def play_all(seeds: range, folder: Path) -> Counter[str]:
    ends = Counter[str]()
    for seed in seeds:
        try:
            ends[await play(seed, folder)] += 1
        except Exception as error:
            raise AssertionError(f"FUZZ_SEED={seed} .venv/bin/pytest {__file__}") from error
        finally:
            Converter.waiting.clear()
    return ends


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(module, "log", Witness())
    monkeypatch.setattr(tracks, "Converter", Converter)
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize("batch", range(BATCHES))
async def test_nothing_a_publisher_sends_breaks_anything(batch: int, tmp_path: Path) -> None:
    size = CASES // BATCHES
    first, count = batch * size, size
    if "FUZZ_SEED" in os.environ:
        first, count = int(os.environ["FUZZ_SEED"]), 1
    ends = await play_all(range(first, first + count), tmp_path)
    if count > 1:  # the cases reach everywhere
        assert ends["publishing"] > size / 4
        assert len(ends) > 10


@pytest.mark.soak
async def test_nothing_grows_over_a_hundred_thousand_cases(tmp_path: Path) -> None:
    first = secrets.randbelow(1 << 40)
    await play_all(range(first, first + WARM_UP), tmp_path)
    before = resident()
    await play_all(range(first + WARM_UP, first + SOAK_CASES), tmp_path)
    assert resident() - before < MOST_GROWTH
    assert [found for found in gc.get_objects() if isinstance(found, Connection | Packager | Window)] == []


def resident() -> int:
    gc.collect()
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")
