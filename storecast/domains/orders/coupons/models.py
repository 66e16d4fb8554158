"""Tables of coupons."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, SmallInteger, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from storecast.kit.database import Base
from storecast.kit.ids import PUBLIC_ID_LENGTH, public_id


class Coupon(Base):
    """A seller's; either `percent` or `amount` is set."""

    __tablename__ = "coupons"
    __table_args__ = (
        Index(
            "uq_coupons_code",
            "seller_id",
            text("upper(code)"),
            unique=True,
            postgresql_where=text("deleted_at IS NULL"),
        ),
        CheckConstraint("(percent IS NULL) <> (amount IS NULL)", name="one_kind"),
        CheckConstraint("used >= 0 AND (uses IS NULL OR used <= uses)", name="used"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    hash_id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), unique=True, default=public_id)
    seller_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(Text)
    percent: Mapped[int | None] = mapped_column(SmallInteger)
    amount: Mapped[int | None] = mapped_column(BigInteger)  # minor units of `currency`
    currency: Mapped[str | None] = mapped_column(String(3))  # of `amount` and `minimum`
    minimum: Mapped[int | None] = mapped_column(BigInteger)
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    uses: Mapped[int | None]  # how often in all; None: without end
    uses_per_buyer: Mapped[int | None]
    used: Mapped[int] = mapped_column(default=0)  # the number of its uses, kept under this row's lock
    created_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]


class CouponUse(Base):
    """Taken with an order's stock, and given back when nothing comes of it."""

    __tablename__ = "coupon_uses"
    __table_args__ = (
        Index("ix_coupon_uses_buyer", "coupon_id", "buyer"),
        Index("ix_coupon_uses_email", "coupon_id", "email"),
    )

    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"), primary_key=True)
    coupon_id: Mapped[int] = mapped_column(ForeignKey("coupons.id", ondelete="CASCADE"))
    buyer: Mapped[str] = mapped_column(Text)
    email: Mapped[str | None] = mapped_column(Text)  # its mailbox: who comes back as another guest
    at: Mapped[datetime]


class PinnedCoupon(Base):
    """What a channel's viewers may claim now."""

    __tablename__ = "pinned_coupons"

    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id", ondelete="CASCADE"), primary_key=True)
    coupon_id: Mapped[int] = mapped_column(ForeignKey("coupons.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
