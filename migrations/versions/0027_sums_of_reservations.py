"""Sums of reservations"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_reservations_stock_id_reserved_until", "reservations", ["stock_id", "reserved_until"])
    op.create_index("ix_reservations_subject_stock_id", "reservations", ["subject", "stock_id"])
    op.create_index(
        "ix_reservations_network_stock_id",
        "reservations",
        ["network", "stock_id"],
        postgresql_where=sa.text("network <> ''"),
    )
    op.drop_index("ix_reservations_stock_id", "reservations")
    op.execute("LOCK TABLE stocks, reservations IN SHARE ROW EXCLUSIVE MODE")
    op.add_column("stocks", sa.Column("reserved", sa.Integer(), server_default="0", nullable=False))
    op.execute("""
        UPDATE stocks SET reserved = held.quantity
        FROM (SELECT stock_id, sum(quantity) AS quantity FROM reservations GROUP BY stock_id) AS held
        WHERE id = stock_id
    """)
    op.create_check_constraint("ck_stocks_reserved", "stocks", "reserved >= 0")
