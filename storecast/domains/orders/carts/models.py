"""Tables of carts."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from storecast.kit.database import Base
from storecast.kit.ids import PUBLIC_ID_LENGTH, public_id


class Cart(Base):
    """One a person and channel, until it became an order."""

    __tablename__ = "carts"
    __table_args__ = (
        Index("uq_carts_open", "channel_id", "subject", unique=True, postgresql_where=text("closed_at IS NULL")),
        Index("ix_carts_subject", "subject"),
        Index("ix_carts_touched_at", "touched_at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    hash_id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), unique=True, default=public_id)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id", ondelete="CASCADE"))
    subject: Mapped[str] = mapped_column(Text)  # whose it is: `user:…` or `guest:…`
    currency: Mapped[str] = mapped_column(String(3))  # its first line's
    view_hash: Mapped[str | None] = mapped_column(String(64))
    referrer: Mapped[str | None] = mapped_column(Text)
    held_until: Mapped[datetime | None]  # for how long its pieces are held; None: it holds nothing
    created_at: Mapped[datetime]
    touched_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class CartItem(Base):
    __tablename__ = "cart_items"
    __table_args__ = (
        Index("uq_cart_items_article", "cart_id", "product_id", text("coalesce(variant_id, 0)"), unique=True),
        CheckConstraint("quantity > 0", name="quantity"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    cart_id: Mapped[int] = mapped_column(ForeignKey("carts.id", ondelete="CASCADE"))
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id", ondelete="CASCADE"), index=True)
    variant_id: Mapped[int | None] = mapped_column(ForeignKey("variants.id", ondelete="CASCADE"))
    quantity: Mapped[int]
    price: Mapped[int] = mapped_column(BigInteger)  # of one, as the buyer was last told; minor units
    deal_id: Mapped[int | None] = mapped_column(ForeignKey("deals.id", ondelete="SET NULL"))
