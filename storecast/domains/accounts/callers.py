"""Who is calling: a signed-in user, a guest, or nobody."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import StrEnum

from storecast.domains.accounts.models import GrantKind, User
from storecast.kit.errors import Forbidden


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


class Unscoped(StrEnum):
    """What an operation states where no scope fits."""

    PUBLIC = "public"  # anyone's, whatever token they send, if any
    ANY_SCOPE = "any_scope"  # a token's, whatever it may be used for
    SIGN_IN = "sign_in"  # a person's own, signed in: not for clients' tokens, nor for personal ones


Need = Scope | Unscoped
"""What each operation states in `opt={"scope": …}`."""


class Who(StrEnum):
    """Who may call an operation; one that states none (`opt={"who": …}`) is for signed-in users, or `PUBLIC`."""

    ANYONE = "anyone"  # a token changes what is seen
    GUEST = "guest"  # a user or a guest
    USER = "user"
    CLIENT = "client"  # a client that speaks for itself, or a user


TOKEN_OF = {
    Who.USER: "Send an access token: Authorization: Bearer …",
    Who.GUEST: "Send a user's token, or a guest's from GET /api/v1/jwt.",
    Who.CLIENT: "Send a client's token, of grant_type client_credentials, or a user's.",
}


@dataclass(frozen=True)
class Device:
    """Where a request came from, as its sender's network and program say."""

    address: str
    user_agent: str


class InsufficientScope(Forbidden):
    def __init__(self, scope: Scope) -> None:
        super().__init__(f"The token lacks the scope {scope}.")
        self.headers = {"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{scope}"'}  # RFC 6750, 3.1


class Caller(ABC):
    """Whoever sent a good token."""

    @property
    @abstractmethod
    def subject(self) -> str:
        """Names them in every process: `user:<hash id>` or `guest:<id>`."""


@dataclass(frozen=True)
class SignedIn(Caller):
    """A user with a good token, of whichever kind of grant."""

    user: User
    grant_id: str
    scopes: frozenset[str]
    kind: GrantKind

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


@dataclass(frozen=True)
class ClientCaller(Caller):
    """An OAuth client that speaks for itself. It reaches no person's things."""

    client_id: str
    grant_id: str
    scopes: frozenset[str]

    @property
    def subject(self) -> str:
        return f"client:{self.client_id}"


def permit(caller: Caller, need: Need) -> None:
    """Raises `Forbidden` when the caller's token is not meant for this. A guest's is meant for whatever guests may."""
    if not isinstance(caller, SignedIn | ClientCaller):
        return
    if need is Unscoped.SIGN_IN and not (isinstance(caller, SignedIn) and caller.kind is GrantKind.SIGN_IN):
        raise Forbidden("This is for people who are signed in themselves, not for tokens they gave away.")
    if isinstance(need, Scope) and need not in caller.scopes:
        raise InsufficientScope(need)
    if need is Scope.OPERATOR and isinstance(caller, SignedIn) and not caller.user.is_operator:
        raise Forbidden("This is for who runs the installation.")
