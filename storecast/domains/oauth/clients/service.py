"""The rules of having OAuth clients, and of being one. One call is one transaction."""

import hmac
from datetime import datetime

from msgspec import Struct

from storecast.domains.accounts.audit import SecurityEventKind, record
from storecast.domains.accounts.tokens import TokenService
from storecast.domains.oauth import redirects
from storecast.domains.oauth.clients.credentials import ClientCredentials
from storecast.domains.oauth.errors import ClientNotFound, InvalidClient
from storecast.domains.oauth.models import Client
from storecast.domains.oauth.repository import OAuthRepository
from storecast.kit.database import Database
from storecast.kit.errors import Conflict, Unprocessable
from storecast.kit.ids import digest, public_id, random_text
from storecast.kit.networks import network
from storecast.kit.rate_limits import RateLimits

MOST_CLIENTS = 100  # of one user
SECRET_LENGTH = 40
FAILED_AUTHENTICATIONS = "20/minute"


class NewSecret(Struct):
    client: Client
    secret: str | None  # the only time it is known


class ClientService:
    def __init__(self, db: Database, tokens: TokenService, limits: RateLimits) -> None:
        self._db = db
        self._repository = OAuthRepository(db)
        self._tokens = tokens
        self._limits = limits

    async def list(self, user_id: int) -> list[Client]:
        return await self._repository.clients_of(user_id)

    async def known(self, client_id: str) -> Client | None:
        """A client, unless it was deleted."""
        return await self._repository.client(client_id)

    async def create(
        self,
        owner_id: int | None,
        name: str,
        redirect: str,
        address: str,
        now: datetime,
        *,
        confidential: bool = True,
        first_party: bool = False,
    ) -> NewSecret:
        """A client of a user's, or of the installation itself. Raises `Unprocessable`, `Conflict`."""
        uris = _redirect_uris(redirect)
        if owner_id is not None:
            await self._repository.lock_owner(owner_id)
            if len(await self._repository.clients_of(owner_id)) >= MOST_CLIENTS:
                raise Conflict(f"You have {MOST_CLIENTS} clients, which is all there can be. Delete one first.")
        secret = random_text(SECRET_LENGTH) if confidential else None
        client = Client(
            id=public_id(),
            user_id=owner_id,
            name=name,
            secret_digest=digest(secret) if secret is not None else None,
            redirect_uris=uris,
            first_party=first_party,
            created_at=now,
            updated_at=now,
        )
        await self._repository.add(client)
        await self._record(SecurityEventKind.CLIENT_MADE, client, address, now)
        return NewSecret(client, secret)

    async def update(
        self, owner_id: int, client_id: str, name: str, redirect: str, address: str, now: datetime
    ) -> Client:
        """Raises `ClientNotFound`, `Unprocessable`."""
        client = await self._own(owner_id, client_id)
        client.name, client.redirect_uris, client.updated_at = name, _redirect_uris(redirect), now
        await self._record(SecurityEventKind.CLIENT_CHANGED, client, address, now)
        return client

    async def delete(self, owner_id: int, client_id: str, address: str, now: datetime) -> None:
        """The client and every token it holds end. Raises `ClientNotFound`."""
        client = await self._own(owner_id, client_id)
        await self._end(client, now)
        await self._record(SecurityEventKind.CLIENT_DELETED, client, address, now)

    async def delete_all(self, owner_id: int, now: datetime) -> None:
        """As `delete`, every one of them."""
        for client in await self.list(owner_id):
            await self._end(client, now)

    async def authenticate(self, sent: ClientCredentials, address: str) -> Client:
        """The client these credentials are of; a public one only names itself. Raises `InvalidClient`.

        Nobody guesses a random secret: what is limited is the noise, and never who has the right one.
        """
        client = await self._repository.client(sent.client_id)
        kept = (client.secret_digest if client else None) or ""
        # An unknown client takes as long as a wrong secret.
        matches = hmac.compare_digest(kept, digest(sent.secret) if sent.secret else "")
        if client is None or not matches:
            await self._limits.hit(FAILED_AUTHENTICATIONS, "client-authentication", sent.client_id, network(address))
            raise InvalidClient
        return client

    async def _end(self, client: Client, now: datetime) -> None:
        client.revoked_at = client.updated_at = now
        await self._tokens.revoke_client(client.id, now)

    async def _record(self, kind: SecurityEventKind, client: Client, address: str, now: datetime) -> None:
        await record(self._db, kind, user_id=client.user_id, address=address, now=now, detail=client.name)

    async def _own(self, owner_id: int, client_id: str) -> Client:
        client = await self._repository.client(client_id)
        if client is None or client.user_id != owner_id:
            raise ClientNotFound
        return client


def _redirect_uris(redirect: str) -> list[str]:
    uris = list(dict.fromkeys(uri.strip() for uri in redirect.split(",")))
    if len(uris) > redirects.MOST:
        raise Unprocessable.field("redirect", f"must be at most {redirects.MOST} addresses")
    if found := next((fault for uri in uris if (fault := redirects.fault(uri))), None):
        raise Unprocessable.field("redirect", found)
    return uris
