"""Mails over real SMTP, held against aiosmtpd."""

import asyncio
import email
import ssl
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import cast

import aiosmtplib
import msgspec
import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from sqlalchemy import text

from storecast.adapters.email.mailer import Mail, Mailer
from storecast.kit.database import create_databases, create_engine, transaction
from tests.factories.accounts import PASSWORD
from tests.factories.platform import do_jobs, running_app, settings_for
from tests.ports import free_port

MAIL = Mail("ana@example.com", "Bună ziua", "Text ț", "<p>HTML ț</p>")


class Inbox:
    """Takes what it is sent, or answers with `refusals`, one a mail, first."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.encrypted: list[bool] = []
        self.refusals: list[str] = []

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's names
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.refusals:
            return self.refusals.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = cast(bytes, envelope.content)
        self.mails.append(cast(EmailMessage, email.message_from_bytes(content, policy=policy.default)))
        self.recipients += envelope.rcpt_tos
        self.encrypted.append(session.ssl is not None)
        return "250 OK"


@contextmanager
def smtp_server(inbox: Inbox, **options: object) -> Iterator[int]:
    """Its port."""
    port = free_port()
    controller = Controller(inbox, hostname="127.0.0.1", port=port, **options)  # type: ignore[arg-type]
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def certificate(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


@pytest.fixture
def mailer(tmp_path: Path, authority: trustme.CA) -> Callable[..., Mailer]:
    """A mailer for a server on this machine that trusts the tests' authority."""
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))

    def make(port: int, scheme: str = "smtp", who: str = "", **more: object) -> Mailer:
        url = f"{scheme}://{who}127.0.0.1:{port}"
        return Mailer(
            settings_for(tmp_path, "postgresql://unused", smtp_url=url, smtp_ca_file=tmp_path / "ca.pem", **more)
        )

    return make


def test_the_log_says_where_mails_are_without_a_server(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    for smtp_url, said in ((None, True), ("smtp://mail.shop.test", False)):
        caplog.clear()
        Mailer(settings_for(tmp_path, "postgresql://unused", smtp_url=smtp_url)).say_where()
        assert ("no mail server is set, see DATA/mail" in caplog.text) is said


async def test_mail_arrives_as_it_was_written(inbox: Inbox, mailer: Callable[..., Mailer]) -> None:
    with smtp_server(inbox) as port:
        await mailer(port).send(MAIL)
    [mail] = inbox.mails
    assert (mail["To"], mail["Subject"], inbox.recipients) == ("ana@example.com", "Bună ziua", ["ana@example.com"])
    parts = {part.get_content_type(): part.get_content().strip() for part in mail.iter_parts()}
    assert parts == {"text/plain": "Text ț", "text/html": "<p>HTML ț</p>"}
    assert mail["Message-ID"]
    assert mail["Auto-Submitted"] == "auto-generated"


async def test_a_mail_sent_twice_is_known_as_the_same(
    inbox: Inbox, mailer: Callable[..., Mailer], tmp_path: Path
) -> None:
    keyed = msgspec.structs.replace(MAIL, key="reminder:1")
    with smtp_server(inbox) as port:
        for mail in (keyed, keyed, msgspec.structs.replace(MAIL, key="reminder:2"), MAIL, MAIL):
            await mailer(port).send(mail)
    first, again, *others = (str(mail["Message-ID"]) for mail in inbox.mails)
    assert first == again
    assert len({first, *others}) == 4
    assert first.endswith("@localhost>")
    for _ in range(2):
        await Mailer(settings_for(tmp_path, "postgresql://unused")).send(keyed)
    assert len(list((tmp_path / "mail").glob("*.eml"))) == 1


async def test_encrypts_where_the_server_offers_it(
    inbox: Inbox, mailer: Callable[..., Mailer], certificate: ssl.SSLContext
) -> None:
    with smtp_server(inbox, tls_context=certificate) as port:
        await mailer(port).send(MAIL)
        await mailer(port, smtp_tls="off").send(MAIL)
    assert inbox.encrypted == [True, False]


async def test_encrypted_from_the_start(
    inbox: Inbox, mailer: Callable[..., Mailer], certificate: ssl.SSLContext
) -> None:
    with smtp_server(inbox, ssl_context=certificate) as port:
        await mailer(port, "smtps").send(MAIL)
    assert len(inbox.mails) == 1


async def test_signs_in_with_what_the_url_says(
    inbox: Inbox, mailer: Callable[..., Mailer], certificate: ssl.SSLContext
) -> None:
    def authenticate(*arguments: object) -> AuthResult:
        login = cast(LoginPassword, arguments[-1])
        return AuthResult(success=login == LoginPassword(b"shop", b"p@ss/word"), handled=False)

    with smtp_server(inbox, tls_context=certificate, authenticator=authenticate, auth_required=True) as port:
        await mailer(port, who="shop:p%40ss%2Fword@").send(MAIL)
        with pytest.raises(aiosmtplib.SMTPAuthenticationError):
            await mailer(port, who="shop:wrong@").send(MAIL)
    assert len(inbox.mails) == 1


async def test_required_encryption_is_not_talked_down(inbox: Inbox, mailer: Callable[..., Mailer]) -> None:
    with smtp_server(inbox) as port, pytest.raises(aiosmtplib.SMTPException):
        await mailer(port, smtp_tls="required").send(MAIL)
    assert inbox.mails == []


async def test_a_certificate_nobody_vouches_for_is_refused(inbox: Inbox, mailer: Callable[..., Mailer]) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    with smtp_server(inbox, tls_context=context) as port, pytest.raises((aiosmtplib.SMTPException, ssl.SSLError)):
        await mailer(port, smtp_tls="required").send(MAIL)
    assert inbox.mails == []


async def test_a_mailbox_that_does_not_exist_is_given_up(inbox: Inbox, mailer: Callable[..., Mailer]) -> None:
    inbox.refusals = ["550 5.1.1 no such mailbox"]
    with smtp_server(inbox) as port:
        await mailer(port).send(MAIL)
        await mailer(port).send(MAIL)
    assert len(inbox.mails) == 1


@pytest.mark.parametrize("recipient", ["a@b.co\r\nBcc: c@d.co", "two words@b.co", ""])
async def test_an_address_that_is_none_reaches_no_server(
    inbox: Inbox, mailer: Callable[..., Mailer], recipient: str
) -> None:
    with smtp_server(inbox) as port:
        await mailer(port).send(Mail(recipient, "Subject", "Text", "HTML"))
    assert inbox.mails == []


@pytest.fixture
async def jobs_due(database_url: str, tmp_path: Path) -> AsyncIterator[Callable[[], object]]:
    """Makes the jobs that wait for another try due now; answers how many there are."""
    engine = create_engine(settings_for(tmp_path, database_url))

    async def make_due() -> int:
        async with transaction(create_databases(engine)) as db:
            due = text("UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo' RETURNING id")
            return len((await db.execute(due)).all())

    yield make_due
    await engine.dispose()


async def test_a_mail_is_tried_again_while_the_server_is_away_or_says_not_now(
    inbox: Inbox, tmp_path: Path, database_url: str, jobs_due: Callable[[], asyncio.Future[int]]
) -> None:
    away = settings_for(tmp_path, database_url, smtp_url="smtp://127.0.0.1:1")
    async with running_app(away) as anyone:
        await anyone.post("auth/register", {"email": "ana@example.com", "password": PASSWORD})
    await do_jobs(away)
    assert await jobs_due() == 1
    inbox.refusals = ["451 4.7.1 greylisted, try again later"]
    with smtp_server(inbox) as port:
        there = settings_for(tmp_path, database_url, smtp_url=f"smtp://127.0.0.1:{port}")
        await do_jobs(there)
        assert (inbox.mails, await jobs_due()) == ([], 1)
        await do_jobs(there)
        assert await jobs_due() == 0
    assert [mail["To"] for mail in inbox.mails] == ["ana@example.com"]
