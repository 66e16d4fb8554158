"""A channel's videos: which there are, what they are called, and which of them viewers see."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from msgspec import UNSET

from storecast.domains.billing.limits import Limit
from storecast.domains.billing.service import PlanService
from storecast.domains.channels.access import Seat
from storecast.domains.channels.models import Channel
from storecast.domains.channels.service import ChannelService
from storecast.domains.media.errors import MediaNotFound, NotReady, TooManyMedia
from storecast.domains.media.events import MediaProgress, MediaPublished, UploadComplete
from storecast.domains.media.jobs import ProcessMedia
from storecast.domains.media.models import Media, MediaStatus, MediaVersion, VersionState
from storecast.domains.media.repository import MOST_SHOWN, MediaRepository
from storecast.domains.media.schemas import MediaChanges
from storecast.kit.database import Database
from storecast.kit.errors import Unprocessable
from storecast.kit.events import Events
from storecast.kit.file_deletion import request_deletion
from storecast.kit.ids import public_id
from storecast.kit.jobs import defer

UNDONE_WITHIN = timedelta(days=7)
MEGABYTE = 1024 * 1024
FORGOTTEN_AFTER = timedelta(minutes=1)
STORED_WITHIN = timedelta(days=1)  # whatever a worker was about to store is in storage, or it was killed
A_TIME = 50  # videos that are deleted for good in one go


class MediaService:
    def __init__(self, db: Database, plans: PlanService, channels: ChannelService, events: Events) -> None:
        self._db = db
        self._plans = plans
        self._repository = MediaRepository(db)
        self._channels = channels
        self._events = events

    async def find(self, ref: str, *, deleted: bool = False) -> Media:
        """By its id. Raises `MediaNotFound`."""
        media = await self._repository.find(ref)
        if media is None or (media.deleted_at is not None and not deleted):
            raise MediaNotFound
        return media

    async def of_channel(self, channel: Channel, *, deleted: bool = False) -> list[Media]:
        """In the channel's order."""
        return await self._repository.of_channel(channel.id, deleted=deleted)

    async def versions(self, media: Collection[Media]) -> dict[int, dict[VersionState, MediaVersion]]:
        return await self._repository.versions([each.id for each in media])

    async def published(self, channel_ids: Collection[int]) -> dict[int, list[tuple[Media, MediaVersion]]]:
        """What viewers see of these channels, in order."""
        return await self._repository.published(channel_ids)

    async def named(self, media: Collection[Media]) -> dict[int, Media]:
        """Those that clips were cut out of, by number."""
        return await self._repository.by_ids({each.clip_of for each in media if each.clip_of is not None})

    async def current(self, media: Media) -> MediaVersion:
        """What is watched of it. Raises `NotReady`."""
        version = (await self._repository.versions([media.id]))[media.id].get(VersionState.CURRENT)
        if version is None or version.key is None:
            raise NotReady
        return version

    async def watched(self, media: Media) -> MediaVersion:
        """As `current`, of one that is not processed yet, too. Raises `MediaNotFound`."""
        version = (await self._repository.versions([media.id]))[media.id].get(VersionState.CURRENT)
        if version is None or media.status not in (MediaStatus.READY, MediaStatus.PROCESSING):
            raise MediaNotFound
        return version

    async def make_room(self, seat: Seat, now: datetime, *, size: int = 1) -> int:
        """The place of one more video of so many bytes, before the others. Raises `PaymentRequired`, `TooManyMedia`."""
        await self._plans.take(seat.owner, Limit.STORAGE, now, more=-(-size // MEGABYTE))
        if await self._repository.count(seat.channel.id) >= MOST_SHOWN:
            raise TooManyMedia(MOST_SHOWN)
        return await self._repository.first_position(seat.channel.id)

    async def update(self, media: Media, channel: Channel, changes: MediaChanges, now: datetime) -> Media:
        if changes.name is not UNSET:
            media.name = changes.name
        if changes.in_playlist is not UNSET:
            media.in_playlist = changes.in_playlist
        await self._db.flush()
        if changes.order is not UNSET:
            await self._repository.lock_channel(channel.id)
            others = [each.id for each in await self.of_channel(channel) if each.id != media.id]
            others.insert(min(changes.order, len(others)), media.id)
            await self._repository.order(others)
            await self._db.refresh(media)
        await self._events.happened(channel, MediaPublished(), now)
        return media

    async def order(self, channel: Channel, first: Sequence[str], now: datetime) -> list[Media]:
        """Those videos first, in this order; the others follow as they stand. Raises `Unprocessable`."""
        await self._repository.lock_channel(channel.id)
        standing = {media.hash_id: media for media in await self.of_channel(channel)}
        if len(set(first)) < len(first):
            raise Unprocessable.field("order", "has a video twice")
        if unknown := [media_id for media_id in first if media_id not in standing]:
            raise Unprocessable.field("order", f"has no {', '.join(unknown[:10])} on this channel")
        ordered = [standing[media_id] for media_id in dict.fromkeys((*first, *standing))]
        await self._repository.order([media.id for media in ordered])
        for media in ordered:
            await self._db.refresh(media)
        await self._events.happened(channel, MediaPublished(), now)
        return ordered

    async def dismiss_problem(self, media: Media, channel: Channel, now: datetime) -> Media:
        """Raises `NotReady` where the problem is why there is no video."""
        await self._repository.locked(media.id)
        if media.status == MediaStatus.FAILED:
            raise NotReady
        media.problem = None
        await self._db.flush()
        await self._events.happened(
            channel, MediaProgress(media.hash_id, MediaStatus(media.status), media.progress), now
        )
        return media

    async def delete(self, media: Media, channel: Channel, now: datetime) -> None:
        """It can be had back for some days."""
        media.deleted_at = now
        await self._db.flush()
        await self._events.happened(channel, MediaPublished(), now)

    async def restore(self, media: Media, seat: Seat, now: datetime) -> Media:
        """What was deleted took no room of the plan. Raises `PaymentRequired`, `TooManyMedia`."""
        if media.deleted_at is not None:
            await self.make_room(seat, now, size=await self._repository.bytes_of(media))
            media.deleted_at = None
            await self._db.flush()
            await self._events.happened(seat.channel, MediaPublished(), now)
        return media

    async def process(self, media: Media, version: MediaVersion, channel: Channel, now: datetime) -> None:
        """Have what is watched made of the version's file."""
        media.status, media.progress, media.problem = MediaStatus.PROCESSING, 0.0, None
        version.tries = 0
        await self._db.flush()
        await defer(self._db, ProcessMedia(version.id))
        await self._events.happened(channel, MediaProgress(media.hash_id, MediaStatus.PROCESSING, 0.0), now)

    async def uploaded(self, event: UploadComplete, now: datetime) -> None:
        """A video's bytes are all here. Repeating it changes nothing."""
        media = await self._repository.locked(event.media_id)
        if media is None or (await self._repository.versions([media.id]))[media.id]:
            return
        version = MediaVersion(
            media_id=media.id,
            folder=public_id(),
            state=VersionState.CURRENT,
            key=event.key,
            file_size=event.size,
            size=event.size,
            created_at=now,
        )
        await self._repository.add(version)
        [channel] = (await self._channels.by_ids([media.channel_id])).values()
        await self.process(media, version, channel, now)

    async def sync(self, media: Media, channel: Channel, now: datetime) -> Media:
        """Process what has come and was not, or failed. Raises `NotReady` while bytes are missing."""
        version = (await self._repository.versions([media.id]))[media.id].get(VersionState.CURRENT)
        if media.status == MediaStatus.FAILED and version is not None and version.key is not None:
            await self.process(media, version, channel, now)
        elif media.status == MediaStatus.WAITING:
            raise NotReady
        return media

    async def look_after(self, now: datetime) -> None:
        """Have done what a worker that was killed left undone, and delete for good what nobody wanted back."""
        for version_id in await self._repository.forgotten(now - FORGOTTEN_AFTER, now):
            await defer(self._db, ProcessMedia(version_id))
        for media in await self._repository.deleted_before(now - UNDONE_WITHIN, A_TIME):
            for version in (await self._repository.versions([media.id]))[media.id].values():
                await _delete_files(self._db, version, now)
            await self._repository.delete(media)
        for version in await self._repository.kept_before(now, A_TIME):
            await drop_version(self._db, version, now)


async def drop_version(db: Database, version: MediaVersion, now: datetime) -> None:
    """Delete a version and its files."""
    await _delete_files(db, version, now)
    await MediaRepository(db).delete_version(version)


async def _delete_files(db: Database, version: MediaVersion, now: datetime) -> None:
    await request_deletion(db, files_of(version))
    if version.made_at is None or version.rungs is None:  # who makes them goes on until told, or until killed
        await request_deletion(db, files_of(version), at=now + STORED_WITHIN)


def files_of(version: MediaVersion) -> list[str]:
    return [*version.files, *([version.key] if version.key is not None else ())]
