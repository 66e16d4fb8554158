"""What processes know together, tried by processes."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from storecast.kit.shared import MEMORY_FD
from storecast.kit.shared.counts import Window
from storecast.kit.shared.machine import SIZES, Machine
from storecast.kit.shared.memory import SharedMemory
from tests.waiting import eventually

NEIGHBOUR = "tests.kit.shared.neighbour"
ROOT = Path(__file__).parents[3]


class Neighbour:
    def __init__(self, handle: int) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", NEIGHBOUR],
            cwd=ROOT,
            env=os.environ | {MEMORY_FD: str(handle)},
            pass_fds=[handle],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def say(self, words: str) -> None:
        assert self._process.stdin
        self._process.stdin.write(f"{words}\n")
        self._process.stdin.flush()

    def answer(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline().strip()

    def ask(self, words: str) -> str:
        self.say(words)
        return self.answer()

    def kill(self) -> None:
        self._process.kill()
        self._process.communicate()


@pytest.fixture
def handle() -> Iterator[int]:
    handle = os.memfd_create("test")
    yield handle
    os.close(handle)


@pytest.fixture
def machine(handle: int) -> Machine:
    return Machine.on(SharedMemory(SIZES, handle))


@pytest.fixture
def begin(handle: int, machine: Machine) -> Iterator[Callable[[], Neighbour]]:
    with ExitStack() as ending:

        def begun() -> Neighbour:
            neighbour = Neighbour(handle)
            ending.callback(neighbour.kill)
            return neighbour

        yield begun


@pytest.fixture
def neighbours(begin: Callable[[], Neighbour]) -> list[Neighbour]:
    return [begin() for _ in range(3)]


@pytest.mark.parametrize("most", [10, 5_000])
def test_a_limit_is_the_same_for_all_of_them_together(machine: Machine, neighbours: list[Neighbour], most: int) -> None:
    for each in neighbours:
        each.say(f"hit {most} {most} ana")
    assert sum(int(each.answer()) for each in neighbours) == most
    assert machine.counts.look(Window(most, 600.0), "ana") > 0


def test_a_crowd_is_the_same_for_all_of_them_together(machine: Machine, neighbours: list[Neighbour]) -> None:
    for number, each in enumerate(neighbours):
        each.say(f"admit 500 {number * 200} 400")  # half of them are seen by two
    assert {int(each.answer()) for each in neighbours} <= set(range(401))
    assert sum(machine.crowds.admit(("show",), str(each), 500) for each in range(800)) == 500


def test_the_highest_mark_and_the_last_change_are_known_to_all(machine: Machine, neighbours: list[Neighbour]) -> None:
    assert [each.ask(f"raise {number}") for each, number in zip(neighbours, (7, 9, 8), strict=True)] == ["7", "9", "9"]
    assert machine.marks.at("reader") == 9
    lamps, chairs = (machine.changes.place(thing) for thing in ("lamps", "chairs"))
    known = machine.changes.now()
    neighbours[0].ask("change lamps")
    assert (machine.changes.since(known, lamps), machine.changes.since(known, chairs)) == (True, False)
    assert not machine.changes.since(machine.changes.now(), lamps)


async def test_one_has_the_turn_until_it_ends_or_the_process_does(
    machine: Machine, neighbours: list[Neighbour]
) -> None:
    first, second, _ = neighbours
    assert first.ask("turn") == "mine"
    waiting = [asyncio.create_task(_have_turn(machine)) for _ in range(2)]
    await _have_turn(machine, "bogdan")
    assert not any(each.done() for each in waiting)
    assert first.ask("end") == "over"
    await asyncio.gather(*waiting)
    assert second.ask("turn") == "mine"
    waiting = [asyncio.create_task(_have_turn(machine)) for _ in range(2)]
    await _have_turn(machine, "bogdan")
    assert not any(each.done() for each in waiting)
    second.kill()
    await asyncio.gather(*waiting)


async def _have_turn(machine: Machine, name: str = "ana") -> None:
    async with machine.turns.turn(name):
        await asyncio.sleep(0)


async def test_seats_are_so_many_for_all_and_those_of_the_dead_are_free(
    machine: Machine, neighbours: list[Neighbour]
) -> None:
    first, second, third = neighbours
    assert [first.ask("seat 3"), second.ask("seat 3")] == ["True", "True"]
    with machine.turns.seat(3, "network") as has:
        assert has
        with machine.turns.seat(3, "network") as another, machine.turns.seat(3, "elsewhere") as other:
            assert (another, other) == (False, True)
        assert third.ask("seat 3") == "False"
        third.ask("end")
        first.kill()
        await eventually(lambda: _seats(machine) == 1)
        assert second.ask("end") == "over"
        assert _seats(machine) == 2
    assert _seats(machine) == 3


def _seats(machine: Machine) -> int:
    """How many are free."""
    with ExitStack() as taken:
        return sum(taken.enter_context(machine.turns.seat(3, "network")) for _ in range(4))


def test_who_dies_and_comes_back_has_forgotten_nothing(
    machine: Machine, begin: Callable[[], Neighbour], neighbours: list[Neighbour]
) -> None:
    assert neighbours[0].ask("hit 10 7 ana") == "7"
    for each in neighbours:
        each.kill()
    assert begin().ask("hit 10 7 ana") == "3"


def test_memory_of_another_version_is_left_alone(
    handle: int, machine: Machine, begin: Callable[[], Neighbour], capfd: pytest.CaptureFixture[str]
) -> None:
    os.pwrite(handle, b"elder-01", 0)
    assert begin().ask("hit 10 20 ana") == "10"
    assert "start `storecast run` anew" in capfd.readouterr().err
    assert machine.counts.look(Window(1, 600.0), "ana") == 0
