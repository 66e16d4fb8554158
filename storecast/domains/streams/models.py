"""Tables of streams and their sessions."""

from datetime import datetime

import msgspec
from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, false, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from storecast.contracts.hooks import StreamHealth
from storecast.domains.billing.minutes.values import MinutesStage
from storecast.kit.database import Base
from storecast.kit.ids import PUBLIC_ID_LENGTH, public_id


class Stream(Base):
    __tablename__ = "streams"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=True)
    hash_id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), unique=True, default=public_id)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id", ondelete="CASCADE"), unique=True)
    key_digest: Mapped[str] = mapped_column(String(64), unique=True)  # SHA-256, to find the stream a key opens
    key_sealed: Mapped[str] = mapped_column(Text)  # encrypted, to show the key to its owner
    playback_id: Mapped[str] = mapped_column(Text, unique=True)
    autojoin: Mapped[bool] = mapped_column(default=False)
    is_live_manual: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class StreamHold(Base):
    """A key whose show the host stopped, while it lets nobody in."""

    __tablename__ = "stream_holds"

    stream_id: Mapped[int] = mapped_column(ForeignKey("streams.id", ondelete="CASCADE"), primary_key=True)
    session_id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH))  # the show that was stopped
    tried_at: Mapped[datetime]  # the stop, or the last try to publish since
    until: Mapped[datetime]


class StreamSession(Base):
    """One time a stream was live, from first frame to end. A dropped publisher may come back into it."""

    __tablename__ = "stream_sessions"
    __table_args__ = (
        Index("uq_stream_sessions_open", "channel_id", unique=True, postgresql_where=text("ended_at IS NULL")),
        Index("ix_stream_sessions_channel_id_ended_at", "channel_id", "ended_at"),
    )

    id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), primary_key=True, default=public_id)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id", ondelete="CASCADE"))
    playback_id: Mapped[str] = mapped_column(Text)
    node: Mapped[str] = mapped_column(Text)  # base URL of the broadcast node that holds it
    claim: Mapped[str] = mapped_column(Text)  # names the publisher that has it now
    take: Mapped[int] = mapped_column(default=1)
    claimed_at: Mapped[datetime]
    seen_at: Mapped[datetime]  # when the node last spoke of it
    started_at: Mapped[datetime | None]  # first frame
    dropped_at: Mapped[datetime | None]  # the publisher is away since
    interrupted_until: Mapped[datetime | None]  # viewers were told that it is; then the show ends
    ended_at: Mapped[datetime | None]
    minutes_told: Mapped[str] = mapped_column(  # the stage of its owner's minutes that who runs it knows of
        Text, default=MinutesStage.ENOUGH, server_default=MinutesStage.ENOUGH
    )
    played_out: Mapped[bool] = mapped_column(default=False, server_default=false())  # by us: nothing of it is recorded
    video_codec: Mapped[str | None] = mapped_column(Text)
    audio_codec: Mapped[str | None] = mapped_column(Text)
    width: Mapped[int | None]
    height: Mapped[int | None]
    health_noted: Mapped[object] = mapped_column("health", JSONB(none_as_null=True), nullable=True)

    @property
    def health(self) -> StreamHealth | None:
        """How the stream is, as its node last said; None while nobody publishes."""
        return None if self.health_noted is None else msgspec.convert(self.health_noted, StreamHealth)

    @health.setter
    def health(self, health: StreamHealth | None) -> None:
        self.health_noted = None if health is None else msgspec.to_builtins(health)


class StreamRecording(Base):
    """A file of a session's recording: takes that are alike. Most sessions have one."""

    __tablename__ = "stream_recordings"

    session_id: Mapped[str] = mapped_column(ForeignKey("stream_sessions.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # place within the session, from 1
    key: Mapped[str] = mapped_column(Text)  # storage key
    size: Mapped[int] = mapped_column(BigInteger)  # bytes
    duration: Mapped[float]  # seconds
    started_at: Mapped[datetime | None]  # first frame; None where broadcast does not know
    video_codec: Mapped[str | None] = mapped_column(Text)  # RFC 6381; None without a picture
    audio_codec: Mapped[str | None] = mapped_column(Text)
    width: Mapped[int | None]
    height: Mapped[int | None]
