"""Tables of the audience. Those of days are partitioned, hold no foreign keys, and are dropped a day at a time."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from storecast.kit.database import Base
from storecast.kit.ids import PUBLIC_ID_LENGTH

HASH_LENGTH = 64
_BY_DAY = {"postgresql_partition_by": "RANGE (day)"}


def _hash() -> String:
    return String(HASH_LENGTH, collation="C")  # by bytes: in a language's order it takes five times as long


class Audience(Base):
    """Who watches one thing: a show, a video, or a channel between its shows; with what it comes to so far."""

    __tablename__ = "audiences"
    __table_args__ = (
        Index(
            "uq_audiences_between_shows",
            "channel_id",
            unique=True,
            postgresql_where=text("session_id IS NULL AND media_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id", ondelete="CASCADE"), index=True)
    session_id: Mapped[str | None] = mapped_column(
        String(PUBLIC_ID_LENGTH), ForeignKey("stream_sessions.id", ondelete="CASCADE"), unique=True
    )
    media_id: Mapped[int | None] = mapped_column(ForeignKey("media.id", ondelete="CASCADE"), unique=True)
    day: Mapped[date | None]  # since when people are counted: the show's, or when the video came; None between shows
    viewers: Mapped[int] = mapped_column(BigInteger, default=0)  # different people
    peak: Mapped[int] = mapped_column(default=0)  # most at once
    viewer_seconds: Mapped[float] = mapped_column(default=0.0)  # how many were counted, times how long: for the average
    watch_seconds: Mapped[float] = mapped_column(default=0.0)  # of all views


class AudienceMinute(Base):
    """A minute of it."""

    __tablename__ = "audience_minutes"
    __table_args__ = (_BY_DAY,)

    audience_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    minute: Mapped[datetime] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    arrived: Mapped[int]  # people who had not been there before
    peak: Mapped[int]
    viewer_seconds: Mapped[float]
    watch_seconds: Mapped[float]


class AudienceMember(Base):
    """Somebody of it, so that they are counted once. In the part of the day that people are counted since."""

    __tablename__ = "audience_members"
    __table_args__ = (_BY_DAY,)

    audience_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    viewer_hash: Mapped[str] = mapped_column(_hash(), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)


class ViewDay(Base):
    """One viewer's continuous watching, on one day."""

    __tablename__ = "view_days"
    __table_args__ = (
        # By the minute, not the moment: five of six beats change no index, and leave the row on its page.
        Index("ix_view_days_channel_id_seen_minute", "channel_id", "seen_minute"),
        _BY_DAY,
    )

    channel_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    view_hash: Mapped[str] = mapped_column(_hash(), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    viewer_hash: Mapped[str] = mapped_column(_hash())
    audience_id: Mapped[int | None] = mapped_column(BigInteger)  # None: written by the release before
    media_id: Mapped[int | None] = mapped_column(BigInteger)  # None: of the show
    media_at: Mapped[float | None]  # seconds of the video, when it was last heard of
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    seen_minute: Mapped[int]  # since 1970
    beats: Mapped[int]
    # Of the last write, for the sums made with it: whether it had been another audience's, and what it added.
    joined: Mapped[bool]
    gained: Mapped[float]  # seconds


DAILY = (ViewDay.__tablename__, AudienceMember.__tablename__, AudienceMinute.__tablename__)


class ViewerCount(Base):
    """How many watch a channel's show, or wait for one, as they were last counted, by whichever process."""

    __tablename__ = "viewer_counts"

    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id", ondelete="CASCADE"), primary_key=True)
    viewers: Mapped[int] = mapped_column(default=0)
    counted_at: Mapped[datetime | None]


class HeartbeatWriter(Base):
    """A process that writes heartbeats, and how far it has come: a batch it was cut off at is written once."""

    __tablename__ = "heartbeat_writers"

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    batch: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime]


class View(Base):
    """What the release before writes; nobody reads it, and the next release drops it."""

    __tablename__ = "views"
    __table_args__ = (
        Index("ix_views_channel_id_seen_at", "channel_id", "seen_at"),
        Index("ix_views_channel_id_started_at", "channel_id", "started_at", postgresql_where=text("media_id IS NULL")),
        Index("ix_views_media_id", "media_id", postgresql_where=text("media_id IS NOT NULL")),
    )

    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id", ondelete="CASCADE"), primary_key=True)
    view_hash: Mapped[str] = mapped_column(String(HASH_LENGTH), primary_key=True)
    viewer_hash: Mapped[str] = mapped_column(String(HASH_LENGTH))
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    media_id: Mapped[int | None] = mapped_column(ForeignKey("media.id", ondelete="CASCADE"))  # None: of the show
    media_at: Mapped[float | None]  # seconds of the video, when it was last heard of
