"""Sellers' Stripe keys, what Stripe has told, and terms of sale"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stripe_accounts",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("account", sa.Text(), nullable=True),
        sa.Column("publishable_key", sa.Text(), nullable=False),
        sa.Column("secret_key", sa.Text(), nullable=False),
        sa.Column("webhook_secret", sa.Text(), nullable=True),
        sa.Column("shipping_countries", postgresql.JSONB(), nullable=False),
        sa.Column("shipping_rates", postgresql.JSONB(), nullable=False),
        sa.Column("automatic_tax", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_stripe_accounts_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_stripe_accounts"),
    )
    op.create_index("ix_stripe_accounts_user_id", "stripe_accounts", ["user_id"])
    op.create_index("ix_stripe_accounts_removed_at", "stripe_accounts", ["removed_at"])
    op.create_index(
        "uq_stripe_accounts_in_use",
        "stripe_accounts",
        ["user_id"],
        unique=True,
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.create_table(
        "stripe_events",
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("event_id", sa.String(length=255), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["stripe_accounts.id"], name="fk_stripe_events_account_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "event_id", name="pk_stripe_events"),
    )
    op.create_index("ix_stripe_events_heard_at", "stripe_events", ["heard_at"])
    op.create_table(
        "seller_terms",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("imprint", sa.Text(), nullable=True),
        sa.Column("terms", sa.Text(), nullable=True),
        sa.Column("returns", sa.Text(), nullable=True),
        sa.Column("eu", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_seller_terms_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", name="pk_seller_terms"),
    )
