"""How a person sells: what they are given of it. It goes with the account's row."""

from storecast.domains.accounts.events import DataCollected
from storecast.domains.orders.payments.repository import PaymentsRepository
from storecast.kit.bus import Occasion


async def collect(event: DataCollected, at: Occasion) -> None:
    repository = PaymentsRepository(at.db)
    keys = await repository.every_of(event.user.id)
    event.archive.add("stripe_accounts", keys, without=("secret_key", "webhook_secret"))
    terms = await repository.terms_of(event.user.id)
    event.archive.add("seller_terms", [terms] if terms else [])
