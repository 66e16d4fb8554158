"""What every way to get tokens has in common."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar

from msgspec import UNSET, UnsetType

from storecast.domains.accounts.callers import Device
from storecast.domains.accounts.models import Grant, GrantKind
from storecast.domains.accounts.tokens import TokenPair
from storecast.domains.oauth.models import Client
from storecast.domains.oauth.tokens.schemas import GrantType, TokenAnswer, TokenRequest
from storecast.kit.ids import public_id


class TokenGrant(ABC):
    type: ClassVar[GrantType]

    @abstractmethod
    async def tokens(self, request: TokenRequest, client: Client, device: Device, now: datetime) -> TokenAnswer:
        """Tokens for a client that has been authenticated. Raises `OAuthError`."""


def client_grant(user_id: int, client: Client, scopes: Iterable[str], device: Device, now: datetime) -> Grant:
    """What a person allows a client, from now on; making tokens for it sets when it ends."""
    return Grant(
        id=public_id(),
        kind=GrantKind.CLIENT,
        user_id=user_id,
        client_id=client.id,
        scopes=list(scopes),
        created_at=now,
        last_used_at=now,
        expires_at=now,
        user_agent=device.user_agent,
        address=device.address,
    )


def answer(pair: TokenPair, asked: Iterable[str], granted: Iterable[str]) -> TokenAnswer:
    return TokenAnswer(
        token_type="Bearer",  # noqa: S106
        expires_in=pair.expires_in,
        access_token=pair.access_token,
        refresh_token=pair.refresh_token,
        scope=differing_scope(asked, granted),
    )


def differing_scope(asked: Iterable[str], granted: Iterable[str]) -> str | UnsetType:
    """RFC 6749, 5.1: the scope is told where it is not the one asked for."""
    return UNSET if set(asked) == set(granted) else " ".join(granted)
