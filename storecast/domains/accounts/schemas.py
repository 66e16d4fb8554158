"""What accounts take and answer."""

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType, field

from storecast.kit.emails import Email
from storecast.kit.names import Worded, line, paragraphs
from storecast.kit.passwords import LONGEST_PASSWORD
from storecast.kit.uploads import Upload

Password = Annotated[
    str, Meta(min_length=8, max_length=LONGEST_PASSWORD, description="Neither easy to guess nor known from breaches.")
]


class Credentials(Struct):
    email: Email
    password: Annotated[str, Meta(max_length=LONGEST_PASSWORD)]
    """The account's."""
    code: (
        Annotated[
            str,
            Meta(min_length=6, max_length=40, description="Six digits of the authenticator app, or a recovery code."),
        ]
        | None
    ) = None


class RefreshRequest(Struct):
    refresh_token: Annotated[str, Meta(max_length=200)]
    """Good once, for 30 days."""


class Registration(Worded):
    email: Email
    password: Password
    phone_prefix: Annotated[str, Meta(max_length=50, description="A country calling code: `+40`.")] | None = field(
        name="phonePrefixValue", default=None
    )
    phone: Annotated[str, Meta(min_length=3, max_length=50)] | None = field(name="phoneValue", default=None)
    """Without the country calling code, or with it."""
    news: bool | None = field(name="newsCheck", default=None)
    """Whether news may be mailed."""
    full_name: Annotated[str, line(60, shortest=0)] = ""
    """The person's name."""


class Verification(Struct):
    email: Email
    hash: Annotated[str, Meta(max_length=128)]
    """From the link in the mail."""


class Verified(Struct):
    verified: bool
    """Always true: the address is confirmed."""
    already: Annotated[bool, Meta(description="Whether it was before, by this link or another.")]


class ProfileUpdate(Worded):
    """Fields left out stay as they are; null clears `description`, `location` and `phone`."""

    full_name: Annotated[str, line(60)]
    """The person's name."""
    username: Annotated[str, line(49)] | None = None
    """A second name, kept as it is given."""
    description: Annotated[str, paragraphs(500, 20)] | UnsetType | None = UNSET
    """What the person says of themselves."""
    location: Annotated[str, line(100)] | UnsetType | None = UNSET
    """Where they say they are."""
    currency_id: int | None = None
    """One of `GET /currencies`, by its `id`: what new products are priced in."""
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
    """A picture."""


class RealtimeIdentity(Struct):
    """Who the token speaks for; `id` is a user's hash id or a guest's."""

    id: str
    """The user's `hash_id`, or the guest's id."""
    guest: bool
    """Whether they have no account."""
    name: str
    """As shown in chats; `Guest` for a guest."""


class RealtimeToken(Struct):
    token: str
    """Opens the socket, and is a guest's access token."""
    expires_in: Annotated[int, Meta(description="Seconds.")]
    url: Annotated[str, Meta(description="The gateway: open `url?token=…` as a WebSocket.")]
    identity: RealtimeIdentity
    """Whom it speaks for."""
