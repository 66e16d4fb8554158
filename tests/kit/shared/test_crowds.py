"""Who is there: by who was heard of lately."""

import random

import pytest

from storecast.kit.shared.crowds import BYTES, Crowds
from storecast.kit.shared.memory import SharedMemory
from tests.kit.shared.conftest import Clock

SHOW = ("show", "network")


@pytest.fixture
def crowds() -> Crowds:
    memory = SharedMemory([BYTES])
    return Crowds(memory, memory.starts[0], 75.0)


def test_a_crowd_has_room_for_so_many_and_each_counts_once(crowds: Crowds) -> None:
    for _ in range(3):
        assert [crowds.admit(SHOW, member, 2) for member in ("a", "b", "c")] == [True, True, False]
    assert crowds.admit(("other", "network"), "c", 2)
    assert (crowds.would_join(SHOW, "a", 3), crowds.would_join(SHOW, "c", 3), crowds.would_join(SHOW, "c", 2)) == (
        False,
        True,
        False,
    )


def test_who_is_silent_for_75_seconds_has_left(crowds: Crowds, clock: Clock) -> None:
    assert crowds.admit(SHOW, "a", 1)
    clock.now += 74.9
    assert not crowds.admit(SHOW, "b", 1)
    assert crowds.admit(SHOW, "a", 1)
    clock.now += 74.9
    assert not crowds.admit(SHOW, "b", 1)
    clock.now += 16
    assert crowds.admit(SHOW, "b", 1)
    assert not crowds.admit(SHOW, "a", 1)


def test_many_who_come_and_go_are_counted_as_they_are_there(crowds: Crowds, clock: Clock) -> None:
    chance, last = random.Random(3), dict[int, float]()
    for _ in range(20_000):
        clock.now += chance.expovariate(8)
        member = chance.randrange(400)
        there = [at for at in last.values() if at > clock.now - 75]
        if crowds.admit(SHOW, str(member), 150):
            assert len(there) - (last.get(member, 0) > clock.now - 75) < 150
            last[member] = clock.now
        else:
            assert sum(at > clock.now - 91 for at in last.values()) >= 150
    assert len(last) == 400


def test_a_machine_that_has_just_started_counts_too(crowds: Crowds, clock: Clock) -> None:
    clock.now = 3.0
    assert [crowds.admit(SHOW, member, 2) for member in ("a", "b", "c", "a")] == [True, True, False, True]
