"""What clients' operations take and answer: Laravel Passport's shapes."""

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from storecast.domains.oauth.models import Client
from storecast.kit.clock import iso
from storecast.kit.names import Worded, line

Name = Annotated[str, line(191)]
Redirects = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=20_100,
        description="Where people may be sent back to: addresses separated by commas, compared exactly as they stand.",
    ),
]


class NewClient(Worded):
    name: Name
    """As people are shown it."""
    redirect: Redirects
    confidential: Annotated[bool, Meta(description="Whether it can keep a secret; an app on a phone cannot.")] = True


class ClientUpdate(Worded):
    name: Name
    """As people are shown it."""
    redirect: Redirects


class ClientView(Struct):
    id: str
    """Its `client_id`."""
    user_id: int | None
    """Whose it is; null for the installation's own."""
    name: str
    """As people are shown it."""
    provider: None
    """Always null."""
    redirect: str
    """Where people may be sent back to: addresses separated by commas."""
    personal_access_client: bool
    """Always false."""
    password_client: bool
    """Whether it is the installation's own, which may take passwords."""
    revoked: bool
    """Whether it was deleted."""
    created_at: str
    """When it was made."""
    updated_at: str
    """When it was changed last."""
    plainSecret: Annotated[str, Meta(description="Shown this once.")] | UnsetType = UNSET  # noqa: N815 - Passport's


def view(client: Client, secret: str | None = None) -> ClientView:
    return ClientView(
        id=client.id,
        user_id=client.user_id,
        name=client.name,
        provider=None,
        redirect=",".join(client.redirect_uris),
        personal_access_client=False,
        password_client=client.first_party,
        revoked=client.revoked_at is not None,
        created_at=iso(client.created_at),
        updated_at=iso(client.updated_at),
        plainSecret=secret if secret is not None else UNSET,
    )
