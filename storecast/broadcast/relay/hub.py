"""What a target that joins a show late has to be given first: headers, and all since the newest keyframe."""

from msgspec.structs import replace

from storecast.broadcast.tags import Kind, Tag

MAX_GROUP = 4 * 1024 * 1024  # bytes; of a longer group of pictures nothing is kept, and who joins waits for the next
_METADATA = b"onMetaData"


class Hub:
    """Remembers of a show what its decoder needs. Each tag goes in once, before it goes out to anybody."""

    def __init__(self) -> None:
        self._metadata: Tag | None = None
        self._headers: dict[int, Tag] = {}
        self._group: list[Tag] = []
        self._size = 0
        self._pictured = False

    def put(self, tag: Tag) -> bool:
        """Whether somebody may join with this tag: a keyframe, or any sound where there is no picture."""
        if tag.kind == Kind.DATA:
            if _METADATA in tag.payload[:64]:
                self._metadata = tag
            return False
        if tag.header:
            self._headers[tag.kind] = tag
            if tag.kind == Kind.VIDEO:
                self._pictured = True
                self._forget_group()  # it cannot be decoded by what comes now
            return False
        self._pictured = self._pictured or tag.kind == Kind.VIDEO
        if not self._pictured:
            self._group, self._size = [tag], len(tag.payload)
            return True
        if tag.keyframe:
            self._group, self._size = [tag], len(tag.payload)
            return True
        if self._group:
            self._size += len(tag.payload)
            if self._size > MAX_GROUP:
                self._forget_group()
            else:
                self._group.append(tag)
        return False

    def beginning(self) -> list[Tag]:
        """What to send to who joins now; empty where they have to wait for a keyframe."""
        if not self._group or (self._pictured and not self._group[0].keyframe):
            return []
        at = self._group[0].timestamp
        told = [tag for tag in (self._metadata, *self._headers.values()) if tag is not None]
        return [*(replace(tag, timestamp=at) for tag in told), *self._group]

    def clear(self) -> None:
        """Another publisher comes, with headers of its own."""
        self._metadata = None
        self._headers = {}
        self._pictured = False
        self._forget_group()

    def _forget_group(self) -> None:
        self._group, self._size = [], 0
