"""What RTMP ingest needs from whoever decides about publishing and takes the media."""

from typing import Protocol

from storecast.broadcast.tags import Tag


class PublishRefused(Exception):
    """This key may not be published on. `code` is the `NetStream.Publish.…` code the publisher is told."""

    def __init__(self, code: str, description: str) -> None:
        super().__init__(description)
        self.code = code
        self.description = description


class Publisher(Protocol):
    """Who asks: one connection."""

    address: str

    def cut_off(self, reason: str) -> None:
        """End the connection, telling why."""

    def warn(self, text: str) -> None:
        """Say what is wrong with the stream; it goes on."""


class Publication(Protocol):
    """A granted publish: takes tags until it is closed."""

    def put(self, tag: Tag) -> None:
        """Take the next tag. Must not block."""

    def close(self, *, unpublished: bool) -> None:
        """The publisher is gone; `unpublished` when it said so. Called once."""


class Gate(Protocol):
    async def publish(self, key: str, publisher: Publisher) -> Publication:
        """Ask for stream key `key`. Raises `PublishRefused`."""
