"""What chat takes and answers."""

from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from storecast.kit.envelope import Data
from storecast.kit.names import Worded, line, paragraphs

Slug = Annotated[str, Meta(min_length=1, max_length=40)]


class MessageCreate(Worded):
    data: Annotated[str, paragraphs(300, 20)]
    thread_id: Annotated[int, Meta(ge=1, le=2**63 - 1, description="The channel's `thread_id`.")]
    reply_for: Annotated[str, Meta(max_length=32, description="The id of the message this answers.")] | None = None
    locale: Annotated[str, Meta(max_length=20, pattern=r"^[A-Za-z]{2,3}([_-][A-Za-z0-9]{2,8})*$")] | None = None


class ThreadRead(Struct):
    slug: Slug = field(name="threadSlug")
    user_id: Annotated[str, Meta(max_length=64, description="Ignored: the token says who reads.")] | int = field(
        name="userId"
    )
    cursor: Annotated[str, Meta(max_length=20, pattern=r"^\d{1,18}$")] | None = None


class ParticipantJoin(Worded):
    slug: Slug = field(name="threadSlug")
    name: Annotated[str, line(40, description="The display name of a guest.")] | None = None


class AuthorView(Struct):
    id: str
    name: str
    avatar: str | None
    guest: bool
    role: Literal["owner", "viewer"]


class MessageView(Struct):
    id: str
    thread_id: int
    data: str
    locale: str | None
    reply_for: str | None
    author: Data[AuthorView]
    created_at: str
    seq: Annotated[int, Meta(description="The message's place in the room's order.")]


class ThreadView(Struct):
    """Oldest first; `cursor` leads to the page before, null at the thread's beginning."""

    id: int
    slug: str
    unread: Annotated[int, Meta(description="Others' messages since the caller last read, counted up to 100.")]
    participants: Annotated[int, Meta(description="Who takes part, counted up to 1000.")]
    messages: Data[list[MessageView]]
    cursor: str | None


class ParticipantView(Struct):
    thread_id: int
    slug: str
    id: str
    name: str
    guest: bool
