"""Mails of accounts: asked for in the request's transaction, sent by the worker."""

from datetime import datetime, timedelta
from urllib.parse import urlencode

from storecast.adapters.email.mailer import Mailer
from storecast.adapters.email.messages import MailKind, compose
from storecast.adapters.email.outbox import request_mail
from storecast.domains.accounts.models import User
from storecast.domains.accounts.verification import LINK_LIFETIME, verification_hash
from storecast.kit.database import Database
from storecast.kit.jobs import Job, defer
from storecast.kit.settings import Settings


class SendVerification(Job, frozen=True):
    name = "accounts.send_verification"
    queue = "mail"

    email: str
    nickname: str
    locale: str


async def request_verification(db: Database, user: User) -> None:
    await defer(db, SendVerification(user.email, user.nickname, user.locale))


async def send_verification(job: SendVerification, settings: Settings, mailer: Mailer, now: datetime) -> None:
    query = urlencode({"email": job.email, "hash": verification_hash(settings, job.email, now + LINK_LIFETIME)})
    link = f"{settings.web_url}/verify?{query}"
    words = {"name": job.nickname, "days": str(LINK_LIFETIME // timedelta(days=1))}
    await mailer.send(compose(MailKind.VERIFY, job.email, job.locale, settings.mail_from, link=link, **words))


async def tell_password_changed(db: Database, settings: Settings, user: User, now: datetime) -> None:
    link = _forgotten(settings, user)
    await request_mail(db, MailKind.PASSWORD_CHANGED, user.email, user.locale, link=link, name=user.nickname, time=now)


async def tell_new_device(
    db: Database, settings: Settings, user: User, device: str, address: str, now: datetime
) -> None:
    """`device` as people call it."""
    await request_mail(
        db,
        MailKind.NEW_DEVICE,
        user.email,
        user.locale,
        link=_forgotten(settings, user),
        name=user.nickname,
        device=device,
        address=address,
        time=now,
    )


def _forgotten(settings: Settings, user: User) -> str:
    """The page that mails a link to choose a new password."""
    return f"{settings.web_url}/reset?{urlencode({'email': user.email})}"
