"""One mail, sent or written down."""

import secrets
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from pathlib import Path
from urllib.parse import unquote, urlsplit

import aiosmtplib
from msgspec import Struct

from storecast.kit.settings import Settings


class Mail(Struct, frozen=True):
    to: str
    subject: str
    text: str
    html: str


class Mailer:
    def __init__(self, settings: Settings) -> None:
        self._sender = settings.mail_from
        self._smtp = settings.smtp_url.get_secret_value() if settings.smtp_url else None
        self._folder = settings.data_dir / "mail"

    async def send(self, mail: Mail) -> None:
        """Hand `mail` to the SMTP server, or write it to `DATA/mail/*.eml`. Raises aiosmtplib.SMTPException."""
        message = EmailMessage()
        message["From"] = self._sender
        message["To"] = mail.to
        message["Subject"] = mail.subject
        message["Date"] = formatdate()
        message["Message-ID"] = make_msgid(domain="storecast")
        message.set_content(mail.text)
        message.add_alternative(mail.html, subtype="html")
        if self._smtp is None:
            self._write(message)
        else:
            await self._deliver(message, self._smtp)

    def _write(self, message: EmailMessage) -> Path:
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{secrets.token_hex(8)}.eml"
        path.write_bytes(message.as_bytes())
        return path

    async def _deliver(self, message: EmailMessage, url: str) -> None:
        server = urlsplit(url)
        await aiosmtplib.send(
            message,
            hostname=server.hostname or "localhost",
            port=server.port or (465 if server.scheme == "smtps" else 25),
            username=unquote(server.username) if server.username else None,
            password=unquote(server.password) if server.password else None,
            use_tls=server.scheme == "smtps",
            timeout=30,
        )
