"""`storecast operator`: accounts for who runs this installation, and what they can do for others."""

from storecast.domains.accounts.audit import SecurityEventKind, record
from storecast.domains.accounts.emails import compared
from storecast.domains.accounts.repository import AccountRepository
from storecast.domains.accounts.schemas import Registration
from storecast.domains.sign_ins.second_factors.repository import SecondFactorRepository
from storecast.kit.errors import Unprocessable
from storecast.kit.http.failures import struct_messages
from storecast.kit.settings import Settings
from storecast.wiring.assembly import command


class Invalid(Exception):
    """What is wrong with the email or the password, one line."""


async def create_operator(settings: Settings, email: str, password: str) -> str:
    """Make the account, or make the one with this email an operator's with this password. Answers its hash id.

    Raises `Invalid`.
    """
    if wrong := struct_messages({"email": email, "password": password}, Registration):
        raise Invalid("; ".join(f"--{entry.field} {entry.message}" for entry in wrong))
    try:
        async with command(settings) as unit:
            return (await unit.accounts.create_operator(email, password, unit.now)).hash_id
    except Unprocessable as error:
        raise Invalid("; ".join(f"--{entry.field} {entry.message}" for entry in error.messages)) from error


async def reset_factors(settings: Settings, email: str) -> None:
    """Remove the second factors of somebody who lost them, and sign them out everywhere. Raises `Invalid`."""
    async with command(settings) as unit:
        user = await AccountRepository(unit.db).by_email(compared(email))
        if user is None:
            raise Invalid("--email is nobody's here")
        await SecondFactorRepository(unit.db).forget_all(user.id)
        await unit.tokens.revoke_all(user.id, unit.now)
        kind, detail = SecurityEventKind.SECOND_FACTOR_REMOVED, "all, by who runs this installation"
        await record(unit.db, kind, user_id=user.id, address="", now=unit.now, detail=detail)
