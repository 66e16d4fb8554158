"""Tables of endpoints, of what they are told, and of the lines it waits in."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Enum, ForeignKey, Identity, Index, String, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from storecast.adapters.webhooks.courier import Failure
from storecast.kit.database import Base
from storecast.kit.ids import PUBLIC_ID_LENGTH, public_id


class OffReason(StrEnum):
    OWNER = "owner"
    GONE = "gone"  # it answered 410
    FAILING = "failing"  # it took nothing for days


class DeliveryState(StrEnum):
    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"


class WebhookEndpoint(Base):
    """Where a person's events go. Keys are sealed: we sign with them."""

    __tablename__ = "webhook_endpoints"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    hash_id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), unique=True, default=public_id)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    url: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text)
    events: Mapped[list[str]] = mapped_column(ARRAY(Text))  # names and groups (`order.*`); empty: all
    sealed_secret: Mapped[str] = mapped_column(Text)
    sealed_former: Mapped[str | None] = mapped_column(Text)  # signs as well, until `former_until`
    former_until: Mapped[datetime | None]
    off: Mapped[OffReason | None] = mapped_column(Enum(OffReason, native_enum=False, length=20, values_callable=list))
    failing_since: Mapped[datetime | None]  # the first failure since it last took something
    paused_until: Mapped[datetime | None]  # it asked for that
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class WebhookLine(Base):
    """What an endpoint is told of one thing, one after the other.

    Somebody sees to it when `due_at` comes; None while nothing waits. `taken_until` is when whoever does is taken to
    have died. `failures` are those of its first delivery and of those before it, since the last one was taken.
    """

    __tablename__ = "webhook_lines"
    __table_args__ = (
        UniqueConstraint("endpoint_id", "thing"),
        Index("ix_webhook_lines_due", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    endpoint_id: Mapped[int] = mapped_column(ForeignKey("webhook_endpoints.id", ondelete="CASCADE"))
    thing: Mapped[str] = mapped_column(Text)
    due_at: Mapped[datetime | None]
    taken_until: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0, server_default="0")


class WebhookDelivery(Base):
    """One event for one endpoint; its `hash_id` names it over all tries. What it was answered is the newest try's."""

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        Index("ix_webhook_deliveries_endpoint_id_id", "endpoint_id", "id"),
        Index("ix_webhook_deliveries_waiting", "line_id", "id", postgresql_where=text("state = 'waiting'")),
        Index(
            "ix_webhook_deliveries_carries",
            "carries",
            postgresql_using="gin",
            postgresql_where=text("carries IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    hash_id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), unique=True, default=public_id)
    endpoint_id: Mapped[int] = mapped_column(ForeignKey("webhook_endpoints.id", ondelete="CASCADE"))
    line_id: Mapped[int] = mapped_column(BigInteger)  # no foreign key: lines go with their endpoint, and only so
    event: Mapped[str] = mapped_column(Text)
    payload: Mapped[str] = mapped_column(Text)  # JSON as it is sent
    carries: Mapped[list[str] | None] = mapped_column(ARRAY(Text))  # whose words are in it, as `RoomEvent.carries`
    once: Mapped[bool]  # asked for by hand: tried once
    state: Mapped[DeliveryState] = mapped_column(
        Enum(DeliveryState, native_enum=False, length=20, values_callable=list), default=DeliveryState.WAITING
    )
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(index=True)
    attempted_at: Mapped[datetime | None]
    failure: Mapped[Failure | None] = mapped_column(Enum(Failure, native_enum=False, length=20, values_callable=list))
    status: Mapped[int | None]
    answer: Mapped[str] = mapped_column(Text, default="")
    milliseconds: Mapped[int | None]
