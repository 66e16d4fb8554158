"""Durable jobs: rows written in the request's own transaction, done by `storecast worker`. A rollback leaves none."""

from datetime import datetime
from typing import ClassVar

import msgspec
from msgspec import Struct
from sqlalchemy import text

from storecast.kit.database import Database

_DEFER = text(
    """
    SELECT procrastinate_defer_jobs_v1(ARRAY[
        ROW(
            :queue, :task, CAST(:priority AS integer), CAST(NULL AS text), CAST(NULL AS text), CAST(:args AS jsonb),
            CAST(:at AS timestamptz)
        )
    ]::procrastinate_job_to_defer_v1[])
    """
)


class Job(Struct, frozen=True):
    """Something to be done later; its fields are what it takes.

    A subclass says under which `name` it waits in the database, and in which `queue`: jobs hold up others of the same
    lane alone (`storecast.wiring.jobs`). One of higher `priority` is taken before others; one that does not `retry` is
    tried once.
    """

    name: ClassVar[str]
    queue: ClassVar[str]
    priority: ClassVar[int] = 0
    retry: ClassVar[bool] = True


async def defer(db: Database, job: Job, *, at: datetime | None = None) -> None:
    """Have `job` done, not before `at`, if and when this transaction commits."""
    args = msgspec.json.encode(job).decode()
    values = {"queue": job.queue, "task": job.name, "priority": job.priority, "args": args, "at": at}
    await db.execute(_DEFER, values)
