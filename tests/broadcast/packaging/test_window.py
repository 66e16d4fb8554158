import asyncio
import itertools

from hypothesis import given
from hypothesis import strategies as st

from storecast.broadcast.packaging.window import (
    KEPT_BYTES,
    KEPT_SECONDS,
    LISTED_AT_LEAST,
    LISTED_SECONDS,
    PARTS_OF,
    Part,
    Take,
    Window,
)


def take(number: int) -> Take:
    return Take(number, f"{number:x}", b"init%d" % number, ["avc1.64001f", "mp4a.40.2"], 1280, 720)


class Show:
    """Fills a window with numbered parts."""

    def __init__(self) -> None:
        self.window = Window()
        self.window.number_from(100)
        self._parts = 0
        self._take = take(1)

    def begin(self, number: int = 1) -> None:
        self._take = take(number)
        self.window.begin_take(self._take)

    def segment(self, *durations: float, size: int = 10) -> None:
        self.window.begin_segment(self._take, float(self._parts))
        for duration in durations:
            self._parts += 1
            part = Part(f"part-{self._parts}", bytes(size), duration, True)
            self.window.add_part(part, f"part-{self._parts + 1}")


def test_a_segment_can_be_fetched_once_it_is_whole() -> None:
    show = Show()
    show.begin()
    show.segment(0.25, 0.25)
    assert show.window.segment(100) is None
    assert not show.window.playable
    show.segment(0.25)
    assert show.window.segment(100) == bytes(20)
    assert show.window.playable
    assert show.window.part("part-3") is not None
    assert show.window.next_part == "part-4"


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
    assert sum(bool(segment.parts) for segment in window.segments) <= PARTS_OF + 1
    assert window.part("part-1") is None


def test_memory_is_bounded_where_segments_are_large() -> None:
    show = Show()
    show.begin()
    for _ in range(12):
        show.segment(2.0, size=KEPT_BYTES // 8)
    held = [segment for segment in show.window.segments if segment.finished]
    assert sum(len(segment.data) for segment in held) <= KEPT_BYTES
    assert len(show.window.segments) >= LISTED_AT_LEAST


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
    window = Window()
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


@given(st.lists(st.lists(st.floats(0.01, 3), max_size=6) | st.none(), max_size=60))
def test_numbers_and_targets_hold_whatever_comes(show_of: list[list[float] | None]) -> None:
    """None begins another take, a list is a segment."""
    show = Show()
    number = 1
    show.begin(number)
    for durations in show_of:
        if durations is None:
            number += 1
            show.begin(number)
        else:
            show.segment(*durations)
        window = show.window
        numbers = [segment.number for segment in (*window.retired, *window.segments)]
        assert all(after == before + 1 for before, after in itertools.pairwise(numbers))
        for segment in window.segments:
            assert round(segment.duration) <= window.target
            assert all(part.duration <= window.part_target for part in segment.parts)
            if segment.finished:
                assert window.segment(segment.number) == segment.data
                assert window.init(segment.take.name) is not None
