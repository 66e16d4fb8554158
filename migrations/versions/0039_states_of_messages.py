"""States of messages, what people think of them, and what is pinned"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("messages", sa.Column("mentions", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.add_column("messages", sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("messages", sa.Column("state", sa.String(length=10), server_default="shown", nullable=False))
    op.add_column("messages", sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("messages", sa.Column("removed_by", sa.Text(), nullable=True))
    op.add_column("messages", sa.Column("removed_from", sa.String(length=10), nullable=True))
    op.add_column("messages", sa.Column("origin", sa.Text(), nullable=True))
    op.add_column("messages", sa.Column("outside_id", sa.Text(), nullable=True))
    op.add_column("messages", sa.Column("told", postgresql.ARRAY(sa.BigInteger()), nullable=True))
    op.drop_index("ix_messages_thread_id_seq", "messages")
    op.create_index(
        "ix_messages_thread_id_seq", "messages", ["thread_id", "seq"], unique=True, postgresql_include=["state"]
    )
    op.create_index(
        "ix_messages_unseen",
        "messages",
        ["thread_id", "author"],
        postgresql_where=sa.text("state IN ('held', 'hidden')"),
    )
    op.create_index(
        "ix_messages_reply_for", "messages", ["reply_for"], postgresql_where=sa.text("reply_for IS NOT NULL")
    )
    op.create_index(
        "ix_messages_removed_at", "messages", ["removed_at"], postgresql_where=sa.text("removed_at IS NOT NULL")
    )
    op.create_index(
        "ix_messages_with_origin", "messages", ["created_at"], postgresql_where=sa.text("origin IS NOT NULL")
    )
    op.create_index(
        "uq_messages_thread_id_outside_id",
        "messages",
        ["thread_id", "outside_id"],
        unique=True,
        postgresql_where=sa.text("outside_id IS NOT NULL"),
    )
    op.add_column("participants", sa.Column("called", sa.Text(), nullable=True))
    op.execute("UPDATE participants SET called = lower(name) WHERE name IS NOT NULL")
    op.create_index("ix_participants_subject", "participants", ["subject"])
    op.create_index(
        "ix_participants_thread_id_called",
        "participants",
        ["thread_id", "called"],
        postgresql_where=sa.text("called IS NOT NULL"),
    )
    op.create_table(
        "pinned_messages",
        sa.Column("thread_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("pinned_by", sa.Text(), nullable=False),
        sa.Column("pinned_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["thread_id"], ["channels.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("thread_id"),
        sa.UniqueConstraint("message_id"),
    )
    op.create_table(
        "reactions",
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("emoji", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("message_id", "subject", "emoji"),
    )
    op.create_index("ix_reactions_subject", "reactions", ["subject"])
    op.create_table(
        "message_reports",
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("thread_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=10), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["thread_id"], ["channels.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("message_id", "subject"),
    )
    op.create_index(
        "ix_message_reports_open",
        "message_reports",
        ["thread_id", "message_id"],
        postgresql_where=sa.text("decided_at IS NULL"),
    )
    op.create_index("ix_message_reports_subject", "message_reports", ["subject"])
