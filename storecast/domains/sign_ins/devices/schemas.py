"""What devices answer."""

from typing import Annotated

from msgspec import Meta, Struct


class DeviceView(Struct):
    """A device that is signed in."""

    id: str
    device: Annotated[str, Meta(description="`Firefox on Ubuntu`, as the device says of itself.")]
    address: str
    created_at: str
    last_used_at: Annotated[str | None, Meta(description="To the minute.")]
    current: Annotated[bool, Meta(description="Whether it is the one that asks.")]


class SecurityEventView(Struct):
    id: str
    kind: str
    address: str
    detail: str
    created_at: str
