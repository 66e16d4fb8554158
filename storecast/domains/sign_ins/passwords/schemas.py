"""What operations on passwords take and answer."""

from typing import Annotated

from msgspec import Meta, Struct, field

from storecast.domains.accounts.schemas import Password
from storecast.kit.emails import Email
from storecast.kit.passwords import LONGEST_PASSWORD


class LinkRequest(Struct):
    """Clients also send names and a password; only the address matters."""

    email: Email


class Requested(Struct):
    """A mail is on its way, if there is one to send."""

    requested: bool = True
    """Always true, whether there is an account or not."""


class PasswordReset(Struct):
    token: Annotated[str, Meta(max_length=200)]
    """From the link in the mail."""
    email: Email = field(name="userEmail")
    password: Password


class PasswordChange(Struct):
    old_password: Annotated[str, Meta(max_length=LONGEST_PASSWORD)]
    """The one that is good until now."""
    password: Password


class PasswordSet(Struct):
    changed: bool = True
    """Always true."""
