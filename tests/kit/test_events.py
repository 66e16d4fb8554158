"""One verb: what happened is logged, told and heard in this process, all of it or nothing."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

import asyncpg
import msgspec
import pytest
from pydantic import SecretStr

from storecast.contracts.bus import CHANNEL, BusMessage, ChannelChanged, GrantsRevoked, Kind, RoomAdvanced
from storecast.kit import event_log
from storecast.kit.bus import Bus, Event, Occasion
from storecast.kit.database import Database, DatabaseMaker, create_databases, create_engine, transaction
from storecast.kit.events import EVERYBODY, ONE_PERSON, Events, RoomEvent
from storecast.kit.settings import Settings

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)


class Act(StrEnum):
    TUNE = "tune"


class LampEvent(RoomEvent):
    """What all that happens to lamps has in common."""


class LampLit(LampEvent, name="tests.lamp.lit", to=EVERYBODY, stale=(Kind.SHELF,)):
    watts: int


class LampTuned(LampEvent, name="tests.lamp.tuned", to=Act.TUNE):
    pass


class LampWon(LampEvent, name="tests.lamp.won", to=ONE_PERSON):
    pass


class LampBought(Event):
    pass


@dataclass
class Shop:
    id: int = 1
    hash_id: str = "shop"


SHOP = Shop()


@pytest.fixture
async def databases(database_url: str, tmp_path: Path) -> AsyncIterator[DatabaseMaker]:
    engine = create_engine(Settings(data_dir=tmp_path, database_url=SecretStr(database_url)))
    yield create_databases(engine)
    await engine.dispose()


class Ear:
    """Another process: what it hears on the bus."""

    def __init__(self) -> None:
        self.heard: asyncio.Queue[BusMessage] = asyncio.Queue()

    def take(self, *notified: object) -> None:
        self.heard.put_nowait(msgspec.json.decode(str(notified[3]), type=BusMessage))

    async def until(self, last: BusMessage) -> list[BusMessage]:
        """Everything up to `last`, which is left out."""
        heard = []
        while (message := await asyncio.wait_for(self.heard.get(), 10)) != last:
            heard.append(message)
        return heard


@pytest.fixture
async def ear(database_url: str) -> AsyncIterator[Ear]:
    ear = Ear()
    connection = await asyncpg.connect(database_url)
    await connection.add_listener(CHANNEL, ear.take)
    yield ear
    await connection.close()


async def told_by(databases: DatabaseMaker, ear: Ear) -> list[BusMessage]:
    last = GrantsRevoked(["last"])
    async with transaction(databases) as db:
        await Events(db, Bus()).tell(last)
    return await ear.until(last)


async def log(db: Database) -> list[tuple[int, str, bytes, str]]:
    page = await event_log.since(db, SHOP.hash_id, 0, 100, NOW)
    return [(each.seq, each.event, bytes(each.data), each.audience) for each in page.events]


async def test_a_room_its_log_and_what_is_kept_learn_of_it_in_one(databases: DatabaseMaker, ear: Ear) -> None:
    async with transaction(databases) as db:
        await Events(db, Bus()).happened(SHOP, LampLit(40), NOW)
        assert await log(db) == [(1, "tests.lamp.lit", b'{"watts":40}', "")]
    assert await told_by(databases, ear) == [RoomAdvanced("shop", 1), ChannelChanged("shop", ["shelf"])]


async def test_what_is_rolled_back_nobody_is_told(databases: DatabaseMaker, ear: Ear) -> None:
    async def light_in_vain() -> None:
        async with transaction(databases) as db:
            events = Events(db, Bus())
            await events.happened(SHOP, LampLit(40), NOW)
            await events.stale(SHOP)
            raise ConnectionError

    with pytest.raises(ConnectionError):
        await light_in_vain()
    assert await told_by(databases, ear) == []
    async with transaction(databases) as db:
        assert await log(db) == []
        assert await Events(db, Bus()).reserve(SHOP) == 1, "its number is the next one's"


async def test_a_handler_that_fails_undoes_it(databases: DatabaseMaker, ear: Ear) -> None:
    async def fail(event: LampLit, at: Occasion) -> None:
        raise ConnectionError

    bus = Bus()
    bus.subscribe(LampLit, fail)
    with pytest.raises(ConnectionError):
        async with transaction(databases) as db:
            await Events(db, bus).happened(SHOP, LampLit(40), NOW)
    assert await told_by(databases, ear) == []


async def test_handlers_of_a_base_hear_what_derives_from_it_in_the_order_of_subscription(
    databases: DatabaseMaker,
) -> None:
    heard: list[tuple[str, Event, Occasion]] = []
    bus = Bus()

    async def outbox(event: RoomEvent, at: Occasion) -> None:
        heard.append(("outbox", event, at))

    async def lamps(event: LampLit, at: Occasion) -> None:
        heard.append(("lamps", event, at))

    async def everything(event: Event, at: Occasion) -> None:
        heard.append(("everything", event, at))

    bus.subscribe(RoomEvent, outbox)
    bus.subscribe(LampLit, lamps)
    bus.subscribe(Event, everything)
    async with transaction(databases) as db:
        await Events(db, bus).happened(SHOP, LampLit(40), NOW)
        await Events(db, bus).happened(None, LampBought(), NOW)
        here, nowhere = Occasion(db, SHOP, NOW), Occasion(db, None, NOW)
    lit = LampLit(40)
    assert heard == [
        ("outbox", lit, here),
        ("lamps", lit, here),
        ("everything", lit, here),
        ("everything", LampBought(), nowhere),
    ]


async def test_who_hears_it_is_in_the_log(databases: DatabaseMaker) -> None:
    async with transaction(databases) as db:
        events = Events(db, Bus())
        await events.happened(SHOP, LampTuned(), NOW)
        await events.happened(SHOP, LampWon(), NOW, to="user:mara")
        assert [audience for *_, audience in await log(db)] == ["act:tune", "user:mara"]


async def test_one_person_is_named_exactly_where_one_is_meant(databases: DatabaseMaker) -> None:
    async with transaction(databases) as db:
        events = Events(db, Bus())
        with pytest.raises(ValueError, match="is meant for one person"):
            await events.happened(SHOP, LampWon(), NOW)
        with pytest.raises(ValueError, match="is not meant for one person"):
            await events.happened(SHOP, LampTuned(), NOW, to="user:mara")
        with pytest.raises(ValueError, match="of which channel"):
            await events.happened(None, LampLit(40), NOW)
        assert await log(db) == []


async def test_a_reserved_number_is_taken_by_its_event(databases: DatabaseMaker) -> None:
    async with transaction(databases) as db:
        events = Events(db, Bus())
        seq = await events.reserve(SHOP)
        await events.happened(SHOP, LampTuned(), NOW, seq=seq)
        await events.happened(SHOP, LampTuned(), NOW)
        assert [number for number, *_ in await log(db)] == [seq, seq + 1]


async def test_stale_kinds_are_named_or_all_are_meant(databases: DatabaseMaker, ear: Ear) -> None:
    async with transaction(databases) as db:
        await Events(db, Bus()).stale(SHOP, Kind.DETAILS)
        await Events(db, Bus()).stale(SHOP)
    details, everything = await told_by(databases, ear)
    assert (details, everything) == (ChannelChanged("shop", ["details"]), ChannelChanged("shop"))
    assert [details.concerns(kind) for kind in (Kind.DETAILS, Kind.SHELF)] == [True, False]
    assert all(everything.concerns(kind) for kind in Kind)


def test_a_name_is_one_events() -> None:
    with pytest.raises(TypeError, match=r"LampBroken and LampLit are both called tests\.lamp\.lit"):

        class LampBroken(RoomEvent, name="tests.lamp.lit"):
            pass
