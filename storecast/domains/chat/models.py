"""Tables of chat. A channel's thread has the channel's own number and slug, so it needs no table."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from storecast.kit.database import Base
from storecast.kit.ids import PUBLIC_ID_LENGTH, public_id


class Message(Base):
    __tablename__ = "messages"
    __table_args__ = (
        Index("ix_messages_thread_id_seq", "thread_id", "seq", unique=True),
        Index("ix_messages_thread_id_created_at", "thread_id", "created_at"),
        Index("ix_messages_author_avatar", "author_avatar", postgresql_where=text("author_avatar IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    hash_id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), unique=True, default=public_id)
    thread_id: Mapped[int] = mapped_column(ForeignKey("channels.id", ondelete="CASCADE"))
    seq: Mapped[int] = mapped_column(BigInteger)  # the room's, so that reading and listening share one order
    author: Mapped[str] = mapped_column(Text)  # a subject
    author_name: Mapped[str] = mapped_column(Text)  # as it was then
    author_avatar: Mapped[str | None] = mapped_column(Text)  # storage key
    author_role: Mapped[str] = mapped_column(Text)
    data: Mapped[str] = mapped_column(Text)
    locale: Mapped[str | None] = mapped_column(Text)
    reply_for: Mapped[str | None] = mapped_column(String(PUBLIC_ID_LENGTH))
    created_at: Mapped[datetime]


class Participant(Base):
    """Somebody in a thread: the name they go by there, and how far they have read."""

    __tablename__ = "participants"

    thread_id: Mapped[int] = mapped_column(ForeignKey("channels.id", ondelete="CASCADE"), primary_key=True)
    subject: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str | None] = mapped_column(Text)  # a guest's; users go by their own
    read_seq: Mapped[int] = mapped_column(BigInteger, default=0)
    joined_at: Mapped[datetime]
