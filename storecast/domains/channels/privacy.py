"""A person's channels and passes: what they are given of them, and what is erased."""

from datetime import datetime

from storecast.domains.accounts.events import DataCollected, LeavingBegun, PersonErased
from storecast.domains.channels.pictures.sizes import files_of
from storecast.domains.channels.repository import ChannelRepository
from storecast.domains.channels.service import ChannelService
from storecast.kit.bus import Occasion


async def collect(event: DataCollected, at: Occasion) -> None:
    repository = ChannelRepository(at.db)
    channels = await repository.every_of(event.user.id)
    event.archive.add("channels", channels)
    event.archive.attach(*(key for channel in channels for key in (channel.cover_key, channel.background_key)))
    event.archive.add("passes", await repository.passes_of(f"user:{event.user.hash_id}"), without=("code_digest",))


async def end(event: LeavingBegun, channels: ChannelService, now: datetime) -> None:
    """Delete the channels as their owner would, so that shows stop and viewers hear of it."""
    while found := await channels.all_of(event.user):
        for channel in found:
            await channels.delete(channel, now)


async def erase(event: PersonErased, at: Occasion) -> None:
    """Runs last: much of what other domains hold goes with the channel's row."""
    repository = ChannelRepository(at.db)
    channels = await repository.every_of(event.user.id)
    event.files.extend(files_of(*(key for channel in channels for key in (channel.cover_key, channel.background_key))))
    await repository.erase(event.user.id, f"user:{event.user.hash_id}")
