"""Mails that were written to disk."""

import email
from email import policy
from email.message import EmailMessage

from storecast.kit.settings import Settings


def mails_to(settings: Settings, address: str) -> list[EmailMessage]:
    """Every mail to `address`, in no particular order."""
    found = []
    for path in (settings.data_dir / "mail").glob("*.eml"):
        mail = email.message_from_bytes(path.read_bytes(), policy=policy.default)
        if mail["To"] == address:
            found.append(mail)
    return found
