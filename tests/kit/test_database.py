"""Reads by the driver, in and out of a transaction, and rows that become objects of it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import select
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError

from storecast.domains.accounts.models import User
from storecast.domains.channels.models import Channel
from storecast.kit.database import Database, DatabaseMaker, columns, create_databases, create_engine, transaction
from storecast.kit.errors import ApiError, Conflict, Unprocessable
from storecast.kit.http.failures import database_failure
from tests.factories.platform import settings_for

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ONE = "SELECT * FROM channels WHERE slug = $1"
RENAME = "UPDATE channels SET name = $1"


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


async def renamed(db: Database, name: str) -> None:
    await db.within(RENAME, name)


async def read(db: Database) -> None:
    await db.rows("SELECT 1")


async def asked_of_the_orm(db: Database) -> None:
    await db.execute(select(Channel))


async def written(db: Database) -> None:
    await renamed(db, "More lamps")


async def nothing(_: Database) -> None:
    pass


STEPS: list[Callable[[Database], Awaitable[None]]] = [read, asked_of_the_orm, written]


@pytest.mark.usefixtures("lamps")
@pytest.mark.parametrize("first", STEPS)
@pytest.mark.parametrize("then", [*STEPS[1:], nothing])
async def test_a_server_that_goes_away_costs_a_unit_and_no_connection(
    databases: DatabaseMaker,
    database_url: str,
    first: Callable[[Database], Awaitable[None]],
    then: Callable[[Database], Awaitable[None]],
) -> None:
    """Whatever had asked what: the error says that the server is gone, and the pool's only connection is another."""
    if (first, then) == (read, nothing):
        pytest.skip("asks for nothing any more")
    with pytest.raises(DBAPIError):  # noqa: PT012 - the commit is a part of it
        async with transaction(databases) as db:
            await first(db)
            pid = await db.value("SELECT pg_backend_pid()")
            with psycopg.connect(database_url, autocommit=True) as connection:
                connection.execute("SELECT pg_terminate_backend(%s, 10000)", [pid])
            await then(db)
    async with transaction(databases) as db:
        await renamed(db, "Fewer lamps")
    assert await name_of(databases) == "Fewer lamps"


FAULTS: list[tuple[str, list[object], type[DBAPIError], type[ApiError] | None]] = [
    ("SELECT id FROM channels WHERE slug = $1", ["la\0mps"], DataError, Unprocessable),  # the server's word
    ("SELECT id FROM channels WHERE id = $1", [2**63], DataError, Unprocessable),  # and the driver's
    ("SELECT id FROM channels WHERE slug = $1", ["\ud800"], DataError, Unprocessable),
    ("INSERT INTO rooms (room_id, seq) VALUES ('a', 1), ('a', 2)", [], IntegrityError, Conflict),
    ("SELECT $1::text FROM nowhere", [""], ProgrammingError, None),
]


async def asked(db: Database, how: str, statement: str, values: list[object]) -> None:
    if how == "the orm":
        await (await db.connection()).exec_driver_sql(statement, tuple(values))
    else:
        await getattr(db, how)(statement, *values)


@pytest.mark.usefixtures("lamps")
@pytest.mark.parametrize("how", ["rows", "within", "the orm"])
@pytest.mark.parametrize(("statement", "values", "kind", "answer"), FAULTS)
async def test_what_the_database_does_not_take_is_no_database_that_is_away(
    databases: DatabaseMaker,
    how: str,
    statement: str,
    values: list[object],
    kind: type[DBAPIError],
    answer: type[ApiError] | None,
) -> None:
    """Whoever asks is answered alike, and it costs no connection."""
    async with databases() as db:
        pid = await db.value("SELECT pg_backend_pid()")
        with pytest.raises(DBAPIError) as raised:
            await asked(db, how, statement, values)
        assert how == "the orm" or type(raised.value) is kind
        assert not raised.value.connection_invalidated
        failure = database_failure(raised.value, "/")
        assert type(failure) is (answer or type(None))
        await db.rollback()
        assert await db.value("SELECT pg_backend_pid()") == pid


@pytest.mark.usefixtures("lamps")
@pytest.mark.parametrize("times", [1, 2])
async def test_what_is_cut_off_anywhere_leaves_nothing_begun_for_the_next(databases: DatabaseMaker, times: int) -> None:
    """The pool's only connection would keep what the next one writes in a transaction that nobody ends."""
    for turns in range(40):
        cut_off = asyncio.create_task(_rename(databases, "Lost lamps"))
        for _ in range(turns):
            await asyncio.sleep(0)
        for _ in range(times):
            cut_off.cancel()
            await asyncio.sleep(0)
        await asyncio.wait([cut_off])
        await _rename(databases, f"Lamps {turns}")
        async with transaction(databases) as db:
            assert not await begun(db)
        assert await name_of(databases) == f"Lamps {turns}"


async def _rename(databases: DatabaseMaker, name: str) -> None:
    async with transaction(databases) as db:
        await renamed(db, name)


@pytest.mark.usefixtures("lamps")
async def test_a_savepoint_undoes_what_the_driver_did_since(databases: DatabaseMaker) -> None:
    async with transaction(databases) as db:
        await renamed(db, "More lamps")
        point = await db.begin_nested()
        await renamed(db, "Fewer lamps")
        await point.rollback()
    assert await name_of(databases) == "More lamps"
