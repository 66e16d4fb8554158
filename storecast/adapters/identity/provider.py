"""What every identity provider takes and answers."""

from datetime import datetime
from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from storecast.kit.emails import is_international, normal
from storecast.kit.names import shown

LONGEST_SUBJECT = 255
LONGEST_NAME = 60


class ProviderName(StrEnum):
    GOOGLE = "google"
    APPLE = "apple"
    FACEBOOK = "facebook"
    SHOPIFY = "shopify"


class Presented(Struct, frozen=True):
    """What somebody hands in to show who they are. `nonce` is what their own client asked the provider to sign."""

    token: str
    nonce: str | None = None
    shop: str | None = None


class Person(Struct, frozen=True):
    """What a provider says of somebody. `subject` is the provider's name for them, never given to anyone else."""

    subject: str
    email: str | None  # as it is compared
    email_verified: bool
    first_name: str = ""
    last_name: str = ""


class TokenRefused(Exception):
    """The token does not show who somebody is. Its text is for logs."""


class ProviderUnavailable(Exception):
    """The provider does not answer, or not as it documents. Its text is for logs."""


class IdentityProvider(Protocol):
    @property
    def client_id(self) -> str:
        """What our web pages name themselves to the provider. Not a secret."""
        ...

    async def identify(self, presented: Presented, now: datetime) -> Person:
        """Raises `TokenRefused`, `ProviderUnavailable`."""
        ...


def person(
    subject: str, email: str | None, *, email_verified: bool, first_name: str | None, last_name: str | None
) -> Person:
    """What a provider said, in the form it is kept. Raises `TokenRefused` where it names nobody."""
    if not 0 < len(subject) <= LONGEST_SUBJECT or not subject.isprintable():
        raise TokenRefused("it has no usable subject")
    try:
        address = normal(email or "")
    except ValueError:
        address = ""
    # The Kelvin sign is no k, but becomes one in lower case: another mailbox, maybe somebody else's.
    same = is_international(email or "") == is_international(address)
    usable = same and address.isprintable() and "@" in address
    return Person(
        subject=subject,
        email=address if usable else None,
        email_verified=usable and email_verified,
        first_name=plain_name(first_name),
        last_name=plain_name(last_name),
    )


def plain_name(name: str | None) -> str:
    """A name as it may be shown, not too long."""
    return shown(shown(name or "")[:LONGEST_NAME])  # what is cut may have ended within an emoji
