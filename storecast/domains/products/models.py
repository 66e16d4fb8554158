"""Tables of products and their variants, the shelves they stand on, their promotions and deals."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Computed, ForeignKey, Identity, Index, String, Text, false, func, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from storecast.kit.database import Base


class PinSize(StrEnum):
    LARGE = "large"  # the one over the picture
    SMALL = "small"


class Product(Base):
    __tablename__ = "products"
    __table_args__ = (Index("ix_products_owner_id_live", "owner_id", postgresql_where=text("deleted_at IS NULL")),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(Text)
    link: Mapped[str] = mapped_column(Text)
    price: Mapped[int | None] = mapped_column(BigInteger)  # minor units of `currency`; None: no price shown
    currency: Mapped[str] = mapped_column(String(3))
    compare_at: Mapped[int | None] = mapped_column(BigInteger)  # what it cost before, minor units of `currency`
    sku: Mapped[str | None] = mapped_column(Text)
    max_per_buyer: Mapped[int | None]
    image_keys: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)  # the first is the one shown
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    deleted_at: Mapped[datetime | None]
    # What a search compares, made by the database: decision 30.
    trigrams: Mapped[list[str]] = mapped_column(
        ARRAY(Text), Computed("trigrams(name || ' ' || coalesce(sku, ''))", persisted=True), deferred=True
    )


class Variant(Base):
    """One way to have a product, as in a size; it keeps stock of its own, or shares the product's."""

    __tablename__ = "variants"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(Text)
    options: Mapped[dict[str, str]] = mapped_column(JSONB, default=dict)  # as {"Size": "M", "Colour": "red"}
    price: Mapped[int | None] = mapped_column(BigInteger)  # minor units of the product's currency; None: the product's
    sku: Mapped[str | None] = mapped_column(Text)
    reference: Mapped[str | None] = mapped_column(Text)  # what another system calls it
    image_key: Mapped[str | None] = mapped_column(Text)
    position: Mapped[int]
    deleted_at: Mapped[datetime | None]


class ComparedByLaw(Base):
    """Sellers whose prices before are at most the lowest of 30 days (Directive 98/6/EC, article 6a)."""

    __tablename__ = "compared_by_law"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)


class ShelfEntry(Base):
    """A product on a channel's shelf, with the picture chosen for this channel and the number it goes by there."""

    __tablename__ = "shelf"

    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id", ondelete="CASCADE"), primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id", ondelete="CASCADE"), primary_key=True, index=True)
    position: Mapped[int]
    thumbnail_key: Mapped[str | None] = mapped_column(Text)
    number: Mapped[int] = mapped_column(server_default="0")  # given once; sorting the shelf changes none
    hidden_variants: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), default=list, server_default="{}")
    promoted: Mapped[bool] = mapped_column(server_default=false())  # the former release asks for it, and nobody else


class Promotion(Base):
    """From when until when a product was promoted, so that a replay can highlight it at the same moments."""

    __tablename__ = "promotions"
    __table_args__ = (
        Index(
            "uq_promotions_going", "channel_id", "product_id", unique=True, postgresql_where=text("ended_at IS NULL")
        ),
        Index(
            "uq_promotions_large",
            "channel_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL AND size = 'large'"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id", ondelete="CASCADE"), index=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id", ondelete="CASCADE"))
    size: Mapped[str] = mapped_column(String(5), default=PinSize.LARGE, server_default=PinSize.LARGE)
    at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Deal(Base):
    """A price for some seconds, or for some pieces, on one product of a channel."""

    __tablename__ = "deals"
    __table_args__ = (
        Index("uq_deals_going", "channel_id", "product_id", unique=True, postgresql_where=text("ended_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id", ondelete="CASCADE"))
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id", ondelete="CASCADE"), index=True)
    price: Mapped[int] = mapped_column(BigInteger)  # minor units of the product's currency
    currency: Mapped[str] = mapped_column(String(3))  # which a product may change: then the deal is over
    started_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    quantity: Mapped[int | None]  # pieces there are at this price
    ended_at: Mapped[datetime | None]  # when somebody, or a newer deal, ended it


class PriceChange(Base):
    """A price asked for a product from a moment on, until the next one was; None: none was asked."""

    __tablename__ = "price_changes"
    __table_args__ = (Index("ix_price_changes_product_id_at", "product_id", "at"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id", ondelete="CASCADE"))
    price: Mapped[int | None] = mapped_column(BigInteger)  # minor units of `currency`
    currency: Mapped[str] = mapped_column(String(3))
    at: Mapped[datetime]
