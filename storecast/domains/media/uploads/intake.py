"""What becomes of an upload whose last byte is here: it is compared, stored, and told of.

It runs on the machine that has the bytes. No transaction is open while a file is read, which may take minutes.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from storecast.domains.media.events import MediaProgress, UploadComplete
from storecast.domains.media.models import MediaStatus
from storecast.domains.media.uploads.jobs import RemovePartials, StoreUpload
from storecast.domains.media.uploads.partials import Partials, digest_of
from storecast.domains.media.uploads.repository import UploadRepository
from storecast.kit.bus import Bus
from storecast.kit.clock import utcnow
from storecast.kit.database import Database, DatabaseMaker, transaction
from storecast.kit.events import Events
from storecast.kit.jobs import defer
from storecast.kit.storage import Storage

NOT_AS_SENT = "The file did not arrive as it was sent. Upload it again."
LEFT_ALONE = timedelta(minutes=2)  # after its last byte, a whole upload that nobody stored is looked after
ORPHANED = timedelta(hours=1)  # after its last byte, what no row knows goes

log = structlog.get_logger()


class Intake:
    """`clock` says the moment, as storing takes its time."""

    def __init__(
        self,
        databases: DatabaseMaker,
        storage: Storage,
        bus: Bus,
        partials: Partials,
        clock: Callable[[], datetime] = utcnow,
    ) -> None:
        self._databases = databases
        self._storage = storage
        self._bus = bus
        self._partials = partials
        self._clock = clock

    async def store(self, upload_id: str) -> None:
        """Safe at every end, and to do again. Raises `Locked` where it is being done, `Unavailable`, OSError."""
        async with transaction(self._databases) as db:
            found = await UploadRepository(db).find(upload_id)
        if found is None or found[0].complete_at is not None:
            await self.remove([upload_id])
            return
        upload, media, _ = found
        if self._partials.size(upload_id) != upload.length:
            log.warning("not all of an upload is on this machine", upload=upload_id, length=upload.length)
            return
        partial = self._partials.open(upload_id)
        try:
            path = self._partials.path(upload_id)
            if upload.checksum and await asyncio.to_thread(digest_of, path) != upload.checksum:
                await self._refuse(upload_id)
                return
            key = f"media/{media.hash_id}/{upload_id}/upload"
            await self._storage.put_file(key, path)
            await self._complete(upload_id, key)
        finally:
            partial.close()
        await self.remove([upload_id])

    async def remove(self, upload_ids: list[str]) -> None:
        """What lies here of uploads that are gone, or stored."""
        async with transaction(self._databases) as db:
            needed = await UploadRepository(db).unfinished(upload_ids)
        for upload_id in set(upload_ids) - needed:
            self._partials.remove(upload_id)

    async def look_after(self, db: Database, now: datetime) -> None:
        """Have those stored that are whole, and that a process which ended left; remove what no row knows."""
        lying = dict(self._partials.every())
        # What was touched in a time to come was so before the clock was set back.
        settled = [upload_id for upload_id, touched in lying.items() if not now - LEFT_ALONE < touched <= now]
        sizes = {upload_id: self._partials.size(upload_id) or 0 for upload_id in settled}
        repository = UploadRepository(db)
        for upload_id in await repository.unstored(sizes):
            await defer(db, StoreUpload(upload_id))
        needed = await repository.unfinished(settled)
        orphans = [each for each in settled if each not in needed and lying[each] <= now - ORPHANED]
        if orphans:
            await defer(db, RemovePartials(orphans))

    async def _complete(self, upload_id: str, key: str) -> None:
        async with transaction(self._databases) as db:
            found = await UploadRepository(db).find(upload_id)
            if found is not None and found[0].complete_at is None:
                upload, media, channel = found
                upload.complete_at = now = self._clock()
                event = UploadComplete(media.id, key, upload.length, upload.filename)
                await Events(db, self._bus).happened(channel, event, now)
        if found is None:  # its video or channel went meanwhile
            await self._storage.delete(key)

    async def _refuse(self, upload_id: str) -> None:
        async with transaction(self._databases) as db:
            repository = UploadRepository(db)
            found = await repository.find(upload_id)
            if found is not None:
                upload, media, channel = found
                await repository.drop(upload.id)
                await defer(db, RemovePartials([upload.id]))
                await repository.fail(media, NOT_AS_SENT)
                event = MediaProgress(media.hash_id, MediaStatus.FAILED, 0.0)
                await Events(db, self._bus).happened(channel, event, self._clock())
