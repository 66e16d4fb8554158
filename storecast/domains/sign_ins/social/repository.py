"""Questions asked of identities."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from storecast.adapters.identity.provider import ProviderName
from storecast.domains.accounts.models import Newcomer, User
from storecast.domains.sign_ins.social.models import Identity
from storecast.kit.database import Database


class IdentityRepository:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def owner(self, provider: ProviderName, subject: str) -> User | None:
        query = select(User).join(Identity, Identity.user_id == User.id)
        query = query.where(Identity.provider == provider, Identity.subject == subject)
        return (await self._db.execute(query)).scalar_one_or_none()

    async def every_of(self, user_id: int) -> list[Identity]:
        query = select(Identity).where(Identity.user_id == user_id).order_by(Identity.created_at)
        return list((await self._db.execute(query)).scalars())

    async def claim_email(self, email: str, newcomer: Newcomer, now: datetime) -> tuple[User, bool]:
        """The account with this email, locked, and whether it was made just now: of two requests at once by one."""
        values = {"email": email, "locale": newcomer.locale, "currency": newcomer.currency, "created_at": now}
        make = insert(User).values(values).on_conflict_do_nothing(index_elements=[User.email]).returning(User.id)
        made = (await self._db.execute(make)).scalar_one_or_none()
        query = select(User).where(User.email == email).with_for_update()
        return (await self._db.execute(query)).scalar_one(), made is not None

    async def link(self, provider: ProviderName, subject: str, user: User, email: str, now: datetime) -> None:
        """Nothing happens where a request at the same time was first."""
        values = {"provider": provider, "subject": subject, "user_id": user.id, "email": email, "created_at": now}
        await self._db.execute(insert(Identity).values(values).on_conflict_do_nothing())
