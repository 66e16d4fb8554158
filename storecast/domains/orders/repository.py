"""Questions asked of the orders."""

from collections.abc import Collection
from datetime import datetime
from typing import TypeVar

from msgspec import Struct
from sqlalchemy import ColumnElement, Select, func, or_, select, update

from storecast.domains.orders.models import NATIVE, Evidence, Order, OrderItem, OrderStatus, OrderStep, Refund
from storecast.kit.database import Base, Database
from storecast.kit.pagination import PageRequest

M = TypeVar("M", bound=Base)

_NUMBER = """
    INSERT INTO order_numbers (seller_id, last) VALUES ($1, 1)
    ON CONFLICT (seller_id) DO UPDATE SET last = order_numbers.last + 1 RETURNING last
"""


_PAID = """
    SELECT 1 FROM orders
    WHERE buyer = $2 AND channel_id = $1 AND status IN ('paid', 'fulfilled', 'partly_refunded') LIMIT 1
"""

CAME_TO_NOTHING = (OrderStatus.PENDING, OrderStatus.CANCELLED)
UNSETTLED = (OrderStatus.PENDING, OrderStatus.PLACED)


class OrderFilter(Struct, frozen=True):
    """Which of a seller's orders."""

    channel_ids: Collection[int] | None = None  # None: of every channel, and of none
    statuses: Collection[OrderStatus] = ()
    term: str | None = None
    since: datetime | None = None
    until: datetime | None = None


class OrderRepository:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def next_number(self, seller_id: int) -> int:
        """Gapless: whoever takes one holds the seller's row until it is committed."""
        return int((await self._db.within(_NUMBER, seller_id))[0][0])

    async def lock(self, order: Order) -> Order:
        """As it is now."""
        await self._db.refresh(order, with_for_update={"key_share": True})
        return order

    async def has_paid(self, channel_id: int, buyer: str) -> bool:
        """Whether `buyer` has paid for something on the channel, and not been given all of it back."""
        return bool(await self._db.rows(_PAID, channel_id, buyer))

    async def by_id(self, order_id: int) -> Order | None:
        return await self._db.get(Order, order_id)

    async def by_hash_id(self, hash_id: str) -> Order | None:
        return await self._one(select(Order).where(Order.hash_id == hash_id))

    async def by_reference(self, seller_id: int, reference: str) -> Order | None:
        return await self._one(select(Order).where(Order.seller_id == seller_id, Order.reference == reference))

    async def by_shop(self, seller_id: int, provider: str, reference: str) -> Order | None:
        """An order that a shop of the seller's has reported before: each shop counts its own."""
        where = (
            Order.seller_id == seller_id,
            Order.provider == provider,
            Order.reference == f"{provider}:{reference}",
        )
        return await self._one(select(Order).where(*where))

    async def by_payment(self, seller_id: int, payment: str) -> Order | None:
        return await self._one(select(Order).where(Order.seller_id == seller_id, Order.payment == payment))

    async def pending_of(self, cart_id: int) -> Order | None:
        query = "SELECT * FROM orders WHERE cart_id = $1 AND status = 'pending'"
        return next(iter(await self._db.load(Order, query, cart_id)), None)

    async def last_of(self, cart_id: int) -> Order | None:
        """What a cart has become, as it is now: whoever asks may have waited for the cart."""
        query = select(Order).where(Order.cart_id == cart_id).order_by(Order.id.desc()).limit(1)
        return await self._one(query.execution_options(populate_existing=True))

    async def items(self, order_id: int) -> list[OrderItem]:
        return await self._db.load(OrderItem, "SELECT * FROM order_items WHERE order_id = $1 ORDER BY id", order_id)

    async def items_of(self, order_ids: Collection[int]) -> dict[int, list[OrderItem]]:
        query = select(OrderItem).where(OrderItem.order_id.in_(order_ids)).order_by(OrderItem.id)
        found: dict[int, list[OrderItem]] = {order_id: [] for order_id in order_ids}
        for item in (await self._db.execute(query)).scalars():
            found[item.order_id].append(item)
        return found

    async def steps_of(self, order_ids: Collection[int]) -> dict[int, list[OrderStep]]:
        query = select(OrderStep).where(OrderStep.order_id.in_(order_ids)).order_by(OrderStep.id)
        found: dict[int, list[OrderStep]] = {order_id: [] for order_id in order_ids}
        for step in (await self._db.execute(query)).scalars():
            found[step.order_id].append(step)
        return found

    async def refunds_of(self, order_ids: Collection[int]) -> dict[int, list[Refund]]:
        query = select(Refund).where(Refund.order_id.in_(order_ids)).order_by(Refund.id)
        found: dict[int, list[Refund]] = {order_id: [] for order_id in order_ids}
        for refund in (await self._db.execute(query)).scalars():
            found[refund.order_id].append(refund)
        return found

    async def refund(self, refund_id: int) -> Refund | None:
        return await self._db.get(Refund, refund_id)

    async def evidence_of(self, order_ids: Collection[int]) -> dict[int, Evidence]:
        query = select(Evidence).where(Evidence.order_id.in_(order_ids))
        return {evidence.order_id: evidence for evidence in (await self._db.execute(query)).scalars()}

    async def page(self, seller_id: int, wanted: OrderFilter, page: PageRequest) -> tuple[list[Order], int]:
        """Newest first, and how many there are in all. Those nobody has placed yet are left out."""
        where = self._where(seller_id, wanted)
        total = (await self._db.execute(select(func.count()).select_from(Order).where(*where))).scalar_one()
        query = select(Order).where(*where).order_by(Order.id.desc()).limit(page.size).offset(page.offset)
        return list((await self._db.execute(query)).scalars()), total

    async def before(self, seller_id: int, wanted: OrderFilter, before: int | None, most: int) -> list[Order]:
        """For a download: the newest that are older than the order `before`."""
        query = select(Order).where(*self._where(seller_id, wanted))
        if before is not None:
            query = query.where(Order.id < before)
        return list((await self._db.execute(query.order_by(Order.id.desc()).limit(most))).scalars())

    async def purchases(self, buyer: str, most: int) -> list[Order]:
        where = (Order.buyer == buyer, Order.placed_at.is_not(None))
        query = select(Order).where(*where).order_by(Order.id.desc()).limit(most)
        return list((await self._db.execute(query)).scalars())

    async def every_of_buyer(self, buyer: str) -> list[Order]:
        return list((await self._db.execute(select(Order).where(Order.buyer == buyer).order_by(Order.id))).scalars())

    async def every_of_seller(self, seller_id: int) -> list[Order]:
        query = select(Order).where(Order.seller_id == seller_id).order_by(Order.id)
        return list((await self._db.execute(query)).scalars())

    async def forget_buyer(self, buyer: str) -> None:
        """Of orders that came to nothing."""
        nobody = {"name": None, "email": None, "phone": None, "address": None, "note": None}
        where = (Order.buyer == buyer, Order.paid_at.is_(None), Order.status.in_(CAME_TO_NOTHING))
        await self._db.execute(update(Order).where(*where).values(nobody))

    async def replace_buyer(self, buyer: str, other: str) -> None:
        """All they ordered is somebody else's."""
        await self._db.execute(update(Order).where(Order.buyer == buyer).values(buyer=other))

    async def pending_with(self, seller_id: int) -> list[int]:
        """The ids of orders that are being paid to this seller."""
        where = (Order.seller_id == seller_id, Order.status == OrderStatus.PENDING)
        return list((await self._db.execute(select(Order.id).where(*where))).scalars())

    async def anything_unsettled_of(self, seller_id: int) -> bool:
        """Whether somebody is paying this seller, or a bank has yet to say that they did."""
        where = (Order.seller_id == seller_id, Order.provider == NATIVE, Order.status.in_(UNSETTLED))
        return (await self._db.execute(select(Order.id).where(*where).limit(1))).scalar_one_or_none() is not None

    async def channels(self, channel_ids: Collection[int]) -> dict[int, str]:
        """Public ids, of deleted ones too."""
        rows = await self._db.rows("SELECT id, hash_id FROM channels WHERE id = ANY($1)", list(channel_ids))
        return {row[0]: row[1] for row in rows}

    async def add(self, *rows: Order | OrderItem | OrderStep | Refund | Evidence) -> None:
        self._db.add_all(rows)
        await self._db.flush()

    def _where(self, seller_id: int, wanted: OrderFilter) -> list[ColumnElement[bool]]:
        where: list[ColumnElement[bool]] = [Order.seller_id == seller_id, Order.placed_at.is_not(None)]
        if wanted.channel_ids is not None:
            where.append(Order.channel_id.in_(wanted.channel_ids))
        if wanted.statuses:
            where.append(Order.status.in_(wanted.statuses))
        if wanted.since is not None:
            where.append(Order.placed_at >= wanted.since)
        if wanted.until is not None:
            where.append(Order.placed_at < wanted.until)
        if wanted.term is not None:
            term = wanted.term
            inside = select(OrderItem.order_id).where(OrderItem.name.icontains(term, autoescape=True))
            found = [
                Order.name.icontains(term, autoescape=True),
                Order.email.icontains(term, autoescape=True),
                Order.id.in_(inside),
            ]
            if term.lstrip("#").isdecimal() and len(term) < 10:
                found.append(Order.number == int(term.lstrip("#")))
            where.append(or_(*found))
        return where

    async def _one(self, query: Select[M]) -> M | None:
        return (await self._db.execute(query)).scalar_one_or_none()
