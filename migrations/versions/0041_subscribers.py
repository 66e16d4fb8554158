"""Subscribers"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "heard_texts",
        sa.Column("carrier_id", sa.Text(), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("carrier_id", name=op.f("pk_heard_texts")),
    )
    op.create_index(op.f("ix_heard_texts_heard_at"), "heard_texts", ["heard_at"], unique=False)
    op.create_table(
        "stopped_numbers",
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_stopped_numbers")),
    )
    op.create_table(
        "text_messages",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("purpose", sa.String(length=8), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=True),
        sa.Column("subscription_id", sa.BigInteger(), nullable=True),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("block", sa.String(length=64), nullable=False),
        sa.Column("network", sa.String(length=64), nullable=False),
        sa.Column("wide_network", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("carrier_id", sa.Text(), nullable=True),
        sa.Column("failure", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["users.id"], name=op.f("fk_text_messages_owner_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_messages")),
        sa.UniqueConstraint("key", name=op.f("uq_text_messages_key")),
    )
    op.create_index(
        "ix_text_messages_carrier_id",
        "text_messages",
        ["carrier_id"],
        unique=False,
        postgresql_where=sa.text("carrier_id IS NOT NULL"),
    )
    op.create_index("ix_text_messages_created_at", "text_messages", ["created_at"], unique=False)
    op.create_index("ix_text_messages_number_created_at", "text_messages", ["number", "created_at"], unique=False)
    op.create_index("ix_text_messages_owner_id_created_at", "text_messages", ["owner_id", "created_at"], unique=False)
    op.create_table(
        "channel_schedules",
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("announced", sa.Boolean(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channels.id"], name=op.f("fk_channel_schedules_channel_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("channel_id", name=op.f("pk_channel_schedules")),
    )
    op.create_index(
        "ix_channel_schedules_starts_at",
        "channel_schedules",
        ["starts_at"],
        unique=False,
        postgresql_where=sa.text("announced"),
    )
    op.create_table(
        "reminder_rounds",
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.SmallInteger(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_id", sa.BigInteger(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channels.id"], name=op.f("fk_reminder_rounds_channel_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("channel_id", "starts_at", "minutes", name=op.f("pk_reminder_rounds")),
    )
    op.create_index(op.f("ix_reminder_rounds_begun_at"), "reminder_rounds", ["begun_at"], unique=False)
    op.create_table(
        "reminder_times",
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("minutes", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channels.id"], name=op.f("fk_reminder_times_channel_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("channel_id", "minutes", name=op.f("pk_reminder_times")),
    )
    op.create_table(
        "subscription_requests",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("hash_id", sa.String(length=32), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("code_number", sa.SmallInteger(), nullable=False),
        sa.Column("code_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wrong_codes", sa.SmallInteger(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("medium", sa.String(length=5), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("minutes_before", postgresql.ARRAY(sa.SmallInteger()), nullable=False),
        sa.Column("locale", sa.String(length=35), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channels.id"], name=op.f("fk_subscription_requests_channel_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription_requests")),
        sa.UniqueConstraint(
            "channel_id", "medium", "address", name=op.f("uq_subscription_requests_channel_id_medium_address")
        ),
        sa.UniqueConstraint("hash_id", name=op.f("uq_subscription_requests_hash_id")),
    )
    op.create_index("ix_subscription_requests_address", "subscription_requests", ["address"], unique=False)
    op.create_index("ix_subscription_requests_asked_at", "subscription_requests", ["asked_at"], unique=False)
    op.create_table(
        "subscriptions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("hash_id", sa.String(length=32), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.String(length=32), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unreachable", sa.SmallInteger(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("medium", sa.String(length=5), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("minutes_before", postgresql.ARRAY(sa.SmallInteger()), nullable=False),
        sa.Column("locale", sa.String(length=35), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channels.id"], name=op.f("fk_subscriptions_channel_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriptions")),
        sa.UniqueConstraint("channel_id", "medium", "address", name=op.f("uq_subscriptions_channel_id_medium_address")),
        sa.UniqueConstraint("hash_id", name=op.f("uq_subscriptions_hash_id")),
    )
    op.create_index("ix_subscriptions_address", "subscriptions", ["address"], unique=False)
    op.create_index("ix_subscriptions_channel_id_id", "subscriptions", ["channel_id", "id"], unique=False)
    op.create_index(op.f("ix_subscriptions_confirmed_by"), "subscriptions", ["confirmed_by"], unique=False)
    op.create_index(
        "ix_subscriptions_stopped_at",
        "subscriptions",
        ["stopped_at"],
        unique=False,
        postgresql_where=sa.text("stopped_at IS NOT NULL"),
    )
    # What is announced already: nobody has it in a calendar yet.
    op.execute("""
        INSERT INTO channel_schedules (channel_id, starts_at, announced, sequence, changed_at)
        SELECT id, starts_at, true, 0, updated_at FROM channels
        WHERE starts_at IS NOT NULL AND starts_at_shown AND deleted_at IS NULL
    """)
