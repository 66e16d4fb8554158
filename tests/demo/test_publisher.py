import asyncio
import os
from pathlib import Path

import pytest

from storecast.demo import publisher
from tests.waiting import eventually

DEADLINE = 15.0


def fake_ffmpeg(folder: Path, script: str) -> str:
    program = folder / "ffmpeg"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return str(program)


async def test_a_publisher_that_dies_is_started_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publisher, "PAUSE", 0.01)
    starts: list[None] = []
    stop = asyncio.Event()
    program = fake_ffmpeg(tmp_path, "echo broken pipe >&2; exit 1")
    task = asyncio.create_task(
        publisher.publish(program, tmp_path / "show.mp4", "rtmp://x/y", lambda: starts.append(None), stop)
    )
    await eventually(lambda: len(starts) >= 3)
    stop.set()
    await asyncio.wait_for(task, DEADLINE)


async def test_a_publisher_that_is_refused_asks_less_and_less(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    stop = asyncio.Event()

    async def pause(_: asyncio.Event, seconds: float) -> bool:
        waits.append(seconds)
        if len(waits) == 7:
            stop.set()
        return stop.is_set()

    monkeypatch.setattr(publisher, "pause", pause)
    program = fake_ffmpeg(tmp_path, "echo the host ended the show >&2; exit 1")
    show = tmp_path / "show.mp4"
    await asyncio.wait_for(publisher.publish(program, show, "rtmp://x/y", lambda: None, stop), DEADLINE)
    assert waits == [2, 4, 8, 16, 32, 60, 60]


async def test_the_publisher_is_asked_to_end_and_is_gone_after_stop(tmp_path: Path) -> None:
    pid, bye = tmp_path / "pid", tmp_path / "bye"
    script = f"trap 'touch {bye}; exit 0' INT; echo $$ > {pid}; while :; do sleep 0.05; done"
    stop = asyncio.Event()
    task = asyncio.create_task(
        publisher.publish(fake_ffmpeg(tmp_path, script), tmp_path / "show.mp4", "rtmp://x/y", lambda: None, stop)
    )
    await eventually(lambda: pid.exists() and bool(pid.read_text()))
    stop.set()
    await asyncio.wait_for(task, DEADLINE)
    assert bye.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)


async def test_cancelling_ends_the_publisher_too(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    script = f"trap 'exit 0' INT; echo $$ > {pid}; while :; do sleep 0.05; done"
    task = asyncio.create_task(
        publisher.publish(
            fake_ffmpeg(tmp_path, script), tmp_path / "show.mp4", "rtmp://x/y", lambda: None, asyncio.Event()
        )
    )
    await eventually(lambda: pid.exists() and bool(pid.read_text()))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)
