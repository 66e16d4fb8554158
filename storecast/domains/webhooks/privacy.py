"""A person's webhooks, and what others' were told of a person: what they are given of it, and what is erased."""

from storecast.domains.accounts.events import DataCollected, PersonErased
from storecast.domains.webhooks.repository import WebhookRepository
from storecast.kit.bus import Occasion


async def collect(event: DataCollected, at: Occasion) -> None:
    endpoints = await WebhookRepository(at.db).endpoints_of(event.user.id)
    event.archive.add("webhooks", endpoints, without=("sealed_secret", "sealed_former"))


async def erase(event: PersonErased, at: Occasion) -> None:
    """Their own first, as everybody locks endpoints before what waits for them."""
    await WebhookRepository(at.db).delete_all(event.user.id)
    await WebhookRepository(at.db).erase(event.user.hash_id)
