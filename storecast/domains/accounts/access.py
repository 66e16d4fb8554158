"""Who is calling: a signed-in user, a guest, or nobody."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import StrEnum

from storecast.domains.accounts.models import User


class Scope(StrEnum):
    """What a token may be used for; each operation states the one it needs."""

    CHANNELS = "channels"
    STREAMS = "streams"
    MEDIA = "media"
    PRODUCTS = "products"
    ORDERS = "orders"
    CHAT = "chat"
    STATS = "stats"
    TEAM = "team"
    BILLING = "billing"
    APPS = "apps"
    PROFILE = "profile"
    OPERATOR = "operator"


ALL_SCOPES = tuple(scope.value for scope in Scope)


class Caller(ABC):
    """Whoever sent a good token."""

    @property
    @abstractmethod
    def subject(self) -> str:
        """Names them in every process: `user:<hash id>` or `guest:<id>`."""


@dataclass(frozen=True)
class SignedIn(Caller):
    """A user with a good access token."""

    user: User
    sign_in_id: str
    scopes: frozenset[str]

    @property
    def id(self) -> int:
        return self.user.id

    @property
    def subject(self) -> str:
        return f"user:{self.user.hash_id}"

    @property
    def name(self) -> str:
        return self.user.nickname


@dataclass(frozen=True)
class Guest(Caller):
    """Somebody without an account, with a guest token."""

    guest_id: str

    @property
    def subject(self) -> str:
        return f"guest:{self.guest_id}"
