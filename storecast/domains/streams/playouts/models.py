"""The table of playouts."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from storecast.kit.database import Base


class PlayoutState(StrEnum):
    WAITING = "waiting"
    PLAYING = "playing"
    ENDED = "ended"
    MISSED = "missed"
    FAILED = "failed"


class PlayoutReason(StrEnum):
    """Why it is over, where it was not played to its end."""

    STOPPED = "stopped"  # by the host
    ENCODER = "encoder"  # somebody was live when it was to begin
    DOWN = "down"  # the installation, from its beginning past its end
    NO_VIDEOS = "no_videos"  # of those that viewers see none was ready
    UNREACHABLE = "unreachable"  # it was never let in


OPEN = (PlayoutState.WAITING, PlayoutState.PLAYING)


class Playout(Base):
    """When a playlist is played out as a show, and how that goes. A channel has one, its newest schedule's."""

    __tablename__ = "playouts"
    __table_args__ = (
        Index("ix_playouts_starts_at", "starts_at", postgresql_where=text("state IN ('waiting', 'playing')")),
    )

    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id", ondelete="CASCADE"), primary_key=True)
    starts_at: Mapped[datetime]  # as the channel's schedule says
    began_at: Mapped[datetime | None]  # when its second 0 was, or is to be
    state: Mapped[str] = mapped_column(String(10))  # PlayoutState
    reason: Mapped[str | None] = mapped_column(String(20))  # PlayoutReason
    session_id: Mapped[str | None] = mapped_column(ForeignKey("stream_sessions.id", ondelete="SET NULL"))  # the newest
    films: Mapped[list[list[object]]] = mapped_column(JSONB, default=list)  # [storage key, seconds], once it plays
    left_out: Mapped[list[str]] = mapped_column(JSONB, default=list)  # names of videos that were not ready
    key_digest: Mapped[str] = mapped_column(String(64), unique=True)  # of the key its own publisher shows
    key_sealed: Mapped[str] = mapped_column(Text)
    held_by: Mapped[str | None] = mapped_column(Text)  # the worker that sees to it,
    held_until: Mapped[datetime | None]  # unless it says so again
