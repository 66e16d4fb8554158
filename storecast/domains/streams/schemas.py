"""What streams take and answer."""

from typing import Annotated

from msgspec import Meta, Struct, field


class StreamOfChannel(Struct):
    channel: Annotated[str | int, Meta(description="The channel's hash id, numeric id or slug.")] = field(
        name="event_id"
    )


class StreamUpdate(Struct):
    autojoin: bool
    """Kept, and changes nothing."""
    is_live_manual: bool
    """Kept, and changes nothing."""


class StreamingAccess(Struct):
    """Whether the plan has minutes left to go live with; all in minutes of this calendar month."""

    access: bool
    """Whether a show can begin."""
    minutes: Annotated[int, Meta(description="Minutes left.")]
    granted: Annotated[int, Meta(description="Minutes the plan grants.")] = field(name="from")


class Completed(Struct):
    id: Annotated[str, Meta(description="The channel's id.")]
    is_live: bool
    """Always false: it has been ended."""
