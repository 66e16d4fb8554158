"""Mails of accounts: asked for in the request's transaction, sent by the worker."""

from datetime import datetime, timedelta
from urllib.parse import urlencode

from sqlalchemy.ext.asyncio import AsyncSession

from storecast.adapters.email.mailer import Mailer
from storecast.adapters.email.messages import MailKind, compose
from storecast.adapters.email.outbox import request_mail
from storecast.domains.accounts.models import User
from storecast.domains.accounts.verification import LINK_LIFETIME, verification_hash
from storecast.kit.jobs import defer
from storecast.kit.settings import Settings

SEND_VERIFICATION = "accounts.send_verification"


async def request_verification(session: AsyncSession, user: User) -> None:
    arguments = {"email": user.email, "name": user.nickname, "locale": user.locale}
    await defer(session, SEND_VERIFICATION, arguments, queue="mail")


async def send_verification(
    settings: Settings, mailer: Mailer, email: str, name: str, locale: str, now: datetime
) -> None:
    query = urlencode({"email": email, "hash": verification_hash(settings, email, now + LINK_LIFETIME)})
    link = f"{settings.web_url}/verify?{query}"
    words = {"name": name, "days": str(LINK_LIFETIME // timedelta(days=1))}
    await mailer.send(compose(MailKind.VERIFY, email, locale, settings.mail_from, link=link, **words))


async def tell_password_changed(session: AsyncSession, settings: Settings, user: User, now: datetime) -> None:
    link = _forgotten(settings, user)
    await request_mail(
        session, MailKind.PASSWORD_CHANGED, user.email, user.locale, link=link, name=user.nickname, time=now
    )


async def tell_new_device(
    session: AsyncSession, settings: Settings, user: User, device: str, address: str, now: datetime
) -> None:
    """`device` as people call it."""
    await request_mail(
        session,
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
