"""Passwords by mail, static API tokens, followers, languages, outside identities"""

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
