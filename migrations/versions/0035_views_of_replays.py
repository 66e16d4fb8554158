"""Views of replays, and what was bought in them"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("views", sa.Column("media_id", sa.BigInteger(), nullable=True))
    op.add_column("views", sa.Column("media_at", sa.Float(), nullable=True))
    op.create_foreign_key(op.f("fk_views_media_id_media"), "views", "media", ["media_id"], ["id"], ondelete="CASCADE")
    op.create_index("ix_views_media_id", "views", ["media_id"], postgresql_where=sa.text("media_id IS NOT NULL"))
    op.add_column("order_evidence", sa.Column("media_id", sa.Text(), nullable=True))
    op.add_column("order_evidence", sa.Column("media_at", sa.Float(), nullable=True))
