"""What ingest needs from whoever decides about publishing and takes the media, whatever it speaks."""

from enum import StrEnum
from typing import Protocol

from storecast.broadcast.tags import Tag


class Refusal(StrEnum):
    """Why a key may not be published on; a page is told the value."""

    UNKNOWN_KEY = "unknown_key"
    TAKEN = "taken"  # somebody else publishes on it
    NO_MINUTES = "no_minutes"
    STOPPED = "stopped"  # the host ended the show a moment ago
    FULL = "full"
    UNAVAILABLE = "unavailable"  # for now: trying again helps


class PublishRefused(Exception):
    """This key may not be published on. `description` says why, for the publisher to read."""

    def __init__(self, why: Refusal, description: str) -> None:
        super().__init__(description)
        self.why = why
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
