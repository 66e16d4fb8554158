"""Finding the messages that show an avatar"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_messages_author_avatar",
        "messages",
        ["author_avatar"],
        postgresql_where=sa.text("author_avatar IS NOT NULL"),
    )
