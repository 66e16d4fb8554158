"""A person's uploads under way: what they are given of them, and what is erased."""

from storecast.domains.accounts.events import DataCollected, PersonErased
from storecast.domains.media.uploads.jobs import RemovePartials
from storecast.domains.media.uploads.repository import UploadRepository
from storecast.kit.bus import Occasion
from storecast.kit.jobs import defer


async def collect(event: DataCollected, at: Occasion) -> None:
    event.archive.add("uploads", await UploadRepository(at.db).of_owner(event.user.id))


async def erase(event: PersonErased, at: Occasion) -> None:
    """The rows go with the channels', the bytes once they are gone."""
    uploads = await UploadRepository(at.db).of_owner(event.user.id)
    if uploads:
        await defer(at.db, RemovePartials([upload.id for upload in uploads]))
