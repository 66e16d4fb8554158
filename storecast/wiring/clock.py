"""Jobs of the clock, and those put off, on a machine whose clock may be set back: nothing waits for an hour twice."""

import asyncio
import time

from procrastinate.periodic import PeriodicDeferrer, PeriodicRegistry
from sqlalchemy import text

from storecast.kit.database import Database
from storecast.wiring.jobs import RETRIES

LONGEST_SLEEP = 10.0  # seconds, after which a clock that was set is noticed
_LATE = 60  # seconds something may be due later than it can have been put off to

# Of a time to come; no clock but one that was set back since wrote it.
_HEARTBEATS = text("UPDATE procrastinate_workers SET last_heartbeat = now() WHERE last_heartbeat > now()")
_RETRIES = text(
    """
    UPDATE procrastinate_jobs SET scheduled_at = now()
    WHERE status = 'todo' AND attempts > 0 AND scheduled_at > now() + make_interval(secs => :base ^ attempts + :late)
    """
)


async def catch_up(db: Database) -> None:
    """Have what the queue noted before the clock was set back hold up nothing."""
    await db.execute(_HEARTBEATS)
    await db.execute(_RETRIES, {"base": RETRIES.exponential_wait, "late": _LATE})


async def keep_time(registry: PeriodicRegistry) -> None:
    """Defer the jobs of the clock as they are due, for good. The database sees to it that of many workers one does."""
    deferrer, last = PeriodicDeferrer(registry), 0.0
    while True:
        now = time.time()
        if now < last:  # it remembers what it did in the hour that comes again
            deferrer = PeriodicDeferrer(registry)
        last = now
        await deferrer.defer_jobs(deferrer.get_previous_tasks(at=now))
        await asyncio.sleep(min(max(deferrer.get_next_tick(at=now), 0.0), LONGEST_SLEEP))
