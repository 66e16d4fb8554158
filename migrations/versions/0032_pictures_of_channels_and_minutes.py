"""Backgrounds of channels, and who was told of minutes"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("channels", sa.Column("background_key", sa.Text(), nullable=True))
    op.add_column("stream_sessions", sa.Column("minutes_told", sa.Text(), server_default="enough", nullable=False))
    op.create_table(
        "minute_warnings",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("month", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_minute_warnings_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_minute_warnings")),
    )
