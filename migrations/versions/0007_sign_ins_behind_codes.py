"""The sign-in in which a person said yes to a client"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("DELETE FROM authorization_codes")  # good for a minute; their clients ask again
    op.add_column("authorization_codes", sa.Column("sign_in_id", sa.String(length=32), nullable=False))
    op.create_foreign_key(
        op.f("fk_authorization_codes_sign_in_id"),
        "authorization_codes",
        "grants",
        ["sign_in_id"],
        ["id"],
        ondelete="CASCADE",
    )
