"""Who watched the channels of a person that is gone. Of viewers nothing is kept that says who they are."""

from storecast.domains.accounts.events import DataCollected, PersonErased
from storecast.domains.audience.jobs import ForgetAudiences
from storecast.domains.audience.repository import AudienceRepository
from storecast.kit.bus import Occasion
from storecast.kit.jobs import defer


async def collect(event: DataCollected, at: Occasion) -> None:
    """What their channels' audiences came to."""
    event.archive.add("audiences", await AudienceRepository(at.db).every_of(event.user.id))


async def erase(event: PersonErased, at: Occasion) -> None:
    channels, audiences = await AudienceRepository(at.db).of_owner(event.user.id)
    if channels:
        await defer(at.db, ForgetAudiences(sorted(channels), sorted(audiences)))
