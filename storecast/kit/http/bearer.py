"""The bearer token of a request (RFC 6750)."""

from litestar import Request
from litestar.connection.base import AuthT, StateT, UserT

LONGEST_TOKEN = 8_192


def bearer_token(request: Request[UserT, AuthT, StateT]) -> str | None:
    """What follows `Bearer` in the Authorization header, or None."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    token = token.strip()
    return token if scheme.lower() == "bearer" and token and len(token) <= LONGEST_TOKEN else None
