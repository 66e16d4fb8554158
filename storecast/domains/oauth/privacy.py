"""The clients a person registered. They go with the account's row."""

from storecast.domains.accounts.events import DataCollected
from storecast.domains.oauth.repository import OAuthRepository
from storecast.kit.database import Database


async def collect(event: DataCollected, db: Database) -> None:
    clients = await OAuthRepository(db).clients_of(event.user.id)
    event.archive.add("oauth_clients", clients, without=("secret_digest",))
