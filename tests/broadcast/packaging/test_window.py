import asyncio
import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storecast.broadcast.packaging.playlist import media
from storecast.broadcast.packaging.window import (
    KEPT_BYTES,
    KEPT_SECONDS,
    LISTED_AT_LEAST,
    LISTED_SECONDS,
    PARTS_SECONDS,
    Take,
    Window,
    part_length,
)


def take(number: int) -> Take:
    return Take(number, f"{number:x}", b"init%d" % number, ["avc1.64001f", "mp4a.40.2"], 1280, 720)


class Show:
    """Fills a window with numbered parts."""

    def __init__(self) -> None:
        self.window = Window("w")
        self.window.number_from(100)
        self.window.declare(0.25)
        self._parts = 0
        self._take = take(1)

    def begin(self, number: int = 1) -> None:
        self._take = take(number)
        self.window.begin_take(self._take)

    def segment(self, *durations: float, size: int = 10) -> None:
        self.window.begin_segment(self._take, float(self._parts))
        for duration in durations:
            self._parts += 1
            self.window.add_part(bytes(size), duration, independent=True)


def test_a_segment_can_be_fetched_once_it_is_whole() -> None:
    show = Show()
    show.begin()
    show.segment(0.25, 0.25)
    assert show.window.segment(100) is None
    assert not show.window.playable
    show.segment(0.25)
    assert show.window.segment(100) == bytes(20)
    assert show.window.playable
    assert show.window.part("part-w-3.m4s") is not None
    assert show.window.next_part == "part-w-4.m4s"


def test_what_is_held_is_known_by_segment_and_part() -> None:
    show = Show()
    show.begin()
    show.segment(0.25, 0.25)
    show.segment(0.25)
    held = [(100, None), (100, 0), (100, 1), (101, 0)]
    assert all(show.window.holds(number, part) for number, part in held)
    assert not any(show.window.holds(number, part) for number, part in [(101, None), (101, 1), (102, None), (102, 0)])
    show.window.pause()
    assert show.window.holds(101, None)
    assert show.window.next_part is None


def test_old_segments_leave_the_list_first_and_memory_later() -> None:
    show = Show()
    show.begin()
    for _ in range(60):
        show.segment(*[0.25] * 8)
    window = show.window
    listed = sum(segment.duration for segment in window.segments)
    assert LISTED_SECONDS <= listed <= LISTED_SECONDS + 4
    assert KEPT_SECONDS <= sum(segment.duration for segment in window.retired) <= KEPT_SECONDS + 2
    first = window.segments[0].number
    assert window.segment(first - 1)
    assert window.segment(100) is None
    assert window.part("part-w-1.m4s") is None


def test_memory_is_bounded_where_segments_are_large() -> None:
    show = Show()
    show.begin()
    for _ in range(30):
        show.segment(2.0, size=KEPT_BYTES // 8)
    held = [segment for segment in (*show.window.retired, *show.window.segments) if segment.finished]
    assert sum(len(segment.data) for segment in held) <= KEPT_BYTES
    assert len(show.window.segments) >= LISTED_AT_LEAST


def test_what_left_the_list_is_let_go_where_segments_are_large() -> None:
    show = Show()
    show.begin()
    for _ in range(40):
        show.segment(2.0, size=KEPT_BYTES // 20)  # all that is listed fits, and no more
    show.window.finish_segment()
    held = [*show.window.retired, *show.window.segments]
    assert sum(segment.size for segment in held) <= KEPT_BYTES
    assert len(show.window.segments) == 20


@pytest.mark.parametrize(
    ("number", "part", "refused"),
    [
        *((99, 50, False), (100, 50, False), (101, None, False), (101, 0, False), (101, 13, False), (101, 15, True)),
        *((102, None, False), (102, 0, False), (102, 12, False), (102, 13, True), (103, None, False), (103, 0, False)),
        *((104, None, True), (104, 0, True)),
    ],
)
def test_how_far_ahead_one_may_ask_while_a_segment_is_open(number: int, part: int | None, refused: bool) -> None:
    show = Show()
    show.begin()
    show.segment(*[0.25] * 8)
    show.segment(0.25, 0.25)
    assert show.window.is_far_ahead(number, part) is refused


@pytest.mark.parametrize(
    ("number", "part", "refused"),
    [
        *((100, 9, False), (101, None, False), (101, 1, False), (101, 2, False), (101, 4, False), (102, 0, False)),
        *((102, 12, False), (103, None, False), (103, 0, False), (104, None, True), (104, 0, True)),
    ],
)
@pytest.mark.parametrize("moment", ["between segments", "publisher away", "next take begun", "over"])
def test_how_far_ahead_one_may_ask_once_the_last_segment_is_whole(
    moment: str, number: int, part: int | None, refused: bool
) -> None:
    show = Show()
    show.begin()
    show.segment(*[0.25] * 8)
    show.segment(0.25, 0.25)
    match moment:
        case "between segments":
            show.window.finish_segment()
        case "publisher away":
            show.window.pause()
        case "next take begun":
            show.begin(2)
        case _:
            show.window.end()
    assert show.window.is_far_ahead(number, part) is refused


@pytest.mark.parametrize(
    ("number", "part", "refused"),
    [(100, None, False), (100, 0, False), (100, 12, False), (101, 0, False), (101, 12, False), (102, 0, True)],
)
def test_how_far_ahead_one_may_ask_before_there_is_anything(number: int, part: int | None, refused: bool) -> None:
    assert Show().window.is_far_ahead(number, part) is refused


def test_parts_past_the_end_of_a_segment_are_those_of_the_next() -> None:
    show = Show()
    show.begin()
    show.segment(0.25, 0.25)
    show.window.finish_segment()
    assert not show.window.holds(100, 2)
    show.segment(0.25)
    assert show.window.holds(100, 2)
    assert show.window.holds(100, 7)


@pytest.mark.parametrize(
    ("frame", "scale", "target", "ticks"),
    [
        (12_000, 360_000, None, 7 * 12_000),  # 30 pictures a second
        (12_012, 360_000, None, 7 * 12_012),
        (6_000, 360_000, None, 15 * 6_000),
        (6_006, 360_000, None, 15 * 6_006),
        (15_015, 360_000, None, 6 * 15_015),
        (14_400, 360_000, None, 6 * 14_400),
        (72_000, 360_000, None, 72_000),  # one of five
        (180_000, 360_000, None, 180_000),  # a part may last a second, if a picture does
        (360_000, 360_000, None, 360_000),
        (720_000, 360_000, None, 90_000),  # but no longer
        (None, 360_000, None, 90_000),
        (1024, 48_000, None, 11 * 1024),
        (1024, 44_100, None, 10 * 1024),
        (12_000, 360_000, 0.251, 7 * 12_000),  # what is declared stands
        (12_000, 360_000, 0.200, 6 * 12_000),
        (72_000, 360_000, 0.251, 90_360),  # one of five would be too short
        (72_000, 360_000, 0.100, 36_000),
        (None, 360_000, 0.2, 72_000),
        (None, 360_000, 1.0, 360_000),
    ],
)
def test_parts_are_whole_frames_within_the_target(frame: int | None, scale: int, target: float, ticks: int) -> None:
    assert part_length(frame, scale, target) == ticks


def test_a_take_is_forgotten_with_its_last_segment() -> None:
    show = Show()
    show.begin(1)
    show.segment(2.0)
    show.begin(2)
    assert show.window.init("1") == b"init1"
    for _ in range(40):
        show.segment(2.0)
    assert show.window.init("1") is None
    assert show.window.init("2") == b"init2"
    assert show.window.discontinuities == 1


def test_a_later_process_counts_the_discontinuities_before_it() -> None:
    show = Show()
    show.begin(5)
    assert show.window.discontinuities == 4


def test_a_segment_without_parts_vanishes_and_its_number_is_used_again() -> None:
    show = Show()
    show.begin()
    show.segment()
    show.segment(1.0)
    assert [segment.number for segment in show.window.segments] == [100]


def test_numbers_only_ever_grow() -> None:
    window = Window("w")
    window.number_from(50)
    window.number_from(40)
    assert window.last_number == 49


async def test_whoever_waits_hears_of_the_next_part_and_the_end() -> None:
    show = Show()
    show.begin()
    for change in (lambda: show.segment(0.25), show.window.end):
        waiting = asyncio.create_task(show.window.change())
        await asyncio.sleep(0)
        assert not waiting.done()
        before = show.window.version
        change()
        await asyncio.wait_for(waiting, 5)
        assert show.window.version > before
    assert show.window.ended


_PARTS = st.lists(st.floats(0.01, 0.25), max_size=24)


@given(st.lists(_PARTS | st.none() | st.floats(1.0, 6.0), max_size=60))
def test_what_is_listed_can_be_had_whatever_comes(show_of: list[list[float] | float | None]) -> None:
    """None begins another take, a list is a segment, a number one of a single picture."""
    show = Show()
    number = 1
    show.begin(number)
    for durations in show_of:
        if durations is None:
            number += 1
            show.begin(number)
        elif isinstance(durations, float):
            show.segment(durations)
        else:
            show.segment(*durations)
        window = show.window
        numbers = [segment.number for segment in (*window.retired, *window.segments)]
        assert all(after == before + 1 for before, after in itertools.pairwise(numbers))
        for segment in window.segments:
            if segment.finished:
                assert window.segment(segment.number) == segment.data
                assert window.init(segment.take.name) is not None
        listed = media(window, "")
        assert all(window.part(name) for name in re.findall(r'PART:.*URI="([^"]+)"', listed))
        assert all(window.segment(int(found)) for found in re.findall(r"segment-(\d+)", listed))


def test_parts_can_be_had_for_a_while_after_they_were_listed() -> None:
    show = Show()
    show.begin()
    last_listed: dict[str, float] = {}
    seconds = 0.0
    for _ in range(40):
        show.segment(*[0.25] * 8)
        seconds += 2
        for name in re.findall(r'PART:.*URI="([^"]+)"', media(show.window, "")):
            last_listed[name] = seconds
        assert all(show.window.part(name) for name, at in last_listed.items() if at >= seconds - PARTS_SECONDS)
