import psycopg
import pytest


@pytest.mark.parametrize("turn", range(3))
def test_database_is_empty_for_every_test(database_url: str, turn: int) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS turns (id serial PRIMARY KEY, parent int REFERENCES turns)")
        row = connection.execute("INSERT INTO turns DEFAULT VALUES RETURNING id").fetchone()
        connection.execute("INSERT INTO turns (parent) SELECT id FROM turns")
        assert row == (1,)
        if turn == 2:
            connection.execute("DROP TABLE turns")
