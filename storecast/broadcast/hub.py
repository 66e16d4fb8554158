"""Between one publisher and those who take its media: headers and the current group of pictures, so anyone can join."""

from typing import Protocol

from storecast.broadcast.rtmp.amf import AmfError, decode
from storecast.broadcast.tags import Kind, Tag, milliseconds_between, needs_header

MAX_GOP_BYTES = 16 * 1024 * 1024  # past this the group is let go, and joining waits for the next keyframe
MAX_GOP_TAGS = 4096
AUDIO_GOP_MS = 2000  # without video: how much sound a joining sink gets
ABSENT_MS = 700  # media time after which a track that was not announced is not waited for
ANNOUNCED_MS = 3000  # and one that the metadata announced


class Sink(Protocol):
    def put(self, tag: Tag) -> None:
        """Take a tag, in order. A sink that cannot keep up starts anew at a keyframe; it never skips single tags."""


class Hub:
    """`gop` starts at a keyframe; without video, anywhere. Sinks see a tag after the hub has it."""

    def __init__(self) -> None:
        self.metadata: Tag | None = None
        self.video_header: Tag | None = None
        self.audio_header: Tag | None = None
        self.gop: list[Tag] = []
        self.has_audio = False
        self._announced = {Kind.VIDEO: False, Kind.AUDIO: False}
        self._gop_bytes = 0
        self._first_timestamp: int | None = None
        self._waited = 0  # ms of media so far, for a track that may yet come
        self._sinks: list[Sink] = []

    def attach(self, sink: Sink) -> None:
        self._sinks.append(sink)

    def put(self, tag: Tag) -> None:
        """Pass a tag on. A header that says nothing new, and media that came before its header, go no further."""
        if tag.kind == Kind.DATA:
            self._describe(tag)
        elif tag.header:
            if not self._configure(tag):
                return
        elif not self._keep(tag):
            return
        for sink in self._sinks:
            sink.put(tag)

    @property
    def headers(self) -> list[Tag]:
        return [header for header in (self.video_header, self.audio_header) if header is not None]

    @property
    def settled(self) -> bool:
        """Whether it is known which tracks there are, and the group of pictures lets a sink begin."""
        if not self.gop:
            return False
        video, audio = self.video_header is not None, self.has_audio
        if video and audio:
            return True
        missing = Kind.AUDIO if video else Kind.VIDEO
        return self._waited >= (ANNOUNCED_MS if self._announced[missing] else ABSENT_MS)

    def _configure(self, tag: Tag) -> bool:
        if tag.kind == Kind.VIDEO:
            if self.video_header is not None and self.video_header.payload == tag.payload:
                return False
            self.video_header = tag
        else:
            if self.audio_header is not None and self.audio_header.payload == tag.payload:
                return False
            self.audio_header = tag
            self.has_audio = True
        self._clear()
        return True

    def _keep(self, tag: Tag) -> bool:
        if self._first_timestamp is None:
            self._first_timestamp = tag.timestamp
        self._waited = max(self._waited, milliseconds_between(self._first_timestamp, tag.timestamp))
        if tag.kind == Kind.VIDEO:
            if self.video_header is None:
                return False
            if tag.keyframe:
                self._clear()
            elif not self.gop:
                return True  # the group was let go; sinks that have begun go on
        else:
            if self.audio_header is None and needs_header(tag):
                return False
            self.has_audio = True
            if self.video_header is None:
                if self.gop and abs(milliseconds_between(self.gop[0].timestamp, tag.timestamp)) > AUDIO_GOP_MS:
                    self._clear()
            elif not self.gop:
                return True
        self.gop.append(tag)
        self._gop_bytes += len(tag.payload)
        if self._gop_bytes > MAX_GOP_BYTES or len(self.gop) > MAX_GOP_TAGS:
            self._clear()
        return True

    def _clear(self) -> None:
        self.gop = []
        self._gop_bytes = 0

    def _describe(self, tag: Tag) -> None:
        try:
            values = decode(tag.payload)
        except AmfError:
            return  # somebody's own data message: none of ours, and no harm
        if "onMetaData" not in [value for value in values[:2] if isinstance(value, str)]:
            return
        self.metadata = tag
        for value in values:
            if isinstance(value, dict):
                self._announced[Kind.VIDEO] = bool(value.get("videocodecid"))
                self._announced[Kind.AUDIO] = bool(value.get("audiocodecid"))
