from contextlib import AsyncExitStack
from datetime import timedelta
from functools import partial
from types import ModuleType

import psycopg
import pytest
from sqlalchemy.pool import QueuePool

from storecast.domains.audience import beats, heartbeats
from storecast.domains.audience.heartbeats import NEW_VIEWS
from storecast.entrypoints import dependencies, hot_paths
from storecast.kit.clock import utcnow
from storecast.wiring.process import process_of
from tests.clock import Clock
from tests.factories.accounts import Member
from tests.factories.channels import channel
from tests.factories.platform import Client
from tests.waiting import eventually


async def beat(caller: Client, view: str, viewer: str | None = None) -> int:
    """How many watch, as a heartbeat is told; each view is somebody else's unless `viewer` says whose."""
    body = {"eventId": "lamps", "viewerHash": viewer or view, "viewHash": view, "date": "now"}
    answer = await caller.post("events/heartbeat", body)
    assert answer.status_code == 200, answer.text
    return int(answer.json()["data"]["viewers"])


async def counts(caller: Client, view: str, viewers: int, viewer: str | None = None) -> bool:
    return await beat(caller, view, viewer) == viewers


@pytest.mark.parametrize(
    ("crowd", "somebody_else"),
    [
        (["192.0.2.1"], "192.0.2.2"),
        ([f"2001:db8::{number:x}" for number in range(30)], "2001:db8:0:1::1"),  # one customer's network
    ],
)
async def test_one_address_is_no_crowd_without_end(
    owner: Member,
    anyone: Client,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    crowd: list[str],
    somebody_else: str,
) -> None:
    monkeypatch.setattr(heartbeats, "MOST_FROM_ADDRESS", 40)
    await channel(owner.client, slug="lamps")
    callers = [anyone.at(address) for address in crowd]
    for number in range(60):
        await beat(callers[number % len(callers)], f"view-{number}")
    await eventually(partial(counts, anyone.at(somebody_else), "another", 41))
    with psycopg.connect(database_url) as connection:
        assert connection.execute("SELECT count(*) FROM view_days").fetchone() == (41,)


async def test_hidden_tabs_that_may_speak_once_a_minute_are_counted_all_the_time(
    owner: Member, anyone: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    await channel(owner.client, slug="lamps")
    clock = Clock(utcnow())
    monkeypatch.setattr(hot_paths, "utcnow", clock)
    monkeypatch.setattr(dependencies, "utcnow", clock)
    monkeypatch.setattr(heartbeats, "utcnow", clock)
    counting = process_of(anyone.app).heartbeats
    for view in ("one", "other"):
        await beat(anyone, view)
    for _ in range(3):
        clock.move(seconds=61)
        await counting.flush(clock())
        assert [await beat(anyone, view) for view in ("one", "other")] == [2, 2]
    clock.move(seconds=61)
    await counting.flush(clock())
    assert await beat(anyone, "other") == 2
    clock.move(seconds=61)
    await counting.flush(clock())
    assert await beat(anyone, "other") == 1  # the one is silent for too long


async def test_several_tabs_of_a_viewer_are_one_viewer_and_several_views(
    owner: Member, anyone: Client, database_url: str
) -> None:
    await channel(owner.client, slug="lamps")
    for tab in ("tab-1", "tab-2", "tab-3"):
        await beat(anyone, tab, "mara")
    await beat(anyone, "elsewhere", "ana")
    await eventually(partial(counts, anyone, "tab-1", 2, "mara"))
    with psycopg.connect(database_url) as connection:
        views = connection.execute("SELECT view_hash, viewer_hash FROM view_days ORDER BY view_hash").fetchall()
    assert views == [("elsewhere", "ana"), ("tab-1", "mara"), ("tab-2", "mara"), ("tab-3", "mara")]


async def test_views_begun_from_one_address_are_limited(owner: Member, anyone: Client) -> None:
    await channel(owner.client, slug="lamps")
    await beat(anyone, "first")
    limits, allowed = process_of(anyone.app).limits, int(NEW_VIEWS.partition("/")[0])
    for _ in range(allowed - 1):
        await limits.hit(NEW_VIEWS, "view", "127.0.0.1")
    body = {"eventId": "lamps", "viewerHash": "someone", "viewHash": "one-more", "date": "now"}
    refused = await anyone.post("events/heartbeat", body)
    assert (refused.status_code, "Retry-After" in refused.headers) == (429, True)
    await beat(anyone, "first")  # what goes on, goes on
    await beat(anyone.at("192.0.2.1"), "elsewhere")


async def test_viewers_are_counted_again_once_the_database_has_room(
    owner: Member, anyone: Client, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await channel(owner.client, slug="lamps")
    process = process_of(anyone.app)
    await beat(anyone, "first")
    await eventually(partial(counts, anyone, "second", 2))
    engine = process.engine
    pool = engine.sync_engine.pool
    assert isinstance(pool, QueuePool)
    monkeypatch.setattr(pool, "_timeout", 0.05)
    async with AsyncExitStack() as held:
        for _ in range(pool.size()):
            await held.enter_async_context(engine.connect())
        refused = Counting(heartbeats, monkeypatch)
        await eventually(lambda: refused.count >= 2)
        await beat(anyone, "third")
    await eventually(partial(counts, anyone, "first", 3))


class Counting:
    """How often the counting failed."""

    def __init__(self, module: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        monkeypatch.setattr(module.log, "warning", self)

    def __call__(self, *_: object, **__: object) -> None:
        self.count += 1


async def test_who_is_one_too_many_is_told_and_one_who_comes_back_is_not(
    owner: Member, anyone: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heartbeats, "MOST_FROM_ADDRESS", 1)
    monkeypatch.setattr(beats, "SWEEP_MS", 0)
    await channel(owner.client, slug="lamps")

    async def counted(view: str) -> bool:
        body = {"eventId": "lamps", "viewerHash": view, "viewHash": view, "date": "now"}
        return bool((await anyone.post("events/heartbeat", body)).json()["data"]["counted"])

    assert [await counted(view) for view in ("one", "other", "one")] == [True, False, True]
    # This process forgets who was silent for so long, the others of the machine a moment later.
    await process_of(anyone.app).heartbeats.flush(utcnow() + timedelta(seconds=80))
    assert await counted("one")
