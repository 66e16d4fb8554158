"""What becomes of what past shows left promoted, and of guests who only read."""

from collections.abc import Iterator

import psycopg
import pytest
from alembic import command

from storecast.kit.migrations import config
from tests.kit.test_slug_migration import insert
from tests.postgres_server import database

NAME = "test_promotion_migration"


@pytest.fixture
def old_database_url(postgres_url: str) -> Iterator[str]:
    """URL of a database as the migration finds it."""
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {NAME} TEMPLATE template0")
        url = database(postgres_url, NAME)
        command.upgrade(config(url), "0014")
        yield url
        connection.execute(f"DROP DATABASE {NAME} WITH (FORCE)")


def test_only_what_a_show_on_air_promotes_stays_promoted(old_database_url: str) -> None:
    with psycopg.connect(old_database_url) as connection:
        [owner] = insert(connection, "users", {"hash_id": "mara", "email": "mara@example.com"})
        for number, ended in ((1, "2026-01-01Z"), (2, None)):
            values = {"owner_id": owner, "hash_id": f"{number}" * 32, "slug": f"show-{number}", "name": ""}
            [channel] = insert(connection, "channels", values)
            session = {"id": f"s{number}", "channel_id": channel, "playback_id": "p", "node": "n", "claim": "c"}
            times = {"take": 1, "claimed_at": "2026-01-01Z", "seen_at": "2026-01-01Z", "ended_at": ended}
            insert(connection, "stream_sessions", session | times)
            product = {"owner_id": owner, "name": "Lamp", "link": "", "currency": "USD", "image_keys": "{}"}
            [product_id] = insert(connection, "products", product)
            shelf = {"channel_id": channel, "product_id": product_id, "position": 0, "promoted": True}
            insert(connection, "shelf", shelf, "channel_id")
            for at in ("2026-01-01 10:00Z", "2026-01-01 11:00Z"):
                insert(connection, "promotions", {"channel_id": channel, "product_id": product_id, "at": at})
            for subject, name in (("guest:a", None), ("guest:b", "Ana"), ("user:c", None)):
                reader = {"thread_id": channel, "subject": subject, "name": name, "read_seq": 1, "joined_at": "now"}
                insert(connection, "participants", reader, "thread_id")
    command.upgrade(config(old_database_url), "0016")
    with psycopg.connect(old_database_url) as connection:
        assert connection.execute("SELECT promoted FROM shelf ORDER BY channel_id").fetchall() == [(False,), (True,)]
        ended = "SELECT ended_at::time::text, ended_at IS NULL FROM promotions ORDER BY id"
        first, second, third, fourth = connection.execute(ended).fetchall()
        assert (first, second[1], third, fourth) == (("11:00:00", False), False, ("11:00:00", False), (None, True))
        left = connection.execute("SELECT DISTINCT subject FROM participants ORDER BY subject").fetchall()
        assert left == [("guest:b",), ("user:c",)]
