"""Interrupted sessions"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("stream_sessions", sa.Column("interrupted_until", sa.DateTime(timezone=True), nullable=True))
