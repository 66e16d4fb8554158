"""What shows that an account's owner asks, for operations that a stolen token must not do."""

from typing import Annotated

from msgspec import Meta, Struct

Code = Annotated[
    str, Meta(min_length=6, max_length=40, description="Six digits of the authenticator app, or a recovery code.")
]


class Proof(Struct):
    """That the account's owner asks, not just somebody with their token: the password or a code.

    An account that has neither signs in anew and asks within ten minutes.
    """

    password: Annotated[str, Meta(max_length=200)] | None = None
    """The account's."""
    code: Code | None = None
