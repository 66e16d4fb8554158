"""The bus on Valkey: told once what is committed, and never less than a word that something may be missing."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from pydantic import SecretStr

from storecast.contracts.bus import BusMessage, ChannelChanged, GrantsRevoked, Kind, RoomAdvanced, RoomTold
from storecast.kit import valkey_bus
from storecast.kit.bus import Bus
from storecast.kit.database import DatabaseMaker, create_databases, create_engine, transaction
from storecast.kit.events import EVERYBODY, Events, RoomEvent
from storecast.kit.settings import Settings
from storecast.kit.valkey_bus import ValkeyListener, ValkeyOutlet
from tests.factories.platform import process_for, settings_for
from tests.valkey_server import Valkey
from tests.waiting import eventually

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)


class LampSold(RoomEvent, name="tests.lamp.sold", to=EVERYBODY, stale=(Kind.SHELF,)):
    pass


class Shop:
    id, hash_id = 1, "shop"


class Ear:
    def __init__(self, url: str) -> None:
        self.heard: list[BusMessage] = []
        self.connections: list[bool] = []
        self._listener = ValkeyListener(url, self.heard.append, self.connections.append)

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncIterator["Ear"]:
        task = asyncio.create_task(self._listener.run())
        await eventually(lambda: self.connections)
        yield self
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


@pytest.fixture
async def ear(valkey: Valkey) -> AsyncIterator[Ear]:
    async with Ear(valkey.url).listening() as ear:
        yield ear


@pytest.fixture
async def outlet(valkey: Valkey) -> AsyncIterator[ValkeyOutlet]:
    outlet = ValkeyOutlet(valkey.url)
    yield outlet
    await outlet.close()


@pytest.fixture
async def databases(database_url: str, tmp_path: Path) -> AsyncIterator[DatabaseMaker]:
    engine = create_engine(Settings(data_dir=tmp_path, database_url=SecretStr(database_url)))
    yield create_databases(engine)
    await engine.dispose()


async def test_what_is_committed_is_told_once_and_what_is_not_is_not(
    databases: DatabaseMaker, outlet: ValkeyOutlet, ear: Ear
) -> None:
    bus, told = Bus(outlet), RoomTold("shop", "lamps.counted", msgspec.Raw(b"{}"))
    with contextlib.suppress(ZeroDivisionError):
        async with transaction(databases) as db:
            await Events(db, bus).happened(Shop(), LampSold(), NOW)
            await Events(db, bus).tell(GrantsRevoked(["undone"]))
            raise ZeroDivisionError
    async with transaction(databases) as db:
        await Events(db, bus).tell(told)  # writes nothing
    async with transaction(databases) as db:
        await Events(db, bus).happened(Shop(), LampSold(), NOW)
        await asyncio.sleep(0.05)
        assert ear.heard == [told]
    await eventually(lambda: len(ear.heard) == 3)
    assert ear.heard == [told, RoomAdvanced("shop", 1), ChannelChanged("shop", ["shelf"])]


async def test_what_happens_while_valkey_is_away_is_told_when_it_is_back(
    valkey: Valkey, outlet: ValkeyOutlet, ear: Ear
) -> None:
    outlet.publish(RoomAdvanced("shop", 1))
    await eventually(lambda: len(ear.heard) == 1)
    valkey.stop()
    await eventually(lambda: ear.connections == [True, False])
    for seq in range(2, 5):
        outlet.publish(RoomAdvanced("shop", seq))
        outlet.publish(RoomTold("shop", "lamps.counted", msgspec.Raw(str(seq).encode())))
    outlet.publish(GrantsRevoked(["a"]))
    outlet.publish(GrantsRevoked(["b"]))
    valkey.start()
    await eventually(lambda: ear.connections == [True, False, True])
    outlet.publish(GrantsRevoked(["last"]))
    await eventually(lambda: GrantsRevoked(["last"]) in ear.heard)
    # What was published before the listener was back is lost to it, and it was told so; nothing is told out of order.
    heard = [message for message in ear.heard[1:] if isinstance(message, GrantsRevoked)]
    assert [each.grant_ids for each in heard] in ([["a"], ["b"], ["last"]], [["b"], ["last"]], [["last"]])


async def test_of_a_rooms_numbers_and_figures_the_newest_waits(valkey: Valkey, outlet: ValkeyOutlet, ear: Ear) -> None:
    for number in range(1, 200):
        outlet.publish(RoomAdvanced("shop", number))
        outlet.publish(RoomAdvanced("other", number))
        outlet.publish(RoomTold("shop", "lamps.counted", msgspec.Raw(str(number).encode()), stands=True))
    for number in (1, 2):  # of different things
        outlet.publish(RoomTold("shop", "votes.counted", msgspec.Raw(str(number).encode())))
    await eventually(lambda: len(ear.heard) >= 5)
    assert ear.heard == [
        RoomAdvanced("shop", 199),
        RoomAdvanced("other", 199),
        RoomTold("shop", "lamps.counted", msgspec.Raw(b"199"), stands=True),
        RoomTold("shop", "votes.counted", msgspec.Raw(b"1")),
        RoomTold("shop", "votes.counted", msgspec.Raw(b"2")),
    ]


async def test_where_too_much_waits_there_is_doubt(
    valkey: Valkey, outlet: ValkeyOutlet, ear: Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(valkey_bus, "MOST_WAITING", 3)
    for number in range(5):
        outlet.publish(GrantsRevoked([str(number)]))
    await eventually(lambda: len(ear.connections) == 2)
    assert ear.connections == [True, True]
    await eventually(lambda: ear.heard)
    assert ear.heard == [GrantsRevoked(["4"])]


async def test_an_outlet_that_closes_has_told_all(valkey: Valkey, ear: Ear) -> None:
    outlet = ValkeyOutlet(valkey.url)
    outlet.publish(GrantsRevoked(["a"]))
    await outlet.close()
    await eventually(lambda: ear.heard == [GrantsRevoked(["a"])])


async def test_installations_on_one_server_hear_nothing_of_each_other(valkey: Valkey, outlet: ValkeyOutlet) -> None:
    async with Ear(valkey.url.replace("/0", "/1")).listening() as other, Ear(valkey.url).listening() as own:
        outlet.publish(GrantsRevoked(["a"]))
        await eventually(lambda: own.heard)
        elsewhere = ValkeyOutlet(valkey.url.replace("/0", "/1"))
        elsewhere.publish(GrantsRevoked(["b"]))
        await eventually(lambda: other.heard)
        assert (own.heard, other.heard) == ([GrantsRevoked(["a"])], [GrantsRevoked(["b"])])
        await elsewhere.close()


async def test_what_cannot_be_read_is_passed_over(valkey: Valkey, outlet: ValkeyOutlet, ear: Ear) -> None:
    from valkey.asyncio import Valkey as Client

    client = Client(port=valkey.port)
    for odd in (b"{", b'{"type": "newer"}', b"\xff"):
        await client.publish("storecast:0", odd)
    await client.aclose()
    outlet.publish(RoomAdvanced("shop", 1))
    await eventually(lambda: ear.heard)
    assert (ear.heard, ear.connections) == ([RoomAdvanced("shop", 1)], [True])


async def test_a_process_that_comes_back_says_so(valkey: Valkey, ear: Ear, tmp_path: Path, database_url: str) -> None:
    """It may have been killed between a commit and the word of it."""
    async with process_for(settings_for(tmp_path, database_url, valkey_url=valkey.url)).running():
        await eventually(lambda: ear.connections == [True, True])
