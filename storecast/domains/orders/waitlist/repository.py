"""Questions asked of the waitlist."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, or_, select, text
from sqlalchemy.dialects.postgresql import insert

from storecast.domains.orders.waitlist.models import Place
from storecast.kit import emails
from storecast.kit.database import Database


class WaitlistRepository:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def waiting(self, subject: str, product_id: int, variant_id: int | None) -> Place | None:
        """This person's place, offered or not."""
        query = select(Place).where(
            Place.subject == subject,
            Place.product_id == product_id,
            Place.variant_id.is_not_distinct_from(variant_id),
            Place.ended_at.is_(None),
        )
        return (await self._db.execute(query)).scalar_one_or_none()

    async def position(self, place: Place) -> int:
        """From 1, of those who were not offered it yet."""
        query = select(func.count()).where(
            Place.product_id == place.product_id,
            Place.variant_id.is_not_distinct_from(place.variant_id),
            Place.ended_at.is_(None),
            Place.offered_until.is_(None),
            Place.id <= place.id,
        )
        return (await self._db.execute(query)).scalar_one()

    async def length(self, product_id: int, variant_id: int | None, *, network: str | None = None) -> int:
        """How many wait for it, or of the guests of one network."""
        query = select(func.count()).where(*_for(product_id, variant_id))
        if network is not None:
            query = query.where(Place.network == network)
        return (await self._db.execute(query)).scalar_one()

    async def awaits(self, email: str, product_id: int, variant_id: int | None) -> bool:
        """Whether this mailbox is to be told of it already."""
        theirs = func.regexp_replace(Place.email, emails.TAGGED, r"\1@") == emails.mailbox(email)
        query = select(Place.id).where(*_for(product_id, variant_id), theirs).limit(1)
        return (await self._db.execute(query)).scalar_one_or_none() is not None

    async def anybody(self, channel_id: int, product_id: int) -> bool:
        """Whether somebody waits for the product there."""
        asked = "SELECT 1 FROM waitlist WHERE channel_id = $1 AND product_id = $2 AND ended_at IS NULL LIMIT 1"
        return await self._db.value(asked, channel_id, product_id) is not None

    async def line(self, channel_id: int, product_id: int, most: int) -> list[Place]:
        """Who waits for it and has no offer, the first first; locked."""
        query = (
            select(Place)
            .where(
                Place.channel_id == channel_id,
                Place.product_id == product_id,
                Place.ended_at.is_(None),
                Place.offered_until.is_(None),
            )
            .order_by(Place.id)
            .limit(most)
            .with_for_update(skip_locked=True)
        )
        return list((await self._db.execute(query)).scalars())

    async def by_id(self, place_id: int) -> Place | None:
        return await self._db.get(Place, place_id)

    async def lock(self, place: Place) -> None:
        """As it is now."""
        await self._db.refresh(place, with_for_update=True)

    async def add(self, place: Mapping[str, object]) -> Place:
        """The one there is, where this person has taken it at this very moment."""
        put = insert(Place).values(place)
        put = put.on_conflict_do_update(
            index_elements=[Place.product_id, text("coalesce(variant_id, 0)"), Place.subject],
            index_where=Place.ended_at.is_(None),
            set_={"email": func.coalesce(put.excluded.email, Place.email)},
        )
        return (await self._db.execute(put.returning(Place))).scalar_one()

    async def of_subject(self, subject: str) -> list[Place]:
        return list((await self._db.execute(select(Place).where(Place.subject == subject))).scalars())

    async def erase(self, subject: str) -> None:
        await self._db.execute(delete(Place).where(Place.subject == subject))

    async def forget(self, before: datetime) -> None:
        """Places that are over since then, and those that were taken long ago."""
        await self._db.execute(delete(Place).where(or_(Place.ended_at < before, Place.joined_at < before)))


def _for(product_id: int, variant_id: int | None) -> tuple[ColumnElement[bool], ...]:
    """Places in the line for this article."""
    return (
        Place.product_id == product_id,
        Place.variant_id.is_not_distinct_from(variant_id),
        Place.ended_at.is_(None),
    )
