"""What is played out: the channel's playlist as viewers see it, as far as it is ready."""

from msgspec import Struct

from storecast.domains.channels.models import Channel
from storecast.domains.media.models import MediaStatus, VersionState
from storecast.domains.media.repository import MediaRepository
from storecast.kit.database import Database


class Programme(Struct):
    films: list[tuple[str, float]]  # storage key and seconds, in order
    left_out: list[str]  # names of videos in the playlist that are not ready


async def programme_of(db: Database, channel: Channel) -> Programme:
    repository = MediaRepository(db)
    shown = [media for media in await repository.of_channel(channel.id, deleted=False) if media.in_playlist]
    versions = await repository.versions([media.id for media in shown])
    found = Programme([], [])
    for media in shown:
        version = versions[media.id].get(VersionState.CURRENT)
        if media.status == MediaStatus.READY and version and version.key and version.duration:
            found.films.append((version.key, version.duration))
        else:
            found.left_out.append(media.name)
    return found
