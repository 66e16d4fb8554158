"""Questions asked of the coupons."""

from datetime import datetime

from sqlalchemy import delete, func, or_, select, text, update

from storecast.domains.orders.coupons.models import Coupon, CouponUse, PinnedCoupon
from storecast.kit.database import Database, columns
from storecast.kit.emails import mailbox

_PINNED = f"""
    SELECT {columns(Coupon, "coupon_")}, at FROM pinned_coupons JOIN coupons ON coupons.id = coupon_id
    WHERE pinned_coupons.channel_id = $1 AND coupons.deleted_at IS NULL
"""  # noqa: S608 - columns of ours
_PIN = text(
    """
    INSERT INTO pinned_coupons (channel_id, coupon_id, at) VALUES (:channel, :coupon, :now)
    ON CONFLICT (channel_id) DO UPDATE SET coupon_id = excluded.coupon_id, at = excluded.at
    """
)


class CouponRepository:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def every_of(self, seller_id: int) -> list[Coupon]:
        where = (Coupon.seller_id == seller_id, Coupon.deleted_at.is_(None))
        return list((await self._db.execute(select(Coupon).where(*where).order_by(Coupon.id.desc()))).scalars())

    async def count_of(self, seller_id: int) -> int:
        where = (Coupon.seller_id == seller_id, Coupon.deleted_at.is_(None))
        return (await self._db.execute(select(func.count()).where(*where))).scalar_one()

    async def find(self, seller_id: int, hash_id: str) -> Coupon | None:
        where = (Coupon.seller_id == seller_id, Coupon.hash_id == hash_id, Coupon.deleted_at.is_(None))
        return (await self._db.execute(select(Coupon).where(*where))).scalar_one_or_none()

    async def by_code(self, seller_id: int, code: str) -> Coupon | None:
        where = (Coupon.seller_id == seller_id, func.upper(Coupon.code) == code.upper(), Coupon.deleted_at.is_(None))
        return (await self._db.execute(select(Coupon).where(*where))).scalar_one_or_none()

    async def lock(self, coupon: Coupon) -> None:
        """As it is now; nobody else takes it until this transaction ends."""
        await self._db.refresh(coupon, with_for_update={"key_share": True})

    async def by_id(self, coupon_id: int) -> Coupon | None:
        return await self._db.get(Coupon, coupon_id)

    async def used_by(self, coupon_id: int, buyer: str, email: str | None) -> int:
        """How often this person has, be it as another guest with the same address."""
        theirs = CouponUse.buyer == buyer
        if email is not None:
            theirs = or_(theirs, CouponUse.email == mailbox(email))
        query = select(func.count()).where(CouponUse.coupon_id == coupon_id, theirs)
        return (await self._db.execute(query)).scalar_one()

    async def uses_of(self, buyer: str) -> list[CouponUse]:
        query = select(CouponUse).where(CouponUse.buyer == buyer).order_by(CouponUse.order_id)
        return list((await self._db.execute(query)).scalars())

    async def replace_buyer(self, buyer: str, other: str) -> None:
        await self._db.execute(update(CouponUse).where(CouponUse.buyer == buyer).values(buyer=other))

    async def use_of(self, order_id: int) -> CouponUse | None:
        return await self._db.get(CouponUse, order_id)

    async def remove_use(self, order_id: int) -> bool:
        gone = await self._db.execute(
            delete(CouponUse).where(CouponUse.order_id == order_id).returning(CouponUse.order_id)
        )
        return gone.scalar_one_or_none() is not None

    async def count_use(self, coupon: Coupon, change: int) -> None:
        await self._db.execute(update(Coupon).where(Coupon.id == coupon.id).values(used=Coupon.used + change))

    async def add(self, use: CouponUse) -> None:
        self._db.add(use)
        await self._db.flush()

    async def pinned(self, channel_id: int) -> tuple[Coupon, datetime] | None:
        rows = await self._db.rows(_PINNED, channel_id)
        return (self._db.known(Coupon, rows[0], "coupon_"), rows[0]["at"]) if rows else None

    async def pin(self, channel_id: int, coupon_id: int, now: datetime) -> None:
        await self._db.execute(_PIN, {"channel": channel_id, "coupon": coupon_id, "now": now})

    async def unpin(self, channel_id: int) -> bool:
        gone = await self._db.execute(
            delete(PinnedCoupon).where(PinnedCoupon.channel_id == channel_id).returning(PinnedCoupon.channel_id)
        )
        return gone.scalar_one_or_none() is not None

    async def pinned_on(self, coupon_id: int) -> list[int]:
        query = select(PinnedCoupon.channel_id).where(PinnedCoupon.coupon_id == coupon_id)
        return list((await self._db.execute(query)).scalars())

    async def differences(self) -> list[tuple[str, int, int]]:
        """Coupons whose number of uses is not that of their rows: code, kept, reckoned."""
        uses = select(func.count()).where(CouponUse.coupon_id == Coupon.id).scalar_subquery()
        rows = await self._db.execute(select(Coupon.code, Coupon.used, uses).where(Coupon.used != uses))
        return [(row[0], row[1], row[2]) for row in rows]
