"""The worker's jobs on people's data. Each can be run again: what was done is not done twice."""

from collections.abc import Callable

from babel.dates import format_date
from procrastinate import App, RetryStrategy
from sqlalchemy.ext.asyncio import AsyncSession

from storecast.adapters.email.mailer import Mailer
from storecast.adapters.email.messages import MailKind, compose
from storecast.domains.accounts.models import User
from storecast.domains.accounts.privacy.jobs import make_export
from storecast.domains.accounts.privacy.service import (
    BEGIN_ERASURE,
    ERASE,
    EXPORT_DATA,
    EXPORT_KEPT,
    NOTE_ERASURE,
    PrivacyService,
)
from storecast.kit.clock import utcnow
from storecast.kit.database import SessionMaker, transaction
from storecast.kit.settings import Settings
from storecast.kit.storage import Storage

RETRIES = RetryStrategy(max_attempts=8, exponential_wait=5)


def add_privacy_jobs(
    app: App,
    settings: Settings,
    sessions: SessionMaker,
    storage: Storage,
    mailer: Mailer,
    privacy: Callable[[AsyncSession], PrivacyService],
) -> None:
    async def send(user: User, kind: MailKind, link: str | None = None, **words: str) -> None:
        mail = compose(kind, user.email, user.locale, settings.mail_from, link=link, name=user.nickname, **words)
        await mailer.send(mail)

    @app.task(name=EXPORT_DATA, retry=RETRIES)
    async def _export_data(export_id: str) -> None:
        async with transaction(sessions) as session:
            user = await make_export(privacy(session), storage, settings.web_url, export_id, utcnow())
        if user is not None:
            await send(user, MailKind.EXPORT_READY, f"{settings.web_url}/account", days=str(EXPORT_KEPT.days))

    @app.task(name=NOTE_ERASURE, queue="mail", retry=RETRIES)
    async def _note_erasure(user_id: int) -> None:
        async with transaction(sessions) as session:
            found = await privacy(session).erasing(user_id)
        if found is not None:
            user, erasure = found
            day = format_date(erasure.due_at, "long", locale="en")
            await send(user, MailKind.ERASURE_SCHEDULED, f"{settings.web_url}/account", time=day)

    @app.task(name=BEGIN_ERASURE, retry=RETRIES)
    async def _begin_erasure(user_id: int) -> None:
        async with transaction(sessions) as session:
            await privacy(session).begin_erasure(user_id, utcnow())

    @app.task(name=ERASE, retry=RETRIES)
    async def _erase(user_id: int) -> None:
        async with transaction(sessions) as session:
            found = await privacy(session).erase(user_id)
        if found is not None:
            user, files = found
            for key in files:
                await storage.delete(key)
            await send(user, MailKind.ERASED)

    @app.periodic(cron="27 * * * *")
    @app.task(name="forget_exports", pass_context=False)
    async def _forget_exports(timestamp: int) -> None:
        del timestamp
        async with transaction(sessions) as session:
            for key in await privacy(session).forget_exports(utcnow()):
                await storage.delete(key)
