"""Questions asked of the uploads."""

from collections.abc import Collection
from datetime import datetime, timedelta

from msgspec import Struct
from sqlalchemy import delete, select, update

from storecast.domains.channels.models import Channel
from storecast.domains.media.models import Media, MediaStatus, MediaUpload, MediaVersion
from storecast.kit.database import Database, columns

KEPT_COMPLETE = timedelta(days=1)  # so that who missed the last answer hears that all is here

_PLACE = """
    SELECT media_uploads.id, media_uploads.length, media_uploads.complete_at, media_uploads.expires_at
    FROM media_uploads JOIN media ON media.id = media_id JOIN channels ON channels.id = channel_id
    WHERE media_uploads.id = $1 AND media.deleted_at IS NULL AND channels.deleted_at IS NULL
"""
_EXTEND = "UPDATE media_uploads SET expires_at = $2 WHERE id = $1"
_UNSTORED = """
    SELECT media_uploads.id, media_uploads.length
    FROM media_uploads WHERE complete_at IS NULL AND media_uploads.id = ANY($1) AND NOT EXISTS (
        SELECT FROM procrastinate_jobs WHERE task_name = 'media.store_upload' AND status IN ('todo', 'doing')
            AND args->>'upload_id' = media_uploads.id
    )
"""
_KNOWN = "SELECT id FROM media_uploads WHERE id = ANY($1) AND complete_at IS NULL"
_UNDER_WAY = """
    SELECT count(*) FROM media_uploads JOIN media ON media.id = media_id
    WHERE channel_id = $1 AND deleted_at IS NULL AND complete_at IS NULL
"""
_ANNOUNCED = """
    SELECT media_uploads.id, length FROM media_uploads
    JOIN media ON media.id = media_id JOIN channels ON channels.id = channel_id
    WHERE owner_id = $1 AND complete_at IS NULL
"""
# What was announced counts until there is a version, whose size is that of all that was made of it.
_STORED = """
    SELECT owner_id, ceil(sum(CASE WHEN stored > 0 THEN stored ELSE announced END) / 1048576.0)::bigint FROM (
        SELECT owner_id, coalesce((SELECT length FROM media_uploads WHERE media_id = media.id), 0) AS announced,
            coalesce((SELECT sum(size) FROM media_versions WHERE media_id = media.id), 0) AS stored
        FROM media JOIN channels ON channels.id = channel_id
        WHERE owner_id = ANY($1) AND media.deleted_at IS NULL AND channels.deleted_at IS NULL
    ) AS videos GROUP BY owner_id
"""
_OF_MEDIA = f"SELECT {columns(Media)} FROM media WHERE hash_id = $1 AND deleted_at IS NULL"  # noqa: S608
_UPLOAD_OF = f"SELECT {columns(MediaUpload)} FROM media_uploads WHERE media_id = $1"  # noqa: S608


class UploadPlace(Struct, frozen=True):
    """What who takes bytes must know of an upload."""

    id: str
    length: int
    complete_at: datetime | None
    expires_at: datetime


class UploadRepository:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def place(self, upload_id: str) -> UploadPlace | None:
        """Of a video and a channel that are there."""
        return next((UploadPlace(*row) for row in await self._db.rows(_PLACE, upload_id)), None)

    async def extend(self, upload_id: str, until: datetime) -> None:
        await self._db.within(_EXTEND, upload_id, until)

    async def find(self, upload_id: str) -> tuple[MediaUpload, Media, Channel] | None:
        """To change them: nobody else does meanwhile."""
        query = select(MediaUpload, Media, Channel).where(MediaUpload.id == upload_id)
        query = query.join(Media, Media.id == MediaUpload.media_id).join(Channel, Channel.id == Media.channel_id)
        found = (await self._db.execute(query.with_for_update(of=(MediaUpload, Media)))).first()
        return None if found is None else (found[0], found[1], found[2])

    async def media(self, hash_id: str) -> Media | None:
        return next(iter(await self._db.load(Media, _OF_MEDIA, hash_id)), None)

    async def held(self, media: Media) -> bool:
        """See `media` as it is now; nobody changes it until this transaction ends. False where it is gone."""
        query = select(Media).where(Media.id == media.id, Media.deleted_at.is_(None)).with_for_update()
        found = await self._db.execute(query.execution_options(populate_existing=True))
        return found.scalar_one_or_none() is not None

    async def upload_of(self, media_id: int) -> MediaUpload | None:
        return next(iter(await self._db.load(MediaUpload, _UPLOAD_OF, media_id)), None)

    async def has_version(self, media_id: int) -> bool:
        query = select(MediaVersion.id).where(MediaVersion.media_id == media_id).limit(1)
        return (await self._db.execute(query)).first() is not None

    async def under_way(self, channel_id: int) -> int:
        """How many uploads the channel has to which bytes may come."""
        return int(str(await self._db.value(_UNDER_WAY, channel_id)))

    async def announced_by(self, owner_id: int) -> list[tuple[str, int]]:
        """Their uploads under way, and how many bytes each is to have."""
        return [(row[0], row[1]) for row in await self._db.rows(_ANNOUNCED, owner_id)]

    async def add(self, row: Media | MediaUpload) -> None:
        self._db.add(row)
        await self._db.flush()

    async def drop(self, upload_id: str) -> None:
        await self._db.execute(delete(MediaUpload).where(MediaUpload.id == upload_id))

    async def drop_media(self, media: Media) -> None:
        await self._db.execute(delete(Media).where(Media.id == media.id))

    async def unstored(self, sizes: dict[str, int]) -> list[str]:
        """Of uploads by what is here of them, those that are whole, and that nobody is about to store."""
        rows = await self._db.rows(_UNSTORED, list(sizes))
        return [row["id"] for row in rows if sizes[row["id"]] >= row["length"]]

    async def unfinished(self, upload_ids: Collection[str]) -> set[str]:
        """Those of them whose bytes are still needed."""
        return {row["id"] for row in await self._db.rows(_KNOWN, list(upload_ids))}

    async def expired(self, now: datetime) -> list[str]:
        query = select(MediaUpload.id).where(MediaUpload.complete_at.is_(None), MediaUpload.expires_at <= now)
        return list((await self._db.execute(query)).scalars())

    async def forget_complete(self, now: datetime) -> None:
        """Once their videos have versions, by which they are counted."""
        made = select(MediaVersion.id).where(MediaVersion.media_id == MediaUpload.media_id).exists()
        await self._db.execute(delete(MediaUpload).where(MediaUpload.complete_at <= now - KEPT_COMPLETE, made))

    async def of_owner(self, owner_id: int) -> list[MediaUpload]:
        query = select(MediaUpload).join(Media, Media.id == MediaUpload.media_id)
        query = query.join(Channel, Channel.id == Media.channel_id).where(Channel.owner_id == owner_id)
        return list((await self._db.execute(query)).scalars())

    async def fail(self, media: Media, problem: str) -> None:
        change = update(Media).where(Media.id == media.id)
        await self._db.execute(change.values(status=MediaStatus.FAILED, problem=problem, progress=0.0))


async def storage_used(db: Database, owner_ids: Collection[int], _: datetime) -> dict[int, int]:
    """Megabytes (MiB) that the videos of each of these owners take, or will, rounded up; deleted ones take none."""
    return {row[0]: row[1] for row in await db.rows(_STORED, list(owner_ids))}
