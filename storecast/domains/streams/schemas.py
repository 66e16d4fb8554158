"""What streams take and answer."""

from typing import Annotated

from msgspec import Meta, Struct, field

from storecast.domains.billing.minutes.values import MinutesStage


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
    """What the plan has left of this calendar month (UTC) to go live with."""

    access: bool
    """Whether a show can begin."""
    minutes: Annotated[int, Meta(description="Minutes left, the last one begun included.")]
    granted: Annotated[int, Meta(description="Minutes the plan grants.")] = field(name="from")
    seconds: Annotated[int | None, Meta(description="Seconds left; null where the plan does not bound them.")]
    grace_seconds: int
    """For how long a show that is on goes on beyond those."""
    stage: MinutesStage
    """`low` from four fifths on, `grace` once none are left, `spent` once shows end."""
    until: str
    """When minutes are granted anew."""


class Completed(Struct):
    id: Annotated[str, Meta(description="The channel's id.")]
    is_live: bool
    """Always false: it has been ended."""
