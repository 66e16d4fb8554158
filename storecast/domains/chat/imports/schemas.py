"""Messages from a chat elsewhere, as the API takes them."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct, field

from storecast.domains.chat.schemas import Locale, Slug
from storecast.kit.names import Worded, line, paragraphs

MOST = 500

OutsideId = Annotated[str, Meta(min_length=1, max_length=128, pattern=r"^[!-~]+(?!\n)$")]


class OutsideAuthor(Worded):
    id: OutsideId
    """Theirs in the other chat."""
    name: Annotated[str, line(60)]
    """As shown beside what they say."""


class OutsideMessage(Worded):
    id: OutsideId
    """Its own in the other chat: one that is known already is not taken again."""
    author: OutsideAuthor
    """Who said it."""
    data: Annotated[str, paragraphs(300, 20)]
    """What is said, as plain text."""
    created_at: datetime | None = None
    """When it was said; left out, or to come, it is now."""
    reply_for: OutsideId | None = None
    """The id of the message it answers, there or here; one that nobody knows is left out."""
    locale: Locale | None = None
    """The language it is in, as `en` or `pt-BR`."""


class OutsideMessages(Struct):
    slug: Slug = field(name="threadSlug")
    """The thread's: the channel's slug or id."""
    messages: Annotated[list[OutsideMessage], Meta(min_length=1, max_length=MOST)]
    """In the order they are to stand in."""


class StoredMessages(Struct):
    stored: int
    """How many are new here."""
    known: int
    """How many were here already, or twice in the list."""
    held: int
    """How many of those stored wait for review."""
    refused: list[str]
    """The ids of those that were not taken: they have words or links that may not be posted here."""
