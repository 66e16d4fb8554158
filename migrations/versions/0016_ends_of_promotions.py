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
        UPDATE promotions SET ended_at = coalesce(
            (
                SELECT min(next.at) FROM promotions next
                WHERE next.channel_id = promotions.channel_id AND next.id > promotions.id
            ),
            now()
        )
        WHERE id NOT IN (
            SELECT max(promotions.id) FROM promotions JOIN shelf USING (channel_id, product_id)
            WHERE promoted GROUP BY channel_id
        )
        """
    )
    op.execute("DELETE FROM participants WHERE subject LIKE 'guest:%' AND name IS NULL")
