"""Tables of subscribers, of what they are told when, and of the SMS that takes."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, SmallInteger, String, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from storecast.kit.database import Base
from storecast.kit.emails import LONGEST_EMAIL
from storecast.kit.ids import PUBLIC_ID_LENGTH, public_id

DIGEST = 64  # characters of an HMAC-SHA256 in hex


class Medium(StrEnum):
    EMAIL = "email"
    SMS = "sms"


class Choices:
    """What somebody asks for: the same before they confirm it, and after."""

    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id", ondelete="CASCADE"))
    medium: Mapped[str] = mapped_column(String(5))
    address: Mapped[str] = mapped_column(String(LONGEST_EMAIL))  # an email address as compared, or E.164
    minutes_before: Mapped[list[int]] = mapped_column(ARRAY(SmallInteger))  # the start of a show, which is told anyway
    locale: Mapped[str] = mapped_column(String(35))
    timezone: Mapped[str | None] = mapped_column(Text)  # None: the channel's


class SubscriptionRequest(Choices, Base):
    """Somebody typed an address. It is nobody's until a link or a code that was sent there comes back."""

    __tablename__ = "subscription_requests"
    __table_args__ = (
        UniqueConstraint("channel_id", "medium", "address"),
        Index("ix_subscription_requests_address", "address"),
        Index("ix_subscription_requests_asked_at", "asked_at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    hash_id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), unique=True, default=public_id)
    asked_at: Mapped[datetime]
    code_number: Mapped[int] = mapped_column(
        SmallInteger, default=0
    )  # the codes that were sent, of which the last counts
    code_at: Mapped[datetime | None]
    wrong_codes: Mapped[int] = mapped_column(SmallInteger, default=0)


class Subscription(Choices, Base):
    """Somebody is reminded of a channel's shows, as they confirmed."""

    __tablename__ = "subscriptions"
    __table_args__ = (
        UniqueConstraint("channel_id", "medium", "address"),
        Index("ix_subscriptions_channel_id_id", "channel_id", "id"),
        Index("ix_subscriptions_address", "address"),
        Index("ix_subscriptions_stopped_at", "stopped_at", postgresql_where=text("stopped_at IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    hash_id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), unique=True, default=public_id)
    confirmed_at: Mapped[datetime]
    confirmed_by: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), index=True)  # the last request's `hash_id`
    told_at: Mapped[datetime | None]  # last, that a show begins
    stopped_at: Mapped[datetime | None]  # by STOP: START brings it back
    unreachable: Mapped[int] = mapped_column(SmallInteger, default=0)  # SMS in a row that did not arrive


class Schedule(Base):
    """When a channel's next show was last announced to begin, as calendars and reminders go by it."""

    __tablename__ = "channel_schedules"
    __table_args__ = (Index("ix_channel_schedules_starts_at", "starts_at", postgresql_where=text("announced")),)

    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id", ondelete="CASCADE"), primary_key=True)
    starts_at: Mapped[datetime]
    announced: Mapped[bool]  # False: it was called off
    sequence: Mapped[int]  # grows by one each time it moves (RFC 5545, 3.8.7.4)
    changed_at: Mapped[datetime]


class ReminderTime(Base):
    """That somebody wants to be reminded so many minutes before the shows of a channel."""

    __tablename__ = "reminder_times"

    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id", ondelete="CASCADE"), primary_key=True)
    minutes: Mapped[int] = mapped_column(SmallInteger, primary_key=True)


class ReminderRound(Base):
    """One telling of all who are to be reminded so many minutes before a start, and how far it has come."""

    __tablename__ = "reminder_rounds"

    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id", ondelete="CASCADE"), primary_key=True)
    starts_at: Mapped[datetime] = mapped_column(primary_key=True)
    minutes: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    begun_at: Mapped[datetime] = mapped_column(index=True)
    last_id: Mapped[int] = mapped_column(BigInteger, default=0)  # of the subscriptions told
    done_at: Mapped[datetime | None]


class TextPurpose(StrEnum):
    CODE = "code"
    REMINDER = "reminder"
    LIVE = "live"


class TextMessage(Base):
    """An SMS that was asked for: what caps are reckoned by, and which is never sent twice. It holds no number."""

    __tablename__ = "text_messages"
    __table_args__ = (
        Index("ix_text_messages_created_at", "created_at"),
        Index("ix_text_messages_owner_id_created_at", "owner_id", "created_at"),
        Index("ix_text_messages_number_created_at", "number", "created_at"),
        Index("ix_text_messages_carrier_id", "carrier_id", postgresql_where=text("carrier_id IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    key: Mapped[str] = mapped_column(Text, unique=True)
    purpose: Mapped[str] = mapped_column(String(8))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))  # whose channel it is for
    subscription_id: Mapped[int | None] = mapped_column(BigInteger)
    # Keyed hashes, forgotten after days: the number, all of it but its last digits, and where a code was asked from.
    number: Mapped[str] = mapped_column(String(DIGEST))
    block: Mapped[str] = mapped_column(String(DIGEST))
    network: Mapped[str] = mapped_column(String(DIGEST), default="")
    wide_network: Mapped[str] = mapped_column(String(DIGEST), default="")
    created_at: Mapped[datetime]
    begun_at: Mapped[datetime | None]  # somebody is sending it, or was when they died
    sent_at: Mapped[datetime | None]
    carrier_id: Mapped[str | None] = mapped_column(Text)
    failure: Mapped[int | None]  # Twilio's code
    answered_at: Mapped[datetime | None]  # of a code: it was entered


class StoppedNumber(Base):
    """Whoever has this number said STOP, and not START since. A keyed hash: it is not kept whose."""

    __tablename__ = "stopped_numbers"

    number: Mapped[str] = mapped_column(String(DIGEST), primary_key=True)
    stopped_at: Mapped[datetime]


class HeardText(Base):
    """An SMS that came in was heard. Its signature is good for ever; what it asks for is done once."""

    __tablename__ = "heard_texts"

    carrier_id: Mapped[str] = mapped_column(Text, primary_key=True)
    heard_at: Mapped[datetime] = mapped_column(index=True)
