import asyncio
import sys

import psutil
import pytest

from storecast.broadcast import ffmpeg as module
from storecast.broadcast.ffmpeg import Ffmpeg
from tests.waiting import eventually

COPY = (sys.executable, "-c", "import shutil, sys; shutil.copyfileobj(sys.stdin.buffer, sys.stdout.buffer)")
DEAF = (sys.executable, "-c", "import time; print('up', flush=True); time.sleep(600)")


@pytest.fixture
def output() -> list[bytes]:
    return []


@pytest.fixture
async def child(output: list[bytes]) -> Ffmpeg:
    return Ffmpeg(output.append)


async def exited(child: Ffmpeg) -> None:
    await asyncio.wait_for(child.exited.wait(), 20)
    assert not [process for process in psutil.Process().children() if "ffmpeg" in process.name()]


async def test_what_is_written_comes_through_in_order(child: Ffmpeg, output: list[bytes]) -> None:
    assert child.write([b"before ", b"the start, "])
    await child.start(COPY)
    assert child.write([b"after it, "])
    await asyncio.sleep(0)
    assert child.write([b"and last"])
    child.finish()
    await exited(child)
    assert b"".join(output) == b"before the start, after it, and last"


async def test_it_starts_when_the_one_before_it_is_gone(child: Ffmpeg, output: list[bytes]) -> None:
    before = asyncio.Event()
    starting = asyncio.create_task(child.start(COPY, before))
    child.write([b"kept"])
    child.finish()
    await asyncio.sleep(0)
    assert not starting.done()
    before.set()
    await starting
    await exited(child)
    assert output == [b"kept"]


async def test_one_that_is_killed_while_it_waits_never_starts(child: Ffmpeg) -> None:
    before = asyncio.Event()
    starting = asyncio.create_task(child.start(("/nowhere",), before))
    await asyncio.sleep(0)
    child.kill()
    before.set()
    await starting
    await exited(child)


async def test_one_that_is_killed_while_it_starts_is_gone(child: Ffmpeg) -> None:
    starting = asyncio.create_task(child.start(DEAF))
    await asyncio.sleep(0)
    child.kill()
    await starting
    await exited(child)


@pytest.mark.parametrize("waits", [False, True])
async def test_one_that_does_not_finish_is_killed(
    child: Ffmpeg, output: list[bytes], waits: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FINISH_SECONDS", 0.1)
    before = asyncio.Event()
    starting = asyncio.create_task(child.start(DEAF, before))
    if waits:
        child.finish()
        before.set()
        await starting
    else:
        before.set()
        await starting
        await eventually(lambda: output)
        child.finish()
    await exited(child)


async def test_one_that_falls_behind_is_given_up(child: Ffmpeg, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_QUEUED", 300_000)
    await child.start(DEAF)
    written = 0
    while child.write([bytes(50_000)]):
        written += 50_000
        await asyncio.sleep(0)
        assert written < 2_000_000
    child.kill()
    await exited(child)


async def test_what_cannot_be_started_counts_as_gone(child: Ffmpeg) -> None:
    with pytest.raises(FileNotFoundError):
        await child.start(("/nowhere/ffmpeg",))
    await exited(child)


async def test_writing_to_one_that_died_does_no_harm(child: Ffmpeg) -> None:
    await child.start(("false",))
    await exited(child)
    child.write([b"late"])
    await asyncio.sleep(0)
    child.finish()
    child.kill()
