"""What a social sign-in takes."""

from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from storecast.adapters.identity.provider import ProviderName, plain_name
from storecast.domains.sign_ins.second_factors.proof import Code
from storecast.kit.errors import Unprocessable


class SocialProvider(Struct):
    provider: ProviderName
    """Its name."""
    client_id: Annotated[str, Meta(description="What a web page names itself to the provider.")]


class SocialCredentials(Struct):
    access_token: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=8192,
            description="google and apple: the ID token. facebook: the access token. shopify: the session token.",
        ),
    ]
    provider: ProviderName
    """Whose token it is."""
    shop: Annotated[str, Meta(max_length=100, description="With shopify: the `….myshopify.com` domain.")] | None = None
    user: (
        Annotated[str, Meta(max_length=2000, description="JSON with the names that Apple gives the client once.")]
        | None
    ) = None
    nonce: (
        Annotated[
            str,
            Meta(min_length=1, max_length=200, description="What the client had google or apple sign into the token."),
        ]
        | None
    ) = None
    code: Code | None = None


class _AppleName(Struct, rename="camel"):
    first_name: str = ""
    last_name: str = ""


class _Sent(Struct):
    """`{"name": {"firstName", "lastName"}}` as Apple gives it, or `{"first_name", "last_name"}`; no more is read."""

    name: _AppleName | None = None
    first_name: str = ""
    last_name: str = ""


def sent_names(user: str | None) -> tuple[str, str]:
    """First and last name in `user`, empty where there is none."""
    if user is None or not user.strip():
        return "", ""
    try:
        sent = msgspec.json.decode(user.encode(), type=_Sent)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise Unprocessable.field("user", f"is not the JSON expected: {error}") from error
    names = sent.name or sent
    return plain_name(names.first_name), plain_name(names.last_name)
