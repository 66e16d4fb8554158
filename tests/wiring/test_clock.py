"""The queue on a machine whose clock is set back an hour."""

import asyncio
import time

import psycopg
import pytest
from procrastinate import App

from storecast.domains.media.jobs import ProcessMedia
from storecast.kit.clock import utcnow
from storecast.kit.jobs import defer
from storecast.wiring import clock
from storecast.wiring.process import Process
from storecast.wiring.unit import unit_of_work
from tests.waiting import eventually

HOUR = 3600


async def test_a_retry_does_not_wait_for_the_hour_that_was(process: Process, database_url: str) -> None:
    put_off = {1: ("attempts = 1", HOUR), 2: ("attempts = 4", 600), 3: ("attempts = 0", HOUR)}
    async with unit_of_work(process) as unit:
        for number in put_off:
            await defer(unit.db, ProcessMedia(number))
    with psycopg.connect(database_url, autocommit=True) as connection:
        for number, (tries, seconds) in put_off.items():
            connection.execute(
                f"UPDATE procrastinate_jobs SET {tries}, scheduled_at = now() + make_interval(secs => {seconds})"
                f" WHERE args->>'version_id' = '{number}'"
            )
        async with unit_of_work(process) as unit:
            await clock.catch_up(unit.db)
        query = "SELECT (args->>'version_id')::int, scheduled_at > now() FROM procrastinate_jobs"
        waits: dict[int, bool] = dict(connection.execute(query).fetchall())
    assert waits == {1: False, 2: True, 3: True}  # of the last nothing is known but its moment


async def test_a_worker_that_is_gone_is_noticed_within_seconds(process: Process, jobs: App, database_url: str) -> None:
    async with unit_of_work(process) as unit:
        await defer(unit.db, ProcessMedia(1))
    with psycopg.connect(database_url, autocommit=True) as connection:
        worker = "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() + interval '1 hour') RETURNING id"
        connection.execute(
            f"WITH gone AS ({worker}) UPDATE procrastinate_jobs SET status = 'doing', worker_id = gone.id FROM gone"
        )
        async with unit_of_work(process) as unit:
            await clock.catch_up(unit.db)
        assert await jobs.job_manager.get_stalled_jobs(seconds_since_heartbeat=30) == []
        [job] = await jobs.job_manager.get_stalled_jobs(seconds_since_heartbeat=0)
    assert job.task_name == "media.process"


async def test_jobs_of_the_clock_go_on_in_the_hour_that_comes_again(
    jobs: App, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    back = 0.0
    monkeypatch.setattr(clock, "LONGEST_SLEEP", 0.05)
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() - back)
    keeping = asyncio.create_task(clock.keep_time(jobs.periodic_registry))

    def deferred(since: float, until: float) -> bool:
        query = "SELECT 1 FROM procrastinate_jobs WHERE (args->>'timestamp')::int BETWEEN %s AND %s"
        with psycopg.connect(database_url) as connection:
            return connection.execute(query, (since, until)).fetchone() is not None

    now = utcnow().timestamp()
    await eventually(lambda: deferred(now - 10, now + 60))
    back = HOUR
    await eventually(lambda: deferred(now - HOUR - 10, now - HOUR + 60))
    keeping.cancel()
