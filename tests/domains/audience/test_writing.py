"""What is accepted is in the database, each beat once, whatever becomes of it; and what is not, is told so."""

import asyncio
from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path

import psycopg
import pytest

from storecast.domains.audience import beats
from storecast.kit.database import Database
from storecast.kit.migrations import upgrade
from storecast.kit.postgres import BundledPostgres
from storecast.wiring.process import process_of
from tests.clock import Clock
from tests.domains.audience.conftest import Audience
from tests.factories.accounts import Member, member
from tests.factories.channels import Json, channel
from tests.factories.platform import Client, forget_engines, running_app, settings_for
from tests.waiting import eventually

SUM = "SELECT coalesce(sum(beats), 0) FROM view_days"
"""Of all beats that are in the database."""


@pytest.fixture
async def lamps(audience: Audience, owner: Member) -> Json:
    return await channel(owner.client, slug="lamps")


def written(url: str) -> int:
    with psycopg.connect(url) as connection:
        return int(connection.execute(SUM).fetchone()[0])  # type: ignore[index]


async def beat(caller: Client, view: str) -> int:
    """The status of the answer."""
    body = {"eventId": "lamps", "viewerHash": view, "viewHash": view, "date": "now"}
    answer = await caller.post("events/heartbeat", body)
    if answer.status_code == 503:
        assert answer.headers["Retry-After"]
    return answer.status_code


async def test_every_beat_is_written_by_itself_within_its_view(
    audience: Audience, lamps: Json, database_url: str
) -> None:
    for view in ("one", "one", "other", "one"):
        await audience.beat(view)
    await audience.flush()
    await audience.beat("one")
    await audience.flush()
    assert written(database_url) == 5


@pytest.mark.parametrize("by_framework", [False, True])
async def test_beyond_what_can_be_held_it_is_said_so(
    audience: Audience, lamps: Json, database_url: str, monkeypatch: pytest.MonkeyPatch, by_framework: bool
) -> None:
    monkeypatch.setattr(beats, "MOST_WAITING", 3)
    if by_framework:
        monkeypatch.setattr(audience.client.app, "first", None)
    caller = audience.client
    assert [await beat(caller, f"view-{number}") for number in range(5)] == [200, 200, 200, 503, 503]
    assert await beat(caller, "view-0") == 200  # it waits already
    await audience.flush()
    assert written(database_url) == 4
    assert await beat(caller, "view-4") == 200


async def test_more_viewers_than_a_process_knows_are_told_so(
    audience: Audience, lamps: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beats, "MOST_LIVE", 2)
    assert [await beat(audience.client, f"view-{number}") for number in range(3)] == [200, 200, 503]
    assert await beat(audience.client, "view-0") == 200


async def test_what_was_committed_before_the_line_went_dead_is_not_written_again(
    audience: Audience, lamps: Json, clock: Clock, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await audience.beat("view")
    settle, cut = Database.settle, False

    async def cut_off(db: Database) -> None:
        nonlocal cut
        await settle(db)
        if written(database_url) and not cut:
            cut = True
            raise ConnectionResetError

    monkeypatch.setattr(Database, "settle", cut_off)
    with pytest.raises(ConnectionResetError):
        await audience.flush()
    assert written(database_url) == 1
    await audience.beat("view")
    await audience.flush()
    await audience.flush()
    assert written(database_url) == 2


async def test_beats_of_minutes_without_a_database_keep_their_minutes(
    audience: Audience, lamps: Json, clock: Clock, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever watched on meanwhile is not taken for somebody who left and came back."""
    settle = Database.settle

    async def fail(_: Database) -> None:
        raise ConnectionRefusedError

    await audience.watch("view", seconds=30)
    monkeypatch.setattr(Database, "settle", fail)
    for _ in range(18):
        clock.move(seconds=10)
        await audience.beat("view")
        with pytest.raises(ConnectionRefusedError):
            await audience.flush()
    monkeypatch.setattr(Database, "settle", settle)
    await audience.flush()
    await audience.flush()
    with psycopg.connect(database_url) as connection:
        seconds = connection.execute("SELECT watch_seconds FROM audience_minutes ORDER BY minute").fetchall()
    assert [round(each[0]) for each in seconds] == [50, 60, 60, 40]
    assert written(database_url) == 4 + 18


async def test_two_processes_count_as_one(
    audience: Audience, elsewhere: Audience, lamps: Json, clock: Clock, database_url: str
) -> None:
    for number in range(6):
        await (audience, elsewhere)[number % 2].beat(f"view-{number}")
    await elsewhere.beat("tab", "view-0")  # who has a tab at either is one
    async with await psycopg.AsyncConnection.connect(database_url, autocommit=True) as listening:
        await listening.execute("LISTEN storecast")
        for _ in range(4):
            await asyncio.gather(audience.flush(), elsewhere.flush())
            clock.move(seconds=0.5)
        told = [note.payload async for note in listening.notifies(timeout=0.2) if "viewers.counted" in note.payload]

    async def both_say_6() -> bool:
        return [await each.beat("view-0") for each in (audience, elsewhere)] == [6, 6]

    await eventually(both_say_6)
    assert [payload for payload in told if '"viewers":6' in payload] == told[-1:]
    assert len(told) <= 2  # the first may have counted before the other wrote


async def test_viewers_that_a_process_left_behind_are_not_counted_for_ever(
    audience: Audience, lamps: Json, clock: Clock, owner: Member, tmp_path: Path, database_url: str
) -> None:
    """Ant Media 1963 and 824: what was counted before a restart stays though nobody is there."""
    await audience.watch("one", "other", seconds=10)
    clock.move(minutes=3)
    async with running_app(settings_for(tmp_path, database_url)) as again:
        await process_of(again.app).heartbeats.flush(clock())
        with psycopg.connect(database_url) as connection:
            assert connection.execute("SELECT viewers FROM viewer_counts").fetchone() == (0,)


@pytest.fixture
async def own_postgres(tmp_path: Path) -> AsyncIterator[tuple[BundledPostgres, str]]:
    tmp_path.chmod(0o755)
    postgres = BundledPostgres(tmp_path / "postgres")
    url = await postgres.start()
    await asyncio.to_thread(upgrade, url)
    yield postgres, url
    await forget_engines(url)
    await postgres.stop()


async def test_none_is_lost_or_doubled_while_the_database_is_restarted_under_load(
    own_postgres: tuple[BundledPostgres, str], tmp_path: Path
) -> None:
    postgres, url = own_postgres
    async with running_app(settings_for(tmp_path, url)) as anyone:
        owner = await member(anyone)
        await channel(owner.client, slug="lamps")
        accepted, over = 0, asyncio.Event()

        async def watch(number: int) -> None:
            nonlocal accepted
            caller = anyone.at(f"192.0.2.{number}")
            for turn in count():
                if over.is_set():
                    return
                status = await beat(caller, f"view-{number}-{turn % 7}")
                accepted += status == 200
                await asyncio.sleep(0.01)  # one network may send a hundred a second

        watching = [asyncio.create_task(watch(number)) for number in range(4)]
        await eventually(lambda: written(url) > 0)
        await postgres.stop()
        before = accepted
        await eventually(lambda: accepted > before + 40)  # they are accepted meanwhile
        assert await postgres.start() == url
        back = accepted
        await eventually(lambda: written(url) > back)
        over.set()
        await asyncio.gather(*watching)
        await eventually(lambda: written(url) == accepted)
