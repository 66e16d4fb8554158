"""A person's shows: what they are given of them, and what is erased."""

from storecast.domains.accounts.events import DataCollected, PersonErased
from storecast.domains.streams.repository import StreamRepository
from storecast.kit.bus import Occasion

INSIDE = ("node", "claim", "playback_id", "recording_key", "health_noted")  # what only the installation has a use for


async def collect(event: DataCollected, at: Occasion) -> None:
    event.archive.add("sessions", await StreamRepository(at.db).sessions_of(event.user.id), without=INSIDE)


async def erase(event: PersonErased, at: Occasion) -> None:
    """The rows go with the channels'."""
    sessions = await StreamRepository(at.db).sessions_of(event.user.id)
    event.files.extend(each.recording_key for each in sessions if each.recording_key is not None)
