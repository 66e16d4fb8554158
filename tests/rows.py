"""The rows of a whole database: taken away, or taken once and put back for each test that begins with them."""

from dataclasses import dataclass

import psycopg

# Not TRUNCATE: it makes new files for each table and its indexes. Replicas check no foreign keys.
EMPTY_ALL_TABLES = """
DO $$
DECLARE
    name text;
    filled boolean;
BEGIN
    SET LOCAL session_replication_role = replica;
    FOR name IN
        SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
        WHERE schemaname = 'public' AND tablename <> 'alembic_version'
    LOOP
        EXECUTE 'SELECT EXISTS (SELECT FROM ' || name || ')' INTO filled;
        IF filled THEN
            EXECUTE 'DELETE FROM ' || name;
        END IF;
    END LOOP;
    PERFORM setval(format('%I.%I', schemaname, sequencename), start_value, false) FROM pg_sequences
    WHERE schemaname = 'public' AND last_value IS NOT NULL;
END $$
"""
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
SEQUENCES = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL"


@dataclass(frozen=True)
class Rows:
    tables: dict[str, bytes]
    """As COPY writes them, of the tables that have any."""
    sequences: dict[str, int]
    """What each has given out last."""


def empty(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET lock_timeout = '10s'")
        connection.execute(EMPTY_ALL_TABLES)


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
