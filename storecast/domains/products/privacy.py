"""A person's catalogue: what they are given of it, and what is erased."""

from sqlalchemy.ext.asyncio import AsyncSession

from storecast.domains.accounts.events import DataCollected, PersonErased
from storecast.domains.products.repository import ProductRepository


async def collect(event: DataCollected, session: AsyncSession) -> None:
    repository = ProductRepository(session)
    event.archive.add("products", await repository.every_of(event.user.id))
    event.archive.attach(*await repository.pictures_of(event.user.id))


async def erase(event: PersonErased, session: AsyncSession) -> None:
    """The rows go with the account's."""
    event.files.extend(await ProductRepository(session).pictures_of(event.user.id))
