"""Tables of moderation: each channel's rules, who is banned, who did what, and who spoke when."""

from datetime import datetime

from sqlalchemy import BigInteger, Enum, ForeignKey, Identity, Index, String, Text, UniqueConstraint, false, text, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from storecast.domains.moderation.values import Hold, LinkPolicy
from storecast.kit.database import Base
from storecast.kit.ids import PUBLIC_ID_LENGTH, public_id


class ChannelRules(Base):
    """A channel without a row has the defaults."""

    __tablename__ = "chat_settings"

    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id", ondelete="CASCADE"), primary_key=True)
    slow_seconds: Mapped[int] = mapped_column(server_default="0")
    followers_only: Mapped[bool] = mapped_column(server_default=false())
    followers_minutes: Mapped[int] = mapped_column(server_default="0")
    members_only: Mapped[bool] = mapped_column(server_default=false())
    guests: Mapped[bool] = mapped_column(server_default=true())
    blocked_words: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    links: Mapped[LinkPolicy] = mapped_column(
        Enum(LinkPolicy, native_enum=False, length=10, values_callable=list), server_default=LinkPolicy.ACCOUNTS
    )
    hold: Mapped[Hold] = mapped_column(
        Enum(Hold, native_enum=False, length=10, values_callable=list), server_default=Hold.NOTHING
    )
    shield: Mapped[bool] = mapped_column(server_default=false())
    anonymous_questions: Mapped[bool] = mapped_column(server_default=false())
    updated_at: Mapped[datetime]


class Ban(Base):
    """Somebody who may say nothing on a channel. One that is over stays a while, as what it was."""

    __tablename__ = "bans"
    __table_args__ = (
        UniqueConstraint("channel_id", "subject"),
        Index("ix_bans_channel_id_origin", "channel_id", "origin", postgresql_where=text("origin IS NOT NULL")),
        Index("ix_bans_origin_until", "origin_until", postgresql_where=text("origin IS NOT NULL")),
        Index("ix_bans_until", "until", postgresql_where=text("until IS NOT NULL")),
        Index("ix_bans_channel_id_id", "channel_id", "id"),
        Index("ix_bans_subject", "subject"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    hash_id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), unique=True, default=public_id)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id", ondelete="CASCADE"))
    subject: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)  # as it was then
    origin: Mapped[str | None] = mapped_column(Text)  # guests of this network are banned, too, until `origin_until`
    origin_until: Mapped[datetime | None]
    hidden: Mapped[bool]
    reason: Mapped[str | None] = mapped_column(Text)
    until: Mapped[datetime | None]  # None: for good
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[datetime]


class ModerationNote(Base):
    """Who did what, for who moderates after them."""

    __tablename__ = "moderation_notes"
    __table_args__ = (
        Index("ix_moderation_notes_channel_id_id", "channel_id", "id"),
        Index("ix_moderation_notes_subject", "subject", postgresql_where=text("subject IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    hash_id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), unique=True, default=public_id)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id", ondelete="CASCADE"))
    action: Mapped[str] = mapped_column(String(30))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    subject: Mapped[str | None] = mapped_column(Text)  # to whom
    name: Mapped[str | None] = mapped_column(Text)
    message_id: Mapped[str | None] = mapped_column(String(PUBLIC_ID_LENGTH))
    detail: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(index=True)


class Speaker(Base):
    """When somebody spoke last under slow mode. Not logged: what a crash takes away, a few seconds would have."""

    __tablename__ = "speakers"
    __table_args__ = {"prefixes": ["UNLOGGED"]}  # noqa: RUF012 - SQLAlchemy's own attribute

    channel_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    subject: Mapped[str] = mapped_column(Text, primary_key=True)
    spoken_at: Mapped[datetime]
