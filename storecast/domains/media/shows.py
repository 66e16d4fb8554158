"""A show that is over is a video: from its end on, whatever was going on then."""

from collections.abc import Sequence
from datetime import UTC, datetime

from storecast.contracts.hooks import RecordedFile, RecordedRun
from storecast.domains.channels.models import Channel
from storecast.domains.media.events import MediaProgress, MediaPublished
from storecast.domains.media.jobs import ProcessMedia
from storecast.domains.media.models import Media, MediaStatus, MediaVersion, Origin, VersionState
from storecast.domains.media.repository import MediaRepository
from storecast.kit.database import Database
from storecast.kit.events import Events
from storecast.kit.ids import public_id
from storecast.kit.jobs import defer


class ShowService:
    def __init__(self, db: Database, events: Events) -> None:
        self._db = db
        self._repository = MediaRepository(db)
        self._events = events

    async def over(self, session_id: str, channel: Channel, runs: Sequence[RecordedRun], now: datetime) -> None:
        """A show is over, and its node plays what it recorded. Repeating it changes nothing."""
        known = await self._repository.of_session(session_id)
        fresh = [run for run in runs if run.number not in known]
        await self._add(session_id, channel, fresh, now)

    async def stored(self, session_id: str, channel: Channel, files: Sequence[RecordedFile], now: datetime) -> None:
        """Files of a show are in storage: from now on what is watched is made of them. Repeating it changes nothing."""
        known = await self._repository.of_session(session_id)
        known |= await self._add(session_id, channel, [file for file in files if file.number not in known], now)
        versions = await self._repository.versions([media.id for media in known.values()])
        for file in files:
            media = known[file.number]
            version = versions[media.id].get(VersionState.CURRENT)
            if version is None or version.key is not None:
                continue
            version.key, version.file_size, version.size = file.key, file.size, file.size
            version.duration = media.duration = file.duration
            version.pieces = version.pieces or _pieces(file)
            await self._db.flush()
            await defer(self._db, ProcessMedia(version.id))

    async def _add(
        self, session_id: str, channel: Channel, runs: Sequence[RecordedRun | RecordedFile], now: datetime
    ) -> dict[int, Media]:
        """The newest show stands first, its files in their order."""
        added: dict[int, Media] = {}
        first = await self._repository.first_position(channel.id) - len(runs) + 1
        for place, run in enumerate(runs, first):
            began = None if run.started_at is None else min(datetime.fromtimestamp(run.started_at, UTC), now)
            media = Media(
                hash_id=public_id(),
                channel_id=channel.id,
                origin=Origin.SHOW,
                session_id=session_id,
                run=run.number,
                name=channel.name,
                status=MediaStatus.PROCESSING,
                duration=run.duration,
                started_at=began,
                position=place,
                in_playlist=True,
                created_at=now,
            )
            await self._repository.add(media)
            version = MediaVersion(
                media_id=media.id,
                folder=public_id(),
                state=VersionState.CURRENT,
                duration=run.duration,
                video_codec=run.video_codec,
                audio_codec=run.audio_codec,
                width=run.width,
                height=run.height,
                pieces=_pieces(run),
                created_at=now,
            )
            await self._repository.add(version)
            await self._events.happened(channel, MediaProgress(media.hash_id, MediaStatus.PROCESSING, 0.0), now)
            added[run.number] = media
        if added:
            await self._events.happened(channel, MediaPublished(), now)
        return added


def _pieces(recorded: RecordedRun | RecordedFile) -> list[list[float]]:
    """Where its moments were in the show, as far as the node knows."""
    if isinstance(recorded, RecordedRun) and recorded.dates:
        return [[date.at, date.date] for date in recorded.dates]
    return [] if recorded.started_at is None else [[0.0, recorded.started_at]]
