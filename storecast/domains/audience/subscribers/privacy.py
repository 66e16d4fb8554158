"""What a person is reminded of by mail, at the address they verified: what they are given of it, and what is erased.

Whose a telephone number is we do not know: who has it ends it by STOP.
"""

from storecast.domains.accounts.events import DataCollected, PersonErased
from storecast.domains.audience.subscribers.repository import SubscriberRepository
from storecast.kit.bus import Occasion


async def collect(event: DataCollected, at: Occasion) -> None:
    if event.user.verified_at is None:
        return
    subscriptions, requests = await SubscriberRepository(at.db).every_of(event.user.email)
    event.archive.add("subscriptions", subscriptions, without=("confirmed_by",))
    event.archive.add("subscription_requests", requests)


async def erase(event: PersonErased, at: Occasion) -> None:
    if event.user.verified_at is not None:
        await SubscriberRepository(at.db).erase(event.user.email)
