"""The former release goes on reading and writing while the next one starts beside it."""

import psycopg
from alembic import command

from storecast.kit.migrations import config
from tests.postgres_server import database

NAME = "test_rolling_migration"
FORMER = "0018"  # the newest migration of the former release
COLUMNS = """
    SELECT table_name, column_name, is_nullable = 'YES' OR column_default IS NOT NULL OR is_generated = 'ALWAYS'
    FROM information_schema.columns WHERE table_schema = 'public'
"""


def test_no_column_is_gone_and_none_must_be_written_that_the_former_release_does_not_know(postgres_url: str) -> None:
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {NAME} TEMPLATE template0")
        try:
            url = database(postgres_url, NAME)
            command.upgrade(config(url), FORMER)
            before = columns(url)
            command.upgrade(config(url), "head")
            after = columns(url)
        finally:
            connection.execute(f"DROP DATABASE {NAME} WITH (FORCE)")
    assert before.keys() <= after.keys()
    tables = {table for table, _ in before}
    assert [each for each in after.keys() - before.keys() if each[0] in tables and not after[each]] == []


def columns(url: str) -> dict[tuple[str, str], bool]:
    """Each column behind its table, and whether nothing need be said of it in a new row."""
    with psycopg.connect(url) as connection:
        rows = connection.execute(COLUMNS).fetchall()
    return {(table, name): optional for table, name, optional in rows}
