"""Tables of how sellers are paid, and of what Stripe has told."""

from datetime import datetime
from typing import Literal

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from storecast.kit.database import Base
from storecast.kit.ids import PUBLIC_ID_LENGTH, public_id

Mode = Literal["test", "live"]


def mode_of(key: str) -> Mode:
    """Of any key of Stripe's, as `pk_test_…`."""
    return "live" if key.split("_")[1] == "live" else "test"


class StripeKeys(Base):
    """A seller's keys of one Stripe account. Those they took back are kept a while, for what was begun with them."""

    __tablename__ = "stripe_accounts"
    __table_args__ = (
        Index("uq_stripe_accounts_in_use", "user_id", unique=True, postgresql_where=text("removed_at IS NULL")),
        Index("ix_stripe_accounts_user_id", "user_id"),
    )

    id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), primary_key=True, default=public_id)  # Stripe is told it
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    account: Mapped[str | None] = mapped_column(Text)  # Stripe's id of it; unknown of keys that may not ask
    publishable_key: Mapped[str] = mapped_column(Text)
    secret_key: Mapped[str] = mapped_column(Text)  # sealed
    webhook_secret: Mapped[str | None] = mapped_column(Text)  # sealed
    shipping_countries: Mapped[list[str]] = mapped_column(JSONB)
    shipping_rates: Mapped[list[dict[str, str | int]]] = mapped_column(JSONB)  # `name`, `minor`, `currency`
    automatic_tax: Mapped[bool]
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None] = mapped_column(index=True)

    @property
    def mode(self) -> Mode:
        return mode_of(self.publishable_key)


class StripeHeard(Base):
    """An event of Stripe's that was heard, so that it is heard once."""

    __tablename__ = "stripe_events"

    account_id: Mapped[str] = mapped_column(ForeignKey("stripe_accounts.id", ondelete="CASCADE"), primary_key=True)
    event_id: Mapped[str] = mapped_column(String(255), primary_key=True)
    heard_at: Mapped[datetime] = mapped_column(index=True)


class SellerTerms(Base):
    """What a seller's buyers must be able to read before they pay. Each a text, or the link to one."""

    __tablename__ = "seller_terms"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    imprint: Mapped[str | None] = mapped_column(Text)
    terms: Mapped[str | None] = mapped_column(Text)
    returns: Mapped[str | None] = mapped_column(Text)
    eu: Mapped[bool]
    changed_at: Mapped[datetime]
