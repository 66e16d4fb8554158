"""How many watched a show: who counts, and what it costs to tell of many."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from msgspec import Struct, field
from sqlalchemy import text

from storecast.domains.audience.figures import Shown, viewers_of
from storecast.kit.database import Database, transaction
from storecast.wiring.process import process_of
from tests.factories.accounts import Member
from tests.factories.channels import channel

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SHOWS, VIEWS = 200, 100_000
_VIEW = text(
    """
    INSERT INTO views (channel_id, view_hash, viewer_hash, started_at, seen_at)
    VALUES (:channel, :view, :viewer, :began, :seen)
    """
)
# Each day has a show with as many views, of a minute each: a quarter of them an hour before it.
_MANY = text(
    """
    INSERT INTO views (channel_id, view_hash, viewer_hash, started_at, seen_at)
    SELECT :channel, number, number % 1000, began, began + interval '1 minute'
    FROM generate_series(0, :views - 1) AS number,
        LATERAL (SELECT CAST(:noon AS timestamptz) + number % :shows * interval '1 day'
            + CASE WHEN number / :shows % 4 = 0 THEN interval '-1 hour' ELSE interval '1 minute' END AS began) AS view
    """
)


class Plan(Struct):
    """What PostgreSQL did at a step, as `EXPLAIN` names it."""

    rows: float = field(name="Actual Rows")
    loops: float = field(name="Actual Loops")
    filtered: float = field(name="Rows Removed by Filter", default=0.0)
    unmatched: float = field(name="Rows Removed by Join Filter", default=0.0)
    steps: "list[Plan]" = field(name="Plans", default_factory=list)

    @property
    def looked_at(self) -> float:
        """Rows, of all steps."""
        here = (self.rows + self.filtered + self.unmatched) * self.loops
        return here + sum(step.looked_at for step in self.steps)


class Explained(Struct):
    plan: Plan = field(name="Plan")


async def _channel_id(owner: Member, db: Database) -> int:
    made = await channel(owner.client, slug="lamps")
    return int(str(await db.value("SELECT id FROM channels WHERE hash_id = $1", made["id"])))


@pytest.mark.parametrize(
    ("began", "seen", "counts"),
    [
        (-20, -1, False),
        (-20, 0, True),
        (-20, 200, True),
        (20, 30, True),
        (20, 200, True),
        (60, 61, True),
        (61, 90, False),
        (-23 * 60, 24 * 60, True),
    ],
)
async def test_who_was_there_at_any_moment_of_a_show_watched_it(
    owner: Member, began: int, seen: int, counts: bool
) -> None:
    """Minutes, of a show that goes on for an hour."""
    async with transaction(process_of(owner.client.app).databases) as db:
        channel_id = await _channel_id(owner, db)
        times = {"began": NOON + timedelta(minutes=began), "seen": NOON + timedelta(minutes=seen)}
        for view in ("one", "other"):
            await db.execute(_VIEW, {"channel": channel_id, "view": view, "viewer": "same", **times})
        shows = {"show": Shown(channel_id, NOON, NOON + HOUR), "elsewhere": Shown(channel_id + 1, NOON, NOON + HOUR)}
        assert await viewers_of(db, shows) == {"show": int(counts), "elsewhere": 0}


async def test_of_many_shows_each_looks_at_its_own_views_alone(owner: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    async with transaction(process_of(owner.client.app).databases) as db:
        channel_id = await _channel_id(owner, db)
        await db.execute(_MANY, {"channel": channel_id, "views": VIEWS, "shows": SHOWS, "noon": NOON})
        await db.execute(text("ANALYZE views"))
        ask, plans = db.rows, []

        async def explained(query: str, *values: object) -> object:
            [told] = await ask(f"EXPLAIN (ANALYZE, FORMAT JSON) {query}", *values)
            plans.extend(msgspec.convert(told[0], list[Explained]))
            return await ask(query, *values)

        monkeypatch.setattr(db, "rows", explained)
        days = {str(day): NOON + timedelta(days=day) for day in range(SHOWS)}
        found = await viewers_of(db, {name: Shown(channel_id, at, at + HOUR / 2) for name, at in days.items()})
    # Each day has five viewers, some of whose views are too early.
    assert found == dict.fromkeys(days, 5)
    assert sum(each.plan.looked_at for each in plans) < 5 * VIEWS
