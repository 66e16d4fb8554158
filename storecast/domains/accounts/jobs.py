"""Mails of accounts: asked for in the request's transaction, sent by the worker."""

import hashlib
import hmac
import html
from urllib.parse import urlencode

from sqlalchemy.ext.asyncio import AsyncSession

from storecast.adapters.email.mailer import Mail, Mailer
from storecast.domains.accounts.models import User
from storecast.kit.jobs import defer
from storecast.kit.secrets import stored_secret
from storecast.kit.settings import Settings

SEND_VERIFICATION = "accounts.send_verification"


async def request_verification(session: AsyncSession, user: User) -> None:
    await defer(session, SEND_VERIFICATION, {"email": user.email, "name": user.nickname}, queue="mail")


async def send_verification(settings: Settings, mailer: Mailer, email: str, name: str) -> None:
    query = urlencode({"email": email, "hash": verification_hash(settings, email)})
    link = f"{settings.web_url}/verify?{query}"
    text = (
        f"Hello {name},\n\nyour Storecast account is ready. Open this link to verify your email address:\n\n{link}\n\n"
        "If you did not create an account, ignore this mail."
    )
    parts = [f'<a href="{html.escape(part)}">Verify my email address</a>' if part == link else html.escape(part)
             for part in text.split("\n\n")]  # fmt: skip
    await mailer.send(Mail(email, "Verify your email address", text, "".join(f"<p>{part}</p>" for part in parts)))


def verification_hash(settings: Settings, email: str) -> str:
    """Proof that a mail to `email` was read: HMAC-SHA256 with a secret of this installation, in hex."""
    secret = stored_secret(settings.data_dir, "verification").encode()
    return hmac.new(secret, email.encode(), hashlib.sha256).hexdigest()
