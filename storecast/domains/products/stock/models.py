"""Tables of the ledger: what there is, who holds some of it, and each change for good."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from storecast.kit.database import Base

HOLDER_LENGTH = 40


class MovementKind(StrEnum):
    COUNTED = "counted"  # the seller says how many there are: the difference to what they said before
    SOLD = "sold"
    RETURNED = "returned"  # sold once, and there again


class Stock(Base):
    """Of a product, or of one variant that keeps its own.

    `total` and `sold` are sums of `stock_movements`, `reserved` that of `reservations`, with those that ran out.

    Whoever changes what is left locks this row first, several in the order of their ids.
    """

    __tablename__ = "stocks"
    __table_args__ = (
        Index("uq_stocks_product_id", "product_id", unique=True, postgresql_where=text("variant_id IS NULL")),
        Index("uq_stocks_variant_id", "variant_id", unique=True, postgresql_where=text("variant_id IS NOT NULL")),
        Index("ix_stocks_variants_of", "product_id", postgresql_where=text("variant_id IS NOT NULL")),
        Index("ix_stocks_untold", "id", postgresql_where=text("untold")),
        CheckConstraint("sold >= 0", name="sold"),
        CheckConstraint("total >= 0", name="total"),
        CheckConstraint("reserved >= 0", name="reserved"),
        CheckConstraint("unlimited OR sold <= total", name="oversold"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id", ondelete="CASCADE"))
    variant_id: Mapped[int | None] = mapped_column(ForeignKey("variants.id", ondelete="CASCADE"))
    unlimited: Mapped[bool] = mapped_column(default=True)  # no stock is kept; what is sold is counted all the same
    total: Mapped[int] = mapped_column(default=0)  # how many there ever were
    sold: Mapped[int] = mapped_column(default=0)
    reserved: Mapped[int] = mapped_column(default=0, server_default="0")
    untold: Mapped[bool] = mapped_column(default=False)  # viewers are still to be told of the last change
    told_at: Mapped[datetime | None]  # when they last were


class Reservation(Base):
    """Pieces somebody holds, good while `reserved_until` is to come; without it, until they are let go or sold."""

    __tablename__ = "reservations"
    __table_args__ = (
        Index("uq_reservations_holder_stock_id", "holder", "stock_id", unique=True),
        Index("ix_reservations_stock_id_reserved_until", "stock_id", "reserved_until"),
        Index("ix_reservations_subject_stock_id", "subject", "stock_id"),
        Index("ix_reservations_network_stock_id", "network", "stock_id", postgresql_where=text("network <> ''")),
        Index("ix_reservations_reserved_until", "reserved_until"),
        CheckConstraint("quantity > 0", name="quantity"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    stock_id: Mapped[int] = mapped_column(ForeignKey("stocks.id", ondelete="CASCADE"))
    holder: Mapped[str] = mapped_column(String(HOLDER_LENGTH))  # public id of the cart, the order, the place in line
    subject: Mapped[str] = mapped_column(Text)  # whose it is: `user:…` or `guest:…`
    network: Mapped[str] = mapped_column(Text)  # of a guest; empty for people with an account
    quantity: Mapped[int]
    reserved_until: Mapped[datetime | None]
    deal_id: Mapped[int | None] = mapped_column(ForeignKey("deals.id", ondelete="SET NULL"), index=True)
    deal_quantity: Mapped[int] = mapped_column(default=0)  # how many of them have the deal's price


class Movement(Base):
    """A change for good. `stocks` has the sums."""

    __tablename__ = "stock_movements"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    stock_id: Mapped[int] = mapped_column(ForeignKey("stocks.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    quantity: Mapped[int]  # positive, but for `counted`
    holder: Mapped[str | None] = mapped_column(String(HOLDER_LENGTH), index=True)  # public id of the order
    deal_id: Mapped[int | None] = mapped_column(ForeignKey("deals.id", ondelete="SET NULL"), index=True)
    deal_quantity: Mapped[int] = mapped_column(default=0)
    by: Mapped[str | None] = mapped_column(Text)  # subject of who changed it
    at: Mapped[datetime]
