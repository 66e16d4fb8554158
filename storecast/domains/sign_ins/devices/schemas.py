"""What devices answer."""

from typing import Annotated

from msgspec import Meta, Struct


class DeviceView(Struct):
    """A device that is signed in."""

    id: str
    """Names the sign-in."""
    device: Annotated[str, Meta(description="`Firefox on Ubuntu`, as the device says of itself.")]
    address: str
    """Where it was used from last."""
    created_at: str
    """When it signed in."""
    last_used_at: Annotated[str | None, Meta(description="To the minute.")]
    current: Annotated[bool, Meta(description="Whether it is the one that asks.")]


class SecurityEventView(Struct):
    id: str
    """Names the event."""
    kind: str
    """What happened, as `signed_in`; new kinds may come."""
    address: str
    """Where from."""
    detail: str
    """What there is to say besides; often empty."""
    created_at: str
    """When."""
