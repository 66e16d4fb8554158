"""`storecast operator`: accounts for who runs this installation, and what they can do for others."""

from storecast.domains.accounts.audit import SecurityEventKind, record
from storecast.domains.accounts.repository import AccountRepository
from storecast.domains.accounts.schemas import Registration
from storecast.domains.accounts.second_factors.repository import SecondFactorRepository
from storecast.domains.accounts.service import AccountService
from storecast.domains.accounts.tokens import TokenService
from storecast.entrypoints.subscriptions import create_bus
from storecast.kit.clock import utcnow
from storecast.kit.database import create_engine, create_databases, transaction
from storecast.kit.errors import Unprocessable
from storecast.kit.http.failures import struct_messages
from storecast.kit.keys import Keyring
from storecast.kit.rate_limits import RateLimits
from storecast.kit.settings import Settings
from storecast.kit.storage import Storage


class Invalid(Exception):
    """What is wrong with the email or the password, one line."""


async def create_operator(settings: Settings, email: str, password: str) -> str:
    """Make the account, or make the one with this email an operator's with this password. Answers its hash id.

    Raises `Invalid`.
    """
    if wrong := struct_messages({"email": email, "password": password}, Registration):
        raise Invalid("; ".join(f"--{entry.field} {entry.message}" for entry in wrong))
    engine = create_engine(settings)
    try:
        async with transaction(create_databases(engine)) as db:
            tokens = TokenService(AccountRepository(db), Keyring(settings.data_dir / "keys"))
            storage = Storage.of(settings)
            limits = RateLimits()
            accounts = AccountService(db, settings, tokens, create_bus(settings, limits), limits, storage)
            return (await accounts.create_operator(email, password, utcnow())).hash_id
    except Unprocessable as error:
        raise Invalid("; ".join(f"--{entry.field} {entry.message}" for entry in error.messages)) from error
    finally:
        await engine.dispose()


async def reset_factors(settings: Settings, email: str) -> None:
    """Remove the second factors of somebody who lost them, and sign them out everywhere. Raises `Invalid`."""
    engine, now = create_engine(settings), utcnow()
    try:
        async with transaction(create_databases(engine)) as db:
            accounts = AccountRepository(db)
            user = await accounts.by_email(email.strip().lower())
            if user is None:
                raise Invalid("--email is nobody's here")
            await SecondFactorRepository(db).forget_all(user.id)
            await TokenService(accounts, Keyring(settings.data_dir / "keys")).revoke_all(user.id, now)
            kind, detail = SecurityEventKind.SECOND_FACTOR_REMOVED, "all, by who runs this installation"
            await record(db, kind, user_id=user.id, address="", now=now, detail=detail)
    finally:
        await engine.dispose()
