"""What following takes and answers."""

from typing import Annotated

from msgspec import Meta, Struct, field


class FollowRequest(Struct):
    channel: int | Annotated[str, Meta(min_length=1, max_length=64)] = field(name="channelId")
    """The channel's id, slug or number."""
    following: bool
    """True to follow, false to stop."""


class FollowView(Struct):
    """Of the channel's streamer."""

    following: bool
    """Whether the caller follows now."""
    followers: int
    """How many people do."""
