"""The mail that says that minutes run out: one a month."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from storecast.adapters.email.messages import MailKind
from storecast.adapters.email.outbox import request_mail
from storecast.domains.accounts.models import User
from storecast.domains.billing.minutes.models import MinuteWarning
from storecast.domains.billing.minutes.values import GRACE, Minutes, MinutesStage, month_of, next_month
from storecast.kit.database import Database


class MinuteWarningService:
    def __init__(self, db: Database, web_url: str) -> None:
        self._db = db
        self._web_url = web_url

    async def warn(self, owner: User, minutes: Minutes, now: datetime) -> None:
        """Mail the owner where little is left, unless they were told this month."""
        if minutes.granted is None or minutes.stage is MinutesStage.ENOUGH or not await self._is_first(owner, now):
            return
        await request_mail(
            self._db,
            MailKind.MINUTES_LOW,
            owner.email,
            owner.locale,
            link=f"{self._web_url}/studio",
            name=owner.greeting,
            used=str(minutes.used // 60),
            granted=str(minutes.granted // 60),
            grace=str(GRACE // 60),
            until=next_month(now),
        )

    async def _is_first(self, owner: User, now: datetime) -> bool:
        """Of two nodes at once one is told so."""
        row = insert(MinuteWarning).values(user_id=owner.id, month=month_of(now))
        news = row.on_conflict_do_update(
            index_elements=["user_id"],
            set_={"month": row.excluded.month},
            where=MinuteWarning.month < row.excluded.month,
        ).returning(MinuteWarning.user_id)
        return (await self._db.execute(news)).first() is not None


async def warnings_of(db: Database, user_id: int) -> list[MinuteWarning]:
    return list((await db.execute(select(MinuteWarning).where(MinuteWarning.user_id == user_id))).scalars())
