"""Prices compared by law"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "compared_by_law",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_compared_by_law_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", name="pk_compared_by_law"),
    )
    op.execute("INSERT INTO compared_by_law SELECT user_id FROM seller_terms WHERE eu")
