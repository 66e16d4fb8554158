"""An account's static API token: what it looks like, and the channels it reaches."""

from typing import Annotated

from msgspec import Meta, Struct

from storecast.domains.accounts.api_tokens.service import ShownToken
from storecast.domains.accounts.models import User
from storecast.kit.clock import iso
from storecast.kit.envelope import Data
from storecast.resources.user import OwnerResource, show_owner
from storecast.wiring.unit import Unit


class ReachedChannel(Struct):
    id: str
    """The channel's id."""
    slug: str
    """The channel's slug."""
    name: str
    """The show's name."""


class ApiTokenResource(Struct):
    """Everything is empty where the account has no token."""

    id: str
    """Names the token."""
    token: Annotated[str, Meta(description="Whole right after it was made, later only its ending.")]
    event_access: list[ReachedChannel]
    """The channels it reaches."""
    owner: Data[OwnerResource | list[str]]
    """Whose it is."""
    created_at: str | None = None
    """When it was made."""
    last_used_at: Annotated[str | None, Meta(description="True to the minute.")] = None


async def show_api_token(unit: Unit, user: User, token: ShownToken | None) -> ApiTokenResource:
    if token is None:
        return ApiTokenResource("", "", [], Data([]))
    channels = await unit.channels.all_reached(user)
    used = token.grant.last_used_at
    return ApiTokenResource(
        token.grant.id,
        token.text,
        [ReachedChannel(channel.hash_id, channel.slug, channel.name) for channel in channels],
        Data(show_owner(user, unit.urls)),
        iso(token.grant.created_at),
        iso(used) if used else None,
    )
