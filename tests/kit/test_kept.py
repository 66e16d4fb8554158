import asyncio

import pytest

from storecast.contracts.bus import ChannelChanged, Kind
from storecast.kit.kept import MOST_BYTES, Keeper, Kept, key_of
from storecast.kit.shared.machine import Machine

SIZE = MOST_BYTES // 8
LAMPS = key_of(Kind.SHELF, "http://shop.test", "lamps")


class Shop:
    """What answers are made of; another process of the machine changes it."""

    def __init__(self) -> None:
        self.told = b"old"
        self.made = 0
        self.finding, self.making = asyncio.Event(), asyncio.Event()
        self.finding.set()
        self.making.set()

    async def find(self) -> tuple[str, bytes]:
        told = self.told
        await self.finding.wait()
        return "room", told

    async def make(self, told: bytes) -> Kept:
        self.made += 1
        await self.making.wait()
        return Kept.of("room", 1, True, told)

    async def asked(self, keeper: Keeper) -> bytes:
        return (await keeper.get(LAMPS, self.find, self.make, waits=True)).body


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def machine() -> Machine:
    return Machine.shared()


def keeper_on(machine: Machine) -> Keeper:
    keeper = Keeper(machine.changes)
    keeper.listening = True
    return keeper


async def test_kept_answers_take_no_more_memory_than_allowed(machine: Machine) -> None:
    keeper = keeper_on(machine)

    async def find() -> tuple[str, None]:
        return "room", None

    async def make(_: None) -> Kept:
        return Kept.of("room", 1, True, bytes(SIZE))

    keys = [key_of(Kind.SHELF, f"http://shop.test:{port}", "lamps") for port in range(20)]
    for key in keys:
        await keeper.get(key, find, make, waits=True)
    assert [keeper.kept(key) is not None for key in keys] == [False] * 12 + [True] * 8


def test_a_slug_is_kept_once_however_it_is_spelled() -> None:
    assert key_of(Kind.SHELF, "", "Lamps") == key_of(Kind.SHELF, "", "lamps")
    assert key_of(Kind.SHELF, "", "A" * 32) != key_of(Kind.SHELF, "", "a" * 32)


async def test_what_another_process_has_committed_is_known_before_the_bus_tells_it(
    shop: Shop, machine: Machine
) -> None:
    keeper, other = keeper_on(machine), keeper_on(machine)
    for _ in range(3):
        assert await shop.asked(keeper) == b"old"
    other.note(ChannelChanged("room", [Kind.DETAILS]))
    other.note(ChannelChanged("another", [Kind.SHELF]))
    assert keeper.kept(LAMPS) is not None
    shop.told = b"new"
    other.note(ChannelChanged("room", [Kind.SHELF]))
    assert keeper.kept(LAMPS) is None
    for _ in range(3):
        assert await shop.asked(keeper) == b"new"
    assert shop.made == 2
    other.note(ChannelChanged("room"))
    assert keeper.kept(LAMPS) is None


@pytest.mark.parametrize("step", ["finding", "making"])
async def test_who_asks_after_a_change_waits_for_nobody_who_began_before_it(
    shop: Shop, machine: Machine, step: str
) -> None:
    keeper, other = keeper_on(machine), keeper_on(machine)
    getattr(shop, step).clear()
    early = [asyncio.create_task(shop.asked(keeper)) for _ in range(5)]
    await asyncio.sleep(0)
    shop.told = b"new"
    other.note(ChannelChanged("room", [Kind.SHELF]))
    late = [asyncio.create_task(shop.asked(keeper)) for _ in range(5)]
    await asyncio.sleep(0)
    getattr(shop, step).set()
    assert await asyncio.gather(*early, *late) == [b"old"] * 5 + [b"new"] * 5
    assert await shop.asked(keeper) == b"new"
    assert shop.made == 2
