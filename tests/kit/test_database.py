"""Reads by the driver, in and out of a transaction, and rows that become objects of it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import select

from storecast.domains.accounts.models import User
from storecast.domains.channels.models import Channel
from storecast.kit.database import Database, DatabaseMaker, columns, create_databases, create_engine, transaction
from tests.factories.platform import settings_for

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ONE = "SELECT * FROM channels WHERE slug = $1"


@pytest.fixture
async def databases(tmp_path: Path, database_url: str) -> AsyncIterator[DatabaseMaker]:
    engine = create_engine(settings_for(tmp_path, database_url, database_pool=1))
    yield create_databases(engine)
    await engine.dispose()


@pytest.fixture
async def lamps(databases: DatabaseMaker) -> None:
    async with transaction(databases) as db:
        owner = User(email="ana@example.com", created_at=NOW)
        db.add(owner)
        await db.flush()
        attributes = {"productCtaLabel": "Buy", "userEmailNotifications": True}
        db.add(Channel(owner_id=owner.id, name="Lamps", slug="lamps", attributes=attributes))


async def name_of(databases: DatabaseMaker) -> object:
    async with databases() as db:
        return await db.value("SELECT name FROM channels WHERE slug = $1", "lamps")


async def begun(db: Database) -> bool:
    """Whether the server knows of a transaction: the moment it began stands still in one."""
    return await db.value("SELECT now()") == await db.value("SELECT now()")


@pytest.mark.usefixtures("lamps")
async def test_loaded_rows_are_as_the_orm_loads_them(databases: DatabaseMaker) -> None:
    async with databases() as db:
        [loaded] = await db.load(Channel, ONE, "lamps")
        ours = {column.key: getattr(loaded, column.key) for column in Channel.__table__.columns}
    async with databases() as db:
        [its] = (await db.execute(select(Channel))).scalars()
        assert ours == {column.key: getattr(its, column.key) for column in Channel.__table__.columns}


@pytest.mark.usefixtures("lamps")
async def test_what_only_reads_begins_no_transaction(databases: DatabaseMaker) -> None:
    async with databases() as db:
        await db.load(Channel, ONE, "lamps")
        assert not await begun(db)
        await db.settle()
        assert not await begun(db)


@pytest.mark.usefixtures("lamps")
async def test_a_change_to_a_loaded_row_is_committed(databases: DatabaseMaker) -> None:
    db = databases()
    [channel] = await db.load(Channel, ONE, "lamps")
    channel.name = "More lamps"
    await db.settle()
    await db.close()
    assert await name_of(databases) == "More lamps"


@pytest.mark.usefixtures("lamps")
async def test_a_change_that_is_not_settled_is_undone(databases: DatabaseMaker) -> None:
    db = databases()
    [channel] = await db.load(Channel, ONE, "lamps")
    channel.name = "More lamps"
    await db.flush()
    await db.close()
    assert await name_of(databases) == "Lamps"


@pytest.mark.usefixtures("lamps")
async def test_reads_see_what_their_transaction_wrote(databases: DatabaseMaker) -> None:
    async with databases() as db:
        [channel] = await db.load(Channel, ONE, "lamps")
        channel.name = "More lamps"
        assert await db.value("SELECT name FROM channels") == "More lamps"
        db.add(User(email="bo@example.com", created_at=NOW))
        assert await db.value("SELECT count(*) FROM users") == 2
    assert await name_of(databases) == "Lamps"


@pytest.mark.usefixtures("lamps")
async def test_one_row_is_one_object_however_it_is_asked_for(databases: DatabaseMaker) -> None:
    async with databases() as db:
        [channel] = await db.load(Channel, ONE, "lamps")
        channel.name = "More lamps"
        assert (await db.load(Channel, ONE, "lamps")) == [channel]
        assert (await db.execute(select(Channel))).scalar_one() is channel
        assert await db.get(Channel, channel.id) is channel
        assert db.held(Channel, channel.id) is channel
        assert channel.name == "More lamps"


@pytest.mark.usefixtures("lamps")
async def test_rows_of_two_tables_are_told_apart_by_prefixes(databases: DatabaseMaker) -> None:
    async with databases() as db:
        query = f"""
            SELECT {columns(Channel, "channel_")}, {columns(User, "owner_")}
            FROM channels JOIN users ON users.id = owner_id
        """  # - names of columns
        [row] = await db.rows(query)
        assert db.known(Channel, row, "channel_").slug == "lamps"
        assert db.known(User, row, "owner_").email == "ana@example.com"


@pytest.mark.usefixtures("lamps")
async def test_reads_and_writes_share_one_connection(databases: DatabaseMaker) -> None:
    """The pool has one: a second would be waited for in vain."""
    async with databases() as db:
        await db.rows("SELECT 1")
        await db.execute(select(Channel))
        await db.rows("SELECT 1")
        assert await begun(db)
    async with databases() as db:
        await db.execute(select(Channel))
        await db.rows("SELECT 1")


@pytest.mark.usefixtures("lamps")
async def test_a_connection_the_server_closed_costs_no_request(databases: DatabaseMaker, database_url: str) -> None:
    async with databases() as db:
        pid = await db.value("SELECT pg_backend_pid()")
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(%s, 10000)", [pid])
    assert await name_of(databases) == "Lamps"
