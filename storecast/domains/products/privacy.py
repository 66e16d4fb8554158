"""A person's catalogue: what they are given of it, and what is erased."""

from storecast.domains.accounts.events import DataCollected, PersonErased
from storecast.domains.products.repository import ProductRepository
from storecast.kit.bus import Occasion


async def collect(event: DataCollected, at: Occasion) -> None:
    repository = ProductRepository(at.db)
    event.archive.add("products", await repository.every_of(event.user.id), without=("trigrams",))
    event.archive.add("variants", await repository.variants_of(event.user.id))
    event.archive.attach(*await repository.pictures_of(event.user.id))


async def erase(event: PersonErased, at: Occasion) -> None:
    """The rows go with the account's."""
    event.files.extend(await ProductRepository(at.db).pictures_of(event.user.id))
