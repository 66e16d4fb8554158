"""What moderation must know of the domains above it. They are handed in where services are put together."""

from typing import Protocol

from storecast.domains.accounts.callers import Caller
from storecast.domains.channels.models import Channel
from storecast.domains.moderation.values import Author


class Authors(Protocol):
    """Who wrote what: the chat knows it of messages, questions know it of theirs."""

    async def author_of(self, channel_id: int, hash_id: str) -> Author | None:
        """Of the message or question with this id on this channel; None where there is none."""

    async def known_as(self, channel_id: int, subject: str) -> Author | None:
        """Somebody by what they wrote there last, or the name they took part under; None where they did neither."""


class Membership(Protocol):
    """Who is more than a passer-by."""

    async def belongs(self, channel: Channel, by: Caller) -> bool:
        """Whether they hold a pass of the channel, or bought there."""
