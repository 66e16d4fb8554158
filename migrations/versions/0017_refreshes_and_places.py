"""Refresh tokens that come twice, and places sign-ins come from"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("refresh_tokens", sa.Column("sealed_answer", sa.Text(), nullable=True))
    op.create_index(
        "ix_refresh_tokens_answered",
        "refresh_tokens",
        ["used_at"],
        postgresql_where=sa.text("sealed_answer IS NOT NULL"),
    )
    op.create_index(
        "ix_security_events_places",
        "security_events",
        ["user_id"],
        postgresql_where=sa.text("kind IN ('registered', 'email_verified', 'password_reset')"),
    )
