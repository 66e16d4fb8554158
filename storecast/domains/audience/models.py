"""Tables of the audience."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from storecast.kit.database import Base

HASH_LENGTH = 64


class View(Base):
    """One viewer's continuous watching."""

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
