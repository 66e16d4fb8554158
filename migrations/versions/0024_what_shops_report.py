"""What shops report"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "shop_events",
        sa.Column("seller_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("event_id", sa.String(length=255), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["seller_id"], ["users.id"], name="fk_shop_events_seller_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("seller_id", "provider", "event_id", name="pk_shop_events"),
    )
    op.create_index("ix_shop_events_heard_at", "shop_events", ["heard_at"], unique=False)
