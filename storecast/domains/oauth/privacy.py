"""The clients a person registered. They go with the account's row."""

from storecast.domains.accounts.events import DataCollected
from storecast.domains.oauth.repository import OAuthRepository
from storecast.kit.bus import Occasion


async def collect(event: DataCollected, at: Occasion) -> None:
    clients = await OAuthRepository(at.db).clients_of(event.user.id)
    event.archive.add("oauth_clients", clients, without=("secret_digest",))
