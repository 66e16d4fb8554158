"""What becomes of slugs from before they were unique in whatever case."""

from collections.abc import Iterator

import psycopg
import pytest
from alembic import command

from storecast.kit.migrations import config, upgrade
from tests.postgres_server import database

NAME = "test_slug_migration"


@pytest.fixture
def old_database_url(postgres_url: str) -> Iterator[str]:
    """URL of a database as the migration finds it."""
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {NAME} TEMPLATE template0")
        url = database(postgres_url, NAME)
        command.upgrade(config(url), "0008")
        yield url
        connection.execute(f"DROP DATABASE {NAME} WITH (FORCE)")


def test_oldest_of_slugs_that_look_alike_keeps_its_own(old_database_url: str) -> None:
    with psycopg.connect(old_database_url) as connection:
        user = {"hash_id": "mara", "email": "mara@example.com"}
        [owner] = insert(connection, "users", user)
        for number, slug in enumerate(("Lamps", "lamps", "vases", "lamps~gone")):
            deleted = "2026-01-01Z" if "~" in slug else None
            values = {"owner_id": owner, "hash_id": f"{number}" * 32, "slug": slug, "name": "", "deleted_at": deleted}
            [channel] = insert(connection, "channels", values)
        for slug, until in (("Chairs", "2026-01-01Z"), ("chairs", "2026-01-02Z"), ("Tables", "2026-01-03Z")):
            insert(connection, "former_slugs", {"slug": slug, "channel_id": channel, "until": until}, "slug")
    upgrade(old_database_url)
    with psycopg.connect(old_database_url) as connection:
        slugs = connection.execute("SELECT slug FROM channels ORDER BY id").fetchall()
        assert slugs == [("Lamps",), ("1111111111",), ("vases",), ("lamps",)]
        former = connection.execute("SELECT slug, until::date::text FROM former_slugs ORDER BY slug").fetchall()
        assert former == [("chairs", "2026-01-02"), ("tables", "2026-01-03")]


def insert(
    connection: psycopg.Connection, table: str, values: dict[str, object], answer: str = "id"
) -> tuple[object, ...]:
    """One row; columns of which nothing is said, and which must hold something, are empty."""
    needed = connection.execute(
        """
        SELECT column_name, data_type FROM information_schema.columns
        WHERE table_name = %s AND is_nullable = 'NO' AND column_default IS NULL AND is_identity = 'NO'
        """,
        (table,),
    ).fetchall()
    empty = {"boolean": False, "smallint": 0, "integer": 0, "jsonb": "{}"}
    row = {name: empty.get(kind, "") for name, kind in needed} | values
    names = ", ".join(row)
    marks = ", ".join(["%s"] * len(row))
    inserted = connection.execute(
        f"INSERT INTO {table} ({names}) VALUES ({marks}) RETURNING {answer}", tuple(row.values())
    )
    return tuple(inserted.fetchone() or ())
