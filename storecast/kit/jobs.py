"""Durable jobs: rows written in the request's own transaction, done by `storecast worker`. A rollback leaves none."""

from collections.abc import Mapping
from datetime import datetime

import msgspec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

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


async def defer(
    session: AsyncSession,
    task: str,
    arguments: Mapping[str, str | int],
    *,
    queue: str = "default",
    priority: int = 0,
    at: datetime | None = None,
) -> None:
    """Enqueue `task` with keyword `arguments`, not before `at`, if and when this transaction commits.

    A job of higher `priority` is taken before others that wait.
    """
    args = msgspec.json.encode(arguments).decode()
    await session.execute(_DEFER, {"queue": queue, "task": task, "priority": priority, "args": args, "at": at})
