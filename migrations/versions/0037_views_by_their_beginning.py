"""Views by their beginning"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_views_channel_id_started_at",
        "views",
        ["channel_id", "started_at"],
        postgresql_where=sa.text("media_id IS NULL"),
    )
