"""What RTMP ingest needs from whoever decides about publishing and takes the media."""

from collections.abc import Callable
from typing import Protocol

from storecast.broadcast.tags import Tag


class PublishRefused(Exception):
    """This key may not be published on. `code` is the `NetStream.Publish.…` code the publisher is told."""

    def __init__(self, code: str, description: str) -> None:
        super().__init__(description)
        self.code = code
        self.description = description


class Publication(Protocol):
    """A granted publish: takes tags until it is closed."""

    def put(self, tag: Tag) -> None:
        """Take the next tag. Must not block."""

    def close(self, *, unpublished: bool) -> None:
        """The publisher is gone; `unpublished` when it said so. Called once."""


class Gate(Protocol):
    async def publish(self, key: str, address: str, cut_off: Callable[[str], None]) -> Publication:
        """Ask for stream key `key`. `cut_off` ends the connection, telling why. Raises `PublishRefused`."""
