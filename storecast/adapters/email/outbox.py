"""Mails asked for in a transaction and sent by the worker, again and again where the server says not now."""

from datetime import datetime

from storecast.adapters.email.mailer import Mailer
from storecast.adapters.email.messages import MailKind, compose
from storecast.kit.database import Database
from storecast.kit.jobs import Job, defer
from storecast.kit.languages import written_moment
from storecast.kit.settings import Settings


class SendMail(Job, frozen=True):
    name = "mail.send"
    queue = "mail"

    kind: MailKind
    to: str
    locale: str
    link: str
    opt_out: str
    unsubscribe: str
    words: dict[str, str]


async def request_mail(
    db: Database,
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
    await defer(db, SendMail(kind, to, locale, link, opt_out, unsubscribe, written))


async def send_mail(job: SendMail, settings: Settings, mailer: Mailer) -> None:
    mail = compose(
        job.kind,
        job.to,
        job.locale,
        settings.mail_from,
        link=job.link or None,
        opt_out=job.opt_out or None,
        unsubscribe=job.unsubscribe or None,
        **job.words,
    )
    await mailer.send(mail)
