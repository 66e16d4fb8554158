"""The rules of a channel's pictures. One call is one transaction."""

from datetime import datetime
from enum import StrEnum

from storecast.domains.channels.errors import ChannelNotFound
from storecast.domains.channels.events import ChannelUpdated
from storecast.domains.channels.models import Channel
from storecast.domains.channels.pictures.schemas import NewPicture
from storecast.domains.channels.pictures.sizes import WIDTHS, files_of, key_in, new_folder, preview_in
from storecast.domains.channels.repository import ChannelRepository
from storecast.kit.database import Database
from storecast.kit.errors import Unprocessable
from storecast.kit.events import Events
from storecast.kit.file_deletion import request_deletion, stored
from storecast.kit.images import BadImage, image_in_widths
from storecast.kit.storage import Storage


class Place(StrEnum):
    """Where a channel shows a picture of its own; the value is the column with its key."""

    COVER = "cover_key"
    BACKGROUND = "background_key"


class ChannelPictureService:
    def __init__(self, db: Database, events: Events, storage: Storage) -> None:
        self._db = db
        self._repository = ChannelRepository(db)
        self._events = events
        self._storage = storage

    async def replace(self, channel: Channel, place: Place, sent: NewPicture, now: datetime) -> Channel:
        """Show this picture there; the one before goes. Raises `Unprocessable`, `ChannelNotFound`."""
        upload = sent.image or sent.file
        if upload is None:
            raise Unprocessable.field("image", "is required")
        try:
            made = await image_in_widths(upload.content, WIDTHS)
        except BadImage as error:
            raise Unprocessable.field("image" if sent.image else "file", str(error)) from error
        folder = new_folder()
        files = {key_in(folder, width): content for width, content in made.widths.items()}
        async with stored(self._storage, {**files, preview_in(folder): made.preview}):
            return await self._show(channel, place, key_in(folder, max(made.widths)), now)

    async def clear(self, channel: Channel, place: Place, now: datetime) -> Channel:
        """Show none there; repeating it changes nothing. Raises `ChannelNotFound`."""
        return await self._show(channel, place, None, now)

    async def _show(self, channel: Channel, place: Place, key: str | None, now: datetime) -> Channel:
        if not await self._repository.hold(channel):  # of two at once, each has its former
            raise ChannelNotFound
        former: str | None = getattr(channel, place)
        if former == key:
            return channel
        setattr(channel, place, key)
        channel.updated_at = now
        await request_deletion(self._db, files_of(former))
        await self._db.flush()
        await self._events.happened(channel, ChannelUpdated(), now)
        return channel
