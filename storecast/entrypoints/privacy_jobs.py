"""The worker's jobs on people's data. Each can be run again: what was done is not done twice."""

from collections.abc import Callable

from procrastinate import App, RetryStrategy
from sqlalchemy.ext.asyncio import AsyncSession

from storecast.domains.accounts.privacy.service import (
    BEGIN_ERASURE,
    ERASE,
    EXPORT_DATA,
    PrivacyService,
)
from storecast.kit.clock import utcnow
from storecast.kit.database import SessionMaker, transaction
from storecast.kit.storage import Storage

RETRIES = RetryStrategy(max_attempts=8, exponential_wait=5)


def add_privacy_jobs(
    app: App, sessions: SessionMaker, storage: Storage, privacy: Callable[[AsyncSession], PrivacyService]
) -> None:
    @app.task(name=EXPORT_DATA, retry=RETRIES)
    async def _export_data(export_id: str) -> None:
        async with transaction(sessions) as session:
            await privacy(session).make_export(export_id, storage, utcnow())

    @app.task(name=BEGIN_ERASURE, retry=RETRIES)
    async def _begin_erasure(user_id: int) -> None:
        async with transaction(sessions) as session:
            await privacy(session).begin_erasure(user_id, utcnow())

    @app.task(name=ERASE, retry=RETRIES)
    async def _erase(user_id: int) -> None:
        async with transaction(sessions) as session:
            await privacy(session).erase(user_id, utcnow())

    @app.periodic(cron="27 * * * *")
    @app.task(name="forget_exports", pass_context=False)
    async def _forget_exports(timestamp: int) -> None:
        del timestamp
        async with transaction(sessions) as session:
            await privacy(session).forget_exports(utcnow())
