"""What chat takes and answers."""

from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from storecast.kit.envelope import Data
from storecast.kit.names import Worded, line, paragraphs

Slug = Annotated[str, Meta(min_length=1, max_length=40)]


class MessageCreate(Worded):
    data: Annotated[str, paragraphs(300, 20)]
    """What is said, as plain text."""
    thread_id: Annotated[int, Meta(ge=1, le=2**63 - 1, description="The channel's `thread_id`.")]
    reply_for: Annotated[str, Meta(max_length=32, description="The id of the message this answers.")] | None = None
    locale: Annotated[str, Meta(max_length=20, pattern=r"^[A-Za-z]{2,3}([_-][A-Za-z0-9]{2,8})*$")] | None = None
    """The language it is in, as `en` or `pt-BR`."""


class ThreadRead(Struct):
    slug: Slug = field(name="threadSlug")
    """The thread's: the channel's slug or id."""
    user_id: Annotated[str, Meta(max_length=64, description="Ignored: the token says who reads.")] | int = field(
        name="userId"
    )
    cursor: Annotated[str, Meta(max_length=20, pattern=r"^\d{1,18}$")] | None = None
    """From the answer before; left out, the newest page comes."""


class ParticipantJoin(Worded):
    slug: Slug = field(name="threadSlug")
    """The thread's: the channel's slug or id."""
    name: Annotated[str, line(40, description="The display name of a guest.")] | None = None


class AuthorView(Struct):
    id: str
    """The user's `hash_id`, or the guest's id."""
    name: str
    """As shown beside what they say."""
    avatar: str | None
    """Address of a picture; null for who has none."""
    guest: bool
    """Whether they have no account."""
    role: Literal["owner", "viewer"]
    """`owner` for the one whose channel it is."""


class MessageView(Struct):
    id: str
    """Names the message."""
    thread_id: int
    """The thread it stands in."""
    data: str
    """What was said, as plain text."""
    locale: str | None
    """The language it is in, where the author said."""
    reply_for: str | None
    """The id of the message this one answers."""
    author: Data[AuthorView]
    created_at: str
    """When it was said."""
    seq: Annotated[int, Meta(description="The message's place in the room's order.")]


class ThreadView(Struct):
    """Oldest first; `cursor` leads to the page before, null at the thread's beginning."""

    id: int
    """The thread's number."""
    slug: str
    """The channel's slug."""
    unread: Annotated[int, Meta(description="Others' messages since the caller last read, counted up to 100.")]
    participants: Annotated[int, Meta(description="Who takes part, counted up to 1000.")]
    messages: Data[list[MessageView]]
    """A page of messages, the oldest first."""
    cursor: str | None
    """Leads to the page before; null at the thread's beginning."""


class ParticipantView(Struct):
    thread_id: int
    """The thread's number."""
    slug: str
    """The channel's slug."""
    """The channel's slug."""
    id: str
    """The user's `hash_id`, or the guest's id."""
    name: str
    """As shown beside what they say."""
    guest: bool
    """Whether they have no account."""
