"""Tables of chat. A channel's thread has the channel's own number and slug, so it needs no table."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, String, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from storecast.kit.database import Base
from storecast.kit.ids import PUBLIC_ID_LENGTH, public_id


class MessageState(StrEnum):
    SHOWN = "shown"
    HELD = "held"  # until somebody has reviewed it
    HIDDEN = "hidden"  # from all but its author, who believes it shown
    DELETED = "deleted"


class Message(Base):
    """What was said. One that is deleted keeps its content for a while, so that it can be restored."""

    __tablename__ = "messages"
    __table_args__ = (
        # The state stands in it, so that counting and paging pass over what is not shown without looking at rows.
        Index("ix_messages_thread_id_seq", "thread_id", "seq", unique=True, postgresql_include=["state"]),
        Index("ix_messages_thread_id_created_at", "thread_id", "created_at"),
        Index("ix_messages_author_avatar", "author_avatar", postgresql_where=text("author_avatar IS NOT NULL")),
        Index("ix_messages_unseen", "thread_id", "author", postgresql_where=text("state IN ('held', 'hidden')")),
        Index("ix_messages_reply_for", "reply_for", postgresql_where=text("reply_for IS NOT NULL")),
        Index("ix_messages_removed_at", "removed_at", postgresql_where=text("removed_at IS NOT NULL")),
        Index("ix_messages_with_origin", "created_at", postgresql_where=text("origin IS NOT NULL")),
        Index(
            "uq_messages_thread_id_outside_id",
            "thread_id",
            "outside_id",
            unique=True,
            postgresql_where=text("outside_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    hash_id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), unique=True, default=public_id)
    thread_id: Mapped[int] = mapped_column(ForeignKey("channels.id", ondelete="CASCADE"))
    seq: Mapped[int] = mapped_column(BigInteger)  # the room's, so that reading and listening share one order
    author: Mapped[str] = mapped_column(Text)  # a subject; `outside:<id>` where it was brought from another chat
    author_name: Mapped[str] = mapped_column(Text)  # as it was then
    author_avatar: Mapped[str | None] = mapped_column(Text)  # storage key
    author_role: Mapped[str] = mapped_column(Text)
    data: Mapped[str] = mapped_column(Text)
    locale: Mapped[str | None] = mapped_column(Text)
    reply_for: Mapped[str | None] = mapped_column(String(PUBLIC_ID_LENGTH))
    mentions: Mapped[list[dict[str, str]] | None] = mapped_column(JSONB(none_as_null=True))
    created_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(String(10), default=MessageState.SHOWN, server_default=MessageState.SHOWN)
    removed_at: Mapped[datetime | None]
    removed_by: Mapped[str | None] = mapped_column(Text)  # a subject
    removed_from: Mapped[str | None] = mapped_column(String(10))  # the state it had, which restoring gives back
    origin: Mapped[str | None] = mapped_column(Text)  # a keyed hash of its author's network, for a day
    outside_id: Mapped[str | None] = mapped_column(Text)  # in the chat it was brought from
    told: Mapped[list[int] | None] = mapped_column(ARRAY(BigInteger))  # events besides `seq` that carry its content


class Pin(Base):
    """The message that stands above a thread."""

    __tablename__ = "pinned_messages"

    thread_id: Mapped[int] = mapped_column(ForeignKey("channels.id", ondelete="CASCADE"), primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), unique=True)
    pinned_by: Mapped[str] = mapped_column(Text)  # a subject
    pinned_at: Mapped[datetime]


class Participant(Base):
    """Somebody in a thread: the name they go by there, and how far they have read."""

    __tablename__ = "participants"
    __table_args__ = (
        Index("ix_participants_thread_id_called", "thread_id", "called", postgresql_where=text("called IS NOT NULL")),
    )

    thread_id: Mapped[int] = mapped_column(ForeignKey("channels.id", ondelete="CASCADE"), primary_key=True)
    subject: Mapped[str] = mapped_column(Text, primary_key=True, index=True)
    name: Mapped[str | None] = mapped_column(Text)  # a guest's is given here; a user's is here to be mentioned by
    called: Mapped[str | None] = mapped_column(Text)  # the same, folded
    read_seq: Mapped[int] = mapped_column(BigInteger, default=0)
    joined_at: Mapped[datetime]


class Reaction(Base):
    """Somebody's to a message, one for each emoji."""

    __tablename__ = "reactions"

    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True)
    subject: Mapped[str] = mapped_column(Text, primary_key=True, index=True)
    emoji: Mapped[str] = mapped_column(Text, primary_key=True)
    created_at: Mapped[datetime]


class Report(Base):
    """Somebody finds that a message should not be there."""

    __tablename__ = "message_reports"
    __table_args__ = (
        Index("ix_message_reports_open", "thread_id", "message_id", postgresql_where=text("decided_at IS NULL")),
        Index("ix_message_reports_subject", "subject"),
    )

    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True)
    subject: Mapped[str] = mapped_column(Text, primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("channels.id", ondelete="CASCADE"))
    reason: Mapped[str] = mapped_column(String(10))
    note: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]  # None: it waits in the queue
