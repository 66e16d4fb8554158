"""Tables of questions, the votes on them, and when they were answered in shows."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, SmallInteger, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from storecast.kit.database import Base
from storecast.kit.ids import PUBLIC_ID_LENGTH, public_id


class Question(Base):
    __tablename__ = "questions"
    __table_args__ = (
        Index("ix_questions_channel_id_status_votes_id", "channel_id", "status", "votes", "id"),
        Index("uq_questions_pinned", "channel_id", unique=True, postgresql_where=text("pinned")),
        Index("ix_questions_author_avatar", "author_avatar", postgresql_where=text("author_avatar IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    hash_id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), unique=True, default=public_id)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id", ondelete="CASCADE"))
    seq: Mapped[int | None] = mapped_column(BigInteger)  # of the room's event that has its words
    author: Mapped[str] = mapped_column(Text, index=True)  # a subject
    author_name: Mapped[str] = mapped_column(Text)  # as it was then
    author_avatar: Mapped[str | None] = mapped_column(Text)  # storage key
    author_role: Mapped[str] = mapped_column(Text)
    origin: Mapped[str | None] = mapped_column(Text)  # of a guest: a keyed hash of their network, for a day
    anonymous: Mapped[bool]
    question: Mapped[str] = mapped_column(Text)
    answer: Mapped[str | None] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    pinned: Mapped[bool] = mapped_column(default=False)
    votes: Mapped[int] = mapped_column(default=0)  # the sum of the `question_votes` that are counted
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]


class QuestionVoteRow(Base):
    """Somebody's vote on a question."""

    __tablename__ = "question_votes"
    __table_args__ = (
        CheckConstraint("direction IN (-1, 1)", name="direction"),
        Index(
            "ix_question_votes_question_id_origin",
            "question_id",
            "origin",
            postgresql_where=text("origin IS NOT NULL AND counted"),
        ),
    )

    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id", ondelete="CASCADE"), primary_key=True)
    subject: Mapped[str] = mapped_column(Text, primary_key=True, index=True)
    direction: Mapped[int] = mapped_column(SmallInteger)  # 1 up, -1 down
    counted: Mapped[bool]  # else cast under a silent hide: in no sum but the one its caster is shown
    former: Mapped[int] = mapped_column(SmallInteger)  # what it added before to the sum, 0 where there was none
    origin: Mapped[str | None] = mapped_column(Text)  # of a guest's that is counted: a keyed hash of their network
    voted_at: Mapped[datetime]


class Answering(Base):
    """When a host answered a question in a show."""

    __tablename__ = "question_answerings"
    __table_args__ = (
        Index("ix_question_answerings_channel_id_at", "channel_id", "at"),
        Index("uq_question_answerings_going", "channel_id", unique=True, postgresql_where=text("until IS NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id", ondelete="CASCADE"))
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id", ondelete="CASCADE"), index=True)
    seq: Mapped[int] = mapped_column(BigInteger)  # of the room's event that has the question's words
    at: Mapped[datetime]
    until: Mapped[datetime | None]
