"""Tables of polls and of what was chosen."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, SmallInteger, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from storecast.kit.database import Base
from storecast.kit.ids import PUBLIC_ID_LENGTH, public_id


class Poll(Base):
    """A draft until it is opened. Past `closes_at` it is over, whether or not it was closed by then."""

    __tablename__ = "polls"
    __table_args__ = (
        Index("ix_polls_channel_id_id", "channel_id", "id"),
        Index(
            "uq_polls_open",
            "channel_id",
            unique=True,
            postgresql_where=text("opened_at IS NOT NULL AND closed_at IS NULL"),
        ),
        Index("ix_polls_closes_at", "closes_at", postgresql_where=text("closed_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    hash_id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), unique=True, default=public_id)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id", ondelete="CASCADE"))
    question: Mapped[str] = mapped_column(Text)
    answers: Mapped[list[str]] = mapped_column(JSONB)
    seconds: Mapped[int | None]
    opened_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    result: Mapped[list[int] | None] = mapped_column(JSONB(none_as_null=True))  # votes by answer, once it is closed
    session_id: Mapped[str | None] = mapped_column(
        ForeignKey("stream_sessions.id", ondelete="SET NULL"), index=True
    )  # the show it belongs to
    created_at: Mapped[datetime]


class PollVoteRow(Base):
    """What somebody chose."""

    __tablename__ = "poll_votes"
    __table_args__ = (
        Index("ix_poll_votes_poll_id_answer", "poll_id", "answer", postgresql_where=text("counted")),
        Index(
            "ix_poll_votes_poll_id_origin",
            "poll_id",
            "origin",
            postgresql_where=text("origin IS NOT NULL AND counted"),
        ),
    )

    poll_id: Mapped[int] = mapped_column(ForeignKey("polls.id", ondelete="CASCADE"), primary_key=True)
    subject: Mapped[str] = mapped_column(Text, primary_key=True, index=True)
    answer: Mapped[int] = mapped_column(SmallInteger)  # from 0
    counted: Mapped[bool]  # else cast under a silent hide: in no sum but the one its caster is shown
    origin: Mapped[str | None] = mapped_column(Text)  # of a guest's that is counted: a keyed hash of their network
    voted_at: Mapped[datetime]
