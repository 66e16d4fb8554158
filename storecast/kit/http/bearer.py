"""The token of a request: a bearer token (RFC 6750), or the transient cookie of the installation's own pages."""

from litestar import Request
from litestar.connection.base import AuthT, StateT, UserT

LONGEST_TOKEN = 8_192
TOKEN_COOKIE = "storecast_token"  # noqa: S105 - its name


def bearer_token(request: Request[UserT, AuthT, StateT]) -> str | None:
    """What follows `Bearer` in the Authorization header, or None."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    token = token.strip()
    return token if scheme.lower() == "bearer" and token and len(token) <= LONGEST_TOKEN else None


def cookie_token(request: Request[UserT, AuthT, StateT]) -> str | None:
    """The cookie's token, if a page of this very origin asks: nobody else's page can say so, nor speak by it."""
    token = request.cookies.get(TOKEN_COOKIE)
    own = request.headers.get("Sec-Fetch-Site") == "same-origin"
    return token if own and token and len(token) <= LONGEST_TOKEN else None
