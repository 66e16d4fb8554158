"""The converting process beside a show: that it keeps up, falls behind, dies, and ends."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace

import av
import psutil
import pytest

from storecast.broadcast.sound import converter as module
from storecast.broadcast.sound.converter import Converter
from storecast.broadcast.sound.kinds import CannotConvert, kinds, sound_kind
from tests.broadcast.sound.conftest import Conversion
from tests.broadcast.sound.streams import Stream
from tests.waiting import eventually

Start = Callable[[str, Stream], Conversion]
MEGABYTE = 1024 * 1024
SILENT_MP3 = b"\xff\xfb\x90\xc4" + bytes(413)  # 128 kbit/s, 44.1 kHz, mono: 1152 samples

OWNER = """
import asyncio
from storecast.broadcast.sound.converter import Converter

async def main():
    converter = Converter(".mp3", b"", print, print, print)
    print("up", flush=True)
    await converter.exited.wait()

asyncio.run(main())
"""


@pytest.mark.parametrize("codec", kinds())
def test_everything_promised_can_be_decoded(codec: str) -> None:
    assert sound_kind(codec).decoder in av.codecs_available


async def test_what_cannot_be_decoded_is_refused_in_words() -> None:
    with pytest.raises(CannotConvert, match="Sound of kind ac-4 cannot be played by browsers and is left out"):
        Converter("ac-4", b"", print, print, print)


async def test_a_frame_in_gives_a_frame_out_at_once(convert: Start, mp3: Stream) -> None:
    conversion = convert(".mp3", mp3)
    fed = 0
    for stamp, data in mp3.frames[:40]:
        conversion.converter.put(stamp, data)
        fed += 1152
        due = fed // 1024 - 2  # what AAC's encoder itself looks ahead, and what the resampler does
        await eventually(lambda due=due: len(conversion.frames) >= due, 5)


@pytest.mark.parametrize("codec", [".mp3", "mp4a"])
async def test_nothing_but_garbage_fails_in_words(convert: Start, mp3: Stream, codec: str) -> None:
    conversion = convert(codec, replace(mp3, configuration=b"" if codec == ".mp3" else b"\xff\xff\xff"))
    conversion.feed([(index * 20, b"nonsense" * 20) for index in range(600)])
    await eventually(lambda: conversion.failed)
    (words,) = conversion.failed
    assert words.startswith("The sound is left out. ")
    assert "cannot be decoded" in words or "can be decoded" in words
    assert conversion.ready == []
    assert conversion.child() is None


async def test_a_child_that_dies_is_replaced_and_sound_goes_on(convert: Start, mp3: Stream) -> None:
    conversion = convert(".mp3", mp3)
    half = len(mp3.frames) // 2
    conversion.feed(mp3.frames[:half])
    await eventually(lambda: len(conversion.frames) > half // 2)
    await killed(conversion)
    conversion.feed(mp3.frames[half:])
    await conversion.ended()
    assert conversion.failed == []
    assert len(conversion.ready) == 1  # it is still the same sound
    assert conversion.heard()[1][-4:] == pytest.approx([7.5, 8.5, 9.5, 10.5], abs=0.01)


async def test_a_child_that_dies_again_is_given_up_in_words(convert: Start, mp3: Stream) -> None:
    conversion = convert(".mp3", mp3)
    await killed(conversion)
    conversion.feed(mp3.frames[:50])
    await eventually(lambda: conversion.frames)
    await killed(conversion)
    await eventually(lambda: conversion.failed)
    assert conversion.failed == ["The sound is left out. MP3 could not be converted."]
    conversion.feed(mp3.frames[50:])
    assert conversion.child() is None


async def test_a_child_that_dies_once_in_a_while_is_replaced_each_time(
    convert: Start, mp3: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "RESTART_SECONDS", 0)
    conversion = convert(".mp3", mp3)
    for _ in range(3):
        await killed(conversion)
    conversion.feed(mp3.frames)
    await conversion.ended()
    assert len(conversion.heard()[1]) == 10


async def test_what_a_slow_child_cannot_take_is_dropped_and_counted(convert: Start, mp3: Stream) -> None:
    conversion = convert(".mp3", mp3)
    conversion.feed(mp3.frames[:10])
    await eventually(lambda: conversion.frames)
    child = conversion.child()
    assert child is not None
    child.suspend()
    sent = 0
    while conversion.converter.dropped < 100:
        conversion.converter.put(1500, SILENT_MP3)
        sent += len(SILENT_MP3)
        assert sent < 2 * module.MAX_BEHIND
    child.resume()
    before = len(conversion.frames)
    conversion.feed([(60_000, SILENT_MP3)])
    await eventually(lambda: len(conversion.frames) > before)
    assert conversion.failed == []


async def test_a_stuck_child_is_replaced(convert: Start, mp3: Stream, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_BEHIND", 100_000)
    monkeypatch.setattr(module, "STUCK_SECONDS", 0.2)
    conversion = convert(".mp3", mp3)
    await eventually(conversion.child)
    stuck = conversion.child()
    assert stuck is not None
    stuck.suspend()

    def is_replaced() -> bool:
        conversion.feed([(1500, SILENT_MP3)] * 100)
        return conversion.child() not in (None, stuck)

    await eventually(is_replaced)
    assert conversion.failed == []


async def test_closing_lets_out_what_is_on_its_way_and_ends_the_child(convert: Start, mp3: Stream) -> None:
    conversion = convert(".mp3", mp3)
    conversion.feed(mp3.frames)
    await conversion.ended()
    assert len(conversion.frames) * 1024 >= len(mp3.frames) * 1152
    assert conversion.child() is None
    conversion.feed(mp3.frames)  # late ones do no harm


async def test_one_closed_at_once_leaves_nothing(convert: Start, mp3: Stream) -> None:
    conversion = convert(".mp3", mp3)
    await conversion.ended()
    assert (conversion.frames, conversion.failed, conversion.child()) == ([], [], None)


async def test_no_child_outlives_its_parent() -> None:
    parent = subprocess.Popen([sys.executable, "-c", OWNER], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    parent.stdout.readline()

    def converting() -> list[psutil.Process]:
        return [child for child in psutil.Process(parent.pid).children() if child.cmdline()[1:2] == ["-m"]]

    await eventually(converting)
    (child,) = converting()
    child.suspend()  # so that it does not even see the end of its input
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    gone, _ = psutil.wait_procs([child], timeout=10)
    assert gone == [child]


@pytest.mark.parametrize("ends", [3, pytest.param(20, marks=[pytest.mark.soak, pytest.mark.timeout(600)])])
async def test_minutes_and_hundreds_of_gaps_take_no_lasting_memory(convert: Start, mp3: Stream, ends: int) -> None:
    conversion = convert(".mp3", mp3)

    async def minutes(start: int, end: int) -> int:
        for second in range(start * 60, end * 60, 10):
            offset = (second + second % 7) * 1000  # gaps of seconds
            moved = [(stamp + offset, data) for stamp, data in mp3.frames]
            moved = [(stamp, data) for index, (stamp, data) in enumerate(moved) if index % 40 > 6]
            due = len(conversion.frames) + len(moved)
            conversion.feed(moved)
            await eventually(lambda due=due: len(conversion.frames) >= due)
        child = conversion.child()
        assert child is not None
        return int(child.memory_info().rss)

    early = await minutes(0, 1)
    late = await minutes(1, ends)
    assert conversion.converter.dropped == 0
    assert late < early + 3 * MEGABYTE
    assert late < 80 * MEGABYTE


async def killed(conversion: Conversion) -> None:
    await eventually(conversion.child)
    child = conversion.child()
    assert child is not None
    child.kill()
    await eventually(lambda: conversion.child() not in (None, child) or conversion.failed)
