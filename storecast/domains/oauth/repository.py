"""Questions asked of the OAuth2 tables."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, func, select

from storecast.domains.oauth.models import AuthorizationCode, Client
from storecast.kit.database import Database


class OAuthRepository:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def client(self, client_id: str) -> Client | None:
        query = select(Client).where(Client.id == client_id, Client.revoked_at.is_(None))
        return (await self._db.execute(query)).scalar_one_or_none()

    async def lock_owner(self, user_id: int) -> None:
        """Let one request at a time count this user's clients or tokens and add one."""
        await self._db.execute(select(func.pg_advisory_xact_lock(func.hashtext("clients"), user_id % 2**31)))

    async def clients_of(self, user_id: int) -> list[Client]:
        query = select(Client).where(Client.user_id == user_id, Client.revoked_at.is_(None))
        return list((await self._db.execute(query.order_by(Client.created_at, Client.id))).scalars())

    async def clients_by_ids(self, ids: Collection[str]) -> dict[str, Client]:
        found = (await self._db.execute(select(Client).where(Client.id.in_(ids)))).scalars()
        return {client.id: client for client in found}

    async def code(self, digest: str) -> AuthorizationCode | None:
        """Locked, so that of two uses at once one is the second."""
        query = select(AuthorizationCode).where(AuthorizationCode.digest == digest).with_for_update()
        return (await self._db.execute(query)).scalar_one_or_none()

    async def forget_codes(self, before: datetime) -> None:
        """Delete the codes that were over by then."""
        await self._db.execute(delete(AuthorizationCode).where(AuthorizationCode.expires_at < before))

    async def add(self, row: Client | AuthorizationCode) -> None:
        self._db.add(row)
        await self._db.flush()
