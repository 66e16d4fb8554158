"""Mails asked for in a transaction and sent by the worker, again and again where the server says not now."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from storecast.adapters.email.mailer import Mailer
from storecast.adapters.email.messages import MailKind, compose
from storecast.kit.jobs import defer
from storecast.kit.languages import written_moment
from storecast.kit.settings import Settings

SEND_MAIL = "mail.send"


async def request_mail(
    session: AsyncSession,
    kind: MailKind,
    to: str,
    locale: str,
    *,
    link: str = "",
    opt_out: str = "",
    unsubscribe: str = "",
    **words: str | datetime,
) -> None:
    """Have a mail sent if and when this transaction commits. It is kept till then: for words that are no secret."""
    written = {
        name: written_moment(word, locale) if isinstance(word, datetime) else word for name, word in words.items()
    }
    around = {"kind": kind.value, "to": to, "locale": locale, "link": link, "opt_out": opt_out}
    await defer(session, SEND_MAIL, {**around, "unsubscribe": unsubscribe, **written}, queue="mail")


async def send_mail(
    settings: Settings,
    mailer: Mailer,
    kind: str,
    to: str,
    locale: str,
    link: str,
    opt_out: str,
    unsubscribe: str,
    **words: str,
) -> None:
    mail = compose(
        MailKind(kind),
        to,
        locale,
        settings.mail_from,
        link=link or None,
        opt_out=opt_out or None,
        unsubscribe=unsubscribe or None,
        **words,
    )
    await mailer.send(mail)
