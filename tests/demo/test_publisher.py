import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from storecast.demo import flv, publisher
from storecast.demo.reel import Reel
from tests.waiting import eventually

DEADLINE = 15.0
VIDEO = 9
FRAMES = [flv.Tag(VIDEO, at, b"\x27\x01") for at in range(0, 2000, 40)]
Turn = tuple[int, float, float]


def ignored(part: int, begins: float, seconds: float) -> None:
    """For those who do not ask."""


def fake_ffmpeg(folder: Path, script: str) -> str:
    program = folder / "ffmpeg"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return str(program)


def reel(*, whole: bool = True) -> Reel:
    """Two parts of a second."""
    made = Reel(2, 1)
    made.feed(flv.HEADER + b"".join(tag.written(tag.at) for tag in FRAMES))
    if whole:
        made.finish()
    return made


@asynccontextmanager
async def publishing(ffmpeg: str, made: Reel, turned: publisher.Turned = ignored) -> AsyncIterator[None]:
    task = asyncio.create_task(publisher.publish(ffmpeg, made, "rtmp://x/y", turned))
    try:
        yield
        assert not task.done()
    finally:
        task.cancel()
        await asyncio.wait([task], timeout=DEADLINE)
    assert task.cancelled()


async def test_it_pushes_part_after_part_and_says_which_begins_when(tmp_path: Path) -> None:
    pushed, turns = tmp_path / "pushed", list[Turn]()
    ffmpeg = fake_ffmpeg(tmp_path, f"exec cat > {pushed}")
    async with publishing(ffmpeg, reel(), lambda *turn: turns.append(turn)):
        await eventually(lambda: len(turns) >= 3)
    tags = list(flv.Reader().tags(pushed.read_bytes()))
    assert [tag.at for tag in tags[:50]] == [tag.at for tag in FRAMES]
    assert [part for part, _, _ in turns[:3]] == [0, 1, 0]
    assert [round(begins - turns[0][1], 6) for _, begins, _ in turns[:3]] == [0, 1, 2]
    assert {seconds for _, _, seconds in turns} == {1}


async def test_nothing_is_sent_before_its_time(tmp_path: Path) -> None:
    pushed, turns, clock = tmp_path / "pushed", list[Turn](), asyncio.get_running_loop().time
    async with publishing(fake_ffmpeg(tmp_path, f"exec cat > {pushed}"), reel(), lambda *turn: turns.append(turn)):
        await eventually(lambda: pushed.exists() and pushed.stat().st_size > 500)
        sent = list(flv.Reader().tags(pushed.read_bytes()))
        assert sent[-1].at / 1000 <= clock() - turns[0][1]


async def test_it_begins_when_enough_is_drawn(tmp_path: Path) -> None:
    began, made = tmp_path / "began", Reel(3, 1)
    async with publishing(fake_ffmpeg(tmp_path, f"touch {began}; exec cat > /dev/null"), made):
        for _ in range(3):
            await asyncio.sleep(0)
        assert not began.exists()
        made.feed(flv.HEADER + b"".join(tag.written(tag.at) for tag in FRAMES))
        await eventually(began.exists)


async def test_a_publisher_that_dies_is_started_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publisher, "PAUSE", 0.01)
    turns: list[Turn] = []
    ffmpeg = fake_ffmpeg(tmp_path, "echo broken pipe >&2; exit 1")
    async with publishing(ffmpeg, reel(), lambda *turn: turns.append(turn)):
        await eventually(lambda: len(turns) >= 3)
    assert {part for part, _, _ in turns} == {0}


async def test_a_publisher_that_is_refused_asks_less_and_less(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    sleep = asyncio.sleep

    async def counted(seconds: float) -> None:
        if seconds >= publisher.PAUSE:
            waits.append(seconds)
            seconds = 0
        await sleep(seconds)

    monkeypatch.setattr(asyncio, "sleep", counted)
    async with publishing(fake_ffmpeg(tmp_path, "echo the host ended the show >&2; exit 1"), reel()):
        await eventually(lambda: len(waits) >= 7)
    assert waits[:7] == [2, 4, 8, 16, 32, 60, 60]


async def test_its_input_ends_when_it_is_cancelled_and_it_is_gone(tmp_path: Path) -> None:
    pid, bye = tmp_path / "pid", tmp_path / "bye"
    async with publishing(fake_ffmpeg(tmp_path, f"echo $$ > {pid}; cat > /dev/null; touch {bye}"), reel()):
        await eventually(lambda: pid.exists() and bool(pid.read_text()))
    assert bye.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)


async def test_one_that_does_not_end_by_itself_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publisher, "FAREWELL", 0.05)
    pid = tmp_path / "pid"
    async with publishing(fake_ffmpeg(tmp_path, f"echo $$ > {pid}; exec sleep 60"), reel()):
        await eventually(lambda: pid.exists() and bool(pid.read_text()))
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)
