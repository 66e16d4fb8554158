"""Tables of the waitlist."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from storecast.kit.database import Base
from storecast.kit.ids import PUBLIC_ID_LENGTH, public_id


class Place(Base):
    """Somebody's place in the line for an article. Over once it was offered and taken, or let pass."""

    __tablename__ = "waitlist"
    __table_args__ = (
        Index(
            "uq_waitlist_waiting",
            "product_id",
            text("coalesce(variant_id, 0)"),
            "subject",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_waitlist_subject", "subject"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    hash_id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), unique=True, default=public_id)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id", ondelete="CASCADE"), index=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id", ondelete="CASCADE"))
    variant_id: Mapped[int | None] = mapped_column(ForeignKey("variants.id", ondelete="CASCADE"))
    subject: Mapped[str] = mapped_column(Text)
    network: Mapped[str] = mapped_column(Text)  # a guest's; empty for people with an account
    email: Mapped[str | None] = mapped_column(Text)
    locale: Mapped[str] = mapped_column(String(35))
    joined_at: Mapped[datetime]
    offered_until: Mapped[datetime | None]  # a piece is held for them until then
    ended_at: Mapped[datetime | None]
