"""One publisher's tags on their way to targets: as they came, but for sound that is turned into AAC."""

from msgspec.structs import replace

from storecast.broadcast.packaging.metadata import announced_by, announcing_aac
from storecast.broadcast.relay.relays import Relays
from storecast.broadcast.relay.stamps import MOST_BACK
from storecast.broadcast.tags import Kind, Tag, for_rtmp, milliseconds_between


class Passing:
    def __init__(self, relays: Relays) -> None:
        self._relays = relays
        self._announced = b""  # what the publisher says of its stream
        self._header: Tag | None = None  # of sound that was turned into AAC; told with its first frame
        self._picture_at: int | None = None  # stamp of the newest

    def put(self, tag: Tag) -> None:
        """The next tag, as it came."""
        if tag.kind == Kind.DATA and announced_by(tag.payload) is not None:
            self._announced = tag.payload
        elif tag.kind == Kind.VIDEO and not tag.header:
            self._picture_at = tag.timestamp
        self._relays.put(for_rtmp(tag))

    def put_made(self, tag: Tag) -> None:
        """Sound that was turned into AAC. What comes so late that time would seem to go back is left out."""
        if tag.header:
            self._header = tag
            return
        if self._picture_at is not None and milliseconds_between(tag.timestamp, self._picture_at) >= MOST_BACK:
            return
        if self._header is not None:
            told = Tag(Kind.DATA, tag.timestamp, announcing_aac(self._announced))
            for each in (told, replace(self._header, timestamp=tag.timestamp)):
                self._relays.put(for_rtmp(each))
            self._header = None
        self._relays.put(for_rtmp(tag))
