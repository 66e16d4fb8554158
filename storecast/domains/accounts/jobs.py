"""Mails of accounts: asked for in the request's transaction, sent by the worker."""

import re
from datetime import datetime, timedelta
from urllib.parse import urlencode

from storecast.adapters.email.mailer import Mailer
from storecast.adapters.email.messages import MailKind, compose, device_in
from storecast.adapters.email.outbox import request_mail
from storecast.domains.accounts.models import User
from storecast.domains.accounts.verification import LINK_LIFETIME, verification_hash
from storecast.kit.database import Database
from storecast.kit.jobs import Job, defer
from storecast.kit.settings import Settings

_PLAIN = re.compile(r"[A-Za-z0-9 ]{1,40}")


class SendVerification(Job, frozen=True):
    name = "accounts.send_verification"
    queue = "mail"

    email: str
    locale: str


async def request_verification(db: Database, user: User) -> None:
    await defer(db, SendVerification(user.email, user.locale))


async def send_verification(job: SendVerification, settings: Settings, mailer: Mailer, now: datetime) -> None:
    query = urlencode({"email": job.email, "hash": verification_hash(settings, job.email, now + LINK_LIFETIME)})
    link = f"{settings.web_url}/verify?{query}"
    days = str(LINK_LIFETIME // timedelta(days=1))
    await mailer.send(compose(MailKind.VERIFY, job.email, job.locale, settings.mail_from, link=link, days=days))


async def tell_password_changed(db: Database, settings: Settings, user: User, now: datetime) -> None:
    link = _forgotten(settings, user)
    await request_mail(db, MailKind.PASSWORD_CHANGED, user.email, user.locale, link=link, name=user.greeting, time=now)


async def tell_new_device(
    db: Database, settings: Settings, user: User, browser: str, system: str, address: str, now: datetime
) -> None:
    """Of what a device says of itself an address that nobody has verified is told no more than a browser's name."""
    plain = browser and system and _PLAIN.fullmatch(f"{browser} {system}")
    known = (browser, system) if plain or user.verified_at is not None else ("", "")
    await request_mail(
        db,
        MailKind.NEW_DEVICE,
        user.email,
        user.locale,
        link=_forgotten(settings, user),
        name=user.greeting,
        device=device_in(user.locale, *known),
        address=address,
        time=now,
    )


def _forgotten(settings: Settings, user: User) -> str:
    """The page that mails a link to choose a new password."""
    return f"{settings.web_url}/reset?{urlencode({'email': user.email})}"
