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
    client_secret: Text | None = None


class TokenRequest(ClientFields, kw_only=True):
    grant_type: Annotated[str, Meta(max_length=100)] = ""
    scope: Text | None = None
    username: Annotated[str, Meta(max_length=254, description="An email address.")] | None = None
    password: Annotated[str, Meta(max_length=200)] | None = None
    second_factor: Annotated[str, Meta(max_length=64, description="A code, if the account has one.")] | None = None
    code: Annotated[str, Meta(max_length=200)] | None = None
    redirect_uri: Annotated[str, Meta(max_length=LONGEST_URI)] | None = None
    code_verifier: Text | None = None
    refresh_token: Annotated[str, Meta(max_length=200)] | None = None


class TokenAnswer(Struct):
    token_type: Literal["Bearer"]
    expires_in: Annotated[int, Meta(description="Seconds.")]
    access_token: str
    refresh_token: str | UnsetType = UNSET
    scope: Annotated[str, Meta(description="What was granted, where that is not what was asked for.")] | UnsetType = (
        UNSET
    )


class AboutToken(ClientFields, kw_only=True):
    token: Annotated[str, Meta(min_length=1, max_length=LONGEST_TOKEN)]
    token_type_hint: (
        Annotated[str, Meta(max_length=50, description="Not needed: both kinds are looked for.")] | None
    ) = None


class Introspection(Struct):
    """RFC 7662, 2.2. Of a token that is no good, or not the asker's, nothing but that it is not active."""

    active: bool
    scope: str | UnsetType = UNSET
    client_id: str | UnsetType = UNSET
    token_type: Literal["Bearer"] | UnsetType = UNSET
    exp: int | UnsetType = UNSET
    iat: int | UnsetType = UNSET
    nbf: int | UnsetType = UNSET
    sub: str | UnsetType = UNSET
    aud: str | UnsetType = UNSET
    iss: str | UnsetType = UNSET
    jti: str | UnsetType = UNSET
