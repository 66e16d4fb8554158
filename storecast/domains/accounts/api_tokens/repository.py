"""Questions asked of the static API tokens."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from storecast.domains.accounts.api_tokens.models import ApiToken
from storecast.domains.accounts.models import Grant
from storecast.kit.database import Database


class ApiTokenRepository:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def of(self, user_id: int, now: datetime) -> tuple[ApiToken, Grant] | None:
        """The account's token, if it is good."""
        query = select(ApiToken, Grant).join(Grant, Grant.id == ApiToken.grant_id).where(ApiToken.user_id == user_id)
        found = (await self._db.execute(query.where(Grant.revoked_at.is_(None), Grant.expires_at > now))).first()
        return None if found is None else (found[0], found[1])

    async def lock(self, user_id: int) -> str | None:
        """The grant of the account's token, whose row nobody else changes until this transaction ends."""
        query = select(ApiToken.grant_id).where(ApiToken.user_id == user_id).with_for_update()
        return (await self._db.execute(query)).scalar_one_or_none()

    async def replace(self, user_id: int, grant_id: str, digest: str, ending: str) -> None:
        values = {"grant_id": grant_id, "digest": digest, "ending": ending}
        upsert = insert(ApiToken).values(user_id=user_id, **values)
        await self._db.execute(upsert.on_conflict_do_update(index_elements=["user_id"], set_=values))
