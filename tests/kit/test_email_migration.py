"""What becomes of addresses from before each had one spelling."""

from collections.abc import Iterator

import psycopg
import pytest
from alembic import command

from storecast.kit.migrations import config, upgrade
from tests.kit.test_slug_migration import insert
from tests.postgres_server import database

NAME = "test_email_migration"


@pytest.fixture
def old_database_url(postgres_url: str) -> Iterator[str]:
    """URL of a database as the migration finds it."""
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {NAME} TEMPLATE template0")
        url = database(postgres_url, NAME)
        command.upgrade(config(url), "0014")
        yield url
        connection.execute(f"DROP DATABASE {NAME} WITH (FORCE)")


def test_one_account_has_the_one_spelling_and_the_others_keep_another(old_database_url: str) -> None:
    before = [
        ("josé@bücher.example", None),
        ("jose\u0301@bücher.example", "2026-01-01Z"),  # who has shown that it is theirs
        ("josé@xn--bcher-kva.example", None),
        ("ana@xn--bcher-kva.example", None),
        ("mara@example.com", None),
        ("zoe@xn--bcher-kva.example", None),
        ("zoe@bücher.example", None),  # as good as the other, and spelled so
        ("odd@xn--zzzzzz99999.example", None),
    ]
    with psycopg.connect(old_database_url) as connection:
        for number, (email, verified) in enumerate(before):
            user = {"hash_id": f"{number}" * 32, "email": email, "verified_at": verified}
            insert(connection, "users", user)
        link = {"digest": "1" * 64, "email": "ana@xn--bcher-kva.example", "user_id": None, "expires_at": "2026-01-01Z"}
        insert(connection, "password_links", link, "digest")
    upgrade(old_database_url)
    with psycopg.connect(old_database_url) as connection:
        after = [row[0] for row in connection.execute("SELECT email FROM users ORDER BY id")]
        [(link_email,)] = connection.execute("SELECT email FROM password_links").fetchall()
    assert after == [
        "jose\u0301@bücher.example",
        "josé@bücher.example",
        "josé@xn--bcher-kva.example",
        "ana@bücher.example",
        "mara@example.com",
        "zoe@xn--bcher-kva.example",
        "zoe@bücher.example",
        "odd@xn--zzzzzz99999.example",
    ]
    assert link_email == "ana@bücher.example"
