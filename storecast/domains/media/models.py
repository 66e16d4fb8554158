"""Tables of videos, their versions and their uploads."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from storecast.kit.database import Base
from storecast.kit.ids import PUBLIC_ID_LENGTH, public_id


class MediaStatus(StrEnum):
    WAITING = "waiting"  # for its bytes
    PROCESSING = "processing"
    READY = "ready"
    FAILED = "failed"


class Origin(StrEnum):
    SHOW = "show"
    UPLOAD = "upload"
    CLIP = "clip"


class Media(Base):
    """A video of a channel."""

    __tablename__ = "media"
    __table_args__ = (
        Index("ix_media_channel_id_position", "channel_id", "position"),
        Index("uq_media_session", "session_id", "run", unique=True),
        Index("ix_media_deleted_at", "deleted_at", postgresql_where=text("deleted_at IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    hash_id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), unique=True, default=public_id)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id", ondelete="CASCADE"))
    origin: Mapped[str] = mapped_column(String(10))
    session_id: Mapped[str | None] = mapped_column(ForeignKey("stream_sessions.id", ondelete="SET NULL"))  # of a show
    run: Mapped[int | None]  # which of the session's files it is, from 1
    clip_of: Mapped[int | None] = mapped_column(ForeignKey("media.id", ondelete="SET NULL"), index=True)
    name: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(10))
    progress: Mapped[float] = mapped_column(default=0.0)  # 0 to 1, of what is being done now
    problem: Mapped[str | None] = mapped_column(Text)  # why it failed, for whoever edits the channel
    duration: Mapped[float | None]  # seconds; None until it is known
    started_at: Mapped[datetime | None]  # a show's first frame
    position: Mapped[int] = mapped_column(default=0)  # in the channel's order; the newest of one place first
    in_playlist: Mapped[bool] = mapped_column(default=False)  # whether viewers see it
    warned_at: Mapped[datetime | None]  # when its owner was told that it is to go
    created_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]


class MediaVersion(Base):
    """A file of a video. One is current; the one before a trim is kept for some days."""

    __tablename__ = "media_versions"
    __table_args__ = (
        Index(
            "uq_media_versions_current",
            "media_id",
            unique=True,
            postgresql_where=text("state = 'current'"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    media_id: Mapped[int] = mapped_column(ForeignKey("media.id", ondelete="CASCADE"), index=True)
    folder: Mapped[str] = mapped_column(Text, unique=True)  # storage prefix of what is made of it: a random name
    state: Mapped[str] = mapped_column(String(10))  # VersionState
    key: Mapped[str | None] = mapped_column(Text)  # storage key of the file
    file_size: Mapped[int] = mapped_column(BigInteger, default=0)  # bytes
    size: Mapped[int] = mapped_column(BigInteger, default=0)  # bytes of all there is of it
    files: Mapped[list[str]] = mapped_column(JSONB, default=list)  # storage keys of what was made of it
    duration: Mapped[float | None]
    video_codec: Mapped[str | None] = mapped_column(Text)  # RFC 6381
    audio_codec: Mapped[str | None] = mapped_column(Text)
    width: Mapped[int | None]
    height: Mapped[int | None]
    frame_rate: Mapped[float | None]
    loudness: Mapped[float | None]  # LUFS
    rungs: Mapped[list[str] | None] = mapped_column(JSONB(none_as_null=True))  # lesser qualities; None: not looked at
    poster: Mapped[str | None] = mapped_column(Text)  # storage keys
    storyboard: Mapped[str | None] = mapped_column(Text)
    hls: Mapped[str | None] = mapped_column(Text)  # of the multivariant playlist
    pieces: Mapped[list[list[float]]] = mapped_column(JSONB, default=list)  # [[at, wall clock]]: see `pieces`
    made_of: Mapped[int | None] = mapped_column(ForeignKey("media_versions.id", ondelete="SET NULL"), index=True)
    spans: Mapped[list[list[float]]] = mapped_column(JSONB, default=list)  # seconds of that one, which this is
    tries: Mapped[int] = mapped_column(default=0, server_default="0")  # of making it, then of its rungs
    made_at: Mapped[datetime | None]
    kept_until: Mapped[datetime | None]  # of one that is not current any more
    created_at: Mapped[datetime]


class VersionState(StrEnum):
    MAKING = "making"  # a trim under way
    CURRENT = "current"
    KEPT = "kept"  # to go back to


class MediaUpload(Base):
    """A video's bytes on their way in. They lie on this machine's disk until they are whole."""

    __tablename__ = "media_uploads"

    id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), primary_key=True, default=public_id)
    media_id: Mapped[int] = mapped_column(ForeignKey("media.id", ondelete="CASCADE"), unique=True)
    filename: Mapped[str] = mapped_column(Text)
    length: Mapped[int] = mapped_column(BigInteger)  # bytes, as announced
    checksum: Mapped[str | None] = mapped_column(String(64))  # SHA-256 of all of it, in hex, where it was announced
    complete_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]
    created_at: Mapped[datetime]
