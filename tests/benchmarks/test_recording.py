import pickle
from pathlib import Path

import asyncpg

from benchmarks.http.paths import statements_of
from benchmarks.http.recording import Statement, recording
from tests.factories.accounts import member
from tests.factories.platform import running_app, settings_for


async def test_statements_of_a_request_can_be_sent_again(tmp_path: Path, database_url: str) -> None:
    async with running_app(settings_for(tmp_path, database_url)) as anyone:
        person = await member(anyone)
        statements = await statements_of(person.client, "profile")
    assert statements
    statements = pickle.loads(pickle.dumps(statements))
    connection = await asyncpg.connect(database_url)
    rows = [await connection.fetch(statement.sql, *statement.parameters) for statement in statements]
    await connection.close()
    assert any(person.email in row.values() for row in rows[0])


async def test_asyncpgs_own_statements_are_recorded_but_those_around_them(database_url: str) -> None:
    async with asyncpg.create_pool(database_url, min_size=1) as pool, pool.acquire() as connection:
        with recording() as statements:
            async with connection.transaction():
                assert await connection.fetchval("SELECT $1::int", 1) == 1
                prepared = await connection.prepare("SELECT $1::text")
                assert await prepared.fetchval("two") == "two"
                await connection.executemany("SELECT $1::int", [(3,), (4,)])
        await connection.fetch("SELECT 5")
    assert statements == [
        Statement("SELECT $1::int", (1,)),
        Statement("SELECT $1::text", ("two",)),
        Statement("SELECT $1::int", (3,)),
        Statement("SELECT $1::int", (4,)),
    ]
