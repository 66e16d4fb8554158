"""The rows of a whole database: taken away, or taken once and put back for each test that begins with them."""

import atexit
from dataclasses import dataclass
from functools import cache, partial

import psycopg

# Of tables that have a part for each day, the parts: they hold the rows.
TABLES = """
SELECT relname FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'alembic_version'
"""
SEQUENCES = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL"

RESTART_SEQUENCES = """
SELECT setval(format('%I.%I', schemaname, sequencename), start_value, false) FROM pg_sequences
WHERE schemaname = 'public' AND last_value IS NOT NULL
"""


@dataclass(frozen=True)
class Rows:
    tables: dict[str, bytes]
    """As COPY writes them, of the tables that have any."""
    sequences: dict[str, int]
    """What each has given out last."""


class Emptying:
    """Takes all rows away, again and again, by one connection: a new one has to learn the tables first."""

    def __init__(self, url: str) -> None:
        # Not TRUNCATE: it makes new files for each table and its indexes. Replicas check no foreign keys.
        options = "-c session_replication_role=replica -c lock_timeout=10s"
        self._connection = psycopg.connect(url, autocommit=True, options=options)
        atexit.register(self._connection.close)

    def __call__(self) -> None:
        run = partial(self._connection.execute, prepare=True)
        names = [name for (name,) in run(TABLES).fetchall()]
        filled = run(" UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM \"{name}\")" for name in names))
        for (name,) in filled.fetchall():
            run(f'DELETE FROM "{name}"')
        run(RESTART_SEQUENCES)


_emptying = cache(Emptying)


def empty(url: str) -> None:
    _emptying(url)()


def rows_of(url: str) -> Rows:
    with psycopg.connect(url) as connection:
        tables = {}
        for (name,) in connection.execute(TABLES).fetchall():
            with connection.cursor() as cursor, cursor.copy(f'COPY "{name}" TO STDOUT') as copied:
                tables[name] = b"".join(copied)
        sequences = dict(connection.execute(SEQUENCES).fetchall())
    return Rows({name: rows for name, rows in tables.items() if rows}, sequences)


def put_back(url: str, rows: Rows) -> None:
    """Instead of all there are."""
    empty(url)
    with psycopg.connect(url) as connection:
        connection.execute("SET LOCAL session_replication_role = replica")
        for name, content in rows.tables.items():
            with connection.cursor() as cursor, cursor.copy(f'COPY "{name}" FROM STDIN') as copied:
                copied.write(content)
        for name, last in rows.sequences.items():
            connection.execute("SELECT setval(quote_ident(%s), %s)", (name, last))
