"""One mail, sent or written down."""

import asyncio
import os
import secrets
import time
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import formatdate, make_msgid, parseaddr
from urllib.parse import unquote, urlsplit

import aiosmtplib
import structlog
from msgspec import Struct

from storecast.kit.emails import delivered, is_international
from storecast.kit.errors import Unavailable
from storecast.kit.ids import digest
from storecast.kit.settings import Settings

log = structlog.get_logger()

TIMEOUT = 30  # seconds
ASKING_TIMEOUT = 5  # seconds, while somebody waits
ASKED_EVERY = 600  # seconds; of a server that did not answer, `ASKING_TIMEOUT`


class Mail(Struct, frozen=True):
    to: str
    subject: str
    text: str
    html: str
    unsubscribe: str | None = None  # where one POST ends mails like this (RFC 8058)
    key: str | None = (
        None  # names it, so that one sent twice, as its sender was killed in between, is known as the same
    )


class Mailer:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._folder = settings.data_dir / "mail"
        self._asking = asyncio.Lock()
        self._international: bool | None = None  # whether the server takes SMTPUTF8; None: it does not answer
        self._known_until = 0.0

    def say_where(self) -> None:
        """Log where mails go if that is nowhere: whoever waits for a link asks who runs the installation."""
        if self._settings.smtp_url is None:
            log.warning("no mail server is set, see DATA/mail", folder=str(self._folder), set="STORECAST_SMTP_URL")

    async def reaches(self, address: str) -> bool:
        """Whether the server takes mail for a normal `address`; it is asked every 10 minutes. Raises `Unavailable`."""
        if self._settings.smtp_url is None or not is_international(address):
            return True
        async with self._asking:
            if time.monotonic() >= self._known_until:
                self._international = await self._ask(self._settings.smtp_url.get_secret_value())
                self._known_until = time.monotonic() + (ASKING_TIMEOUT if self._international is None else ASKED_EVERY)
        if self._international is None:
            failure = Unavailable("The mail server does not say whether it takes such addresses. Try again soon.")
            failure.headers = {"Retry-After": str(ASKING_TIMEOUT)}
            raise failure
        return self._international

    async def check(self) -> None:
        """Raises whatever keeps mails from being sent, or written down: `OSError`, `aiosmtplib.SMTPException`."""
        if self._settings.smtp_url is None:
            await asyncio.to_thread(self._folder.mkdir, parents=True, exist_ok=True, mode=0o700)
            if not os.access(self._folder, os.W_OK):
                raise PermissionError(f"{self._folder} cannot be written to")
            return
        async with self._server(self._settings.smtp_url.get_secret_value(), ASKING_TIMEOUT) as server:
            await server.noop()

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
            self._write(message, mail.key)
            return
        try:
            await self._deliver(message, mail.to, self._settings.smtp_url.get_secret_value())
        except (aiosmtplib.SMTPRecipientsRefused, aiosmtplib.SMTPResponseException) as error:
            if not _is_final(error):
                raise
            log.warning("mail refused", domain=mail.to.rpartition("@")[2], error=str(error))

    def _message(self, mail: Mail) -> EmailMessage:
        """Raises ValueError, IndexError or HeaderParseError when the recipient cannot stand in a header."""
        to = delivered(mail.to)
        message = EmailMessage(policy=SMTP if to.isascii() else SMTPUTF8)
        name, sender = parseaddr(self._settings.mail_from)
        message["From"] = self._settings.mail_from if sender.isascii() else _header(delivered(sender), name)
        message["To"] = _header(to)
        message["Subject"] = mail.subject
        message["Date"] = formatdate()
        domain = delivered(sender).rpartition("@")[2]
        message["Message-ID"] = f"<{digest(mail.key)[:32]}@{domain}>" if mail.key else make_msgid(domain=domain)
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers, please
        if mail.unsubscribe:
            message["List-Unsubscribe"] = f"<{mail.unsubscribe}>"
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message.set_content(mail.text)
        message.add_alternative(mail.html, subtype="html")
        return message

    def _write(self, message: EmailMessage, key: str | None) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)  # some of the links in them are secrets
        name = digest(key)[:16] if key else secrets.token_hex(8)
        (self._folder / f"{name}.eml").write_bytes(message.as_bytes())

    async def _deliver(self, message: EmailMessage, recipient: str, url: str) -> None:
        async with self._server(url, TIMEOUT) as server:
            if is_international(recipient) and not await _offers_smtputf8(server):
                log.warning("mail not sent: the mail server takes no letters beyond ASCII before an address' @")
                return
            await server.send_message(message, recipients=[delivered(recipient)])

    async def _ask(self, url: str) -> bool | None:
        try:
            async with self._server(url, ASKING_TIMEOUT) as server:
                return await _offers_smtputf8(server)
        except (aiosmtplib.SMTPException, OSError) as error:
            log.warning("mail server does not answer", error=str(error))
            return None

    def _server(self, url: str, timeout: float) -> aiosmtplib.SMTP:
        """The server of an `smtp://` or `smtps://` URL; entering it connects and signs in."""
        server = urlsplit(url)
        encrypted = server.scheme == "smtps"
        start_tls = {"offered": None, "required": True, "off": False}[self._settings.smtp_tls]
        ca_file = self._settings.smtp_ca_file
        return aiosmtplib.SMTP(
            hostname=server.hostname or "localhost",
            port=server.port or (465 if encrypted else 25),
            username=unquote(server.username) if server.username else None,
            password=unquote(server.password) if server.password else None,
            use_tls=encrypted,
            start_tls=False if encrypted else start_tls,
            cert_bundle=str(ca_file) if ca_file else None,
            timeout=timeout,
        )


async def _offers_smtputf8(server: aiosmtplib.SMTP) -> bool:
    """What it says once the connection is as it will be (RFC 6531, 3.1)."""
    if server.is_ehlo_or_helo_needed:
        await server.ehlo()
    return server.supports_extension("smtputf8")


def _header(address: str, name: str = "") -> Address:
    """Python parses addresses in ASCII alone. Raises ValueError, IndexError or HeaderParseError for what is none."""
    if address.isascii():
        return Address(name, addr_spec=address)
    local, _, domain = address.rpartition("@")
    return Address(name, local, domain)


def _is_final(error: aiosmtplib.SMTPRecipientsRefused | aiosmtplib.SMTPResponseException) -> bool:
    """Whether the server said never (5xx) of this recipient or message, rather than of us or for now (4xx)."""
    match error:
        case aiosmtplib.SMTPRecipientsRefused(recipients=refused):
            return all(recipient.code >= 500 for recipient in refused)
        case aiosmtplib.SMTPDataError():
            return error.code >= 500
    return False
