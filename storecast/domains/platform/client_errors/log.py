"""Reports of a process, counted in memory and written once a second: what ten thousand pages report is one row."""

import asyncio
from collections import Counter
from datetime import datetime, timedelta

import structlog

from storecast.domains.platform.client_errors.reports import Report
from storecast.domains.platform.client_errors.repository import ClientErrorRepository
from storecast.kit.clock import utcnow
from storecast.kit.database import Database, DatabaseMaker, transaction
from storecast.kit.errors import Unavailable
from storecast.kit.rate_limits import RateLimits
from storecast.kit.tasks import supervise

log = structlog.get_logger()

FLUSH_SECONDS = 1.0
FROM_NETWORK = "120/minute"
NEW_FROM_NETWORK = "20/hour"  # errors nobody had before: one page has a few, who makes them up has many
MOST_WAITING = 500
KEPT = timedelta(days=30)
RETRY_AFTER = 30  # seconds


class TooManyReports(Unavailable):
    def __init__(self) -> None:
        super().__init__("More reports wait to be written than can be held. Try again in a moment.")
        self.headers = {"Retry-After": str(RETRY_AFTER)}


class ClientErrorLog:
    """One a process."""

    def __init__(self, databases: DatabaseMaker, limits: RateLimits) -> None:
        self._databases = databases
        self._limits = limits
        self._waiting: dict[str, Report] = {}
        self._times: Counter[str] = Counter()
        self._task: asyncio.Task[None] | None = None

    async def take(self, report: Report, network: str, db: Database) -> None:
        """Note that an error came once more. Raises `TooManyRequests`, and `TooManyReports` where no more are held."""
        await self._limits.hit(FROM_NETWORK, "report", network)
        if report.fingerprint not in self._waiting:
            if not await ClientErrorRepository(db).knows(report.fingerprint):
                await self._limits.hit(NEW_FROM_NETWORK, "new report", network)
            if len(self._waiting) >= MOST_WAITING:
                raise TooManyReports
            self._waiting[report.fingerprint] = report
        self._times[report.fingerprint] += 1

    def start(self) -> None:
        self._task = supervise(self._run, "writing errors of clients")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._try_flush()

    async def flush(self, now: datetime) -> None:
        if not self._waiting:
            return
        waiting, times = self._waiting, self._times
        self._waiting, self._times = {}, Counter()
        try:
            async with transaction(self._databases) as db:
                await ClientErrorRepository(db).add({waiting[name]: number for name, number in times.items()}, now)
        except BaseException:
            self._waiting = waiting | self._waiting
            self._times += times
            raise

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(FLUSH_SECONDS)
            await self._try_flush()

    async def _try_flush(self) -> None:
        try:
            await self.flush(utcnow())
        except Exception as error:  # whatever it is: the next second tries again
            log.warning("errors of clients wait: they cannot be written", waiting=len(self._waiting), error=str(error))


async def forget_reports(db: Database, now: datetime) -> None:
    await ClientErrorRepository(db).forget(now - KEPT)
