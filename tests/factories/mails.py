"""Mails written to a data folder."""

import email
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import cast
from urllib.parse import parse_qsl, urlsplit

from storecast.kit.settings import Settings


def mails_to(settings: Settings, address: str) -> list[EmailMessage]:
    """Every mail to `address`, in no particular order."""
    return mails_in(settings.data_dir, address)


def mails_in(folder: Path, to: str | None = None) -> list[EmailMessage]:
    """Every mail, or those to one address, in no particular order."""
    paths = (folder / "mail").glob("*.eml")
    mails = [cast(EmailMessage, email.message_from_bytes(path.read_bytes(), policy=policy.default)) for path in paths]
    return [mail for mail in mails if to in (None, mail["To"])]


def text_of(mail: EmailMessage, kind: str = "plain") -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def link_in(mail: EmailMessage) -> str:
    """The one link of its text."""
    [link] = [word for word in text_of(mail).split() if word.startswith("http")]
    return link


def query_of(link: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(link).query))
