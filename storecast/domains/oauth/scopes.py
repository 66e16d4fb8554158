"""Scopes in words, and which of them a request asks for."""

from msgspec import Struct

from storecast.domains.accounts.callers import ALL_SCOPES, Scope
from storecast.domains.oauth.errors import InvalidScope
from storecast.domains.oauth.models import Client

DESCRIPTIONS = {
    Scope.CHANNELS: "See, create, change and delete your channels",
    Scope.STREAMS: "See your stream keys, and start and stop your live shows",
    Scope.MEDIA: "See, upload, change and delete your recordings and videos",
    Scope.PRODUCTS: "See, create, change and delete your products",
    Scope.ORDERS: "See your orders, and take orders in your name",
    Scope.CHAT: "Read and write chat messages and questions in your name",
    Scope.STATS: "See the statistics of your channels",
    Scope.TEAM: "See and change who is in your teams",
    Scope.BILLING: "See and change your plan",
    Scope.APPS: "See and change the shops and apps you have connected",
    Scope.PROFILE: "See and change your profile",
    Scope.OPERATOR: "Operate this installation, where you are one of its operators",
}
DEFAULT = (Scope.PROFILE.value,)  # RFC 6749, 3.3: what a client gets that asks for none by name
EVERYTHING = "*"  # Passport's, for the installation's own clients


class ScopeView(Struct):
    id: str
    """Its name."""
    description: str
    """What it lets a client do, in words for people."""


def views(scopes: list[str]) -> list[ScopeView]:
    return [ScopeView(scope, DESCRIPTIONS[Scope(scope)]) for scope in scopes]


def names(text: str | None) -> set[str]:
    """The scopes a request names, in `scope`."""
    return set((text or "").split())


def asked_for(text: str | None, client: Client) -> list[str]:
    """The scopes a request comes to, in our order. Raises `InvalidScope`."""
    asked = names(text)
    if client.first_party and (not asked or asked == {EVERYTHING}):
        return list(ALL_SCOPES)
    if unknown := sorted(asked - set(ALL_SCOPES)):
        raise InvalidScope.named(unknown[0])
    return [scope for scope in ALL_SCOPES if scope in asked] or list(DEFAULT)
