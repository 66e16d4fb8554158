"""Tables of orders, what happened to them, and what is known of how they came about."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from storecast.kit.database import Base
from storecast.kit.ids import PUBLIC_ID_LENGTH, public_id

# Who takes the money: the provider, or the seller themselves.
NATIVE, REQUEST, OUTSIDE = "native", "request", "outside"


class OrderStatus(StrEnum):
    PENDING = "pending"  # the buyer is paying; its stock is held
    PLACED = "placed"  # sent, and to be paid to the seller; or paid, and the bank has yet to say so
    PAID = "paid"
    FULFILLED = "fulfilled"
    CANCELLED = "cancelled"
    PARTLY_REFUNDED = "partly_refunded"
    REFUNDED = "refunded"


class Order(Base):
    __tablename__ = "orders"
    __table_args__ = (
        Index("uq_orders_seller_id_number", "seller_id", "number", unique=True),
        Index("uq_orders_cart_id_going", "cart_id", unique=True, postgresql_where=text("status = 'pending'")),
        Index("uq_orders_reference", "seller_id", "reference", unique=True),
        Index("ix_orders_channel_id", "channel_id"),
        Index("ix_orders_cart_id", "cart_id"),
        Index("ix_orders_buyer", "buyer"),
        Index("ix_orders_payment", "payment"),
        Index("ix_orders_network", "network", postgresql_where=text("network IS NOT NULL")),
        Index(
            "ix_orders_requested_by",
            "email",
            postgresql_where=text("provider = 'request' AND status = 'placed'"),
        ),
        CheckConstraint("total >= 0 AND refunded >= 0 AND refunded <= total", name="sums"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    hash_id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), unique=True, default=public_id)
    seller_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    channel_id: Mapped[int | None] = mapped_column(ForeignKey("channels.id", ondelete="SET NULL"))
    cart_id: Mapped[int | None] = mapped_column(ForeignKey("carts.id", ondelete="SET NULL"))
    number: Mapped[int | None]  # of the seller's, without gaps; given once it is placed or paid
    provider: Mapped[str] = mapped_column(String(20))  # `native`, `request`, `outside`, or a shop's
    status: Mapped[str] = mapped_column(String(20), default=OrderStatus.PENDING)
    currency: Mapped[str] = mapped_column(String(3))
    # Minor units of `currency`.
    subtotal: Mapped[int] = mapped_column(BigInteger)
    discount: Mapped[int] = mapped_column(BigInteger, default=0)
    shipping: Mapped[int] = mapped_column(BigInteger, default=0)
    tax: Mapped[int] = mapped_column(BigInteger, default=0)
    total: Mapped[int] = mapped_column(BigInteger)
    refunded: Mapped[int] = mapped_column(BigInteger, default=0)
    coupon: Mapped[str | None] = mapped_column(Text)  # its code as it was
    buyer: Mapped[str] = mapped_column(Text)  # subject of who ordered: `user:…`, `guest:…`
    name: Mapped[str | None] = mapped_column(Text)
    email: Mapped[str | None] = mapped_column(Text)
    phone: Mapped[str | None] = mapped_column(Text)
    address: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)
    locale: Mapped[str] = mapped_column(String(35))
    # Of a request by somebody whose address is not verified, until its seller has answered.
    network: Mapped[str | None] = mapped_column(Text)
    has_watched: Mapped[bool] = mapped_column(default=False, server_default="false")  # by a view that is theirs alone
    # The provider's.
    asked: Mapped[str | None] = mapped_column(Text)  # word by word, until it has answered
    reference: Mapped[str | None] = mapped_column(Text)
    payment: Mapped[str | None] = mapped_column(Text)
    ui: Mapped[str | None] = mapped_column(String(10))
    checkout_url: Mapped[str | None] = mapped_column(Text)
    client_secret: Mapped[str | None] = mapped_column(Text)
    publishable_key: Mapped[str | None] = mapped_column(Text)
    expires_at: Mapped[datetime | None]
    disputed: Mapped[str | None] = mapped_column(Text)  # how a dispute stands, in the provider's word
    created_at: Mapped[datetime]
    placed_at: Mapped[datetime | None]
    paid_at: Mapped[datetime | None]


class OrderItem(Base):
    """As it was when it was ordered, whatever becomes of the product."""

    __tablename__ = "order_items"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"), index=True)
    product_id: Mapped[int | None] = mapped_column(ForeignKey("products.id", ondelete="SET NULL"), index=True)
    variant_id: Mapped[int | None] = mapped_column(ForeignKey("variants.id", ondelete="SET NULL"))
    stock_id: Mapped[int | None] = mapped_column(ForeignKey("stocks.id", ondelete="SET NULL"))
    name: Mapped[str] = mapped_column(Text)
    variant: Mapped[str | None] = mapped_column(Text)
    sku: Mapped[str | None] = mapped_column(Text)
    image_key: Mapped[str | None] = mapped_column(Text)
    price: Mapped[int] = mapped_column(BigInteger)  # of one, minor units of the order's currency
    quantity: Mapped[int]
    refunded_quantity: Mapped[int] = mapped_column(default=0)


class OrderStep(Base):
    """What happened to an order, when, and who did it."""

    __tablename__ = "order_steps"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    what: Mapped[str] = mapped_column(String(30))  # a status, or what else happened
    by: Mapped[str] = mapped_column(Text)  # a subject, or the provider's name
    amount: Mapped[int | None] = mapped_column(BigInteger)
    note: Mapped[str | None] = mapped_column(Text)


class RefundState(StrEnum):
    PENDING = "pending"  # asked of the provider, who has yet to say
    DONE = "done"
    FAILED = "failed"


class Refund(Base):
    """Money given back, of some lines or of the whole."""

    __tablename__ = "order_refunds"
    __table_args__ = (
        Index("uq_order_refunds_reference", "reference", unique=True),
        CheckConstraint("amount > 0", name="amount"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"), index=True)
    key: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), default=public_id)  # so that the provider does it once
    amount: Mapped[int] = mapped_column(BigInteger)
    pieces: Mapped[dict[str, int]] = mapped_column(JSONB)  # of which lines, by the item's id
    restock: Mapped[bool]
    state: Mapped[str] = mapped_column(String(10), default=RefundState.PENDING)
    reference: Mapped[str | None] = mapped_column(Text)  # the provider's
    by: Mapped[str] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime]


class OrderNumber(Base):
    """The last number each seller gave; whoever takes the next holds the row until it is committed, so none is lost."""

    __tablename__ = "order_numbers"

    seller_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    last: Mapped[int]


class Evidence(Base):
    """What is known of how an order came about, written once. Reports apply their rules to it, today's and others."""

    __tablename__ = "order_evidence"
    __table_args__ = (
        Index("ix_order_evidence_view_hash", "view_hash"),
        Index("ix_order_evidence_session_id", "session_id"),
    )

    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"), primary_key=True)
    session_id: Mapped[str | None] = mapped_column(Text)  # public id of the show
    view_hash: Mapped[str | None] = mapped_column(Text)
    view_began_at: Mapped[datetime | None]
    seconds_watched: Mapped[int] = mapped_column(default=0)
    media_id: Mapped[str | None] = mapped_column(Text)  # public id of the video it was bought in; none: of the show
    media_at: Mapped[float | None]  # seconds of that video
    last_watched_at: Mapped[datetime | None]
    pins: Mapped[list[dict[str, object]]] = mapped_column(JSONB)  # what was on screen: {product_id, at, until}
    referrer: Mapped[str | None] = mapped_column(Text)
    coupon: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime]
