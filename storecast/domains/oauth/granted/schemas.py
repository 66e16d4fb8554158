"""What a person sees of their grants: Laravel Passport's shapes, in which a grant is called a token."""

from typing import Annotated

from msgspec import Meta, Struct, field

from storecast.domains.accounts.models import Grant
from storecast.domains.oauth.clients.schemas import ClientView
from storecast.domains.oauth.clients.schemas import view as client_view
from storecast.domains.oauth.models import Client
from storecast.kit.clock import iso
from storecast.kit.names import Worded, line


class NewPersonalToken(Worded):
    name: Annotated[str, line(191)]
    """What it is for."""
    scopes: Annotated[list[Annotated[str, Meta(max_length=100)]], Meta(max_length=50)] = field(default_factory=list)
    """Names of scopes; it may do nothing else."""


class TokenView(Struct):
    id: str
    """Names the grant."""
    user_id: int | None
    """Whose it is; null where a client speaks for itself."""
    client_id: Annotated[str | None, Meta(description="None for a personal token.")]
    name: Annotated[str | None, Meta(description="None for a client's.")]
    scopes: list[str]
    """What it may be used for."""
    revoked: bool
    """Whether it was ended."""
    created_at: str
    """When it was made."""
    updated_at: Annotated[str, Meta(description="When it was used last, to the minute.")]
    expires_at: str
    """When it is over."""
    client: ClientView | None
    """Who holds it; null for a personal token."""


class PersonalToken(Struct):
    accessToken: Annotated[str, Meta(description="Shown this once.")]  # noqa: N815 - Passport's
    token: TokenView
    """What it is."""


def view(grant: Grant, client: Client | None) -> TokenView:
    return TokenView(
        id=grant.id,
        user_id=grant.user_id,
        client_id=grant.client_id,
        name=grant.name or None,
        scopes=grant.scopes,
        revoked=grant.revoked_at is not None,
        created_at=iso(grant.created_at),
        updated_at=iso(grant.last_used_at or grant.created_at),
        expires_at=iso(grant.expires_at),
        client=client_view(client) if client is not None else None,
    )
