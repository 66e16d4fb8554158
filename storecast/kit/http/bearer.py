"""The token of a request: a bearer token (RFC 6750), or the transient cookie of the installation's own pages."""

from litestar.types import Scope

LONGEST_TOKEN = 8_192
TOKEN_COOKIE = "storecast_token"  # noqa: S105 - its name


def header(scope: Scope, name: bytes) -> str:
    """The value of a header, its name in lower case; empty where there is none. Quicker than all as a mapping."""
    for found, value in scope["headers"]:
        if found == name:
            return value.decode("latin-1")
    return ""


def bearer_token(scope: Scope) -> str | None:
    """What follows `Bearer` in the Authorization header, or None."""
    scheme, _, token = header(scope, b"authorization").partition(" ")
    return _sane(token.strip()) if scheme.lower() == "bearer" else None


def cookie_token(scope: Scope) -> str | None:
    """The cookie's token, if a page of this very origin asks: nobody else's page can say so, nor speak by it."""
    if header(scope, b"sec-fetch-site") != "same-origin":
        return None
    for part in header(scope, b"cookie").split(";"):
        name, _, value = part.strip().partition("=")
        if name == TOKEN_COOKIE:
            return _sane(value)
    return None


def _sane(token: str) -> str | None:
    return token if 0 < len(token) <= LONGEST_TOKEN else None
