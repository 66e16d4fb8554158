"""One mail, sent or written down."""

import secrets
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import formatdate, make_msgid, parseaddr
from urllib.parse import unquote, urlsplit

import aiosmtplib
import structlog
from msgspec import Struct

from storecast.kit.settings import Settings

log = structlog.get_logger()

TIMEOUT = 30  # seconds


class Mail(Struct, frozen=True):
    to: str
    subject: str
    text: str
    html: str
    unsubscribe: str | None = None  # where one POST ends mails like this (RFC 8058)


class Mailer:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._folder = settings.data_dir / "mail"

    async def send(self, mail: Mail) -> None:
        """Hand `mail` to the SMTP server, or write it to `DATA/mail/*.eml`.

        A mail that the server refuses for good is logged and forgotten. Raises aiosmtplib.SMTPException where
        trying again may help.
        """
        try:
            message = self._message(mail)
        except (ValueError, IndexError, HeaderParseError):
            log.warning("mail not sent: its address cannot be written as one", domain=mail.to.rpartition("@")[2])
            return
        if self._settings.smtp_url is None:
            self._write(message)
            return
        try:
            await self._deliver(message, mail.to, self._settings.smtp_url.get_secret_value())
        except (aiosmtplib.SMTPRecipientsRefused, aiosmtplib.SMTPResponseException) as error:
            if not _is_final(error):
                raise
            log.warning("mail refused", domain=mail.to.rpartition("@")[2], error=str(error))

    def _message(self, mail: Mail) -> EmailMessage:
        """Raises ValueError, IndexError or HeaderParseError when the recipient cannot stand in a header."""
        message = EmailMessage(policy=SMTP if mail.to.isascii() else SMTPUTF8)
        message["From"] = self._settings.mail_from
        message["To"] = Address(addr_spec=mail.to)
        message["Subject"] = mail.subject
        message["Date"] = formatdate()
        message["Message-ID"] = make_msgid(domain=parseaddr(self._settings.mail_from)[1].rpartition("@")[2])
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers, please
        if mail.unsubscribe:
            message["List-Unsubscribe"] = f"<{mail.unsubscribe}>"
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message.set_content(mail.text)
        message.add_alternative(mail.html, subtype="html")
        return message

    def _write(self, message: EmailMessage) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)  # some of the links in them are secrets
        (self._folder / f"{secrets.token_hex(8)}.eml").write_bytes(message.as_bytes())

    async def _deliver(self, message: EmailMessage, recipient: str, url: str) -> None:
        server = urlsplit(url)
        encrypted = server.scheme == "smtps"
        start_tls = {"offered": None, "required": True, "off": False}[self._settings.smtp_tls]
        ca_file = self._settings.smtp_ca_file
        await aiosmtplib.send(
            message,
            recipients=[recipient],
            hostname=server.hostname or "localhost",
            port=server.port or (465 if encrypted else 25),
            username=unquote(server.username) if server.username else None,
            password=unquote(server.password) if server.password else None,
            use_tls=encrypted,
            start_tls=False if encrypted else start_tls,
            cert_bundle=str(ca_file) if ca_file else None,
            timeout=TIMEOUT,
        )


def _is_final(error: aiosmtplib.SMTPRecipientsRefused | aiosmtplib.SMTPResponseException) -> bool:
    """Whether the server said never (5xx) of this recipient or message, rather than of us or for now (4xx)."""
    match error:
        case aiosmtplib.SMTPRecipientsRefused(recipients=refused):
            return all(recipient.code >= 500 for recipient in refused)
        case aiosmtplib.SMTPDataError():
            return error.code >= 500
    return False
