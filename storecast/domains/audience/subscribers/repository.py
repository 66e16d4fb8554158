"""Questions asked of the subscribers."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from storecast.domains.audience.subscribers.models import Medium, ReminderTime, Subscription, SubscriptionRequest
from storecast.kit.database import Database
from storecast.kit.pagination import PageRequest, Slice

_COUNTS = """
    SELECT channel_id, count(*) FROM subscriptions
    WHERE channel_id = ANY($1) AND stopped_at IS NULL GROUP BY channel_id
"""
_USED = """
    SELECT owner_id, count(*) FROM subscriptions JOIN channels ON channels.id = channel_id
    WHERE owner_id = ANY($1) AND stopped_at IS NULL AND deleted_at IS NULL GROUP BY owner_id
"""
_OF_BOTH = ("channel_id", "medium", "address")


class SubscriberRepository:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def ask(self, wanted: SubscriptionRequest) -> SubscriptionRequest:
        """Write down what is wanted; of somebody who asked before, their request with what they want now."""
        choices = {
            "minutes_before": wanted.minutes_before,
            "locale": wanted.locale,
            "timezone": wanted.timezone,
            "asked_at": wanted.asked_at,
        }
        of = {name: getattr(wanted, name) for name in _OF_BOTH}
        row = insert(SubscriptionRequest).values(code_number=0, wrong_codes=0, **of, **choices)
        put = row.on_conflict_do_update(index_elements=_OF_BOTH, set_=choices).returning(SubscriptionRequest)
        return (await self._db.execute(put, execution_options={"populate_existing": True})).scalar_one()

    async def request(self, hash_id: str) -> SubscriptionRequest | None:
        """Locked: it is confirmed once."""
        query = select(SubscriptionRequest).where(SubscriptionRequest.hash_id == hash_id).with_for_update()
        return (await self._db.execute(query)).scalar_one_or_none()

    async def request_of(self, channel_id: int, medium: Medium, address: str) -> SubscriptionRequest | None:
        """Locked, as its tries are counted."""
        query = select(SubscriptionRequest).where(
            SubscriptionRequest.channel_id == channel_id,
            SubscriptionRequest.medium == medium,
            SubscriptionRequest.address == address,
        )
        return (await self._db.execute(query.with_for_update())).scalar_one_or_none()

    async def request_by_id(self, request_id: int) -> SubscriptionRequest | None:
        return await self._db.get(SubscriptionRequest, request_id)

    async def confirm(self, request: SubscriptionRequest, now: datetime) -> None:
        """Make it a subscription; of somebody who has one already, that one is as they want it now."""
        choices = {
            "minutes_before": request.minutes_before,
            "locale": request.locale,
            "timezone": request.timezone,
            "confirmed_at": now,
            "confirmed_by": request.hash_id,
            "stopped_at": None,
            "unreachable": 0,
        }
        of = {name: getattr(request, name) for name in _OF_BOTH}
        row = insert(Subscription).values(**of, **choices)
        await self._db.execute(row.on_conflict_do_update(index_elements=_OF_BOTH, set_=choices))
        times = [{"channel_id": request.channel_id, "minutes": each} for each in request.minutes_before]
        if times:
            await self._db.execute(insert(ReminderTime).values(times).on_conflict_do_nothing())
        await self._db.delete(request)
        await self._db.flush()

    async def of(self, channel_id: int, medium: str, address: str) -> Subscription | None:
        query = select(Subscription).where(
            Subscription.channel_id == channel_id, Subscription.medium == medium, Subscription.address == address
        )
        return (await self._db.execute(query)).scalar_one_or_none()

    async def was_confirmed(self, request_hash_id: str) -> bool:
        query = select(Subscription.id).where(Subscription.confirmed_by == request_hash_id).limit(1)
        return (await self._db.execute(query)).first() is not None

    async def by_id(self, subscription_id: int) -> Subscription | None:
        return await self._db.get(Subscription, subscription_id)

    async def remove(self, hash_id: str) -> None:
        await self._db.execute(delete(Subscription).where(Subscription.hash_id == hash_id))

    async def remove_of(self, hash_id: str, email: str) -> bool:
        """Whether there was one, by mail to this address."""
        gone = delete(Subscription).where(
            Subscription.hash_id == hash_id, Subscription.medium == Medium.EMAIL, Subscription.address == email
        )
        return (await self._db.execute(gone.returning(Subscription.id))).first() is not None

    async def remove_number(self, number: str) -> None:
        """Nobody gets SMS there."""
        for table in (Subscription, SubscriptionRequest):
            await self._db.execute(delete(table).where(table.medium == Medium.SMS, table.address == number))

    async def stop_number(self, number: str, now: datetime) -> None:
        """Until `restart_number`."""
        theirs = (Subscription.medium == Medium.SMS, Subscription.address == number, Subscription.stopped_at.is_(None))
        await self._db.execute(update(Subscription).where(*theirs).values(stopped_at=now))
        waiting = (SubscriptionRequest.medium == Medium.SMS, SubscriptionRequest.address == number)
        await self._db.execute(delete(SubscriptionRequest).where(*waiting))

    async def restart_number(self, number: str) -> None:
        theirs = (Subscription.medium == Medium.SMS, Subscription.address == number)
        await self._db.execute(update(Subscription).where(*theirs).values(stopped_at=None, unreachable=0))

    async def newest_locale(self, number: str) -> str | None:
        """The language of what goes to a number."""
        query = select(Subscription.locale).where(Subscription.medium == Medium.SMS, Subscription.address == number)
        return (await self._db.execute(query.order_by(Subscription.id.desc()).limit(1))).scalar_one_or_none()

    async def page_of(self, email: str, page: PageRequest) -> tuple[list[Subscription], Slice]:
        """Those by mail to this address, the newest first."""
        theirs = select(Subscription).where(Subscription.medium == Medium.EMAIL, Subscription.address == email)
        total = (await self._db.execute(select(func.count()).select_from(theirs.subquery()))).scalar_one()
        rows = await self._db.execute(theirs.order_by(Subscription.id.desc()).offset(page.offset).limit(page.size))
        return list(rows.scalars()), Slice(total, page)

    async def every_of(self, email: str) -> tuple[list[Subscription], list[SubscriptionRequest]]:
        """Confirmed or not."""
        made = select(Subscription).where(Subscription.medium == Medium.EMAIL, Subscription.address == email)
        asked = select(SubscriptionRequest).where(
            SubscriptionRequest.medium == Medium.EMAIL, SubscriptionRequest.address == email
        )
        return list((await self._db.execute(made)).scalars()), list((await self._db.execute(asked)).scalars())

    async def erase(self, email: str) -> None:
        for table in (Subscription, SubscriptionRequest):
            await self._db.execute(delete(table).where(table.medium == Medium.EMAIL, table.address == email))

    async def counts(self, channel_ids: Collection[int]) -> dict[int, int]:
        return {row[0]: row[1] for row in await self._db.rows(_COUNTS, list(channel_ids))}

    async def forget(self, asked_before: datetime, stopped_before: datetime) -> None:
        """Requests nobody confirmed, and what ended by STOP long ago."""
        await self._db.execute(delete(SubscriptionRequest).where(SubscriptionRequest.asked_at < asked_before))
        await self._db.execute(delete(Subscription).where(Subscription.stopped_at < stopped_before))

    async def forget_channel(self, channel_id: int, most: int) -> bool:
        """Of a channel that is gone; whether there are more."""
        some = select(Subscription.id).where(Subscription.channel_id == channel_id).limit(most)
        gone = delete(Subscription).where(Subscription.id.in_(some)).returning(Subscription.id)
        removed = len((await self._db.execute(gone)).all())
        await self._db.execute(delete(SubscriptionRequest).where(SubscriptionRequest.channel_id == channel_id))
        await self._db.execute(delete(ReminderTime).where(ReminderTime.channel_id == channel_id))
        return removed == most


async def subscribers_used(db: Database, owner_ids: Collection[int], _: datetime) -> dict[int, int]:
    """How many people are subscribed to the channels of each of these owners."""
    return {row[0]: row[1] for row in await db.rows(_USED, list(owner_ids))}
