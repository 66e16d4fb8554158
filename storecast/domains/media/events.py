"""What who edits a channel hears of its videos, and what viewers do."""

from storecast.contracts.bus import Kind
from storecast.domains.channels.access import Act
from storecast.domains.media.models import MediaStatus
from storecast.kit.bus import Event
from storecast.kit.events import EVERYBODY, RoomEvent


class MediaProgress(RoomEvent, name="media.progress", to=Act.EDIT):
    """How far something is that takes long: `progress` is 0 to 1. A video that is new is told of so, too."""

    id: str
    status: MediaStatus
    progress: float


class MediaPublished(RoomEvent, name="media.published", to=EVERYBODY, stale=(Kind.DETAILS, Kind.PRODUCTS)):
    """Other videos are to be seen on the channel than before, or the same in other order."""


class UploadComplete(Event):
    """A video's file is in the storage as it was sent, and nothing was made of it yet."""

    media_id: int
    key: str
    size: int  # bytes
    filename: str  # as the sender calls it
