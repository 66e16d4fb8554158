"""Figures that many change at once are told once, and none is lost where the database is away for a moment."""

from collections.abc import AsyncIterator, Collection
from contextlib import suppress
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from storecast.contracts.bus import BusMessage, RoomTold
from storecast.kit.bus import Bus
from storecast.kit.database import Database, DatabaseMaker, create_databases, create_engine, transaction
from storecast.kit.events import RoomFigure
from storecast.kit.settings import Settings
from storecast.kit.tallies import Tallies


class LampsCounted(RoomFigure, name="tests.lamps.counted"):
    number: int


@pytest.fixture
async def databases(database_url: str, tmp_path: Path) -> AsyncIterator[DatabaseMaker]:
    engine = create_engine(Settings(data_dir=tmp_path, database_url=SecretStr(database_url)))
    yield create_databases(engine)
    await engine.dispose()


async def count(_: Database, numbers: Collection[int]) -> list[tuple[str, RoomFigure]]:
    return [("shop", LampsCounted(number)) for number in numbers]


async def test_what_changes_often_is_told_once(databases: DatabaseMaker) -> None:
    bus, told = Bus(), list[BusMessage]()
    bus.hear = told.append
    tallies = Tallies(databases, bus)
    for number in (7, 7, 8, 7):
        async with transaction(databases) as db:
            await db.execute(text("SELECT 1"))
            tallies.changed(db, count, number)
    await tallies.flush()
    await tallies.flush()
    assert [bytes(each.data) for each in told if isinstance(each, RoomTold)] == [b'{"number":7}', b'{"number":8}']


async def test_what_is_undone_is_not_told(databases: DatabaseMaker) -> None:
    bus, told = Bus(), list[BusMessage]()
    bus.hear = told.append
    tallies = Tallies(databases, bus)
    with suppress(ZeroDivisionError):
        async with transaction(databases) as db:
            await db.execute(text("SELECT 1"))
            tallies.changed(db, count, 7)
            raise ZeroDivisionError
    await tallies.flush()
    assert told == []


async def test_what_cannot_be_counted_now_is_told_by_the_next(databases: DatabaseMaker) -> None:
    bus, told, fails = Bus(), list[BusMessage](), [True, False]

    async def sometimes(db: Database, numbers: Collection[int]) -> list[tuple[str, RoomFigure]]:
        if fails.pop(0):
            raise ConnectionError
        return await count(db, numbers)

    bus.hear = told.append
    tallies = Tallies(databases, bus)
    async with transaction(databases) as db:
        await db.execute(text("SELECT 1"))
        tallies.changed(db, sometimes, 7)
    with pytest.raises(ConnectionError):
        await tallies.flush()
    await tallies.flush()
    assert [type(each) for each in told] == [RoomTold]
