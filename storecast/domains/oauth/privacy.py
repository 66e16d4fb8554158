"""The clients a person registered. They go with the account's row."""

from sqlalchemy.ext.asyncio import AsyncSession

from storecast.domains.accounts.events import DataCollected
from storecast.domains.oauth.repository import OAuthRepository


async def collect(event: DataCollected, session: AsyncSession) -> None:
    clients = await OAuthRepository(session).clients_of(event.user.id)
    event.archive.add("oauth_clients", clients, without=("secret_digest",))
