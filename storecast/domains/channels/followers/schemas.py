"""What following takes and answers."""

from typing import Annotated

from msgspec import Meta, Struct, field


class FollowRequest(Struct):
    channel: int | Annotated[str, Meta(min_length=1, max_length=64)] = field(name="channelId")
    following: bool


class FollowView(Struct):
    """Of the channel's streamer."""

    following: bool
    followers: int
