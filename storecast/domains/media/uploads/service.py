"""The rules of uploads, but for the bytes themselves. One call is part of a transaction."""

import re
from datetime import datetime, timedelta
from pathlib import PurePosixPath

from msgspec import UNSET, Struct

from storecast.domains.billing.limits import Limit
from storecast.domains.billing.service import PlanService
from storecast.domains.channels.access import Seat
from storecast.domains.media.errors import MediaNotFound
from storecast.domains.media.events import MediaProgress
from storecast.domains.media.models import Media, MediaStatus, MediaUpload, Origin
from storecast.domains.media.service import MEGABYTE, MediaService
from storecast.domains.media.uploads.errors import (
    NoRoom,
    NotWaiting,
    TooManyUploads,
    UploadIsComplete,
    UploadNotFound,
)
from storecast.domains.media.uploads.jobs import RemovePartials
from storecast.domains.media.uploads.links import path_of
from storecast.domains.media.uploads.partials import Partials
from storecast.domains.media.uploads.repository import UploadPlace, UploadRepository
from storecast.domains.media.uploads.schemas import NewFile
from storecast.kit.database import Database
from storecast.kit.errors import Unprocessable
from storecast.kit.events import Events
from storecast.kit.jobs import defer
from storecast.kit.names import shown

MOST_UPLOADS = 20  # under way, a channel
KEPT = timedelta(days=3)  # from the last byte that came
NOT_FINISHED = "The upload was not finished in time. Upload the file again."
_PATHLIKE = re.compile(r"[/\\\x00-\x1f\x7f]")


class Progress(Struct, frozen=True):
    offset: int  # bytes that are here
    length: int
    path: str  # its address, without the host
    expires_at: datetime


class UploadService:
    """`secret` signs the addresses that bytes are sent to."""

    def __init__(
        self, db: Database, plans: PlanService, media: MediaService, events: Events, partials: Partials, secret: bytes
    ) -> None:
        self._db = db
        self._repository = UploadRepository(db)
        self._plans = plans
        self._media = media
        self._events = events
        self._partials = partials
        self._secret = secret

    async def begin(self, seat: Seat, file: NewFile, now: datetime) -> tuple[Media, MediaUpload]:
        """A video that waits for its bytes. Raises `PaymentRequired`, `TooManyMedia`, `TooManyUploads`, `NoRoom`,
        `Unprocessable`."""
        filename = _checked(file.filename)
        place = await self._media.make_room(seat, now, size=file.size)
        await self._check_disk(seat.owner.id, file.size)
        if await self._repository.under_way(seat.channel.id) >= MOST_UPLOADS:
            raise TooManyUploads(MOST_UPLOADS)
        media = Media(
            channel_id=seat.channel.id,
            origin=Origin.UPLOAD,
            name=shown(PurePosixPath(filename).stem) or filename,
            status=MediaStatus.WAITING,
            position=place,
            created_at=now,
        )
        await self._repository.add(media)
        upload = await self._announce(media, file, now)
        await self._events.happened(seat.channel, MediaProgress(media.hash_id, MediaStatus.WAITING, 0.0), now)
        return media, upload

    async def media(self, hash_id: str) -> Media:
        """Raises `MediaNotFound`."""
        media = await self._repository.media(hash_id)
        if media is None:
            raise MediaNotFound
        return media

    async def again(self, seat: Seat, media: Media, file: NewFile, now: datetime) -> MediaUpload:
        """Have a video wait for other bytes than those that were to come, or did and were no good.

        Raises `NotWaiting`, `PaymentRequired`, `NoRoom`, `Unprocessable`, `MediaNotFound`.
        """
        _checked(file.filename)
        await self._plans.lock(seat.owner.id, Limit.STORAGE)
        if not await self._repository.held(media):
            raise MediaNotFound
        before = await self._repository.upload_of(media.id)
        open_to_it = media.origin == Origin.UPLOAD and media.status in (MediaStatus.WAITING, MediaStatus.FAILED)
        if not open_to_it or await self._repository.has_version(media.id) or (before and before.complete_at):
            raise NotWaiting
        if before is not None:
            await self._repository.drop(before.id)
            await defer(self._db, RemovePartials([before.id]))
        await self._plans.take(seat.owner, Limit.STORAGE, now, more=-(-file.size // MEGABYTE))
        await self._check_disk(seat.owner.id, file.size)
        media.status, media.problem = MediaStatus.WAITING, None
        upload = await self._announce(media, file, now)
        await self._events.happened(seat.channel, MediaProgress(media.hash_id, MediaStatus.WAITING, 0.0), now)
        return upload

    async def progress(self, media: Media) -> Progress:
        """Raises `UploadNotFound`."""
        upload = await self._repository.upload_of(media.id)
        if upload is None:
            raise UploadNotFound
        here = upload.length if upload.complete_at else self._partials.size(upload.id) or 0
        return Progress(here, upload.length, self.path(upload), upload.expires_at)

    def path(self, upload: MediaUpload) -> str:
        return path_of(upload.id, self._secret)

    async def place(self, upload_id: str) -> UploadPlace:
        """Raises `UploadNotFound`."""
        place = await self._repository.place(upload_id)
        if place is None:
            raise UploadNotFound
        return place

    async def extend(self, upload_id: str, now: datetime) -> datetime:
        """Something of it came: until when it is kept."""
        await self._repository.extend(upload_id, now + KEPT)
        return now + KEPT

    async def cancel(self, upload_id: str, now: datetime) -> None:
        """Forget the upload, and the video that was to be. Raises `UploadNotFound`, `UploadIsComplete`."""
        found = await self._repository.find(upload_id)
        if found is None:
            raise UploadNotFound
        upload, media, _ = found
        if upload.complete_at is not None:
            raise UploadIsComplete
        await self._repository.drop_media(media)
        await defer(self._db, RemovePartials([upload_id]))

    async def forget(self, now: datetime) -> None:
        """Let go of uploads to which nothing came for `KEPT`, and say so of their videos."""
        for upload_id in await self._repository.expired(now):
            touched = self._partials.touched(upload_id)
            found = await self._repository.find(upload_id)
            if found is None or (touched is not None and touched > now - KEPT):  # one request may take days
                continue
            upload, media, channel = found
            await self._repository.drop(upload.id)
            await defer(self._db, RemovePartials([upload.id]))
            await self._repository.fail(media, NOT_FINISHED)
            await self._events.happened(channel, MediaProgress(media.hash_id, MediaStatus.FAILED, 0.0), now)
        await self._repository.forget_complete(now)

    async def _check_disk(self, owner_id: int, size: int) -> None:
        """Whether there is room for this and for what else they announced. What others did keeps nobody out: bytes that
        never come take no room, and where too many come at once each goes on later. Raises `NoRoom`."""
        awaited = [
            length - (self._partials.size(upload_id) or 0)
            for upload_id, length in await self._repository.announced_by(owner_id)
        ]
        if sum(awaited) + size > self._partials.room():
            raise NoRoom

    async def _announce(self, media: Media, file: NewFile, now: datetime) -> MediaUpload:
        upload = MediaUpload(
            media_id=media.id,
            filename=file.filename,
            length=file.size,
            checksum=None if file.checksum is UNSET else file.checksum.lower(),
            expires_at=now + KEPT,
            created_at=now,
        )
        await self._repository.add(upload)
        return upload


def _checked(filename: str) -> str:
    """A file's name that is one. Raises `Unprocessable`."""
    if _PATHLIKE.search(filename) or not filename.strip(" ."):
        raise Unprocessable.field("filename", "must be the name of a file, without a path")
    return filename
