"""Where order requests come from"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("network", sa.Text(), nullable=True))
    op.add_column("orders", sa.Column("has_watched", sa.Boolean(), server_default="false", nullable=False))
    op.create_index("ix_orders_network", "orders", ["network"], postgresql_where=sa.text("network IS NOT NULL"))
    op.create_index(
        "ix_orders_requested_by",
        "orders",
        ["email"],
        postgresql_where=sa.text("provider = 'request' AND status = 'placed'"),
    )
    op.create_index("ix_order_evidence_view_hash", "order_evidence", ["view_hash"])
    op.execute(
        r"UPDATE coupon_uses SET email = regexp_replace(email, '^([^+@]+)\+[^@]*@', '\1@') WHERE email LIKE '%+%'"
    )
