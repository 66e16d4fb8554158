"""Days of the audience's tables: made when they are needed, whatever the clock says, and dropped whole when old."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date, timedelta

import psycopg
import pytest

from storecast.domains.audience.heartbeats import keep_days
from storecast.domains.audience.jobs import ForgetAudiences
from storecast.domains.audience.models import DAILY
from storecast.domains.audience.repository import KEPT_DAYS
from storecast.kit.partitions import MOST_AT_ONCE, make_days, part_of
from storecast.wiring.process import process_of
from tests.clock import Clock
from tests.domains.audience.conftest import Audience
from tests.factories.accounts import Member
from tests.factories.channels import Json, channel

VIEW = """
INSERT INTO view_days (channel_id, view_hash, day, viewer_hash, started_at, seen_at, seen_minute, beats, joined, gained)
VALUES (1, 'view', %(day)s, 'viewer', %(day)s, %(day)s, 0, 1, true, 0)
"""


@pytest.fixture
async def lamps(audience: Audience, owner: Member) -> Json:
    return await channel(owner.client, slug="lamps")


@pytest.fixture
async def connection(database_url: str) -> AsyncIterator[psycopg.AsyncConnection]:
    async with await psycopg.AsyncConnection.connect(database_url, autocommit=True) as connection:
        yield connection


async def days(connection: psycopg.AsyncConnection) -> list[date]:
    """That have a view."""
    return [row[0] for row in await (await connection.execute("SELECT day FROM view_days ORDER BY day")).fetchall()]


async def parts(connection: psycopg.AsyncConnection) -> set[str]:
    found = await connection.execute("SELECT relname FROM pg_class WHERE relispartition AND relkind = 'r'")
    return {row[0] for row in await found.fetchall()}


@pytest.mark.parametrize("hours", [24 * 365 * 10, -24 * 365 * 10])
async def test_beats_of_a_day_nobody_made_are_written(
    audience: Audience, lamps: Json, clock: Clock, connection: psycopg.AsyncConnection, hours: int
) -> None:
    """pgwatch 1529: a moment far from all days there are, by a clock that was set or after a long rest."""
    clock.move(hours=hours)
    assert await audience.beat("view") == 1
    await audience.flush()
    clock.move(hours=-hours)
    await audience.beat("view")
    await audience.beat("other")
    await audience.flush()
    assert sorted(await days(connection)) == sorted([clock().date()] * 2 + [(clock() + timedelta(hours=hours)).date()])
    assert await audience.beat("view") == 2


async def test_days_are_made_ahead_and_old_ones_dropped_with_all_in_them(
    audience: Audience, clock: Clock, connection: psycopg.AsyncConnection
) -> None:
    databases, today = process_of(audience.client.app).databases, clock().date()
    old, kept = today - timedelta(days=KEPT_DAYS + 1), today - timedelta(days=KEPT_DAYS)
    await make_days(databases, DAILY, {old, kept})
    for day in (old, kept):
        await connection.execute(VIEW, {"day": day})
    await keep_days(databases, clock())
    assert await days(connection) == [kept]
    there = await parts(connection)
    ahead = {part_of(table, today + timedelta(days=1)) for table in DAILY}
    assert ahead <= there
    assert not {part_of(table, old) for table in DAILY} & there


async def test_a_clock_set_forward_by_years_costs_some_days_and_not_all(
    audience: Audience, clock: Clock, connection: psycopg.AsyncConnection
) -> None:
    """pg_partman 131: retention that drops whatever there is."""
    databases, today = process_of(audience.client.app).databases, clock().date()
    await make_days(databases, ["view_days"], {today - timedelta(days=back) for back in range(2 * MOST_AT_ONCE)})
    before = {name for name in await parts(connection) if name.startswith("view_days")}
    await keep_days(databases, clock() + timedelta(days=365 * 10))
    assert len(before - await parts(connection)) == MOST_AT_ONCE


async def test_a_day_that_is_being_read_is_dropped_later_and_holds_nobody_up(
    audience: Audience, lamps: Json, clock: Clock, connection: psycopg.AsyncConnection, database_url: str
) -> None:
    databases, old = process_of(audience.client.app).databases, clock().date() - timedelta(days=KEPT_DAYS + 1)
    await make_days(databases, ["view_days"], {old})
    async with await psycopg.AsyncConnection.connect(database_url) as reader:
        await reader.execute("SELECT count(*) FROM view_days")  # a dump, say
        keeping = asyncio.create_task(keep_days(databases, clock()))
        await audience.beat("view")
        await audience.flush()
        await keeping
        assert part_of("view_days", old) in await parts(connection)
    await keep_days(databases, clock())
    assert part_of("view_days", old) not in await parts(connection)


async def test_channels_are_changed_while_days_come_and_go(
    audience: Audience, lamps: Json, clock: Clock, connection: psycopg.AsyncConnection, database_url: str
) -> None:
    """timescaledb 7489: dropping part of a table locks what its foreign keys lead to."""
    databases, old = process_of(audience.client.app).databases, clock().date() - timedelta(days=KEPT_DAYS + 1)
    async with await psycopg.AsyncConnection.connect(database_url) as somebody:
        await somebody.execute("UPDATE channels SET name = name")  # not committed yet
        await make_days(databases, DAILY, {old})
        await keep_days(databases, clock())
    assert part_of("view_days", old) not in await parts(connection)


async def test_what_is_left_of_channels_that_are_gone_is_forgotten(
    audience: Audience, owner: Member, lamps: Json, stranger: Member, connection: psycopg.AsyncConnection
) -> None:
    await channel(stranger.client, slug="vases")
    await audience.watch("view", seconds=20)
    await audience.client.post(
        "events/heartbeat", {"eventId": "vases", "viewerHash": "view", "viewHash": "view", "date": "now"}
    )
    await audience.flush()
    rows = await (await connection.execute("SELECT id, channel_id FROM audiences ORDER BY id")).fetchall()
    [(audience_id, channel_id), (kept, _)] = rows
    process = process_of(audience.client.app)
    from storecast.domains.audience.jobs import forget_audiences

    await forget_audiences(ForgetAudiences([channel_id], [audience_id]), process.databases)
    found = await (await connection.execute("SELECT audience_id FROM audience_minutes")).fetchall()
    assert {row[0] for row in found} == {kept}
    assert len(await days(connection)) == 1
