"""Tables partitioned by the days of UTC: a day's part is made when it is needed, and dropped whole when it is old.

None of them has a foreign key. To make or to drop a part of a table that has one locks the table it leads to, for
everybody, until who reads there is done.
"""

import re
from collections.abc import Collection
from datetime import date, timedelta

import structlog
from sqlalchemy.exc import OperationalError

from storecast.kit.database import Database, DatabaseMaker, transaction

PART = re.compile(r"_(\d{8})$")
"""How the name of a part ends."""

LOCK_MILLISECONDS = 300  # whoever waits for a whole table holds up all who come after
MOST_AT_ONCE = 7  # days dropped of a table: a clock that was set forward by mistake must not cost a year's

log = structlog.get_logger()

# Not `to_regclass`: within a transaction it may remember that there was none.
_MISSING = """
    SELECT name FROM unnest($1::text[]) AS name
    WHERE NOT EXISTS (SELECT FROM pg_class WHERE relname = name AND pg_table_is_visible(oid))
"""
_ALONE = "SELECT pg_advisory_xact_lock(hashtext('days of tables'))"
_PARTS = "SELECT relid::regclass::text FROM pg_partition_tree($1::regclass) WHERE isleaf"


def part_of(table: str, day: date) -> str:
    return f"{table}_{day:%Y%m%d}"


async def make_days(databases: DatabaseMaker, tables: Collection[str], days: Collection[date]) -> None:
    """Have a part of each table for each day, in a transaction of its own."""
    wanted = {part_of(table, day): (table, day) for table in tables for day in days}
    async with transaction(databases) as db:
        if not await db.rows(_MISSING, list(wanted)):
            return
        await db.within(_ALONE)
        for [name] in await db.within(_MISSING, list(wanted)):
            await _make(db, name, *wanted[name])


async def drop_days(databases: DatabaseMaker, tables: Collection[str], before: date) -> None:
    """Drop the parts of the days before this one, the oldest first, some at a time. Who is in use stays till later."""
    async with transaction(databases) as db:
        old = [name for table in tables for name in _before(before, await parts_of(db, table))]
    for name in old:
        try:
            async with transaction(databases) as db:
                await db.within(f"SET LOCAL lock_timeout = {LOCK_MILLISECONDS}")
                await db.within(f"DROP TABLE IF EXISTS {name}")
        except OperationalError as error:
            log.info("an old day is in use and dropped later", table=name, error=str(error.orig))


async def parts_of(db: Database, table: str) -> list[str]:
    return [row[0] for row in await db.rows(_PARTS, table)]


def _before(day: date, parts: Collection[str]) -> list[str]:
    limit = f"{day:%Y%m%d}"
    dated = sorted((found[1], name) for name in parts if (found := PART.search(name)))
    return [name for of, name in dated if of < limit][:MOST_AT_ONCE]


async def _make(db: Database, name: str, table: str, day: date) -> None:
    # Attached, not made as a part: who reads and writes the others goes on meanwhile. Rows have room to be updated in.
    await db.within(f"CREATE TABLE {name} (LIKE {table} INCLUDING ALL) WITH (fillfactor = 70)")
    until = day + timedelta(days=1)
    await db.within(f"ALTER TABLE {table} ATTACH PARTITION {name} FOR VALUES FROM ('{day}') TO ('{until}')")
