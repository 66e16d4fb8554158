"""Tables of channels, who has a seat at them, the slugs they had, and their passes."""

from datetime import datetime
from enum import IntEnum, StrEnum

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, SmallInteger, String, Text, func, text, true
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from storecast.kit.database import Base
from storecast.kit.ids import PUBLIC_ID_LENGTH, public_id


class Privacy(IntEnum):
    PUBLIC = 0  # to be listed, once anything lists channels; until then as UNLISTED
    UNLISTED = 1  # whoever has the link
    PRIVATE = 2  # owner, team, pass holders


class FreePass(IntEnum):
    PASS_NEEDED = 0
    SIGN_IN_NEEDED = 1
    FREE = 2


class StreamType(IntEnum):
    ON_DEMAND = 0
    LIVE_PARTY = 1
    LIVE_SHOW = 2


class HoldPolicy(StrEnum):
    HOLD = "hold"  # what is in a cart is held for some minutes
    FIRST_PAID = "first_paid"  # nothing is, before it is checked out


class Role(StrEnum):
    OWNER = "owner"  # by the channel's own row: nobody is given it
    ADMIN = "admin"
    EDITOR = "editor"
    MODERATOR = "moderator"
    FULFILMENT = "fulfilment"


class Channel(Base):
    __tablename__ = "channels"
    __table_args__ = (
        # Links that look alike lead to one channel; a deleted one gives its slug up.
        Index("ix_channels_slug_live", text("lower(slug)"), unique=True, postgresql_where=text("deleted_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    hash_id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), unique=True, default=public_id)
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(Text)
    slug: Mapped[str] = mapped_column(Text)
    slug_chosen: Mapped[bool] = mapped_column(default=False, server_default=true())  # else made of the name
    description: Mapped[str | None] = mapped_column(Text)
    chat_enabled: Mapped[bool] = mapped_column(default=True)
    guest_chat_enabled: Mapped[bool] = mapped_column(default=True)
    shop_enabled: Mapped[bool] = mapped_column(default=True)
    questions_enabled: Mapped[bool] = mapped_column(default=False)
    show_viewers: Mapped[bool] = mapped_column(default=True)
    simulcast_enabled: Mapped[bool] = mapped_column(default=True)
    simulcast_revision: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")  # of all that says where
    privacy: Mapped[int] = mapped_column(SmallInteger, default=Privacy.PRIVATE)
    free_pass: Mapped[int] = mapped_column(SmallInteger, default=FreePass.FREE)
    stream_type: Mapped[int] = mapped_column(SmallInteger, default=StreamType.LIVE_SHOW)
    hold_policy: Mapped[str] = mapped_column(Text, default=HoldPolicy.HOLD, server_default=HoldPolicy.HOLD)
    hold_minutes: Mapped[int] = mapped_column(SmallInteger, default=15, server_default="15")
    starts_at: Mapped[datetime | None]
    starts_at_shown: Mapped[bool] = mapped_column(default=False)
    timezone: Mapped[str] = mapped_column(Text, default="UTC")
    locale: Mapped[str | None] = mapped_column(Text)
    add_step: Mapped[int | None]
    notifications: Mapped[bool] = mapped_column(default=False)
    notifications_message: Mapped[str] = mapped_column(Text, default="")
    attributes: Mapped[dict[str, str | bool]] = mapped_column(JSONB, default=dict)
    cover_key: Mapped[str | None] = mapped_column(Text)  # of the picture's widest size: `pictures/sizes.py`
    background_key: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())
    deleted_at: Mapped[datetime | None]


class GivenSeat(Base):
    """Somebody's role at one of an owner's channels, or at all of them, those to come included."""

    __tablename__ = "seats"
    __table_args__ = (
        Index(
            "uq_seats_owner_id_channel_id_user_id",
            "owner_id",
            "channel_id",
            "user_id",
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    channel_id: Mapped[int | None] = mapped_column(ForeignKey("channels.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime]


class FormerSlug(Base):
    """A slug a channel gave up, which still leads to it for a while."""

    __tablename__ = "former_slugs"

    slug: Mapped[str] = mapped_column(Text, primary_key=True)  # as compared: lower case
    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id", ondelete="CASCADE"), index=True)
    until: Mapped[datetime]  # till then nobody else has it


class Pass(Base):
    """Lets one person into a private channel. The code is kept as a keyed hash."""

    __tablename__ = "passes"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id", ondelete="CASCADE"), index=True)
    code_digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    holder: Mapped[str | None] = mapped_column(Text)  # the subject that redeemed it first
