"""The worker process: durable jobs, and the sessions nobody speaks for any more."""

import asyncio
import signal
from collections.abc import Callable
from datetime import UTC, datetime

import structlog
from procrastinate import App, PsycopgConnector, RetryStrategy
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from storecast.adapters.email.mailer import Mailer
from storecast.adapters.email.outbox import SEND_MAIL, send_mail
from storecast.domains.accounts.audit import forget_events
from storecast.domains.accounts.jobs import SEND_VERIFICATION, send_verification
from storecast.domains.accounts.passwords.jobs import SEND_PASSWORD_LINK, forget_password_links, send_password_link
from storecast.domains.accounts.privacy.service import PrivacyService
from storecast.domains.accounts.second_factors.repository import forget_ended
from storecast.domains.accounts.tokens import forget_grants
from storecast.domains.audience.heartbeats import forget_views
from storecast.domains.channels.followers.jobs import TELL_FOLLOWERS, tell_followers
from storecast.domains.oauth.tokens.service import forget_codes
from storecast.domains.streams.jobs import CUT_OFF, cut_off
from storecast.entrypoints.dependencies import people, shows
from storecast.entrypoints.privacy_jobs import add_privacy_jobs
from storecast.entrypoints.services import Services, create_services
from storecast.kit.clock import utcnow
from storecast.kit.database import transaction
from storecast.kit.http.idempotency import forget_answers
from storecast.kit.keys import remove_retired
from storecast.kit.settings import Settings
from storecast.kit.storage import DELETE_FILES

log = structlog.get_logger()

ABANDONED_CHECK = 10.0  # seconds
RETRIES = RetryStrategy(max_attempts=8, exponential_wait=5)  # 5 s, 25 s, … a mail server may be away for a day


def create_jobs(services: Services) -> App:
    """The queue and every task in it."""
    settings, sessions = services.settings, services.sessions
    if settings.database_url is None:
        raise ValueError("STORECAST_DATABASE_URL is not set; `storecast run` starts a database when it is not")
    url = make_url(settings.database_url.get_secret_value()).set(drivername="postgresql")
    connector = PsycopgConnector(conninfo=url.render_as_string(hide_password=False), min_size=1, max_size=4)
    app = App(connector=connector)
    mailer = Mailer(settings)

    @app.task(name=SEND_VERIFICATION, queue="mail", retry=RETRIES)
    async def _send_verification(email: str, name: str, locale: str) -> None:
        await send_verification(settings, mailer, email, name, locale, utcnow())

    @app.task(name=SEND_PASSWORD_LINK, queue="mail", retry=RETRIES)
    async def _send_password_link(email: str, locale: str, sign_up: int) -> None:
        async with transaction(sessions) as session:
            await send_password_link(session, settings, mailer, email, locale, bool(sign_up), utcnow())

    @app.task(name=SEND_MAIL, queue="mail", retry=RETRIES)
    async def _send_mail(**mail: str) -> None:
        await send_mail(settings, mailer, **mail)

    @app.task(name=TELL_FOLLOWERS, queue="mail", retry=RETRIES)
    async def _tell_followers(channel_id: int) -> None:
        async with transaction(sessions) as session:
            await tell_followers(session, settings, channel_id, utcnow())

    @app.task(name=DELETE_FILES, retry=RETRIES)
    async def _delete_files(keys: str) -> None:
        for key in keys.splitlines():
            await services.storage.delete(key)

    @app.task(name=CUT_OFF, queue="streams")
    async def _cut_off(node: str, session_id: str) -> None:
        await cut_off(services.hook_secret, node, session_id)

    @app.periodic(cron="7 * * * *")
    @app.task(name="forget_answers", pass_context=False)
    async def _forget_answers(timestamp: int) -> None:
        async with transaction(sessions) as session:
            await forget_answers(session, datetime.fromtimestamp(timestamp, UTC))

    @app.periodic(cron="17 * * * *")
    @app.task(name="forget_sign_ins", pass_context=False)
    async def _forget_sign_ins(timestamp: int) -> None:
        now = datetime.fromtimestamp(timestamp, UTC)
        async with transaction(sessions) as session:
            await forget_ended(session, now)
            await forget_events(session, now)
            await forget_password_links(session, now)

    @app.periodic(cron="27 3 * * *")
    @app.task(name="forget_grants", pass_context=False)
    async def _forget_grants(timestamp: int) -> None:
        now = datetime.fromtimestamp(timestamp, UTC)
        async with transaction(sessions) as session:
            await forget_codes(session, now)
            await forget_grants(session, now)
        remove_retired(settings.data_dir / "keys", now)

    @app.periodic(cron="47 3 * * *")
    @app.task(name="forget_views", pass_context=False)
    async def _forget_views(timestamp: int) -> None:
        async with transaction(sessions) as session:
            await forget_views(session, datetime.fromtimestamp(timestamp, UTC))

    def privacy(session: AsyncSession) -> PrivacyService:
        return people.privacy(session, services)

    add_privacy_jobs(app, sessions, services.storage, privacy)
    return app


async def serve(settings: Settings, ready: Callable[[], None]) -> None:
    """Work until SIGTERM or Ctrl-C; jobs under way are finished first. Calls `ready` once jobs are taken."""
    services = create_services(settings)
    jobs = create_jobs(services)
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)

    async def watch_sessions() -> None:
        while True:
            try:
                await end_abandoned_sessions(services, utcnow())
            except (SQLAlchemyError, OSError) as error:
                log.warning("sessions not checked", error=str(error).splitlines()[0])
            await asyncio.sleep(ABANDONED_CHECK)

    async with jobs.open_async():
        working = asyncio.create_task(
            jobs.run_worker_async(
                concurrency=4,
                install_signal_handlers=False,
                fetch_job_polling_interval=30,
                delete_jobs="successful",  # they hold names and addresses
            )
        )
        watching = asyncio.create_task(watch_sessions())
        stopping = asyncio.create_task(stop.wait())
        ready()
        await asyncio.wait((working, watching, stopping), return_when=asyncio.FIRST_COMPLETED)
        for task in (watching, stopping, working):
            task.cancel()
        results = await asyncio.gather(working, watching, return_exceptions=True)
    await services.close()
    for result in results:
        if isinstance(result, BaseException) and not isinstance(result, asyncio.CancelledError):
            raise result


async def end_abandoned_sessions(services: Services, now: datetime) -> None:
    """End the sessions whose node went silent and did not come back in time."""
    async with transaction(services.sessions) as session:
        accounts = people.accounts(session, people.tokens(session, services), services)
        channels = shows.channels(session, services)
        streams = shows.streams(session, services)
        await shows.ingest(session, accounts, channels, streams, services).end_abandoned(now)
