"""Mails with a link to choose a password.

The request only notes the address. Whether it has an account is looked up by the worker, so that neither the answer
nor its time tells; and the link's token exists in the mail alone.
"""

from datetime import datetime, timedelta
from urllib.parse import urlencode

from storecast.adapters.email.mailer import Mailer
from storecast.adapters.email.messages import MailKind, compose
from storecast.domains.accounts.repository import AccountRepository
from storecast.domains.sign_ins.passwords.models import PasswordLink
from storecast.domains.sign_ins.passwords.repository import PasswordLinkRepository
from storecast.kit.database import Database
from storecast.kit.ids import digest, random_text
from storecast.kit.jobs import Job, defer
from storecast.kit.settings import Settings

LINK_LIFETIME = timedelta(minutes=60)
TOKEN_LENGTH = 64


class SendPasswordLink(Job, frozen=True):
    """`locale` is for people who have not chosen one."""

    name = "accounts.send_password_link"
    queue = "mail"

    email: str
    locale: str
    sign_up: bool  # make an account where there is none


async def request_password_link(db: Database, email: str, locale: str, *, sign_up: bool) -> None:
    """Mail `email` a link: to reset its account's password, or with `sign_up` to make an account where it has none."""
    await defer(db, SendPasswordLink(email, locale, sign_up))


async def send_password_link(
    job: SendPasswordLink, db: Database, settings: Settings, mailer: Mailer, now: datetime
) -> None:
    email, locale = job.email, job.locale
    user = await AccountRepository(db).by_email(email)
    if user is None and not job.sign_up:
        return
    token = random_text(TOKEN_LENGTH)
    stored = PasswordLink(
        digest=digest(token), email=email, user_id=user.id if user else None, expires_at=now + LINK_LIFETIME
    )
    await PasswordLinkRepository(db).add(stored)
    link = f"{settings.web_url}/reset?{urlencode({'token': token, 'email': email})}"
    words = {"minutes": str(LINK_LIFETIME // timedelta(minutes=1))}
    if user is None:
        mail = compose(MailKind.SIGN_UP, email, locale, settings.mail_from, link=link, **words)
    else:
        kind = MailKind.HAVE_ACCOUNT if job.sign_up else MailKind.RESET
        mail = compose(kind, email, user.locale, settings.mail_from, link=link, name=user.greeting, **words)
    await mailer.send(mail)


async def forget_password_links(db: Database, now: datetime) -> None:
    """Delete the links whose time is over."""
    await PasswordLinkRepository(db).remove_over(now)
