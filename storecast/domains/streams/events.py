"""What a room hears of its show, and what other domains hear of it."""

from msgspec import Struct


class StreamStarted(Struct):
    session_id: str


class StreamEnded(Struct):
    session_id: str


class WentLive(Struct, frozen=True):
    """To other domains: a show has begun. Not of a publisher who comes back into it."""

    channel_id: int
