"""Ends of promotions, and no row of guests who only read

What was promoted in a show that is over is promoted no longer.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("promotions", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        """
        UPDATE shelf SET promoted = false WHERE promoted AND NOT EXISTS (
            SELECT FROM stream_sessions WHERE stream_sessions.channel_id = shelf.channel_id AND ended_at IS NULL
        )
        """
    )
    op.execute(
        """
        UPDATE promotions SET ended_at = coalesce(following.at, now())
        FROM (SELECT id, lead(at) OVER (PARTITION BY channel_id ORDER BY id) AS at FROM promotions) AS following
        WHERE following.id = promotions.id AND promotions.id NOT IN (
            SELECT max(promotions.id) FROM promotions JOIN shelf USING (channel_id, product_id)
            WHERE promoted GROUP BY channel_id
        )
        """
    )
    op.create_index(
        "uq_promotions_going", "promotions", ["channel_id"], unique=True, postgresql_where=sa.text("ended_at IS NULL")
    )
    op.execute("DELETE FROM participants WHERE subject LIKE 'guest:%' AND name IS NULL")
