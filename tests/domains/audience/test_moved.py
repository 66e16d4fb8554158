"""What the release before wrote of views comes along."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from alembic import command
from alembic.script import ScriptDirectory
from psycopg import sql

from storecast.kit.migrations import config
from tests.postgres_server import database

REVISION = "0042"
NOON = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=3)


@pytest.fixture
def before(postgres_url: str) -> Iterator[str]:
    """URL of a database as the release before left it."""
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS before_days")
        connection.execute("CREATE DATABASE before_days")
        url = database(postgres_url, "before_days")
        parent = ScriptDirectory.from_config(config(url)).get_revision(REVISION).down_revision
        command.upgrade(config(url), str(parent))
        yield url
        connection.execute("DROP DATABASE before_days")


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def add(connection: psycopg.Connection, table: str, **values: object) -> object:
    """A row of `table` as it was then; what it must have besides is of no matter here. Answers its first column."""
    columns = connection.execute(
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s AND is_nullable = 'NO'"
        " AND column_default IS NULL AND is_identity = 'NO' ORDER BY ordinal_position",
        (table,),
    ).fetchall()
    whatever = {"boolean": False, "timestamp with time zone": NOON, "text": "", "jsonb": "{}", "character varying": ""}
    row = {name: whatever.get(kind, 0) for name, kind in columns} | values
    statement = sql.SQL("INSERT INTO {} ({}) VALUES ({}) RETURNING *").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, row)),
        sql.SQL(", ").join(map(sql.Placeholder, row)),
    )
    return connection.execute(statement, row).fetchone()[0]  # type: ignore[index]


VIEWS = [  # viewer, view, from and until, in minutes since the show began, which lasts an hour
    ("left", "left", -20, -1),
    ("one", "one", -20, 30),
    ("two", "two", 10, 12),
    ("two", "two again", 11, 12.5),
    ("late", "late", 61, 62),
]


def test_views_of_before_come_to_the_same_figures(before: str) -> None:
    with psycopg.connect(before, autocommit=True) as connection:
        owner = add(connection, "users")
        channel_id = add(connection, "channels", owner_id=owner)
        ended, on = (NOON, at(60)), (datetime.now(UTC) - timedelta(hours=1), None)
        for name, (since, until) in {"show": ended, "on": on}.items():
            add(connection, "stream_sessions", id=name, channel_id=channel_id, started_at=since, ended_at=until)

        def view(viewer: str, name: str, since: datetime, until: datetime) -> None:
            times = {"started_at": since, "seen_at": until}
            add(connection, "views", channel_id=channel_id, view_hash=name, viewer_hash=viewer, **times)

        for viewer, name, since, until in VIEWS:
            view(viewer, name, at(since), at(until))
        now = datetime.now(UTC)
        view("one", "now", now - timedelta(minutes=5), now)
        view("one", "long ago", now - timedelta(days=500), now - timedelta(days=500))
    command.upgrade(config(before), REVISION)
    with psycopg.connect(before) as connection:
        shows = connection.execute(
            "SELECT session_id, viewers, peak, round(watch_seconds) FROM audiences WHERE session_id IS NOT NULL"
            " ORDER BY session_id DESC"
        ).fetchall()
        assert shows == [("show", 2, 2, 30 * 60 + 120 + 90), ("on", 1, 1, 300)]
        minutes = connection.execute(
            "SELECT sum(arrived), sum(audience_minutes.watch_seconds), max(audience_minutes.peak)"
            " FROM audience_minutes JOIN audiences ON id = audience_id WHERE session_id = 'show'"
        ).fetchone()
        assert minutes == (2, 30 * 60 + 120 + 90, 2)
        rows = connection.execute("SELECT view_hash, day FROM view_days ORDER BY day, view_hash").fetchall()
        assert rows == [*[(view, NOON.date()) for view in sorted(each[1] for each in VIEWS)], ("now", now.date())]
        members = connection.execute(
            "SELECT session_id, viewer_hash FROM audience_members JOIN audiences ON id = audience_id"
        ).fetchall()
        assert members == [("on", "one")]  # of shows that are over nobody is added to
        assert connection.execute("SELECT count(*) FROM views").fetchone() == (0,)
