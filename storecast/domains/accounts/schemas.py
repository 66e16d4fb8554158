"""What accounts take and answer."""

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType, field

from storecast.domains.accounts.emails import LONGEST_EMAIL
from storecast.kit.passwords import LONGEST_PASSWORD
from storecast.kit.uploads import Upload

# What cannot stand in a mail's `To` unquoted (RFC 5322, 3.2.3) is no address anybody has.
_WORD = r"""[^@\s.,:;<>()\[\]\\"]+"""
Email = Annotated[
    str,
    Meta(
        max_length=LONGEST_EMAIL,
        pattern=rf"^\s*{_WORD}(\.{_WORD})*@{_WORD}(\.{_WORD})*\s*$",
        description="An email address.",
    ),
]
Password = Annotated[
    str, Meta(min_length=8, max_length=LONGEST_PASSWORD, description="Neither easy to guess nor known from breaches.")
]


class Credentials(Struct):
    email: Email
    password: Annotated[str, Meta(max_length=LONGEST_PASSWORD)]
    code: (
        Annotated[
            str,
            Meta(min_length=6, max_length=40, description="Six digits of the authenticator app, or a recovery code."),
        ]
        | None
    ) = None


class RefreshRequest(Struct):
    refresh_token: Annotated[str, Meta(max_length=200)]


class Registration(Struct):
    email: Email
    password: Password
    phone_prefix: Annotated[str, Meta(max_length=50, description="A country calling code: `+40`.")] | None = field(
        name="phonePrefixValue", default=None
    )
    phone: Annotated[str, Meta(min_length=3, max_length=50)] | None = field(name="phoneValue", default=None)
    news: bool | None = field(name="newsCheck", default=None)
    full_name: Annotated[str, Meta(max_length=60)] = ""


class Verification(Struct):
    email: Email
    hash: Annotated[str, Meta(max_length=128)]


class Verified(Struct):
    verified: bool
    already: Annotated[bool, Meta(description="Whether it was before, by this link or another.")]


class ProfileUpdate(Struct):
    """Fields left out stay as they are; null clears `description`, `location` and `phone`."""

    full_name: Annotated[str, Meta(min_length=1, max_length=60)]
    username: Annotated[str, Meta(min_length=1, max_length=49)] | None = None
    description: Annotated[str, Meta(min_length=1, max_length=500)] | UnsetType | None = UNSET
    location: Annotated[str, Meta(min_length=1, max_length=100)] | UnsetType | None = UNSET
    currency_id: int | None = None
    phone: (
        Annotated[
            str,
            Meta(min_length=1, max_length=50, description="International (`+40 722 000 000`), or as dialled at home."),
        ]
        | UnsetType
        | None
    ) = UNSET
    locale: Annotated[str, Meta(max_length=20, description="One of `GET /localizations`: `en`, `en-GB`.")] | None = None
    avatar: Upload | None = None


class RealtimeIdentity(Struct):
    """Who the token speaks for; `id` is a user's hash id or a guest's."""

    id: str
    guest: bool
    name: str


class RealtimeToken(Struct):
    token: str
    expires_in: Annotated[int, Meta(description="Seconds.")]
    url: Annotated[str, Meta(description="The gateway: open `url?token=…` as a WebSocket.")]
    identity: RealtimeIdentity
