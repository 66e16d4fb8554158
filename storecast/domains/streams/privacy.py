"""A person's shows: what they are given of them, and what is erased."""

from storecast.domains.accounts.events import DataCollected, PersonErased
from storecast.domains.streams.repository import StreamRepository
from storecast.domains.streams.simulcast.repository import SimulcastRepository
from storecast.kit.bus import Occasion

INSIDE = (
    "node",
    "claim",
    "playback_id",
    "key",
    "health_noted",
    "key_sealed",
)  # what only the installation has a use for


async def collect(event: DataCollected, at: Occasion) -> None:
    repository = StreamRepository(at.db)
    event.archive.add("sessions", await repository.sessions_of(event.user.id), without=INSIDE)
    targets = await SimulcastRepository(at.db).targets_of(event.user.id)
    event.archive.add("simulcast_targets", targets, without=INSIDE)
    event.archive.add("recordings", await repository.recordings_of(event.user.id), without=INSIDE)


async def erase(event: PersonErased, at: Occasion) -> None:
    """The rows go with the channels'."""
    event.files.extend(each.key for each in await StreamRepository(at.db).recordings_of(event.user.id))
