"""What clients send to the token endpoint and its neighbours, and what they get."""

from enum import StrEnum
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from storecast.domains.oauth.clients.credentials import LONGEST
from storecast.domains.oauth.redirects import LONGEST as LONGEST_URI

LONGEST_TOKEN = 8192  # characters
Text = Annotated[str, Meta(max_length=LONGEST)]


class GrantType(StrEnum):
    """RFC 6749, 4 and 6."""

    PASSWORD = "password"  # noqa: S105
    CLIENT_CREDENTIALS = "client_credentials"
    AUTHORIZATION_CODE = "authorization_code"
    REFRESH_TOKEN = "refresh_token"  # noqa: S105


class ClientFields(Struct, kw_only=True):
    """A client's credentials in the body; HTTP Basic is as good."""

    client_id: Text | None = None
    """The client's."""
    client_secret: Text | None = None
    """The client's; one that cannot keep a secret has none."""


class TokenRequest(ClientFields, kw_only=True):
    grant_type: Annotated[str, Meta(max_length=100)] = ""
    """`authorization_code`, `refresh_token`, `client_credentials` or `password`."""
    scope: Text | None = None
    """Names of scopes, with spaces between."""
    username: Annotated[str, Meta(max_length=254, description="An email address.")] | None = None
    password: Annotated[str, Meta(max_length=200)] | None = None
    """With `password`."""
    second_factor: Annotated[str, Meta(max_length=64, description="A code, if the account has one.")] | None = None
    code: Annotated[str, Meta(max_length=200)] | None = None
    """With `authorization_code`: what came with the redirect."""
    redirect_uri: Annotated[str, Meta(max_length=LONGEST_URI)] | None = None
    """With `authorization_code`: the one the code came to."""
    code_verifier: Text | None = None
    """With `authorization_code`: what `code_challenge` was made of (RFC 7636)."""
    refresh_token: Annotated[str, Meta(max_length=200)] | None = None
    """With `refresh_token`: good once."""


class TokenAnswer(Struct):
    token_type: Literal["Bearer"]
    """Always `Bearer`."""
    expires_in: Annotated[int, Meta(description="Seconds.")]
    access_token: str
    """What to send as `Authorization: Bearer …`."""
    refresh_token: str | UnsetType = UNSET
    """For the next pair; a client that speaks for itself gets none."""
    scope: Annotated[str, Meta(description="What was granted, where that is not what was asked for.")] | UnsetType = (
        UNSET
    )


class AboutToken(ClientFields, kw_only=True):
    token: Annotated[str, Meta(min_length=1, max_length=LONGEST_TOKEN)]
    """An access or refresh token."""
    token_type_hint: (
        Annotated[str, Meta(max_length=50, description="Not needed: both kinds are looked for.")] | None
    ) = None


class Introspection(Struct):
    """RFC 7662, 2.2. Of a token that is no good, or not the asker's, nothing but that it is not active."""

    active: bool
    """Whether it is good now."""
    scope: str | UnsetType = UNSET
    """Names of scopes, with spaces between."""
    client_id: str | UnsetType = UNSET
    """Who holds it."""
    token_type: Literal["Bearer"] | UnsetType = UNSET
    """Always `Bearer`."""
    exp: int | UnsetType = UNSET
    """When it is over, in seconds since 1970."""
    iat: int | UnsetType = UNSET
    """Since when it is good, in seconds since 1970."""
    nbf: int | UnsetType = UNSET
    """The same as `iat`."""
    sub: str | UnsetType = UNSET
    """Whom it speaks for."""
    aud: str | UnsetType = UNSET
    """Whom it is meant for."""
    iss: str | UnsetType = UNSET
    """Who issued it: this installation."""
    jti: str | UnsetType = UNSET
    """Names the token."""
