"""What a playout's process is told, by standard input: arguments and environments can be read by others."""

from msgspec import Struct

PLAYING = "storecast.broadcast.playout.playing"  # by name: whoever starts it needs nothing of what it imports


class Film(Struct):
    path: str
    duration: float  # seconds until the next one begins


class Order(Struct):
    url: str  # rtmp://…, without the key
    key: str
    began_at: float  # wall clock of the first film's second 0
    films: list[Film]
