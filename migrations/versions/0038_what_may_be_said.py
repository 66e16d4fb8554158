"""What may be said"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "speakers",
        sa.Column("channel_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("spoken_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("channel_id", "subject", name=op.f("pk_speakers")),
        prefixes=["UNLOGGED"],
    )
    op.create_table(
        "bans",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("hash_id", sa.String(length=32), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=True),
        sa.Column("origin_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_bans_by_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_bans_channel_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bans")),
        sa.UniqueConstraint("channel_id", "subject", name=op.f("uq_bans_channel_id_subject")),
        sa.UniqueConstraint("hash_id", name=op.f("uq_bans_hash_id")),
    )
    op.create_index(op.f("ix_bans_by_id"), "bans", ["by_id"], unique=False)
    op.create_index("ix_bans_channel_id_id", "bans", ["channel_id", "id"], unique=False)
    op.create_index(
        "ix_bans_channel_id_origin",
        "bans",
        ["channel_id", "origin"],
        unique=False,
        postgresql_where=sa.text("origin IS NOT NULL"),
    )
    op.create_index(
        "ix_bans_origin_until", "bans", ["origin_until"], unique=False, postgresql_where=sa.text("origin IS NOT NULL")
    )
    op.create_index("ix_bans_subject", "bans", ["subject"], unique=False)
    op.create_index("ix_bans_until", "bans", ["until"], unique=False, postgresql_where=sa.text("until IS NOT NULL"))
    op.create_table(
        "chat_settings",
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("slow_seconds", sa.Integer(), server_default="0", nullable=False),
        sa.Column("followers_only", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("followers_minutes", sa.Integer(), server_default="0", nullable=False),
        sa.Column("members_only", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("guests", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("blocked_words", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("links", sa.String(length=10), server_default="accounts", nullable=False),
        sa.Column("hold", sa.String(length=10), server_default="nothing", nullable=False),
        sa.Column("shield", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("anonymous_questions", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channels.id"], name=op.f("fk_chat_settings_channel_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("channel_id", name=op.f("pk_chat_settings")),
    )
    op.create_table(
        "moderation_notes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("hash_id", sa.String(length=32), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("action", sa.String(length=30), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("message_id", sa.String(length=32), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_moderation_notes_by_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channels.id"], name=op.f("fk_moderation_notes_channel_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderation_notes")),
        sa.UniqueConstraint("hash_id", name=op.f("uq_moderation_notes_hash_id")),
    )
    op.create_index(op.f("ix_moderation_notes_by_id"), "moderation_notes", ["by_id"], unique=False)
    op.create_index("ix_moderation_notes_channel_id_id", "moderation_notes", ["channel_id", "id"], unique=False)
    op.create_index(op.f("ix_moderation_notes_created_at"), "moderation_notes", ["created_at"], unique=False)
    op.create_index(
        "ix_moderation_notes_subject",
        "moderation_notes",
        ["subject"],
        unique=False,
        postgresql_where=sa.text("subject IS NOT NULL"),
    )
