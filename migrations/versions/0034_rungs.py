"""Lesser qualities of videos"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0034"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("media_versions", sa.Column("rungs", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
