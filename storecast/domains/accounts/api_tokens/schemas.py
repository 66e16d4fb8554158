"""What making an API token takes."""

from typing import Annotated

from msgspec import Meta, Struct, field

Ignored = Annotated[str, Meta(max_length=64, description="Taken and ignored: the token is the account's.")]


class ApiTokenRequest(Struct):
    channel: Ignored | None = field(name="event_id", default=None)
    contributor: Ignored | None = field(name="contributorId", default=None)
