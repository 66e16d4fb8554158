"""Limits: never more than so many in a window, whoever counts."""

import random
from collections import deque
from pathlib import Path

import pytest

from storecast.kit.shared import counts, table
from storecast.kit.shared.counts import BYTES, PLACES, Counts, Window
from storecast.kit.shared.memory import SharedMemory
from tests.kit.shared.conftest import Clock


@pytest.fixture
def counting() -> Counts:
    memory = SharedMemory([BYTES])
    return Counts(memory, memory.starts[0])


def test_of_few_hits_each_is_over_by_itself(counting: Counts, clock: Clock) -> None:
    window = Window(3, 60.0)
    for _ in range(3):
        assert counting.hit(window, "try", "ana") == 0
        clock.now += 10
    assert counting.hit(window, "try", "ana") == pytest.approx(30)
    assert counting.look(window, "try", "ana") == pytest.approx(30)
    assert counting.hit(window, "try", "bogdan") == 0
    clock.now += 30
    assert counting.look(window, "try", "ana") == 0
    assert [counting.hit(window, "try", "ana") == 0 for _ in range(2)] == [True, False]


def test_what_is_refused_and_what_is_looked_at_is_not_counted(counting: Counts, clock: Clock) -> None:
    window = Window(1, 60.0)
    assert [counting.look(window, "a") for _ in range(3)] == [0, 0, 0]
    assert counting.hit(window, "a") == 0
    for _ in range(5):
        clock.now += 11
        assert counting.hit(window, "a") > 0
    clock.now += 6
    assert counting.hit(window, "a") == 0


@pytest.mark.parametrize("most", [PLACES, PLACES + 1, 300, 6000])
def test_no_stretch_of_the_window_has_more_and_few_are_refused_in_vain(
    counting: Counts, clock: Clock, most: int
) -> None:
    window, chance, taken, in_vain = Window(most, 60.0), random.Random(7), 0, 0
    lately: deque[float] = deque()
    for _ in range(12 * most):
        clock.now += chance.expovariate(3 * most / 60)
        while lately and lately[0] <= clock.now - 60:
            lately.popleft()
        if counting.hit(window, "a") == 0:
            assert len(lately) < most
            lately.append(clock.now)
            taken += 1
        else:
            in_vain += len(lately) < most
    assert taken > 3.5 * most * 60 / (60 + window.step)
    assert in_vain == 0 or most > PLACES


def test_a_name_in_several_parts_is_no_other(counting: Counts) -> None:
    window = Window(1, 60.0)
    assert counting.hit(window, "a", "b") == 0
    assert counting.hit(window, "ab") == 0
    assert counting.hit(window, "a", "b") > 0
    assert counting.hit(window, "a", "\ud800") == 0


def test_who_is_soonest_over_makes_room_and_the_log_says_so(
    clock: Clock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(counts, "SLOTS", table.WAYS)
    memory = SharedMemory([BYTES])
    counting = Counts(memory, memory.starts[0])
    assert counting.hit(Window(1, 3600.0), "kept") == 0
    for number in range(table.WAYS - 1):
        assert counting.hit(Window(1, 60.0), str(number)) == 0
        clock.now += 0.1
    assert caplog.records == []
    for number in range(100, 103):
        assert counting.hit(Window(1, 60.0), str(number)) == 0
    assert len(caplog.records) == 1
    assert counting.look(Window(1, 3600.0), "kept") > 0
    assert [counting.look(Window(1, 60.0), str(number)) > 0 for number in range(4)] == [False, False, False, True]
    clock.now += 61
    caplog.clear()
    assert counting.hit(Window(1, 60.0), "later") == 0
    assert caplog.records == []


def test_memory_is_taken_as_it_is_used() -> None:
    memory = SharedMemory([BYTES])
    counting = Counts(memory, memory.starts[0])
    for number in range(100):
        counting.hit(Window(5, 60.0), str(number))
    found = Path("/proc/self/smaps").read_text().partition(f"{len(memory.bytes) // 1024:>8} kB")[2]
    assert int(found.partition("Rss:")[2].split()[0]) < 2_000  # kB
