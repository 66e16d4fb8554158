"""Email addresses: the one form in which each is kept and compared, and the one in which mail goes there."""

import re
import unicodedata
from typing import Annotated

import idna
from msgspec import Meta

from storecast.kit.names import one_line

LONGEST_EMAIL = 254  # characters (RFC 5321, 4.5.3.1.3, less the brackets)
# What cannot stand in a mail's `To` unquoted (RFC 5322, 3.2.3) is no address anybody has.
_WORD = r"""[^@\s.,:;<>()\[\]\\"]+"""
_ADDRESS = rf"{_WORD}(\.{_WORD})*@{_WORD}(\.{_WORD})*"
Email = Annotated[str, Meta(max_length=LONGEST_EMAIL, pattern=rf"^\s*{_ADDRESS}\s*$", description="An email address.")]
EmailOrEmpty = Annotated[
    str, Meta(max_length=LONGEST_EMAIL, pattern=rf"^\s*({_ADDRESS})?\s*$", description="An email address, or none.")
]

TAGGED = r"^([^+@]+)\+[^@]*@"  # of a normal address; PostgreSQL reads it alike


def normal(address: str) -> str:
    """`address` in lower case and NFC (RFC 6532, 3.1), its domain as people write it, by IDNA 2008 and UTS #46.

    Raises ValueError, saying what it must.
    """
    spelled = unicodedata.normalize("NFC", plain(address))
    if not spelled.isascii() or "xn--" in spelled:
        local, _, domain = spelled.rpartition("@")
        if not (local := one_line(local)):
            raise ValueError("must have something to see before its @")
        try:
            spelled = f"{local}@{idna.decode(idna.encode(domain, uts46=True))}"
        except UnicodeError as error:
            raise ValueError("must have a domain that there can be") from error
    if max(len(spelled), len(delivered(spelled))) > LONGEST_EMAIL:
        raise ValueError(f"must be at most {LONGEST_EMAIL} characters")
    return spelled


def mailbox(address: str) -> str:
    """Where a normal `address` is delivered to: without what its local part has after a `+` (RFC 5233)."""
    return re.sub(TAGGED, r"\1@", address)


def plain(address: str) -> str:
    """`address` in lower case, in which a letter may become two, as it was spelled otherwise."""
    return address.strip().lower()


def is_international(address: str) -> bool:
    """Whether only servers that speak SMTPUTF8 (RFC 6531) take mail for it; a domain has another name for others."""
    return not address.rpartition("@")[0].isascii()


def delivered(address: str) -> str:
    """A normal `address` as its mail's server is told it."""
    local, _, domain = address.rpartition("@")
    return address if is_international(address) or domain.isascii() else f"{local}@{idna.encode(domain).decode()}"
