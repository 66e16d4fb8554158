"""What a room hears of its show."""

from msgspec import Struct


class StreamStarted(Struct):
    session_id: str


class StreamEnded(Struct):
    session_id: str
