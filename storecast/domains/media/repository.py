"""Questions asked of the tables of videos."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import delete, func, or_, select, text

from storecast.domains.channels.service import deleted_before
from storecast.domains.media.models import Media, MediaStatus, MediaUpload, MediaVersion, VersionState
from storecast.kit.database import Database, columns
from storecast.kit.pagination import PageRequest

MOST_SHOWN = 1000

_PUBLISHED = f"""
    SELECT {columns(Media, "m_")}, {columns(MediaVersion, "v_")}
    FROM media JOIN media_versions ON media_id = media.id AND state = 'current'
    WHERE channel_id = ANY($1) AND in_playlist AND deleted_at IS NULL AND status = ANY($2)
    ORDER BY channel_id, position, media.created_at DESC, media.id DESC
"""  # noqa: S608 - made of constants
_PUBLIC = """
    SELECT channels.privacy, channels.free_pass, media.in_playlist,
        media.deleted_at IS NOT NULL OR channels.deleted_at IS NOT NULL
    FROM media JOIN media_versions ON media_id = media.id JOIN channels ON channels.id = channel_id
    WHERE media.hash_id = $1 AND folder = $2
"""
_OF_OWNER = """
    SELECT media.* FROM media JOIN channels ON channels.id = channel_id WHERE owner_id = $1 ORDER BY media.id
"""
_VERSIONS_OF_OWNER = """
    SELECT media_versions.* FROM media_versions JOIN media ON media.id = media_id
    JOIN channels ON channels.id = channel_id WHERE owner_id = $1 ORDER BY media_versions.id
"""
_OWNERS = """
    SELECT DISTINCT owner_id FROM channels JOIN media ON channel_id = channels.id
    WHERE media.created_at <= $1 AND media.deleted_at IS NULL
"""
_AGING = """
    SELECT media.id FROM media JOIN channels ON channels.id = channel_id
    WHERE owner_id = :owner AND media.created_at <= :since AND media.deleted_at IS NULL
"""
_BEFORE = """
    FROM unnest($1::bigint[], $2::timestamptz[]) AS limits (owner, since)
    JOIN channels ON owner_id = owner JOIN media ON channel_id = channels.id AND media.created_at <= since
    WHERE media.deleted_at IS NULL
"""
_COUNT_BEFORE = f"SELECT count(*) {_BEFORE}"
_MADE_BEFORE = f"""
    SELECT {columns(Media, "m_")},
        (SELECT coalesce(sum(size), 0)::bigint FROM media_versions WHERE media_id = media.id) AS bytes
    {_BEFORE} ORDER BY media.created_at, media.id LIMIT $3 OFFSET $4
"""  # noqa: S608
# Its job went with a worker that was stopped, and no other is there.
_FORGOTTEN = """
    SELECT media_versions.id FROM media_versions JOIN media ON media.id = media_id
    LEFT JOIN media_versions AS source ON source.id = media_versions.made_of
    WHERE media_versions.made_at IS NULL AND media_versions.created_at NOT BETWEEN $1 AND $2
        AND media.deleted_at IS NULL
        AND (media.status = 'processing' OR media_versions.state = 'making')
        AND coalesce(media_versions.key, source.key) IS NOT NULL
        AND NOT EXISTS (
            SELECT FROM procrastinate_jobs WHERE task_name = 'media.process' AND status IN ('todo', 'doing')
                AND (args->>'version_id')::bigint = media_versions.id
        )
"""
# None is being given any.
_WITHOUT_RUNGS = """
    SELECT media_versions.id FROM media_versions JOIN media ON media.id = media_id
    WHERE rungs IS NULL AND made_at IS NOT NULL AND state = 'current' AND hls IS NOT NULL
        AND media.status = 'ready' AND media.deleted_at IS NULL
        AND NOT EXISTS (SELECT FROM media_versions AS trim WHERE trim.media_id = media.id AND trim.state = 'making')
        AND NOT EXISTS (
            SELECT FROM procrastinate_jobs WHERE task_name = 'media.ladder' AND status IN ('todo', 'doing')
        )
    ORDER BY media.created_at DESC, media.id DESC LIMIT 1
"""
_MOVE_ON = text(
    """
    UPDATE media SET position = sorted.place FROM unnest(CAST(:ids AS bigint[])) WITH ORDINALITY AS sorted (id, place)
    WHERE media.id = sorted.id AND position <> sorted.place
    """
)


class MediaRepository:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def find(self, ref: str) -> Media | None:
        return (await self._db.execute(select(Media).where(Media.hash_id == ref))).scalar_one_or_none()

    async def by_ids(self, ids: Collection[int]) -> dict[int, Media]:
        found = (await self._db.execute(select(Media).where(Media.id.in_(ids)))).scalars()
        return {media.id: media for media in found}

    async def locked(self, media_id: int) -> Media | None:
        query = select(Media).where(Media.id == media_id).with_for_update().execution_options(populate_existing=True)
        return (await self._db.execute(query)).scalar_one_or_none()

    async def of_channel(self, channel_id: int, *, deleted: bool) -> list[Media]:
        """In the channel's order."""
        query = select(Media).where(Media.channel_id == channel_id)
        query = query.where(Media.deleted_at.is_not(None) if deleted else Media.deleted_at.is_(None))
        order = (Media.position, Media.created_at.desc(), Media.id.desc())
        return list((await self._db.execute(query.order_by(*order).limit(MOST_SHOWN))).scalars())

    async def count(self, channel_id: int) -> int:
        query = select(func.count()).where(Media.channel_id == channel_id, Media.deleted_at.is_(None))
        return (await self._db.execute(query)).scalar_one()

    async def first_position(self, channel_id: int) -> int:
        """A place before all others."""
        query = select(func.coalesce(func.min(Media.position), 1) - 1).where(Media.channel_id == channel_id)
        return (await self._db.execute(query)).scalar_one()

    async def order(self, ids: Collection[int]) -> None:
        await self._db.execute(_MOVE_ON, {"ids": list(ids)})

    async def lock_channel(self, channel_id: int) -> None:
        """Who puts a channel's videos in order does so one after the other."""
        query = select(Media.id).where(Media.channel_id == channel_id).order_by(Media.id).with_for_update()
        await self._db.execute(query)

    async def of_session(self, session_id: str) -> dict[int, Media]:
        """By the number of the session's file, locked."""
        query = select(Media).where(Media.session_id == session_id).order_by(Media.run).with_for_update()
        return {media.run: media for media in (await self._db.execute(query)).scalars() if media.run is not None}

    async def published(self, channel_ids: Collection[int]) -> dict[int, list[tuple[Media, MediaVersion]]]:
        """What viewers see of these channels, in order."""
        found: dict[int, list[tuple[Media, MediaVersion]]] = {channel_id: [] for channel_id in channel_ids}
        shown = [MediaStatus.READY, MediaStatus.PROCESSING]
        for row in await self._db.rows(_PUBLISHED, list(channel_ids), shown):
            media = self._db.known(Media, row, "m_")
            found[media.channel_id].append((media, self._db.known(MediaVersion, row, "v_")))
        return found

    async def is_shown_to(self, media: str, folder: str) -> tuple[int, int, bool, bool] | None:
        """Privacy and pass of the channel this version belongs to, whether viewers see the video, whether it is
        deleted."""
        rows = await self._db.rows(_PUBLIC, media, folder)
        return (rows[0][0], rows[0][1], rows[0][2], rows[0][3]) if rows else None

    async def version(self, version_id: int) -> MediaVersion | None:
        return await self._db.get(MediaVersion, version_id)

    async def versions(self, media_ids: Collection[int]) -> dict[int, dict[VersionState, MediaVersion]]:
        """By video and state. Of each state a video has one at most."""
        found: dict[int, dict[VersionState, MediaVersion]] = {media_id: {} for media_id in media_ids}
        query = select(MediaVersion).where(MediaVersion.media_id.in_(media_ids)).order_by(MediaVersion.id)
        for version in (await self._db.execute(query)).scalars():
            found[version.media_id][VersionState(version.state)] = version
        return found

    async def bytes_of(self, media: Media) -> int:
        """What it takes: of all its versions, or as announced while there is none."""
        stored = select(func.sum(MediaVersion.size)).where(MediaVersion.media_id == media.id).scalar_subquery()
        announced = select(MediaUpload.length).where(MediaUpload.media_id == media.id).scalar_subquery()
        return int((await self._db.execute(select(func.coalesce(func.nullif(stored, 0), announced, 0)))).scalar_one())

    async def add(self, row: Media | MediaVersion) -> None:
        self._db.add(row)
        await self._db.flush()

    async def delete_version(self, version: MediaVersion) -> None:
        await self._db.delete(version)
        await self._db.flush()

    async def delete(self, media: Media) -> None:
        await self._db.execute(delete(Media).where(Media.id == media.id))

    async def deleted_before(self, moment: datetime, most: int) -> list[Media]:
        """By themselves, or with their channel."""
        query = select(Media).where(or_(Media.deleted_at < moment, Media.channel_id.in_(deleted_before(moment))))
        query = query.order_by(Media.id).limit(most).with_for_update(skip_locked=True)
        return list((await self._db.execute(query)).scalars())

    async def kept_before(self, moment: datetime, most: int) -> list[MediaVersion]:
        query = select(MediaVersion).where(MediaVersion.kept_until < moment).order_by(MediaVersion.id).limit(most)
        return list((await self._db.execute(query.with_for_update(skip_locked=True))).scalars())

    async def forgotten(self, since: datetime, now: datetime) -> list[int]:
        """Versions that are to be made, and that nobody is about to; those of a moment ago left out.

        One of a time to come was made before the clock was set back.
        """
        return [row[0] for row in await self._db.rows(_FORGOTTEN, since, now)]

    async def without_rungs(self) -> int | None:
        """The version of the newest video that could be given some, where no other is."""
        rows = await self._db.rows(_WITHOUT_RUNGS)
        return rows[0][0] if rows else None

    async def owners(self, since: datetime) -> set[int]:
        """Of channels with a video that is older."""
        return {row[0] for row in await self._db.rows(_OWNERS, since)}

    async def aging(self, owner_id: int, since: datetime) -> list[Media]:
        """Their videos that are older, the oldest first, locked."""
        query = select(Media).where(
            Media.id.in_(text(_AGING).bindparams(owner=owner_id, since=since).columns(Media.id))
        )
        return list((await self._db.execute(query.order_by(Media.created_at, Media.id).with_for_update())).scalars())

    async def made_before(
        self, limits: Mapping[int, datetime], page: PageRequest
    ) -> tuple[list[tuple[Media, int]], int]:
        """Videos of these owners that are older than the moment given for each, with their bytes; and how many."""
        values = (list(limits), list(limits.values()))
        total = int(str(await self._db.value(_COUNT_BEFORE, *values)))
        rows = await self._db.rows(_MADE_BEFORE, *values, page.size, page.offset)
        return [(self._db.known(Media, row, "m_"), row["bytes"]) for row in rows], total

    async def every_of(self, owner_id: int) -> list[Media]:
        return await self._db.load(Media, _OF_OWNER, owner_id)

    async def versions_of(self, owner_id: int) -> list[MediaVersion]:
        return await self._db.load(MediaVersion, _VERSIONS_OF_OWNER, owner_id)
