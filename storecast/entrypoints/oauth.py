"""`storecast client create` and `storecast keys rotate`."""

from storecast.domains.accounts.repository import AccountRepository
from storecast.domains.accounts.tokens import TokenService
from storecast.domains.oauth.clients.service import ClientService, NewSecret
from storecast.kit.clock import utcnow
from storecast.kit.database import create_engine, create_sessions, transaction
from storecast.kit.keys import Keyring, rotate
from storecast.kit.rate_limits import RateLimits
from storecast.kit.settings import Settings


async def create_client(settings: Settings, name: str, redirect: str, *, confidential: bool) -> NewSecret:
    """A client of the installation's own, which may take people's passwords. Raises `Unprocessable`."""
    engine = create_engine(settings)
    try:
        async with transaction(create_sessions(engine)) as session:
            tokens = TokenService(AccountRepository(session), Keyring(settings.data_dir / "keys"))
            clients = ClientService(session, tokens, RateLimits())
            return await clients.create(None, name, redirect, "", utcnow(), confidential=confidential, first_party=True)
    finally:
        await engine.dispose()


def rotate_keys(settings: Settings) -> str:
    """Answers the new key's id."""
    return rotate(settings.data_dir / "keys", utcnow())
