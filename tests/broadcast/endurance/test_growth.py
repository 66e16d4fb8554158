"""However long a show, nothing grows once the window is full."""

import gc
import tracemalloc
from collections.abc import Iterable, Iterator
from pathlib import Path

import psutil
import pytest
from msgspec import Struct

from storecast.broadcast.packaging.window import KEPT_SECONDS, LISTED_SECONDS, LONGEST_SECONDS
from tests.broadcast.endurance.driving import drive
from tests.broadcast.endurance.numbered import NumberedShow
from tests.broadcast.hls_rules.streams import Message

FULL = 2 * (LISTED_SECONDS + KEPT_SECONDS + LONGEST_SECONDS)  # seconds after which all of it was replaced once
OBJECTS = 48 * 1024  # bytes by which one window may be larger than another: segments differ
RESIDENT = 2 * 1024 * 1024  # and what allocators keep


class Memory(Struct, frozen=True):
    objects: int  # bytes
    resident: int


def measured() -> Memory:
    gc.collect()
    return Memory(tracemalloc.get_traced_memory()[0], psutil.Process().memory_info().rss)


def measuring(messages: Iterable[Message], found: list[Memory], every: float) -> Iterator[Message]:
    """The same messages; memory is measured once the window is full, and then each so many seconds of the show.

    `found` holds the first and the newest.
    """
    due = FULL
    for message in messages:
        if message.at >= due:
            found[1:] = [measured()]  # with the first: a list that grows would be measured, too
            due += every
        yield message


@pytest.mark.parametrize(
    "seconds", [FULL + 121, pytest.param(36_000, marks=[pytest.mark.soak, pytest.mark.timeout(3600)])]
)
def test_memory_stays_as_it_was_when_the_window_was_full(seconds: float, show: NumberedShow, tmp_path: Path) -> None:
    found: list[Memory] = []
    tracemalloc.start()
    try:
        drive(measuring(show.messages(seconds), found, 60), tmp_path / "take.mp4")
    finally:
        tracemalloc.stop()
    first, last = found
    assert last.objects - first.objects < OBJECTS
    assert last.resident - first.resident < RESIDENT
