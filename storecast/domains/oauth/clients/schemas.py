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
    redirect: Redirects
    confidential: Annotated[bool, Meta(description="Whether it can keep a secret; an app on a phone cannot.")] = True


class ClientUpdate(Worded):
    name: Name
    redirect: Redirects


class ClientView(Struct):
    id: str
    user_id: int | None
    name: str
    provider: None
    redirect: str
    personal_access_client: bool
    password_client: bool
    revoked: bool
    created_at: str
    updated_at: str
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
