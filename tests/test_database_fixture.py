import psycopg
import pytest

from tests.rows import put_back, rows_of

TURNS = "CREATE TABLE IF NOT EXISTS turns (id serial PRIMARY KEY, parent int REFERENCES turns)"


@pytest.mark.parametrize("turn", range(3))
def test_database_is_empty_for_every_test(database_url: str, turn: int) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute(TURNS)
        row = connection.execute("INSERT INTO turns DEFAULT VALUES RETURNING id").fetchone()
        connection.execute("INSERT INTO turns (parent) SELECT id FROM turns")
        assert row == (1,)
        if turn == 2:
            connection.execute("DROP TABLE turns")


def test_rows_are_put_back_as_they_were(database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(TURNS)
        connection.execute("INSERT INTO turns DEFAULT VALUES")
        connection.execute("INSERT INTO turns (parent) VALUES (1)")
        taken = rows_of(database_url)
        connection.execute("DELETE FROM turns WHERE parent = 1")
        connection.execute("INSERT INTO turns (parent) VALUES (1)")
        put_back(database_url, taken)
        assert connection.execute("SELECT id, parent FROM turns ORDER BY id").fetchall() == [(1, None), (2, 1)]
        assert connection.execute("INSERT INTO turns DEFAULT VALUES RETURNING id").fetchone() == (3,)
        connection.execute("DROP TABLE turns")
