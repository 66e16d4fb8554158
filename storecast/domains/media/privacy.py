"""A person's videos: what they are given of them, and what is erased."""

from storecast.domains.accounts.events import DataCollected, PersonErased
from storecast.domains.media.repository import MediaRepository
from storecast.domains.media.service import files_of
from storecast.kit.bus import Occasion

INSIDE = (
    "folder",
    "key",
    "files",
    "poster",
    "storyboard",
    "hls",
    "rungs",
    "tries",
)  # only the installation has a use for them


async def collect(event: DataCollected, at: Occasion) -> None:
    """The files themselves are too large for a copy of data; the library hands them out one by one."""
    repository = MediaRepository(at.db)
    event.archive.add("videos", await repository.every_of(event.user.id))
    event.archive.add("versions_of_videos", await repository.versions_of(event.user.id), without=INSIDE)


async def erase(event: PersonErased, at: Occasion) -> None:
    """The rows go with the channels'."""
    versions = await MediaRepository(at.db).versions_of(event.user.id)
    event.files.extend(key for version in versions for key in files_of(version))
